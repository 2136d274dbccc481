//! A workspace: every other row belongs to one.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// A workspace: every other row belongs to one.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organisations")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name that people see.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// `personal`, `employer`, `education` or `other`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// Policy for scores and observations.
    #[sea_orm(column_type = "JsonBinary")]
    pub policy: Json,
    /// Days that recordings are kept; none: until deleted.
    pub retention_days: Option<i32>,
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
