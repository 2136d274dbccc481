//! Bands and scores of practice sessions, without anything that tells whose they are.

use sea_orm::entity::prelude::*;

/// Bands and scores of one session; appended, never changed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "fairness_samples")]
pub struct Model {
    /// Random, so that it tells no time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Days since 1970-01-01 UTC.
    pub day: i32,
    /// `high`, `medium` or `low`.
    #[sea_orm(column_type = "Text", nullable)]
    pub eye_contact_band: Option<String>,
    /// `slow`, `optimal` or `fast`.
    #[sea_orm(column_type = "Text", nullable)]
    pub speaking_rate_band: Option<String>,
    /// `minimal`, `short`, `moderate` or `long`.
    #[sea_orm(column_type = "Text", nullable)]
    pub pause_band: Option<String>,
    /// `high`, `medium` or `low`.
    #[sea_orm(column_type = "Text", nullable)]
    pub content_relevance_band: Option<String>,
    /// `dark`, `normal` or `bright`.
    #[sea_orm(column_type = "Text", nullable)]
    pub lighting_condition: Option<String>,
    /// 0 to 100.
    pub engagement: Option<f64>,
    /// 0 to 100.
    pub communication_clarity: Option<f64>,
    /// 0 to 100.
    pub interview_comprehension: Option<f64>,
    /// 0 to 100.
    pub overall_performance: Option<f64>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
