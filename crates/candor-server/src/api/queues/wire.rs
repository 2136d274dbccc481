//! Queues and jobs as clients see them.

use std::collections::BTreeMap;

use candor_app::jobs::{AttemptView, JobView, QueueOverview, StepQueue, StepView, WorkerView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// All queues.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueuesResponse {
    /// Steps by pool and name.
    steps: Vec<StepQueueResponse>,
    /// Processes that run them.
    workers: Vec<WorkerResponse>,
}

/// One step of all jobs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepQueueResponse {
    /// Pool of workers.
    pool: String,
    /// Name of the step.
    step: String,
    /// How many are in which state.
    counts: BTreeMap<String, i64>,
    /// Since when the longest waiting one may run, RFC 3339.
    oldest_ready_at: Option<String>,
}

/// A process that runs steps.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkerResponse {
    /// Unique per process and start.
    name: String,
    /// Pools that it serves.
    pools: Vec<String>,
    /// Begin, RFC 3339.
    started_at: String,
    /// Last sign of life, RFC 3339.
    heartbeat_at: String,
    /// Whether it gave a sign of life lately.
    alive: bool,
}

/// State of a job.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JobState {
    /// Accepted, nothing begun.
    Queued,
    /// A step was begun.
    InProgress,
    /// Every step is done.
    Done,
    /// A step is parked and nothing else can run.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl JobState {
    /// As the ledger writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::InProgress => "in_progress",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A job. What it was told and what its steps left behind is not shown: it may be personal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueueJobResponse {
    /// Identifier.
    id: String,
    /// What it runs.
    pipeline: String,
    /// `queued`, `in_progress`, `done`, `failed` or `cancelled`.
    state: String,
    /// Whether somebody stopped it.
    stopping: bool,
    /// Lower runs first.
    priority: i32,
    /// Why it failed.
    error: Option<String>,
    /// Accepted, RFC 3339.
    created_at: String,
    /// First step begun, RFC 3339.
    started_at: Option<String>,
    /// Ended, RFC 3339.
    finished_at: Option<String>,
    /// Its steps.
    steps: Vec<QueueStepResponse>,
}

/// A step of a job.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueueStepResponse {
    /// Name.
    name: String,
    /// Pool of workers.
    pool: String,
    /// Steps that it waits for.
    needs: Vec<String>,
    /// `pending`, `ready`, `in_progress`, `done`, `error`, `skipped` or `cancelled`.
    state: String,
    /// Attempts since somebody last asked for it.
    attempts: i32,
    /// Attempts allowed.
    max_attempts: i32,
    /// Share done, 0 to 1.
    progress: f64,
    /// Last error.
    error: Option<String>,
    /// Its stable code.
    error_code: Option<String>,
    /// No attempt before this time, RFC 3339.
    not_before: Option<String>,
    /// Who works on it.
    worker: Option<String>,
    /// Begin of the last attempt, RFC 3339.
    started_at: Option<String>,
    /// Its end, RFC 3339.
    finished_at: Option<String>,
    /// All attempts, oldest first; empty in lists.
    history: Vec<QueueAttemptResponse>,
}

/// An attempt of a step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueueAttemptResponse {
    /// From 1, over the whole life of the step.
    attempt: i32,
    /// Who tried.
    worker: String,
    /// `running`, `succeeded`, `failed`, `abandoned` or `cancelled`.
    state: String,
    /// Stable code.
    error_code: Option<String>,
    /// What went wrong.
    error: Option<String>,
    /// Begin, RFC 3339.
    started_at: String,
    /// End, RFC 3339.
    finished_at: Option<String>,
}

fn text(at: Option<jiff::Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

impl From<QueueOverview> for QueuesResponse {
    fn from(overview: QueueOverview) -> Self {
        Self {
            steps: overview.steps.into_iter().map(Into::into).collect(),
            workers: overview.workers.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<StepQueue> for StepQueueResponse {
    fn from(queue: StepQueue) -> Self {
        Self {
            pool: queue.pool,
            step: queue.step,
            counts: queue.counts,
            oldest_ready_at: text(queue.oldest_ready_at),
        }
    }
}

impl From<WorkerView> for WorkerResponse {
    fn from(worker: WorkerView) -> Self {
        Self {
            name: worker.name,
            pools: worker.pools,
            started_at: worker.started_at.to_string(),
            heartbeat_at: worker.heartbeat_at.to_string(),
            alive: worker.is_alive,
        }
    }
}

impl From<JobView> for QueueJobResponse {
    fn from(job: JobView) -> Self {
        Self {
            id: job.id.to_string(),
            pipeline: job.pipeline,
            state: job.state,
            stopping: job.is_stopping,
            priority: job.priority,
            error: job.error,
            created_at: job.created_at.to_string(),
            started_at: text(job.started_at),
            finished_at: text(job.finished_at),
            steps: job.steps.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<StepView> for QueueStepResponse {
    fn from(step: StepView) -> Self {
        Self {
            name: step.name,
            pool: step.pool,
            needs: step.needs,
            state: step.state,
            attempts: step.attempts,
            max_attempts: step.max_attempts,
            progress: step.progress,
            error: step.error,
            error_code: step.error_code,
            not_before: text(step.not_before),
            worker: step.worker,
            started_at: text(step.started_at),
            finished_at: text(step.finished_at),
            history: step.history.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<AttemptView> for QueueAttemptResponse {
    fn from(attempt: AttemptView) -> Self {
        Self {
            attempt: attempt.attempt,
            worker: attempt.worker,
            state: attempt.state,
            error_code: attempt.error_code,
            error: attempt.error,
            started_at: attempt.started_at.to_string(),
            finished_at: text(attempt.finished_at),
        }
    }
}
