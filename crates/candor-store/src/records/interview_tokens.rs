//! Tokens of candidates.

use candor_core::ids::{InterviewId, InterviewTokenId, OrganisationId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::{only::ReadOne, reach::there_is};
use crate::{
    Micros, StoreError,
    entities::{interview_tokens, interviews},
};

pub use crate::entities::interview_tokens::Model as TokenRow;

use interview_tokens::Column;

/// Adds a token.
///
/// # Errors
/// What the database says.
pub async fn insert(connection: &impl ConnectionTrait, row: TokenRow) -> Result<(), StoreError> {
    interview_tokens::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The token with this hash, revoked and expired ones too; none when its interview was deleted.
///
/// # Errors
/// What the database says.
pub async fn find_by_hash(
    connection: &impl ReadOne,
    hash: &str,
) -> Result<Option<TokenRow>, StoreError> {
    let is_there = Condition::all().add(interviews::Column::DeletedAt.is_null());
    Ok(connection
        .read_one::<interview_tokens::Entity>(Condition::all().add(Column::TokenHash.eq(hash)).add(
            there_is(interviews::Column::Id, Column::InterviewId, is_there),
        ))
        .await?)
}

fn of_interview(
    organisation: OrganisationId,
    interview: InterviewId,
) -> Select<interview_tokens::Entity> {
    interview_tokens::Entity::find()
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .filter(Column::InterviewId.eq(interview.uuid()))
}

/// One token of an interview.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
    id: InterviewTokenId,
) -> Result<TokenRow, StoreError> {
    of_interview(organisation, interview)
        .filter(Column::Id.eq(id.uuid()))
        .one(connection)
        .await?
        .ok_or(StoreError::NotFound { entity: "token" })
}

/// Tokens of an interview, newest first.
///
/// # Errors
/// What the database says.
pub async fn list(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<TokenRow>, StoreError> {
    let mut rows = of_interview(organisation, interview);
    if let Some(id) = after {
        rows = rows.filter(Column::Id.lt(id));
    }
    Ok(rows
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// The tokens of an interview that one maker made.
#[derive(Debug, Clone, Copy)]
pub struct MakerOf<'a> {
    /// Whose.
    pub organisation: OrganisationId,
    /// The interview.
    pub interview: InterviewId,
    /// Id of the maker.
    pub maker: &'a str,
}

/// The newest token that a maker made, revoked or not.
///
/// # Errors
/// What the database says.
pub async fn find_newest(
    connection: &impl ConnectionTrait,
    of: MakerOf<'_>,
) -> Result<Option<TokenRow>, StoreError> {
    Ok(of_interview(of.organisation, of.interview)
        .filter(Column::CreatedBy.eq(of.maker))
        .order_by_desc(Column::CreatedAt)
        .limit(1)
        .one(connection)
        .await?)
}

/// Revokes the tokens that a maker made until `made`.
///
/// # Errors
/// What the database says.
pub async fn revoke_earlier(
    connection: &impl ConnectionTrait,
    of: MakerOf<'_>,
    made: Micros,
    at: Micros,
) -> Result<(), StoreError> {
    interview_tokens::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(at))
        .filter(Column::OrganisationId.eq(of.organisation.uuid()))
        .filter(Column::InterviewId.eq(of.interview.uuid()))
        .filter(Column::CreatedBy.eq(of.maker))
        .filter(Column::CreatedAt.lte(made))
        .filter(Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    Ok(())
}

/// Revokes a token; `false` when it was revoked before.
///
/// # Errors
/// What the database says.
pub async fn revoke(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: InterviewTokenId,
    at: Micros,
) -> Result<bool, StoreError> {
    let done = interview_tokens::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(at))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .filter(Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}
