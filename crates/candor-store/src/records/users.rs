//! People with accounts.

use candor_core::ids::UserId;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, ExprTrait},
};

use super::only::ReadOne;
use crate::{Micros, StoreError, entities::users};

pub use crate::entities::users::Model as UserRow;

/// Adds a person.
///
/// # Errors
/// [`StoreError::Conflict`] when the login is taken.
pub async fn insert(connection: &impl ConnectionTrait, row: UserRow) -> Result<(), StoreError> {
    users::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The person who signs in with `login` (lower case).
///
/// # Errors
/// What the database says.
pub async fn find_by_login(
    connection: &impl ReadOne,
    login: &str,
) -> Result<Option<UserRow>, StoreError> {
    Ok(connection
        .read_one::<users::Entity>(Condition::all().add(users::Column::Login.eq(login)))
        .await?)
}

/// One person.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(connection: &impl ReadOne, id: UserId) -> Result<UserRow, StoreError> {
    connection
        .read_one::<users::Entity>(Condition::all().add(users::Column::Id.eq(id.uuid())))
        .await?
        .ok_or(StoreError::NotFound { entity: "person" })
}

/// Counts an attempt to sign in before it is tried, so that attempts at the same time can't exceed the limit.
/// The attempt that reaches `most` locks the account until `until`; a lock that is over begins the count
/// anew. `false` when the account is locked.
///
/// # Errors
/// What the database says.
pub async fn count_attempt(
    connection: &impl ConnectionTrait,
    id: UserId,
    most: i32,
    now: Micros,
    until: Micros,
) -> Result<bool, StoreError> {
    let failed = || {
        Expr::case(Expr::col(users::Column::LockedUntil).is_not_null(), 1)
            .finally(Expr::col(users::Column::FailedLogins).add(1))
    };
    let done = users::Entity::update_many()
        .col_expr(users::Column::FailedLogins, failed().into())
        .col_expr(
            users::Column::LockedUntil,
            Expr::case(Expr::expr(failed()).gte(most), until)
                .finally(None::<i64>)
                .into(),
        )
        .filter(users::Column::Id.eq(id.uuid()))
        .filter(
            Condition::any()
                .add(users::Column::LockedUntil.is_null())
                .add(users::Column::LockedUntil.lte(now)),
        )
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Forgets failed sign-ins.
///
/// # Errors
/// What the database says.
pub async fn clear_failures(
    connection: &impl ConnectionTrait,
    id: UserId,
) -> Result<(), StoreError> {
    users::Entity::update_many()
        .col_expr(users::Column::FailedLogins, Expr::value(0))
        .col_expr(users::Column::LockedUntil, Expr::value(None::<i64>))
        .filter(users::Column::Id.eq(id.uuid()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Sets the password; failed sign-ins are forgotten.
///
/// # Errors
/// What the database says.
pub async fn set_password(
    connection: &impl ConnectionTrait,
    id: UserId,
    hash: &str,
    at: Micros,
) -> Result<(), StoreError> {
    clear_failures(connection, id).await?;
    changed(id, at)
        .col_expr(users::Column::PasswordHash, Expr::value(hash))
        .exec(connection)
        .await?;
    Ok(())
}

/// Sets the name that people see.
///
/// # Errors
/// What the database says.
pub async fn set_display_name(
    connection: &impl ConnectionTrait,
    id: UserId,
    name: &str,
    at: Micros,
) -> Result<(), StoreError> {
    changed(id, at)
        .col_expr(users::Column::DisplayName, Expr::value(name))
        .exec(connection)
        .await?;
    Ok(())
}

/// Switches the account off (`Some`) or on again.
///
/// # Errors
/// What the database says.
pub async fn set_disabled(
    connection: &impl ConnectionTrait,
    id: UserId,
    since: Option<Micros>,
    at: Micros,
) -> Result<(), StoreError> {
    changed(id, at)
        .col_expr(users::Column::DisabledAt, Expr::value(since))
        .exec(connection)
        .await?;
    Ok(())
}

fn changed(id: UserId, at: Micros) -> sea_orm::UpdateMany<users::Entity> {
    users::Entity::update_many()
        .col_expr(users::Column::UpdatedAt, Expr::value(at))
        .col_expr(
            users::Column::Version,
            Expr::col(users::Column::Version).add(1),
        )
        .filter(users::Column::Id.eq(id.uuid()))
}
