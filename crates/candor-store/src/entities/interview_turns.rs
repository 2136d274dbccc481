//! What was said in interviews; appended. Of a row, only the judgement is replaced, once, and the first one kept.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// What was said in interviews; appended.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interview_turns")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The interview.
    pub interview_id: Uuid,
    /// From 1.
    pub ordinal: i32,
    /// `interviewer` or `candidate`.
    #[sea_orm(column_type = "Text")]
    pub speaker: String,
    /// `question`, `follow_up`, `clarification`, `repeat`, `closing`, `answer` or `skip`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The question of the plan that it asks or answers.
    #[sea_orm(column_type = "Text", nullable)]
    pub question_id: Option<String>,
    /// The words.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// How an answer was judged, or why not.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub evaluation: Option<Json>,
    /// How it was judged while the interview ran, where `evaluation` was made afterwards.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub first_evaluation: Option<Json>,
    /// Times and marks that the client told.
    #[sea_orm(column_type = "JsonBinary")]
    pub details: Json,
    /// When.
    pub said_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
