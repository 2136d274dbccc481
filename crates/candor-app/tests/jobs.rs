//! Durable jobs on real databases, with real worker processes that are killed.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

#[path = "jobs/events.rs"]
mod events;
#[path = "jobs/faults.rs"]
mod faults;
#[path = "jobs/process.rs"]
mod process;
#[path = "jobs/run.rs"]
mod run;
#[path = "jobs/steer.rs"]
mod steer;
