//! API keys.

use candor_core::ids::{ApiKeyId, OrganisationId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::only::ReadOne;
use crate::{Micros, StoreError, entities::api_keys};

pub use crate::entities::api_keys::Model as KeyRow;

/// Adds a key.
///
/// # Errors
/// What the database says.
pub async fn insert(connection: &impl ConnectionTrait, row: KeyRow) -> Result<(), StoreError> {
    api_keys::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The key with this hash, revoked and expired ones too.
///
/// # Errors
/// What the database says.
pub async fn find_by_hash(
    connection: &impl ReadOne,
    hash: &str,
) -> Result<Option<KeyRow>, StoreError> {
    Ok(connection
        .read_one::<api_keys::Entity>(Condition::all().add(api_keys::Column::KeyHash.eq(hash)))
        .await?)
}

/// One key of the organisation.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(
    connection: &impl ReadOne,
    organisation: OrganisationId,
    id: ApiKeyId,
) -> Result<KeyRow, StoreError> {
    connection
        .read_one::<api_keys::Entity>(
            Condition::all()
                .add(api_keys::Column::Id.eq(id.uuid()))
                .add(api_keys::Column::OrganisationId.eq(organisation.uuid())),
        )
        .await?
        .ok_or(StoreError::NotFound { entity: "API key" })
}

/// Keys of the organisation, newest first.
///
/// # Errors
/// What the database says.
pub async fn list(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<KeyRow>, StoreError> {
    let mut rows =
        api_keys::Entity::find().filter(api_keys::Column::OrganisationId.eq(organisation.uuid()));
    if let Some(id) = after {
        rows = rows.filter(api_keys::Column::Id.lt(id));
    }
    Ok(rows
        .order_by_desc(api_keys::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// Revokes a key; `false` when it was revoked before.
///
/// # Errors
/// What the database says.
pub async fn revoke(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: ApiKeyId,
    at: Micros,
) -> Result<bool, StoreError> {
    let done = api_keys::Entity::update_many()
        .col_expr(api_keys::Column::RevokedAt, Expr::value(at))
        .filter(api_keys::Column::Id.eq(id.uuid()))
        .filter(api_keys::Column::OrganisationId.eq(organisation.uuid()))
        .filter(api_keys::Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes a use; `minute` is the beginning of the present minute.
///
/// # Errors
/// What the database says.
pub async fn touch(
    connection: &impl ConnectionTrait,
    id: Uuid,
    minute: Micros,
) -> Result<(), StoreError> {
    api_keys::Entity::update_many()
        .col_expr(api_keys::Column::LastUsedAt, Expr::value(minute))
        .filter(api_keys::Column::Id.eq(id))
        .filter(
            Condition::any()
                .add(api_keys::Column::LastUsedAt.is_null())
                .add(api_keys::Column::LastUsedAt.lt(minute)),
        )
        .exec(connection)
        .await?;
    Ok(())
}
