//! Every attempt of a step, with its error: appended, closed once.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Every attempt of a step, with its error: appended, closed once.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job_attempts")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// Step.
    #[sea_orm(column_type = "Text")]
    pub step: String,
    /// From 1, over the whole life of the step.
    pub attempt: i32,
    /// Who tried.
    #[sea_orm(column_type = "Text")]
    pub worker: String,
    /// `running`, `succeeded`, `failed`, `abandoned` or `cancelled`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Stable code.
    #[sea_orm(column_type = "Text", nullable)]
    pub error_code: Option<String>,
    /// For people.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// E.g. the remote answer.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub details: Option<Json>,
    /// Begin.
    pub started_at: Micros,
    /// End.
    pub finished_at: Option<Micros>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
