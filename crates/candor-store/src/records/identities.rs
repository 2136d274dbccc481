//! People as other systems know them.

use candor_core::ids::UserId;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Micros, StoreError,
    entities::{identities, spent_states},
};

pub use crate::entities::identities::Model as IdentityRow;

/// The person whom `issuer` calls `subject`.
///
/// # Errors
/// What the database says.
pub async fn find(
    connection: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
) -> Result<Option<IdentityRow>, StoreError> {
    Ok(identities::Entity::find()
        .filter(identities::Column::Issuer.eq(issuer))
        .filter(identities::Column::Subject.eq(subject))
        .one(connection)
        .await?)
}

/// Whether any other system knows the person.
///
/// # Errors
/// What the database says.
pub async fn any_of(connection: &impl ConnectionTrait, user: UserId) -> Result<bool, StoreError> {
    Ok(identities::Entity::find()
        .filter(identities::Column::UserId.eq(user.uuid()))
        .count(connection)
        .await?
        > 0)
}

/// Links a person.
///
/// # Errors
/// [`StoreError::Conflict`] when the identity is linked already.
pub async fn insert(connection: &impl ConnectionTrait, row: IdentityRow) -> Result<(), StoreError> {
    identities::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Notes a sign-in.
///
/// # Errors
/// What the database says.
pub async fn touch(
    connection: &impl ConnectionTrait,
    id: Uuid,
    at: Micros,
) -> Result<(), StoreError> {
    identities::Entity::update_many()
        .col_expr(identities::Column::LastUsedAt, Expr::value(at))
        .filter(identities::Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Notes that a sign-in came back; those that can't come back any more are forgotten.
///
/// # Errors
/// [`StoreError::Conflict`] when it came back before.
pub async fn spend_state(
    connection: &impl ConnectionTrait,
    state_hash: &str,
    now: Micros,
    expires: Micros,
) -> Result<(), StoreError> {
    spent_states::Entity::delete_many()
        .filter(spent_states::Column::ExpiresAt.lte(now))
        .exec(connection)
        .await?;
    spent_states::Entity::insert(spent_states::ActiveModel {
        id: Set(Uuid::now_v7()),
        state_hash: Set(state_hash.to_owned()),
        expires_at: Set(expires),
    })
    .exec_without_returning(connection)
    .await?;
    Ok(())
}
