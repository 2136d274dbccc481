//! What the strategy is told of an answer.

use serde::{Deserialize, Serialize};

/// A part of a told situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StarPart {
    /// Where and when it was.
    Situation,
    /// What was to be done.
    Task,
    /// What the candidate did.
    Action,
    /// What came of it.
    Result,
}

impl StarPart {
    /// All parts, in their order.
    pub const ALL: [Self; 4] = [Self::Situation, Self::Task, Self::Action, Self::Result];
}

/// What was found in an answer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Findings {
    /// Total as a share, 0 to 1; `None`: not evaluated, which moves nothing.
    pub normalized: Option<f64>,
    /// Nothing was said that could answer anything.
    pub is_empty: bool,
    /// It answers something else.
    pub is_off_topic: bool,
    /// Key points that it misses, in their words.
    pub missed: Vec<String>,
    /// Parts of a told situation that it misses.
    pub missing_parts: Vec<StarPart>,
}

/// The candidate's turn.
#[derive(Debug, Clone, PartialEq)]
pub enum Answered {
    /// An answer, and what was found in it.
    Words(Findings),
    /// They would rather not answer.
    Skipped,
}
