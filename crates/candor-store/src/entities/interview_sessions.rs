//! Interviews in words as they stand; a row has the id of its interview.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// Interviews in words as they stand; a row has the id of its interview.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interview_sessions")]
pub struct Model {
    /// The interview.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// The rubric that it is judged by.
    pub rubric_id: Option<Uuid>,
    /// What it set out with; never changed.
    #[sea_orm(column_type = "JsonBinary")]
    pub plan: Json,
    /// Where it stands.
    #[sea_orm(column_type = "JsonBinary")]
    pub state: Json,
    /// Turns so far.
    pub n_turns: i32,
    /// `ready`, `running`, `paused` or `ended`; `open` while prepared questions are asked, which have no clock.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// When it was made.
    pub created_at: Micros,
    /// Last change.
    pub updated_at: Micros,
    /// Grows by one with every change.
    pub version: i32,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
