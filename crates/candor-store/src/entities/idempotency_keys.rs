//! Requests that must happen once.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Requests that must happen once.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Who asked.
    #[sea_orm(column_type = "Text")]
    pub principal: String,
    /// The client's key.
    #[sea_orm(column_type = "Text")]
    pub key: String,
    /// SHA-256 of method, path and body.
    #[sea_orm(column_type = "Text")]
    pub request_hash: String,
    /// Answer; none while the first request runs.
    pub status: Option<i32>,
    /// Answer.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub body: Option<Json>,
    /// First request.
    pub created_at: Micros,
    /// Forgotten after this time.
    pub expires_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
