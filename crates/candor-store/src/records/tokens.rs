//! Sessions of people and their refresh tokens, and one-time links.

use candor_core::ids::{OrganisationId, TokenFamilyId, UserId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    JoinType, QueryFilter, QuerySelect, RelationDef,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::only::ReadOne;
use crate::{
    Micros, StoreError,
    entities::{memberships, refresh_tokens, setup_links, token_families, users},
};

pub use crate::entities::{
    refresh_tokens::Model as RefreshRow, setup_links::Model as SetupLinkRow,
    token_families::Model as FamilyRow,
};

/// What decides whether a session is valid, and as what.
#[derive(Debug, Clone, FromQueryResult)]
pub struct SessionRow {
    /// Whose.
    pub user_id: Uuid,
    /// Where.
    pub organisation_id: Uuid,
    /// Role there now.
    pub role: String,
    /// Since when nothing of it is valid.
    pub revoked_at: Option<Micros>,
    /// Since when the account may do nothing.
    pub disabled_at: Option<Micros>,
}

/// Begins a session.
///
/// # Errors
/// What the database says.
pub async fn insert_family(
    connection: &impl ConnectionTrait,
    row: FamilyRow,
) -> Result<(), StoreError> {
    token_families::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The session; `None` also when the person is no member any more.
///
/// # Errors
/// What the database says.
pub async fn find_session(
    connection: &impl ConnectionTrait,
    family: TokenFamilyId,
) -> Result<Option<SessionRow>, StoreError> {
    let person: RelationDef = token_families::Entity::belongs_to(users::Entity)
        .from(token_families::Column::UserId)
        .to(users::Column::Id)
        .into();
    let member: RelationDef = token_families::Entity::belongs_to(memberships::Entity)
        .from(token_families::Column::UserId)
        .to(memberships::Column::UserId)
        .into();
    Ok(token_families::Entity::find_by_id(family.uuid())
        .select_only()
        .column(token_families::Column::UserId)
        .column(token_families::Column::OrganisationId)
        .column(memberships::Column::Role)
        .column(token_families::Column::RevokedAt)
        .column(users::Column::DisabledAt)
        .join(JoinType::InnerJoin, person)
        .join(JoinType::InnerJoin, member)
        .filter(
            Expr::col((memberships::Entity, memberships::Column::OrganisationId)).equals((
                token_families::Entity,
                token_families::Column::OrganisationId,
            )),
        )
        .into_model::<SessionRow>()
        .one(connection)
        .await?)
}

/// Makes a session last longer.
///
/// # Errors
/// What the database says.
pub async fn extend_family(
    connection: &impl ConnectionTrait,
    family: TokenFamilyId,
    until: Micros,
) -> Result<(), StoreError> {
    token_families::Entity::update_many()
        .col_expr(token_families::Column::ExpiresAt, Expr::value(until))
        .filter(token_families::Column::Id.eq(family.uuid()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Ends a session; `false` when it had ended.
///
/// # Errors
/// What the database says.
pub async fn revoke_family(
    connection: &impl ConnectionTrait,
    family: TokenFamilyId,
    reason: &str,
    at: Micros,
) -> Result<bool, StoreError> {
    let done = token_families::Entity::update_many()
        .col_expr(token_families::Column::RevokedAt, Expr::value(at))
        .col_expr(token_families::Column::RevokedReason, Expr::value(reason))
        .filter(token_families::Column::Id.eq(family.uuid()))
        .filter(token_families::Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends all sessions of a person, or those in one organisation.
///
/// # Errors
/// What the database says.
pub async fn revoke_sessions(
    connection: &impl ConnectionTrait,
    user: UserId,
    organisation: Option<OrganisationId>,
    reason: &str,
    at: Micros,
) -> Result<u64, StoreError> {
    let mut rows = token_families::Entity::update_many()
        .col_expr(token_families::Column::RevokedAt, Expr::value(at))
        .col_expr(token_families::Column::RevokedReason, Expr::value(reason))
        .filter(token_families::Column::UserId.eq(user.uuid()))
        .filter(token_families::Column::RevokedAt.is_null());
    if let Some(organisation) = organisation {
        rows = rows.filter(token_families::Column::OrganisationId.eq(organisation.uuid()));
    }
    Ok(rows.exec(connection).await?.rows_affected)
}

/// Adds a refresh token.
///
/// # Errors
/// What the database says.
pub async fn insert_refresh(
    connection: &impl ConnectionTrait,
    row: RefreshRow,
) -> Result<(), StoreError> {
    refresh_tokens::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The refresh token with this hash, used and expired ones too.
///
/// # Errors
/// What the database says.
pub async fn find_refresh(
    connection: &impl ReadOne,
    hash: &str,
) -> Result<Option<RefreshRow>, StoreError> {
    Ok(connection
        .read_one::<refresh_tokens::Entity>(
            Condition::all().add(refresh_tokens::Column::TokenHash.eq(hash)),
        )
        .await?)
}

/// Marks a refresh token as exchanged; `false` when it was before: of two callers one gets `true`.
///
/// # Errors
/// What the database says.
pub async fn use_refresh(
    connection: &impl ConnectionTrait,
    id: Uuid,
    replaced_by: Uuid,
    at: Micros,
) -> Result<bool, StoreError> {
    let done = refresh_tokens::Entity::update_many()
        .col_expr(refresh_tokens::Column::UsedAt, Expr::value(at))
        .col_expr(refresh_tokens::Column::ReplacedBy, Expr::value(replaced_by))
        .filter(refresh_tokens::Column::Id.eq(id))
        .filter(refresh_tokens::Column::UsedAt.is_null())
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Adds a one-time link.
///
/// # Errors
/// What the database says.
pub async fn insert_link(
    connection: &impl ConnectionTrait,
    row: SetupLinkRow,
) -> Result<(), StoreError> {
    setup_links::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The one-time link with this hash, used and expired ones too.
///
/// # Errors
/// What the database says.
pub async fn find_link(
    connection: &impl ConnectionTrait,
    hash: &str,
) -> Result<Option<SetupLinkRow>, StoreError> {
    Ok(setup_links::Entity::find()
        .filter(setup_links::Column::TokenHash.eq(hash))
        .one(connection)
        .await?)
}

/// Marks a link as used; `false` when it was before.
///
/// # Errors
/// What the database says.
pub async fn use_link(
    connection: &impl ConnectionTrait,
    id: Uuid,
    at: Micros,
) -> Result<bool, StoreError> {
    let done = setup_links::Entity::update_many()
        .col_expr(setup_links::Column::UsedAt, Expr::value(at))
        .filter(setup_links::Column::Id.eq(id))
        .filter(setup_links::Column::UsedAt.is_null())
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Makes unused links of a person worthless; `None`: those for the first admin.
///
/// # Errors
/// What the database says.
pub async fn discard_links(
    connection: &impl ConnectionTrait,
    user: Option<UserId>,
    at: Micros,
) -> Result<(), StoreError> {
    let rows = setup_links::Entity::update_many()
        .col_expr(setup_links::Column::UsedAt, Expr::value(at))
        .filter(setup_links::Column::UsedAt.is_null());
    match user {
        Some(user) => rows.filter(setup_links::Column::UserId.eq(user.uuid())),
        None => rows.filter(setup_links::Column::UserId.is_null()),
    }
    .exec(connection)
    .await?;
    Ok(())
}
