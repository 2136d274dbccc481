//! Finished reports; appended.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Finished reports; appended.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reports")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The interview.
    pub interview_id: Option<Uuid>,
    /// The analysis.
    pub analysis_id: Option<Uuid>,
    /// `analysis`, `recruiter`, `practice` or another.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// `json`, `pdf`, `csv`, …
    #[sea_orm(column_type = "Text")]
    pub format: String,
    /// Key in the media store.
    #[sea_orm(column_type = "Text", nullable)]
    pub object_key: Option<String>,
    /// The report itself, where it is JSON.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub body: Option<Json>,
    /// Hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub sha256: String,
    /// When it was made.
    pub created_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
