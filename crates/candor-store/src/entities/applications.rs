//! A candidate applies for a position.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// A candidate applies for a position.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "applications")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The client's own id.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// Who applies.
    pub candidate_id: Option<Uuid>,
    /// What for.
    pub position_id: Option<Uuid>,
    /// `submitted`, `rejected`, `scheduled` or another.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// The application as given (personality scores are stored, never used).
    #[sea_orm(column_type = "JsonBinary")]
    pub details: Json,
    /// When it was made.
    pub created_at: Micros,
    /// Last change.
    pub updated_at: Micros,
    /// Deleted.
    pub deleted_at: Option<Micros>,
    /// Grows by one with every change.
    pub version: i32,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
