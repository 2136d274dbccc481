//! Resumable uploads that are not complete.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Resumable uploads that are not complete.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "uploads")]
pub struct Model {
    /// Identifier; random.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Who may go on with it.
    #[sea_orm(column_type = "Text")]
    pub principal: String,
    /// The recording it becomes.
    pub recording_id: Option<Uuid>,
    /// Announced size.
    pub bytes_total: Option<i64>,
    /// Offset: bytes that are safe.
    pub bytes_received: i64,
    /// What the client told about it.
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    /// `open`, `complete` or `ended`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Where the parts are.
    #[sea_orm(column_type = "JsonBinary")]
    pub storage: Json,
    /// Removed after this time.
    pub expires_at: Micros,
    /// When it was made.
    pub created_at: Micros,
    /// Last change.
    pub updated_at: Micros,
    /// Grows by one with every change.
    pub version: i32,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
