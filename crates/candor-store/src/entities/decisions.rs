//! What people decided after interviews, and why; appended.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// What people decided after interviews, and why; appended.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "decisions")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The interview.
    pub interview_id: Uuid,
    /// The report that was read.
    pub report_id: Option<Uuid>,
    /// `advance`, `hold` or `reject`.
    #[sea_orm(column_type = "Text")]
    pub decision: String,
    /// In the words of who decided.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Id of the person.
    #[sea_orm(column_type = "Text")]
    pub decided_by: String,
    /// When.
    pub decided_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
