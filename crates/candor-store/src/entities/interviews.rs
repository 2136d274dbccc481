//! One interview: live, adaptive, recorded or practised.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// One interview: live, adaptive, recorded or practised.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interviews")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The person it belongs to; none: the organisation.
    pub owner_id: Option<Uuid>,
    /// Who is interviewed.
    pub candidate_id: Option<Uuid>,
    /// The application it is part of.
    pub application_id: Option<Uuid>,
    /// The position it is for.
    pub position_id: Option<Uuid>,
    /// The client's own id.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// Through which interface it was made: `native`, `pipeline`, `practice`, `lab`, …
    #[sea_orm(column_type = "Text")]
    pub origin: String,
    /// `hiring` or `practice`.
    #[sea_orm(column_type = "Text")]
    pub purpose: String,
    /// Title.
    #[sea_orm(column_type = "Text", nullable)]
    pub title: Option<String>,
    /// Role that is practised or hired for.
    #[sea_orm(column_type = "Text", nullable)]
    pub job_role: Option<String>,
    /// Field of the role.
    #[sea_orm(column_type = "Text", nullable)]
    pub domain: Option<String>,
    /// State in the words of its origin.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// What its origin keeps besides.
    #[sea_orm(column_type = "JsonBinary")]
    pub details: Json,
    /// Total of the analyses, 0–100, once all are done.
    pub overall_score: Option<f64>,
    /// Begin.
    pub started_at: Option<Micros>,
    /// End.
    pub finished_at: Option<Micros>,
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
