//! The analysis of one recording.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// The analysis of one recording.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "analyses")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The work.
    pub job_id: Uuid,
    /// What is analysed.
    pub recording_id: Option<Uuid>,
    /// The interview.
    pub interview_id: Option<Uuid>,
    /// The question that is answered.
    pub question_id: Option<Uuid>,
    /// The person it belongs to; none: the organisation.
    pub owner_id: Option<Uuid>,
    /// Through which interface it was asked for.
    #[sea_orm(column_type = "Text")]
    pub origin: String,
    /// The client's own id.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// `hiring` or `practice`.
    #[sea_orm(column_type = "Text")]
    pub purpose: String,
    /// Settings of the analysis and the policy at that time.
    #[sea_orm(column_type = "JsonBinary")]
    pub settings: Json,
    /// Where the outcome is told.
    #[sea_orm(column_type = "Text", nullable)]
    pub callback_url: Option<String>,
    /// Copy of the job's state.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// 0–100; none: not measured.
    pub overall_score: Option<f64>,
    /// Short outcome for lists; the report is an artefact.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub result: Option<Json>,
    /// Why it failed, for people.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// The consent it runs under.
    pub consent_id: Option<Uuid>,
    /// Accepted.
    pub created_at: Micros,
    /// Begun.
    pub started_at: Option<Micros>,
    /// Ended.
    pub finished_at: Option<Micros>,
    /// Last change.
    pub updated_at: Micros,
    /// Grows by one with every change.
    pub version: i32,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
