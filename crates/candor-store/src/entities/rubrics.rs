//! Rubrics of positions; appended, the newest revision counts.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Rubrics of positions; appended, the newest revision counts.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rubrics")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// For which position.
    pub position_id: Uuid,
    /// From 1.
    pub revision: i32,
    /// `template`, `chat` or `edited`.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// Competencies with weights and levels, and levels of single questions.
    #[sea_orm(column_type = "JsonBinary")]
    pub body: Json,
    /// Which model wrote it with which prompt; none: no model did.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub provenance: Option<Json>,
    /// Id of the person or key that made it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// When it was made.
    pub created_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
