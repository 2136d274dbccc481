//! The interviewer's mind: which question comes next, how it is worded, how answers are judged and what is
//! reported. Time comes with events, engines come through ports; all else is deterministic.

pub mod anchors;
pub mod background;
pub mod bank;
mod citing;
pub mod coaching;
pub mod commentary;
mod context;
pub mod documents;
pub mod evaluation;
pub mod export;
mod figures;
#[cfg(test)]
mod injections;
mod mending;
pub mod modules;
pub mod phrases;
pub mod prepared;
mod prompt;
pub mod rationale;
pub mod report;
pub mod rubric;
#[cfg(test)]
mod scripted;
mod secrets;
pub mod session;
pub mod strategy;
pub mod turn_taking;
pub mod wording;
pub mod words;
mod written;
