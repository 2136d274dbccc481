//! Vocabulary and rules of Candor: what an interview, a recording, a measurement and a report are.
//!
//! Nothing here does IO or knows a runtime. Every other crate speaks in these types.

pub mod access;
pub mod emotion;
pub mod formula;
pub mod ids;
pub mod interview;
pub mod measured;
pub mod media;
pub mod policy;
pub mod ports;
pub mod purpose;
pub mod report;
pub mod rubric;
pub mod span;
pub mod transcript;
