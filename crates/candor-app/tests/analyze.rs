//! The analysis with engines that say what a script tells them: what reaches the report, and how.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "analyze/stage.rs"]
mod stage;

#[path = "analyze/faces.rs"]
mod faces;
#[path = "analyze/files.rs"]
mod files;
#[path = "analyze/job.rs"]
mod job;
#[path = "analyze/published_schema.rs"]
mod published_schema;
#[path = "analyze/purpose.rs"]
mod purpose;
#[path = "analyze/scores.rs"]
mod scores;
#[path = "analyze/segments.rs"]
mod segments;
#[path = "analyze/unmeasured.rs"]
mod unmeasured;
#[path = "analyze/words.rs"]
mod words;
