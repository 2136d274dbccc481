//! Stored documents of analyses.

use candor_core::ids::OrganisationId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, TryInsertResult,
};
use uuid::Uuid;

use crate::{StoreError, entities::practice_documents};

/// The documents of an analysis that were made from `made_from`.
///
/// # Errors
/// What the database says.
pub async fn find_document(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    analysis: Uuid,
    made_from: &str,
) -> Result<Option<practice_documents::Model>, StoreError> {
    Ok(practice_documents::Entity::find()
        .filter(practice_documents::Column::OrganisationId.eq(organisation.uuid()))
        .filter(practice_documents::Column::AnalysisId.eq(analysis))
        .filter(practice_documents::Column::MadeFrom.eq(made_from))
        .one(connection)
        .await?)
}

/// Totals of the newest documents of each of these analyses.
///
/// # Errors
/// What the database says.
pub async fn latest_documents(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    analyses: &[Uuid],
) -> Result<Vec<(Uuid, Option<f64>)>, StoreError> {
    Ok(practice_documents::Entity::find()
        .filter(practice_documents::Column::OrganisationId.eq(organisation.uuid()))
        .filter(practice_documents::Column::AnalysisId.is_in(analyses.iter().copied()))
        .order_by_asc(practice_documents::Column::CreatedAt)
        .select_only()
        .column(practice_documents::Column::AnalysisId)
        .column(practice_documents::Column::OverallScore)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Adds documents, unless somebody else did. `true`: these are now kept.
///
/// # Errors
/// What the database says.
pub async fn insert_document(
    connection: &impl ConnectionTrait,
    row: practice_documents::Model,
) -> Result<bool, StoreError> {
    let done = practice_documents::Entity::insert(row.into_active_model())
        .on_conflict_do_nothing_on([
            practice_documents::Column::AnalysisId,
            practice_documents::Column::MadeFrom,
        ])
        .exec_without_returning(connection)
        .await?;
    Ok(matches!(done, TryInsertResult::Inserted(n) if n > 0))
}
