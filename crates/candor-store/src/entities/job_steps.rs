//! The ledger: the state of each step of a job.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// The ledger: the state of each step of a job.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job_steps")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// Step.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Order in the definition.
    pub ordinal: i32,
    /// Pool of workers that runs it.
    #[sea_orm(column_type = "Text")]
    pub pool: String,
    /// Names of the steps it waits for.
    #[sea_orm(column_type = "JsonBinary")]
    pub needs: Json,
    /// `pending`, `ready`, `in_progress`, `done`, `error`, `skipped` or `cancelled`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Copy of the job's.
    pub priority: i32,
    /// Attempts begun since it was last made ready by a person.
    pub attempts: i32,
    /// Attempts allowed.
    pub max_attempts: i32,
    /// No attempt before this time (back-off).
    pub not_before: Option<Micros>,
    /// The queue's message that was pushed for it last.
    #[sea_orm(column_type = "Text", nullable)]
    pub message: Option<String>,
    /// The attempt that may close it; another one is too late.
    pub attempt_id: Option<Uuid>,
    /// Who works on it.
    #[sea_orm(column_type = "Text", nullable)]
    pub worker: Option<String>,
    /// Last sign of life of the attempt.
    pub heartbeat_at: Option<Micros>,
    /// Share done, 0–1.
    pub progress: f64,
    /// Hash of inputs, engine and formula versions of the outcome.
    #[sea_orm(column_type = "Text", nullable)]
    pub input_hash: Option<String>,
    /// Outcome, or keys of artefacts.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub output: Option<Json>,
    /// Stable code of the last error.
    #[sea_orm(column_type = "Text", nullable)]
    pub error_code: Option<String>,
    /// Last error, for people.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// Since when it may run.
    pub ready_at: Option<Micros>,
    /// Begin of the last attempt.
    pub started_at: Option<Micros>,
    /// End.
    pub finished_at: Option<Micros>,
    /// Grows by one with every change.
    pub version: i32,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
