//! What happened to a job, in order; appended.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// What happened to a job, in order; appended.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job_events")]
pub struct Model {
    /// Order.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The job.
    pub job_id: Uuid,
    /// E.g. `step.started`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// What is told about it.
    #[sea_orm(column_type = "JsonBinary")]
    pub data: Json,
    /// When.
    pub at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
