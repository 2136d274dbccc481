//! What is known about a job, for reading.

use candor_core::ids::{JobId, OrganisationId};
use candor_store::{
    Micros,
    entities::{job_attempts, job_steps, jobs},
    records,
};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{App, AppError};

/// A job with its steps.
#[derive(Debug, Clone, PartialEq)]
pub struct JobView {
    /// Identifier.
    pub id: JobId,
    /// Name of its pipeline.
    pub pipeline: String,
    /// What it works on.
    pub subject: Option<Uuid>,
    /// Lower runs first.
    pub priority: i32,
    /// `queued`, `in_progress`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// Whether somebody stopped it.
    pub is_stopping: bool,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// Accepted.
    pub created_at: Timestamp,
    /// First step begun.
    pub started_at: Option<Timestamp>,
    /// Ended.
    pub finished_at: Option<Timestamp>,
    /// Its steps, in the order of the definition.
    pub steps: Vec<StepView>,
}

/// A step of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct StepView {
    /// Name.
    pub name: String,
    /// Pool of workers.
    pub pool: String,
    /// Steps that it waits for.
    pub needs: Vec<String>,
    /// `pending`, `ready`, `in_progress`, `done`, `error`, `skipped` or `cancelled`.
    pub state: String,
    /// Attempts since somebody last asked for the step.
    pub attempts: i32,
    /// Attempts allowed.
    pub max_attempts: i32,
    /// Share done, 0–1.
    pub progress: f64,
    /// Last error, for people.
    pub error: Option<String>,
    /// Its stable code.
    pub error_code: Option<String>,
    /// No attempt before this time.
    pub not_before: Option<Timestamp>,
    /// Who works on it.
    pub worker: Option<String>,
    /// Since when it may run.
    pub ready_at: Option<Timestamp>,
    /// Begin of the last attempt.
    pub started_at: Option<Timestamp>,
    /// End.
    pub finished_at: Option<Timestamp>,
    /// What it left behind.
    pub output: Option<Value>,
    /// All attempts, oldest first.
    pub history: Vec<AttemptView>,
}

/// An attempt of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct AttemptView {
    /// From 1, over the whole life of the step.
    pub attempt: i32,
    /// Who tried.
    pub worker: String,
    /// `running`, `succeeded`, `failed`, `abandoned` or `cancelled`.
    pub state: String,
    /// Stable code.
    pub error_code: Option<String>,
    /// For people.
    pub error: Option<String>,
    /// Begin.
    pub started_at: Timestamp,
    /// End.
    pub finished_at: Option<Timestamp>,
}

/// A job of an organisation, with the history of all its attempts.
///
/// # Errors
/// [`AppError::NotFound`], or what the database says.
pub async fn get_job(
    app: &App,
    organisation: OrganisationId,
    job: JobId,
) -> Result<JobView, AppError> {
    let connection = app.store.fresh();
    let row = records::jobs::find_job(connection, organisation, job)
        .await?
        .ok_or(AppError::NotFound("job"))?;
    let steps = records::jobs::list_steps(connection, job.uuid()).await?;
    let attempts = records::jobs::list_attempts(connection, job.uuid()).await?;
    Ok(view(row, steps, attempts))
}

/// Puts rows together.
pub(super) fn view(
    job: jobs::Model,
    steps: Vec<job_steps::Model>,
    attempts: Vec<job_attempts::Model>,
) -> JobView {
    let mut history: Vec<(String, AttemptView)> = attempts
        .into_iter()
        .map(|attempt| (attempt.step.clone(), attempt_view(attempt)))
        .collect();
    JobView {
        id: job.id.into(),
        pipeline: job.pipeline,
        subject: job.subject_id,
        priority: job.priority,
        state: job.state,
        is_stopping: job.cancel_requested_at.is_some(),
        error: job.error,
        created_at: job.created_at.into(),
        started_at: job.started_at.map(Into::into),
        finished_at: job.finished_at.map(Into::into),
        steps: steps
            .into_iter()
            .map(|step| {
                let (own, others) = std::mem::take(&mut history)
                    .into_iter()
                    .partition(|(name, _)| *name == step.name);
                history = others;
                step_view(step, own)
            })
            .collect(),
    }
}

fn step_view(step: job_steps::Model, history: Vec<(String, AttemptView)>) -> StepView {
    let time = |at: Option<Micros>| at.map(Timestamp::from);
    StepView {
        needs: super::ledger::needs(&step)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        name: step.name,
        pool: step.pool,
        state: step.state,
        attempts: step.attempts,
        max_attempts: step.max_attempts,
        progress: step.progress,
        error: step.error,
        error_code: step.error_code,
        not_before: time(step.not_before),
        worker: step.worker,
        ready_at: time(step.ready_at),
        started_at: time(step.started_at),
        finished_at: time(step.finished_at),
        output: step.output,
        history: history.into_iter().map(|(_, attempt)| attempt).collect(),
    }
}

fn attempt_view(attempt: job_attempts::Model) -> AttemptView {
    AttemptView {
        attempt: attempt.attempt,
        worker: attempt.worker,
        state: attempt.state,
        error_code: attempt.error_code,
        error: attempt.error,
        started_at: attempt.started_at.into(),
        finished_at: attempt.finished_at.map(Into::into),
    }
}
