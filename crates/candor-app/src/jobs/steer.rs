//! Starting, stopping and repeating jobs.

use candor_core::ids::JobId;
use candor_store::{
    Micros,
    entities::{job_steps, jobs},
    live::Topic,
    queue::Message,
    records::{self, jobs::NewEvent},
};
use sea_orm::{ActiveValue::Set, DatabaseTransaction};
use serde_json::json;
use uuid::Uuid;

use super::{
    JobInput, Step,
    ledger::{Change, Outbox, needs, now, released, settle},
    state,
};
use crate::{App, AppError};

/// Writes a job into the ledger, in the caller's transaction. Call [`wake`] when that is committed.
///
/// # Errors
/// [`AppError::Internal`] when the program has no such pipeline or its steps don't fit together, else what
/// the database says.
pub async fn enqueue(
    app: &App,
    transaction: &DatabaseTransaction,
    input: JobInput,
) -> Result<JobId, AppError> {
    enqueue_at(app, transaction, input, None).await
}

/// [`enqueue`] for a job whose first steps must not begin before a time.
///
/// # Errors
/// Like [`enqueue`].
pub async fn enqueue_at(
    app: &App,
    transaction: &DatabaseTransaction,
    input: JobInput,
    not_before: Option<Micros>,
) -> Result<JobId, AppError> {
    let pipeline = app
        .pipelines
        .find(input.pipeline)
        .ok_or_else(|| AppError::internal(format!("no pipeline {}", input.pipeline)))?;
    let steps = pipeline.steps();
    check(&steps).map_err(AppError::internal)?;
    let now = now(app);
    let id = JobId::generate();
    let mut messages = Vec::new();
    let rows = steps.iter().zip(0..).map(|(step, ordinal)| {
        let message = step.needs().is_empty().then(|| {
            Message::new(
                step.pool().as_str().to_owned(),
                id.uuid(),
                step.name().to_owned(),
                input.priority,
                not_before,
            )
        });
        let attempts = step.limits().max_attempts;
        let message_time = message.as_ref().and(not_before);
        let row = job_steps::ActiveModel {
            id: Set(Uuid::now_v7()),
            job_id: Set(id.uuid()),
            name: Set(step.name().to_owned()),
            ordinal: Set(ordinal),
            pool: Set(step.pool().as_str().to_owned()),
            needs: Set(json!(step.needs())),
            state: Set(match message {
                Some(_) => state::step::READY.to_owned(),
                None => state::step::PENDING.to_owned(),
            }),
            priority: Set(input.priority),
            attempts: Set(0),
            max_attempts: Set(
                i32::try_from(attempts.unwrap_or(app.config.jobs.max_attempts)).unwrap_or(i32::MAX),
            ),
            message: Set(message.as_ref().map(|message| message.id.clone())),
            progress: Set(0.0),
            ready_at: Set(message
                .as_ref()
                .map(|_| not_before.map_or(now, |at| at.max(now)))),
            version: Set(1),
            // All named: one statement writes rows with the same columns.
            not_before: Set(message_time),
            attempt_id: Set(None),
            worker: Set(None),
            heartbeat_at: Set(None),
            input_hash: Set(None),
            output: Set(None),
            error_code: Set(None),
            error: Set(None),
            started_at: Set(None),
            finished_at: Set(None),
        };
        messages.extend(message);
        row
    });
    let rows = rows.collect();
    let job = jobs::ActiveModel {
        id: Set(id.uuid()),
        organisation_id: Set(input.organisation.uuid()),
        pipeline: Set(input.pipeline.to_owned()),
        subject_id: Set(input.subject),
        priority: Set(input.priority),
        state: Set(state::job::QUEUED.to_owned()),
        input: Set(input.input),
        created_at: Set(now),
        updated_at: Set(now),
        version: Set(1),
        ..Default::default()
    };
    records::jobs::insert_job(transaction, job, rows).await?;
    let names: Vec<&str> = steps.iter().map(|step| step.name()).collect();
    let data = json!({ "state": state::job::QUEUED, "pipeline": input.pipeline, "steps": names });
    let queued = NewEvent {
        kind: "job.queued".to_owned(),
        data,
    };
    records::jobs::append_events(transaction, id.uuid(), vec![queued], now).await?;
    app.queue.push_with(transaction, messages).await?;
    Ok(id)
}

/// Whether steps have one name each and wait only for steps before them, so that no circle is possible.
fn check(steps: &[std::sync::Arc<dyn Step>]) -> Result<(), String> {
    if steps.is_empty() {
        return Err("a pipeline has at least one step".to_owned());
    }
    for (at, step) in steps.iter().enumerate() {
        let before = &steps[..at];
        let name = step.name();
        if before.iter().any(|other| other.name() == name) {
            return Err(format!("two steps are called {name}"));
        }
        for need in step.needs() {
            if !before.iter().any(|other| other.name() == *need) {
                return Err(format!(
                    "{name} needs {need}, which does not come before it"
                ));
            }
        }
    }
    Ok(())
}

