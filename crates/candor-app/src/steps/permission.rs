//! Consent before every step: withdrawn consent stops an analysis where it is.

use candor_store::{StoreError, entities::consents, records::analyses};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::jobs::{StepContext, StepError};

/// Whether the analysis may go on.
///
/// # Errors
/// A permanent error where nobody agreed, or no longer does.
pub(super) async fn require(context: &StepContext) -> Result<(), StepError> {
    let refused = || {
        StepError::permanent(
            "consent_required",
            "nobody agreed to the analysis of this recording, or the consent was withdrawn",
        )
    };
    let connection = context.app.store.writer();
    let analysis = analyses::get_by_job(connection, context.organisation, context.job).await?;
    let consent = analysis.consent_id.ok_or_else(refused)?;
    let consent = consents::Entity::find_by_id(consent)
        .filter(consents::Column::OrganisationId.eq(context.organisation.uuid()))
        .one(connection)
        .await
        .map_err(StoreError::from)?
        .ok_or_else(refused)?;
    let covers = consent
        .scopes
        .as_array()
        .is_some_and(|scopes| scopes.iter().any(|scope| scope == "analysis"));
    if consent.withdrawn_at.is_some() || !covers {
        return Err(refused());
    }
    Ok(())
}
