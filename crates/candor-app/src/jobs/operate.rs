//! Queues as operators see and steer them.

use std::collections::BTreeMap;

use candor_core::{
    access::{Action, Actor},
    ids::JobId,
};
use candor_store::{Micros, entities::workers, records};
use jiff::Timestamp;
use uuid::Uuid;

use super::{JobView, Pool, cancel, ledger, retry_step, views};
use crate::{
    App, AppError,
    paging::{Page, PageRequest},
};

/// All queues.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueOverview {
    /// Steps by pool and name.
    pub steps: Vec<StepQueue>,
    /// Processes that run them.
    pub workers: Vec<WorkerView>,
}

/// One step of all jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepQueue {
    /// Pool of workers.
    pub pool: String,
    /// Step.
    pub step: String,
    /// How many are in which state.
    pub counts: BTreeMap<String, i64>,
    /// Since when the longest waiting one may run.
    pub oldest_ready_at: Option<Timestamp>,
}

/// A process that runs steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerView {
    /// Name.
    pub name: String,
    /// Pools that it serves.
    pub pools: Vec<String>,
    /// Begin.
    pub started_at: Timestamp,
    /// Last sign of life.
    pub heartbeat_at: Timestamp,
    /// Whether it gave a sign of life lately.
    pub is_alive: bool,
}

/// Which jobs are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Only those in this state.
    pub state: Option<String>,
    /// Only those of this pipeline.
    pub pipeline: Option<String>,
}

/// How much waits, runs and failed, and who works. Steps are those of the actor's organisation; workers
/// serve all.
///
/// # Errors
/// [`AppError::Denied`], or what the database says.
pub async fn get_queues(app: &App, actor: &Actor) -> Result<QueueOverview, AppError> {
    actor.may(Action::OperateQueues)?;
    let counts =
        records::jobs::overview::count_steps(app.store.reader(), actor.organisation).await?;
    let mut steps: Vec<StepQueue> = Vec::new();
    for count in counts {
        let is_same = |queue: &StepQueue| queue.pool == count.pool && queue.step == count.name;
        if !steps.last().is_some_and(is_same) {
            steps.push(StepQueue {
                pool: count.pool,
                step: count.name,
                counts: BTreeMap::new(),
                oldest_ready_at: None,
            });
        }
        let queue = steps.last_mut().expect("one was just pushed");
        if count.state == super::state::step::READY {
            queue.oldest_ready_at = count.oldest_ready_at.map(|at| Micros(at).into());
        }
        queue.counts.insert(count.state, count.n);
    }
    let now = ledger::now(app);
    let silence_us = (app.config.jobs.takeover_s * 1_000_000.0) as i64;
    let workers = records::workers::list_workers(app.store.reader()).await?;
    Ok(QueueOverview {
        steps,
        workers: workers
            .into_iter()
            .map(|worker| worker_view(worker, Micros(now.0 - silence_us)))
            .collect(),
    })
}

fn worker_view(worker: workers::Model, silent_before: Micros) -> WorkerView {
    WorkerView {
        is_alive: worker.stopped_at.is_none() && worker.heartbeat_at >= silent_before,
        pools: worker
            .pools
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|pool| Some(Pool::from_name(pool.as_str()?)?.as_str().to_owned()))
            .collect(),
        name: worker.name,
        started_at: worker.started_at.into(),
        heartbeat_at: worker.heartbeat_at.into(),
    }
}

/// Jobs with their steps, newest first. Histories are not read; see [`read_job`].
///
/// # Errors
/// [`AppError::Denied`], or what the database says.
pub async fn list_jobs(
    app: &App,
    actor: &Actor,
    filter: &JobFilter,
    page: PageRequest,
) -> Result<Page<JobView>, AppError> {
    actor.may(Action::OperateQueues)?;
    let connection = app.store.reader();
    let rows = records::jobs::overview::list_jobs(
        connection,
        actor.organisation,
        filter.state.as_deref(),
        filter.pipeline.as_deref(),
        page.after,
        page.limit + 1,
    )
    .await?;
    let page = Page::cut(rows, page, |job| job.id);
    let ids: Vec<Uuid> = page.items.iter().map(|job| job.id).collect();
    let mut steps = records::jobs::overview::list_steps_of(connection, &ids).await?;
    Ok(page.map(|job| {
        let (own, others) = std::mem::take(&mut steps)
            .into_iter()
            .partition(|step| step.job_id == job.id);
        steps = others;
        views::view(job, own, Vec::new())
    }))
}

/// One job with its whole history.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`].
pub async fn read_job(app: &App, actor: &Actor, job: JobId) -> Result<JobView, AppError> {
    actor.may(Action::OperateQueues)?;
    views::get_job(app, actor.organisation, job).await
}

/// Runs a step once more, see [`retry_step`].
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Conflict`].
pub async fn retry_job_step(
    app: &App,
    actor: &Actor,
    job: JobId,
    step: &str,
    and_after: bool,
) -> Result<JobView, AppError> {
    read_job(app, actor, job).await?;
    retry_step(app, job, step, and_after).await?;
    read_job(app, actor, job).await
}

/// Stops a job, see [`cancel`].
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`]; [`AppError::Conflict`] `job_ended` when it has ended.
pub async fn cancel_job(app: &App, actor: &Actor, job: JobId) -> Result<JobView, AppError> {
    let view = read_job(app, actor, job).await?;
    if super::state::job::has_ended(&view.state) {
        return Err(AppError::conflict(
            "job_ended",
            "the job has ended; there is nothing to cancel",
        ));
    }
    cancel(app, job).await?;
    read_job(app, actor, job).await
}
