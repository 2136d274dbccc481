//! Questions of an interview.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Questions of an interview.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interview_questions")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The interview.
    pub interview_id: Uuid,
    /// The client's own id of the question.
    #[sea_orm(column_type = "Text")]
    pub external_id: String,
    /// Order, from 0.
    pub ordinal: i32,
    /// The question.
    #[sea_orm(column_type = "Text", nullable)]
    pub text: Option<String>,
    /// What a good answer says.
    #[sea_orm(column_type = "Text", nullable)]
    pub expected_answer: Option<String>,
    /// Words that a good answer uses.
    #[sea_orm(column_type = "JsonBinary")]
    pub keywords: Json,
    /// Time allowed, in seconds.
    pub duration_s: Option<f64>,
    /// What the client gave besides.
    #[sea_orm(column_type = "JsonBinary")]
    pub details: Json,
    /// When it was asked or made.
    pub created_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
