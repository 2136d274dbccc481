//! The beginning of an attempt.

use std::{collections::BTreeMap, sync::Arc};

use candor_store::{
    entities::{job_attempts, job_steps, jobs},
    queue::WakeUp,
    records,
};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Change, Outbox, needs, released, settle, state};
use crate::{
    App, AppError,
    jobs::{Step, hash::input_hash},
};

/// An attempt that was opened and has to be run and closed.
pub(in crate::jobs) struct Attempt {
    pub id: Uuid,
    pub job: jobs::Model,
    pub step: Arc<dyn Step>,
    /// From 1, over the whole life of the step.
    pub number: u32,
    pub outputs: BTreeMap<String, Value>,
    pub input_hash: String,
}

/// Opens an attempt for a message. `None`: there is nothing to do, and the message is gone.
pub(in crate::jobs) async fn open(
    app: &App,
    worker: &str,
    message: &WakeUp,
) -> Result<Option<Attempt>, AppError> {
    let transaction = app.store.begin().await?;
    let ids = std::slice::from_ref(&message.id);
    if app.queue.is_with_records() {
        app.queue.forget(&transaction, ids).await?;
    }
    let (opened, outbox) = match Change::begin(app, &transaction, message.job).await {
        Ok(mut change) => {
            let opened = open_in(&mut change, worker, &message.step).await?;
            (opened, Some(change.finish().await?))
        }
        Err(AppError::NotFound(_)) => (None, None),
        Err(error) => return Err(error),
    };
    transaction.commit().await?;
    if let Some(outbox) = outbox {
        Outbox::send(outbox, app).await;
    }
    if !app.queue.is_with_records() {
        // A message that stays is opened again and finds nothing to do: no reason to give up an attempt that has
        // begun.
        if let Err(error) = app.queue.forget(app.queue.store().writer(), ids).await {
            tracing::warn!(error = %error, "queue.message_stays");
        }
    }
    Ok(opened)
}

async fn open_in(
    change: &mut Change<'_>,
    worker: &str,
    name: &str,
) -> Result<Option<Attempt>, AppError> {
    let Some(at) = change.find(name) else {
        return Ok(None);
    };
    let row = &change.steps[at];
    if row.state != state::step::READY
        || state::job::has_ended(&change.job.state)
        || change.job.cancel_requested_at.is_some()
    {
        return Ok(None);
    }
    if row.not_before.is_some_and(|at| at > change.now) {
        let not_before = row.not_before;
        change.make_ready(at, not_before, released()).await?;
        return Ok(None);
    }
    let step = change
        .app
        .pipelines
        .find(&change.job.pipeline)
        .and_then(|pipeline| {
            pipeline
                .steps()
                .into_iter()
                .find(|step| step.name() == name)
        });
    let Some(step) = step else {
        park(change, at, "unknown_step", "this program has no such step").await?;
        return Ok(None);
    };
    if row.attempts >= row.max_attempts {
        park(change, at, "too_many_attempts", "tried too often").await?;
        return Ok(None);
    }
    let outputs = outputs(change, at);
    let hash = input_hash(
        step.as_ref(),
        change.job.subject_id,
        &change.job.input,
        &outputs,
    );
    begin_job(change).await?;
    if change.steps[at].output.is_some() && change.steps[at].input_hash.as_ref() == Some(&hash) {
        reuse(change, at).await?;
        return Ok(None);
    }
    let attempt = begin_attempt(change, at, worker).await?;
    Ok(Some(Attempt {
        id: attempt.0,
        job: change.job.clone(),
        step,
        number: attempt.1,
        outputs,
        input_hash: hash,
    }))
}

/// What the steps left behind that this one needs.
fn outputs(change: &Change<'_>, at: usize) -> BTreeMap<String, Value> {
    needs(&change.steps[at])
        .into_iter()
        .filter_map(|need| {
            let step = &change.steps[change.find(need)?];
            Some((need.to_owned(), step.output.clone().unwrap_or(Value::Null)))
        })
        .collect()
}

