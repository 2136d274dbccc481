//! What organisations write for their interviews: questions and rubrics.

pub mod bank;
pub mod rubrics;
