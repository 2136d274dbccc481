//! Requests that must happen once: one row for each key of a caller.

use candor_core::ids::OrganisationId;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, TryInsertResult,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::only::ReadOne;
use crate::{Micros, StoreError, entities::idempotency_keys as keys};

/// Whose key it is, and for which request it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Whose.
    pub organisation: OrganisationId,
    /// Who asks.
    pub principal: String,
    /// The client's key.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub hash: String,
}

/// What became of the attempt to be the first.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// This request is the first: do it, then [`keep`] or [`release`] the row.
    First(Uuid),
    /// Another one was first.
    Other(keys::Model),
}

/// Claims a key for this request, valid until `expires`; what expired before `now` is forgotten.
///
/// # Errors
/// What the database says.
pub async fn claim(
    connection: &impl ConnectionTrait,
    request: &Request,
    now: Micros,
    expires: Micros,
) -> Result<Claim, StoreError> {
    keys::Entity::delete_many()
        .filter(keys::Column::ExpiresAt.lte(now))
        .exec(connection)
        .await?;
    loop {
        let id = Uuid::now_v7();
        let row = keys::ActiveModel {
            id: Set(id),
            organisation_id: Set(request.organisation.uuid()),
            principal: Set(request.principal.clone()),
            key: Set(request.key.clone()),
            request_hash: Set(request.hash.clone()),
            status: Set(None),
            body: Set(None),
            created_at: Set(now),
            expires_at: Set(expires),
        };
        let inserted = keys::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([
                    keys::Column::OrganisationId,
                    keys::Column::Principal,
                    keys::Column::Key,
                ])
                .do_nothing()
                .to_owned(),
            )
            .try_insert()
            .exec_without_returning(connection)
            .await?;
        if let TryInsertResult::Inserted(1..) = inserted {
            return Ok(Claim::First(id));
        }
        // Between the two statements the other one may have failed and released the key.
        if let Some(other) = find(connection, request).await? {
            return Ok(Claim::Other(other));
        }
    }
}

/// The row of a key.
///
/// # Errors
/// What the database says.
pub async fn find(
    connection: &impl ReadOne,
    request: &Request,
) -> Result<Option<keys::Model>, StoreError> {
    Ok(connection
        .read_one::<keys::Entity>(
            Condition::all()
                .add(keys::Column::OrganisationId.eq(request.organisation.uuid()))
                .add(keys::Column::Principal.eq(&request.principal))
                .add(keys::Column::Key.eq(&request.key)),
        )
        .await?)
}

/// Keeps the answer for those who ask again.
///
/// # Errors
/// What the database says.
pub async fn keep(
    connection: &impl ConnectionTrait,
    id: Uuid,
    status: u16,
    body: serde_json::Value,
) -> Result<(), StoreError> {
    keys::Entity::update_many()
        .col_expr(keys::Column::Status, Expr::value(i32::from(status)))
        .col_expr(keys::Column::Body, Expr::value(body))
        .filter(keys::Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Forgets a claim whose request changed nothing.
///
/// # Errors
/// What the database says.
pub async fn release(connection: &impl ConnectionTrait, id: Uuid) -> Result<(), StoreError> {
    keys::Entity::delete_by_id(id).exec(connection).await?;
    Ok(())
}