async fn begin_job(change: &mut Change<'_>) -> Result<(), AppError> {
    if change.job.state != state::job::QUEUED {
        return Ok(());
    }
    let started_at = change.job.started_at.or(Some(change.now));
    change.job = records::jobs::update_job(
        change.transaction,
        &change.job,
        change.now,
        jobs::ActiveModel {
            state: Set(state::job::IN_PROGRESS.to_owned()),
            started_at: Set(started_at),
            ..Default::default()
        },
    )
    .await?;
    if let Some(pipeline) = change.app.pipelines.find(&change.job.pipeline) {
        pipeline
            .begun(change.app, change.transaction, &change.job)
            .await?;
    }
    change.tell("job.started", json!({ "state": state::job::IN_PROGRESS }));
    Ok(())
}

async fn begin_attempt(
    change: &mut Change<'_>,
    at: usize,
    worker: &str,
) -> Result<(Uuid, u32), AppError> {
    let row = &change.steps[at];
    let id = Uuid::now_v7();
    let number =
        records::jobs::last_attempt(change.transaction, change.job.id, &row.name).await? + 1;
    let waited_s = row.ready_at.map_or(0.0, |ready| {
        (change.now.0 - ready.0).max(0) as f64 / 1_000_000.0
    });
    metrics::histogram!("candor_jobs_wait_seconds", "pool" => row.pool.clone()).record(waited_s);
    records::jobs::insert_attempt(
        change.transaction,
        job_attempts::ActiveModel {
            id: Set(id),
            job_id: Set(change.job.id),
            step: Set(row.name.clone()),
            attempt: Set(number),
            worker: Set(worker.to_owned()),
            state: Set(state::attempt::RUNNING.to_owned()),
            started_at: Set(change.now),
            ..Default::default()
        },
    )
    .await?;
    let columns = job_steps::ActiveModel {
        attempts: Set(row.attempts + 1),
        attempt_id: Set(Some(id)),
        worker: Set(Some(worker.to_owned())),
        heartbeat_at: Set(Some(change.now)),
        progress: Set(0.0),
        message: Set(None),
        not_before: Set(None),
        started_at: Set(Some(change.now)),
        finished_at: Set(None),
        ..Default::default()
    };
    change
        .set_step(at, state::step::IN_PROGRESS, columns)
        .await?;
    change.tell_step("step.started", at, json!({ "attempt": number }));
    Ok((id, u32::try_from(number).unwrap_or(u32::MAX)))
}

/// The same inputs, engines and formulas: the recorded outcome is kept.
async fn reuse(change: &mut Change<'_>, at: usize) -> Result<(), AppError> {
    let columns = job_steps::ActiveModel {
        progress: Set(1.0),
        message: Set(None),
        finished_at: Set(Some(change.now)),
        error: Set(None),
        error_code: Set(None),
        ..released()
    };
    change.set_step(at, state::step::DONE, columns).await?;
    change.tell_step("step.done", at, json!({ "reused": true }));
    settle(change).await
}

async fn park(
    change: &mut Change<'_>,
    at: usize,
    code: &str,
    message: &str,
) -> Result<(), AppError> {
    let row = &change.steps[at];
    // The last attempt's error says more than that there were too many.
    let code = row.error_code.clone().unwrap_or_else(|| code.to_owned());
    let error = row.error.clone().unwrap_or_else(|| message.to_owned());
    change.steps[at].error = Some(error.clone());
    let columns = job_steps::ActiveModel {
        message: Set(None),
        finished_at: Set(Some(change.now)),
        error_code: Set(Some(code.clone())),
        error: Set(Some(error.clone())),
        ..released()
    };
    change.set_step(at, state::step::ERROR, columns).await?;
    let data = json!({ "error_code": code, "error": error, "will_retry": false });
    change.tell_step("step.failed", at, data);
    settle(change).await
}
