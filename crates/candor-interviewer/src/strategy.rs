//! Which turn comes next: a pure state machine. Every event carries its time; nothing here waits, asks a clock
//! or draws lots.
//!
//! - A phase ends when its questions are covered or its quota is used, see [`Quotas`]; after `wrap_up` the
//!   interview ends by itself. Time is always left for `wrap_up`.
//! - Difficulty moves one level up when the recent mean is ≥ 0.75 and down at ≤ 0.4, after at least two answers
//!   on the present level.
//! - At most two follow-ups per question, one clarification for an empty or off-topic answer; neither in `wrap_up`.
//! - No two turns of the interviewer have the same text.
//! - A pause stops the clock, but not for longer than half an hour in all: every interview ends.

mod answer;
mod choose;
mod follow_up;
mod moves;
mod quotas;
mod state;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use answer::{Answered, Findings, StarPart};
pub use moves::{Asked, EndReason, Move, Pending, Prompt, Status, StrategyError};
pub use quotas::Quotas;
pub use state::State;

use candor_core::interview::{Difficulty, InterviewType, Question, RoleFamily};
use serde::{Deserialize, Serialize};

use crate::background::Background;

/// Follow-ups of one question at most.
pub const MAX_FOLLOW_UPS: usize = 2;
/// Times that a pending question is said again at most.
pub const MAX_REPEATS: usize = 2;
/// Seconds for which the pauses of one interview stop its clock, taken together; a longer pause counts as time used.
/// Enough for a call or a lost connection, too little to look everything up.
pub const MAX_PAUSED_S: f64 = 30.0 * 60.0;

/// What an interview sets out with. It does not change while the interview runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What it is about.
    pub family: RoleFamily,
    /// What it gives its time to.
    #[serde(default, skip_serializing_if = "InterviewType::is_mixed")]
    pub interview_type: InterviewType,
    /// Language of the interviewer's own words (BCP 47 primary subtag).
    pub language: String,
    /// Time budget in seconds, pauses not counted.
    pub duration_s: f64,
    /// Level to begin with.
    pub difficulty: Difficulty,
    /// Questions that may be asked, best first within each phase; a recruiter's own come before others
    /// whatever their place.
    pub questions: Vec<Question>,
    /// What is known of the position and the person beforehand: it steers how questions are worded.
    #[serde(default, skip_serializing_if = "Background::is_empty")]
    pub background: Background,
}