/// Tells workers that jobs were enqueued. To be called when the transaction is committed.
pub fn wake(app: &App) {
    if app.queue.is_with_records() {
        app.queue.wakes().wake_all();
        return;
    }
    let queue = app.queue.clone();
    tokio::spawn(async move {
        queue.push_held().await;
        queue.wakes().wake_all();
    });
}

/// Stops a job: what waits is cancelled at once, what runs is asked to stop. A job that has ended stays as
/// it is.
///
/// # Errors
/// [`AppError::NotFound`], or what the database says.
pub async fn cancel(app: &App, job: JobId) -> Result<(), AppError> {
    let transaction = app.store.begin().await?;
    let mut change = Change::begin(app, &transaction, job.uuid()).await?;
    if state::job::has_ended(&change.job.state) || change.job.cancel_requested_at.is_some() {
        return Ok(());
    }
    change.job = records::jobs::update_job(
        &transaction,
        &change.job,
        change.now,
        jobs::ActiveModel {
            cancel_requested_at: Set(Some(change.now)),
            ..Default::default()
        },
    )
    .await?;
    change.tell("job.stopping", json!({}));
    settle(&mut change).await?;
    let outbox = change.finish().await?;
    transaction.commit().await?;
    Outbox::send(outbox, app).await;
    app.live.signal(Topic::Stop, job.uuid());
    Ok(())
}

/// Ends a stopped job of which nothing runs any more.
pub(super) async fn finish_stopped(app: &App, job: Uuid) -> Result<(), AppError> {
    let transaction = app.store.begin().await?;
    let mut change = Change::begin(app, &transaction, job).await?;
    settle(&mut change).await?;
    let outbox = change.finish().await?;
    transaction.commit().await?;
    Outbox::send(outbox, app).await;
    Ok(())
}

/// Runs a step once more, whatever its state; with `and_after` also everything that depends on it, where
/// its outcome changes. History is kept, attempts are numbered on. A job that had ended goes on.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Conflict`] `step_running` while it or a step after it runs.
pub async fn retry_step(
    app: &App,
    job: JobId,
    step: &str,
    and_after: bool,
) -> Result<(), AppError> {
    let transaction = app.store.begin().await?;
    let mut change = Change::begin(app, &transaction, job.uuid()).await?;
    reset_for_retry(&mut change, step, and_after).await?;
    settle(&mut change).await?;
    let outbox = change.finish().await?;
    transaction.commit().await?;
    Outbox::send(outbox, app).await;
    Ok(())
}

/// Brings a step, and with `and_after` what depends on it, back to the beginning; the job runs again.
pub(super) async fn reset_for_retry(
    change: &mut Change<'_>,
    name: &str,
    and_after: bool,
) -> Result<(), AppError> {
    let first = change.find(name).ok_or(AppError::NotFound("step"))?;
    let mut reset = vec![first];
    if and_after {
        for at in first + 1..change.steps.len() {
            let depends = needs(&change.steps[at])
                .iter()
                .any(|need| reset.iter().any(|at| change.steps[*at].name == *need));
            if depends {
                reset.push(at);
            }
        }
    }
    let runs = |at: &usize| change.steps[*at].state == state::step::IN_PROGRESS;
    if reset.iter().any(runs) {
        return Err(AppError::conflict(
            "step_running",
            "the step is running; cancel the job or wait until it ends",
        ));
    }
    // What was stopped with the job goes on with it.
    for at in 0..change.steps.len() {
        if change.steps[at].state == state::step::CANCELLED && !reset.contains(&at) {
            reset.push(at);
        }
    }
    for at in reset {
        let mut columns = job_steps::ActiveModel {
            attempts: Set(0),
            progress: Set(0.0),
            not_before: Set(None),
            error: Set(None),
            error_code: Set(None),
            finished_at: Set(None),
            ..released()
        };
        if at == first {
            // Asked for by name, it is not answered from the record.
            columns.input_hash = Set(None);
        }
        change.set_step(at, state::step::PENDING, columns).await?;
    }
    change.job = records::jobs::update_job(
        change.transaction,
        &change.job,
        change.now,
        jobs::ActiveModel {
            state: Set(state::job::QUEUED.to_owned()),
            cancel_requested_at: Set(None),
            finished_at: Set(None),
            error: Set(None),
            ..Default::default()
        },
    )
    .await?;
    let data = json!({ "step": name, "and_after": and_after, "state": state::job::QUEUED });
    change.tell("job.retried", data);
    Ok(())
}
