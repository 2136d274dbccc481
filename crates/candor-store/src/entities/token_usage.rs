//! Tokens of chat models that an organisation used, by day.

use sea_orm::entity::prelude::*;

/// Tokens of chat models that an organisation used, by day.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "token_usage")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Days since 1970-01-01 UTC.
    pub day: i32,
    /// Who runs the model, as the admin named them.
    #[sea_orm(column_type = "Text")]
    pub processor: String,
    /// The model.
    #[sea_orm(column_type = "Text")]
    pub model: String,
    /// `evaluate`, `word`, `coach`, `rubric` or another.
    #[sea_orm(column_type = "Text")]
    pub task: String,
    /// Requests that were answered.
    pub calls: i64,
    /// Those of them whose tokens were estimated, because the server counted none.
    pub estimated_calls: i64,
    /// Requests besides of which nobody knows what they took.
    pub calls_without_figures: i64,
    /// Tokens sent.
    pub prompt_tokens: i64,
    /// Tokens received.
    pub completion_tokens: i64,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
