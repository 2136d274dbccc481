//! Numbered parts of a live recording.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Numbered parts of a live recording.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recording_segments")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The recording.
    pub recording_id: Uuid,
    /// From 0.
    pub number: i32,
    /// Key in the media store.
    #[sea_orm(column_type = "Text")]
    pub object_key: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub sha256: String,
    /// When it arrived.
    pub created_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
