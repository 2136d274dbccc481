//! What happens in an interview: what is asked, what is awaited, what the interviewer does, what can't be done.

use candor_core::interview::{Coding, Difficulty, Phase, TurnKind};
use serde::{Deserialize, Serialize};

/// Whether an interview runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing was said yet.
    Ready,
    /// It runs.
    Running,
    /// The candidate takes a break.
    Paused,
    /// It is over.
    Ended,
}

/// Why an interview is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// All phases are done.
    Completed,
    /// Time is up.
    OutOfTime,
    /// The candidate or a recruiter ended it.
    Stopped,
}

/// A question that was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Its id.
    pub question_id: String,
    /// Its phase.
    pub phase: Phase,
    /// Its difficulty.
    pub difficulty: Difficulty,
    /// Follow-ups so far.
    pub follow_ups: usize,
    /// Whether a clarification was asked for.
    pub is_clarified: bool,
    /// Whether the candidate would rather not answer.
    pub is_skipped: bool,
}

/// What the candidate is to answer now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The question that it belongs to.
    pub question_id: String,
    /// What it is.
    pub kind: TurnKind,
    /// What is said once before its words, e.g. a greeting; empty for most.
    pub lead: String,
    /// Its words.
    pub text: String,
    /// How often it was said again.
    pub repeats: usize,
}

impl Pending {
    /// The whole turn, as it is said the first time.
    pub fn spoken(&self) -> String {
        match self.lead.as_str() {
            "" => self.text.clone(),
            lead => format!("{lead} {}", self.text),
        }
    }
}

/// Something that the interviewer says and that is to be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// The question that it belongs to.
    pub question_id: String,
    /// What it is.
    pub kind: TurnKind,
    /// Its words.
    pub text: String,
    /// Starter code of a programming question.
    pub coding: Option<Coding>,
}

/// What the interviewer does next.
#[derive(Debug, Clone, PartialEq)]
pub enum Move {
    /// Says this and waits for an answer.
    Ask(Prompt),
    /// Says this and the interview is over.
    Close {
        /// Last words.
        text: String,
        /// Why.
        reason: EndReason,
    },
}

/// The event does not fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StrategyError {
    /// It has begun already.
    #[error("the interview has begun already")]
    HasBegun,
    /// It has not begun.
    #[error("the interview has not begun")]
    NotBegun,
    /// It is over.
    #[error("the interview is over")]
    HasEnded,
    /// It is paused.
    #[error("the interview is paused; resume it first")]
    IsPaused,
    /// It is not paused.
    #[error("the interview is not paused")]
    NotPaused,
    /// Its pauses took all the time that they may.
    #[error("the interview was paused for as long as it may be")]
    NoPauseLeft,
    /// The question was said often enough.
    #[error("the question was repeated often enough")]
    TooManyRepeats,
}
