//! The documents of practice sessions; appended.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// The documents of one analysis. Not a row of `reports`: those are shown to an organisation's staff, these
/// belong to the person who practised.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "practice_documents")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The session.
    pub interview_id: Uuid,
    /// The analysis.
    pub analysis_id: Uuid,
    /// Hash of the report and version of the formulas that they were made from.
    #[sea_orm(column_type = "Text")]
    pub made_from: String,
    /// The contract's `AnalysisResult`.
    #[sea_orm(column_type = "JsonBinary")]
    pub analysis: Json,
    /// The contract's advanced score.
    #[sea_orm(column_type = "JsonBinary")]
    pub advanced: Json,
    /// `overallPerformanceScore`, for lists; none: not measured.
    pub overall_score: Option<f64>,
    /// When they were made.
    pub created_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
