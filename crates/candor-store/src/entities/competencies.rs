//! What answers are judged by.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// What answers are judged by.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "competencies")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Stable name, e.g. `communication`.
    #[sea_orm(column_type = "Text")]
    pub key: String,
    /// Name that people see.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// What it means.
    #[sea_orm(column_type = "Text")]
    pub description: String,
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
