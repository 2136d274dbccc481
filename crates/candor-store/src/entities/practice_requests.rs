//! What a practising person asked of an analysis besides what it measures.

use sea_orm::entity::prelude::*;

use crate::time::Micros;

/// How the outcome of one analysis is shown.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "practice_requests")]
pub struct Model {
    /// The analysis.
    #[sea_orm(primary_key, auto_increment = false)]
    pub analysis_id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// A separate recording of the sound.
    pub audio_id: Option<Uuid>,
    /// Frames of the timelines per second.
    pub frame_fps: f64,
    /// Length of a window in seconds.
    pub window_s: f64,
    /// Whether the untrained fusion was asked for.
    pub learned_fusion: bool,
    /// When it was asked.
    pub created_at: Micros,
}

/// Joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
