//! Resumable uploads.

use candor_core::ids::{OrganisationId, UploadId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{Micros, StoreError, entities::uploads};

/// Adds an upload.
///
/// # Errors
/// What the database says.
pub async fn insert(
    connection: &impl ConnectionTrait,
    upload: uploads::Model,
) -> Result<(), StoreError> {
    uploads::Entity::insert(upload.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// An upload of this principal.
///
/// # Errors
/// What the database says.
pub async fn find(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    principal: &str,
    id: UploadId,
) -> Result<Option<uploads::Model>, StoreError> {
    Ok(uploads::Entity::find()
        .filter(uploads::Column::OrganisationId.eq(organisation.uuid()))
        .filter(uploads::Column::Principal.eq(principal))
        .filter(uploads::Column::Id.eq(id.uuid()))
        .one(connection)
        .await?)
}

/// Changes the columns set in `change` where the row still has the version that was read; gives the row
/// as it is now.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else changed it meanwhile.
pub async fn update(
    connection: &impl ConnectionTrait,
    read: &uploads::Model,
    mut change: uploads::ActiveModel,
    now: Micros,
) -> Result<uploads::Model, StoreError> {
    change.set(uploads::Column::UpdatedAt, now.into());
    change.set(uploads::Column::Version, (read.version + 1).into());
    let mut changed = uploads::Entity::update_many()
        .set(change)
        .filter(uploads::Column::Id.eq(read.id))
        .filter(uploads::Column::Version.eq(read.version))
        .exec_with_returning(connection)
        .await?;
    changed
        .pop()
        .ok_or(StoreError::Conflict { entity: "upload" })
}

/// Uploads that are past their time or no longer open, oldest first.
///
/// # Errors
/// What the database says.
pub async fn expired(
    connection: &impl ConnectionTrait,
    now: Micros,
    limit: u64,
) -> Result<Vec<uploads::Model>, StoreError> {
    Ok(uploads::Entity::find()
        .filter(uploads::Column::ExpiresAt.lt(now))
        .limit(limit)
        .all(connection)
        .await?)
}

/// Open uploads whose bytes are all there and that nobody finished since `before`.
///
/// # Errors
/// What the database says.
pub async fn unfinished(
    connection: &impl ConnectionTrait,
    before: Micros,
    limit: u64,
) -> Result<Vec<uploads::Model>, StoreError> {
    Ok(uploads::Entity::find()
        .filter(uploads::Column::State.eq("open"))
        .filter(
            Expr::col(uploads::Column::BytesReceived).eq(Expr::col(uploads::Column::BytesTotal)),
        )
        .filter(uploads::Column::UpdatedAt.lt(before))
        .limit(limit)
        .all(connection)
        .await?)
}

/// Forgets an upload.
///
/// # Errors
/// What the database says.
pub async fn delete(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: UploadId,
) -> Result<(), StoreError> {
    uploads::Entity::delete_many()
        .filter(uploads::Column::OrganisationId.eq(organisation.uuid()))
        .filter(uploads::Column::Id.eq(id.uuid()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Which of these uploads there are.
///
/// # Errors
/// What the database says.
pub async fn known_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<Uuid>, StoreError> {
    Ok(uploads::Entity::find()
        .select_only()
        .column(uploads::Column::Id)
        .filter(uploads::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?)
}
