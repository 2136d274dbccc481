//! Answers in words; appended, never changed.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Answers in words; appended, never changed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interview_responses")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The interview.
    pub interview_id: Uuid,
    /// The question that is answered.
    pub question_id: Option<Uuid>,
    /// What was answered.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// Times and origin of the answer.
    #[sea_orm(column_type = "JsonBinary")]
    pub details: Json,
    /// When it was given.
    pub created_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
