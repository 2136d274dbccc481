//! The interviewer's mind: which question comes next, how it is worded, how answers are judged and what is
//! reported. Deterministic: time comes with events, engines come through ports.

pub mod bank;
pub mod evaluation;
pub mod export;
pub mod phrases;
pub mod report;
pub mod session;
pub mod strategy;
pub mod words;
