//! Invitations and the mails about them, where a query is not simply about one organisation's rows.

use candor_core::ids::{InvitationId, JobId, MailId, OrganisationId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::only::ReadOne;
use crate::{
    Micros, StoreError,
    entities::{applications, candidates, invitations, mails},
};

pub use crate::entities::{invitations::Model as InvitationRow, mails::Model as MailRow};

/// The invitation whose join token has this hash, unless it was deleted.
///
/// # Errors
/// What the database says.
pub async fn find_by_token(
    connection: &impl ReadOne,
    hash: &str,
) -> Result<Option<InvitationRow>, StoreError> {
    let condition = Condition::all()
        .add(invitations::Column::TokenHash.eq(hash))
        .add(invitations::Column::DeletedAt.is_null());
    Ok(connection
        .read_one::<invitations::Entity>(condition)
        .await?)
}

/// An invitation, deleted ones too: a mail about it may still have to go out.
///
/// # Errors
/// What the database says.
pub async fn find_even_deleted(
    connection: &impl ReadOne,
    organisation: OrganisationId,
    id: Uuid,
) -> Result<Option<InvitationRow>, StoreError> {
    let condition = Condition::all()
        .add(invitations::Column::OrganisationId.eq(organisation.uuid()))
        .add(invitations::Column::Id.eq(id));
    Ok(connection
        .read_one::<invitations::Entity>(condition)
        .await?)
}

/// Holds an invitation until the end of the transaction: other writers of it wait. `false`: there is none.
///
/// # Errors
/// What the database says.
pub async fn hold(
    transaction: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: InvitationId,
) -> Result<bool, StoreError> {
    let done = invitations::Entity::update_many()
        .col_expr(
            invitations::Column::UpdatedAt,
            Expr::col(invitations::Column::UpdatedAt).add(0),
        )
        .filter(invitations::Column::OrganisationId.eq(organisation.uuid()))
        .filter(invitations::Column::Id.eq(id.uuid()))
        .filter(invitations::Column::DeletedAt.is_null())
        .exec(transaction)
        .await?;
    Ok(done.rows_affected > 0)
}

/// What came of the mails about an invitation; its version stays, as clients change nothing by it.
///
/// # Errors
/// What the database says.
pub async fn set_email_state(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: Uuid,
    state: &str,
    error: Option<&str>,
    sent_at: Option<Micros>,
) -> Result<(), StoreError> {
    let mut statement = invitations::Entity::update_many()
        .col_expr(invitations::Column::EmailState, Expr::value(state))
        .col_expr(
            invitations::Column::EmailError,
            Expr::value(error.map(str::to_owned)),
        )
        .filter(invitations::Column::OrganisationId.eq(organisation.uuid()))
        .filter(invitations::Column::Id.eq(id));
    if let Some(at) = sent_at {
        statement = statement.col_expr(invitations::Column::EmailSentAt, Expr::value(at));
    }
    statement.exec(connection).await?;
    Ok(())
}

/// The job that sends a mail.
///
/// # Errors
/// What the database says.
pub async fn set_mail_job(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: MailId,
    job: JobId,
) -> Result<(), StoreError> {
    let values = mails::ActiveModel {
        job_id: Set(Some(job.uuid())),
        ..Default::default()
    };
    update_mail(connection, organisation, id.uuid(), values, None).await?;
    Ok(())
}

/// Changes the state of a mail, where it is still queued; `false`: it is not.
///
/// # Errors
/// What the database says.
pub async fn settle_mail(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: Uuid,
    state: &str,
    error: Option<String>,
    at: Micros,
) -> Result<bool, StoreError> {
    let values = mails::ActiveModel {
        state: Set(state.to_owned()),
        error: Set(error),
        updated_at: Set(at),
        ..Default::default()
    };
    update_mail(connection, organisation, id, values, Some("queued")).await
}

async fn update_mail(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: Uuid,
    values: mails::ActiveModel,
    state: Option<&str>,
) -> Result<bool, StoreError> {
    let mut statement = mails::Entity::update_many()
        .set(values)
        .filter(mails::Column::OrganisationId.eq(organisation.uuid()))
        .filter(mails::Column::Id.eq(id));
    if let Some(state) = state {
        statement = statement.filter(mails::Column::State.eq(state));
    }
    Ok(statement.exec(connection).await?.rows_affected > 0)
}

/// The mails about an invitation, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list_mails(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    invitation: InvitationId,
) -> Result<Vec<MailRow>, StoreError> {
    Ok(mails::Entity::find()
        .filter(mails::Column::OrganisationId.eq(organisation.uuid()))
        .filter(mails::Column::InvitationId.eq(invitation.uuid()))
        .order_by_asc(mails::Column::Id)
        .all(connection)
        .await?)
}

/// The candidates that a person with an account is, in every organisation.
///
/// # Errors
/// What the database says.
pub async fn list_candidates_of_user(
    connection: &impl ConnectionTrait,
    user: Uuid,
    most: u64,
) -> Result<Vec<candidates::Model>, StoreError> {
    Ok(candidates::Entity::find()
        .filter(candidates::Column::UserId.eq(user))
        .filter(candidates::Column::DeletedAt.is_null())
        .order_by_desc(candidates::Column::Id)
        .limit(most)
        .all(connection)
        .await?)
}

/// Applications of these candidates, newest first.
///
/// # Errors
/// What the database says.
pub async fn list_applications_of(
    connection: &impl ConnectionTrait,
    candidates: &[Uuid],
    most: u64,
) -> Result<Vec<applications::Model>, StoreError> {
    Ok(applications::Entity::find()
        .filter(applications::Column::CandidateId.is_in(candidates.iter().copied()))
        .filter(applications::Column::DeletedAt.is_null())
        .order_by_desc(applications::Column::Id)
        .limit(most)
        .all(connection)
        .await?)
}

/// Invitations of these candidates, newest first.
///
/// # Errors
/// What the database says.
pub async fn list_invitations_of(
    connection: &impl ConnectionTrait,
    candidates: &[Uuid],
    most: u64,
) -> Result<Vec<InvitationRow>, StoreError> {
    Ok(invitations::Entity::find()
        .filter(invitations::Column::CandidateId.is_in(candidates.iter().copied()))
        .filter(invitations::Column::DeletedAt.is_null())
        .order_by_desc(invitations::Column::Id)
        .limit(most)
        .all(connection)
        .await?)
}
