//! Tries of a delivery; appended.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Tries of a delivery; appended.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_tries")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The delivery.
    pub delivery_id: Uuid,
    /// HTTP status of the answer; none: there was none.
    pub status: Option<i32>,
    /// Why it failed; none: it was accepted.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// Begin.
    pub started_at: Micros,
    /// End.
    pub finished_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
