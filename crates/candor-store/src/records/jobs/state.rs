//! The words that the ledger uses for states.

/// States of a job.
pub mod job {
    /// Accepted, nothing begun.
    pub const QUEUED: &str = "queued";
    /// A step was begun.
    pub const IN_PROGRESS: &str = "in_progress";
    /// Every step is done.
    pub const DONE: &str = "done";
    /// A step is parked and nothing else can run.
    pub const FAILED: &str = "failed";
    /// Somebody stopped it.
    pub const CANCELLED: &str = "cancelled";

    /// Whether nothing more happens by itself.
    pub fn has_ended(state: &str) -> bool {
        [DONE, FAILED, CANCELLED].contains(&state)
    }
}

/// States of a step.
pub mod step {
    /// Waits for other steps.
    pub const PENDING: &str = "pending";
    /// May run.
    pub const READY: &str = "ready";
    /// An attempt runs.
    pub const IN_PROGRESS: &str = "in_progress";
    /// Its outcome is recorded.
    pub const DONE: &str = "done";
    /// Parked.
    pub const ERROR: &str = "error";
    /// Not needed; counts as done.
    pub const SKIPPED: &str = "skipped";
    /// Its job was stopped.
    pub const CANCELLED: &str = "cancelled";
}

/// States of an attempt.
pub mod attempt {
    /// Under way.
    pub const RUNNING: &str = "running";
    /// Its outcome is recorded.
    pub const SUCCEEDED: &str = "succeeded";
    /// Ended with an error.
    pub const FAILED: &str = "failed";
    /// Its worker fell silent.
    pub const ABANDONED: &str = "abandoned";
    /// Stopped, or handed back by a worker that went down in order.
    pub const CANCELLED: &str = "cancelled";
}
