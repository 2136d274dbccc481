//! Durable work: one row per run of a pipeline. Not called `jobs`: SQLite would take that for `Jobs` of apalis.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Durable work: one row per run of a pipeline.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "durable_jobs")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Definition that it runs.
    #[sea_orm(column_type = "Text")]
    pub pipeline: String,
    /// What it works on.
    pub subject_id: Option<Uuid>,
    /// Lower runs first; 3 is usual.
    pub priority: i32,
    /// `queued`, `in_progress`, `done`, `failed` or `cancelled`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// What its steps are told.
    #[sea_orm(column_type = "JsonBinary")]
    pub input: Json,
    /// Why it failed, for people.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// When somebody stopped it.
    pub cancel_requested_at: Option<Micros>,
    /// Accepted.
    pub created_at: Micros,
    /// First step begun.
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
