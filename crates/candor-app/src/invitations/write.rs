//! What all writes of invitations share.

use candor_core::{
    access::Actor,
    ids::{ApplicationId, InvitationId},
};
use candor_store::{
    entities::invitations,
    records::invitations::{self as store, InvitationRow},
};
use sea_orm::{Condition, DatabaseTransaction};
use serde_json::json;

use super::Invitation;
use crate::{
    App, AppError,
    audit::{self, Entry},
    records,
};

/// Writes an audit line about an invitation; the chain is locked from then on.
pub(super) async fn record(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    row: &InvitationRow,
    action: &'static str,
) -> Result<(), AppError> {
    let details = json!({
        "sequence": row.sequence,
        "status": row.status,
        "application": row.application_id.map(ApplicationId::from),
    });
    let id = InvitationId::from(row.id);
    audit::record(transaction, app, Entry::by(actor, action, &id, details)).await
}

/// The row, held until the end of the transaction.
pub(super) async fn held(
    transaction: &DatabaseTransaction,
    actor: &Actor,
    id: InvitationId,
) -> Result<InvitationRow, AppError> {
    if !store::hold(transaction, actor.organisation, id).await? {
        return Err(AppError::NotFound("invitation"));
    }
    let (organisation, all) = (actor.organisation, Condition::all());
    records::get::<invitations::Entity>(transaction, organisation, id.uuid(), all).await
}

/// As it stands after a write, with the state of its mail.
pub(super) async fn current(
    app: &App,
    actor: &Actor,
    id: InvitationId,
) -> Result<Invitation, AppError> {
    let (writer, all) = (app.store.writer(), Condition::all());
    let row =
        records::get::<invitations::Entity>(writer, actor.organisation, id.uuid(), all).await?;
    Ok(Invitation::read(app, row))
}
