//! Processes that run steps.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Processes that run steps.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job_workers")]
pub struct Model {
    /// Unique per process and start.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Pools they serve.
    #[sea_orm(column_type = "JsonBinary")]
    pub pools: Json,
    /// Begin.
    pub started_at: Micros,
    /// Last sign of life.
    pub heartbeat_at: Micros,
    /// Ended in order.
    pub stopped_at: Option<Micros>,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
