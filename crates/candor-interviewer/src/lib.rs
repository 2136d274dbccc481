//! The interviewer's mind: which question comes next, how it is worded, how answers are judged and what is
//! reported. Time comes with events, engines come through ports; all else is deterministic.

pub mod anchors;
pub mod bank;
pub mod documents;
pub mod evaluation;
pub mod export;
pub mod phrases;
mod prompt;
pub mod report;
pub mod rubric;
#[cfg(test)]
mod scripted;
mod secrets;
pub mod session;
pub mod strategy;
pub mod wording;
pub mod words;
