//! What people wrote about their own practice, and the coaching that followed; appended.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// What people wrote about their own practice, and the coaching that followed; appended.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reflections")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Who.
    pub user_id: Uuid,
    /// The practice session.
    pub interview_id: Uuid,
    /// In their words.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// Focus areas, what was said, the plan.
    #[sea_orm(column_type = "JsonBinary")]
    pub coaching: Json,
    /// Scores of the session at that time.
    #[sea_orm(column_type = "JsonBinary")]
    pub summary_scores: Json,
    /// When it was made.
    pub created_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
