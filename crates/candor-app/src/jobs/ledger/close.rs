//! The end of an attempt: by its worker, or by others when its worker fell silent.
//!
//! Only the attempt that a step's row names may close it, so two workers never both record an outcome.

use std::time::Duration;

use candor_store::{Micros, entities::job_steps, records, records::jobs::AttemptEnd};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Attempt, Change, Outbox, now, released, settle, state};
use crate::{
    App, AppError,
    jobs::{backoff, definition::StepLimits},
};

/// How an attempt ended.
#[derive(Debug, Clone)]
pub(in crate::jobs) enum Outcome {
    Done(Value),
    Failed {
        code: String,
        message: String,
        is_permanent: bool,
        /// How long the other side asks to be left alone.
        wait: Option<Duration>,
    },
    /// The job was stopped.
    Cancelled,
    /// The worker goes down; others go on. Doesn't count as an attempt.
    HandedBack,
}

/// Records how an attempt ended. `false`: it was too late, others have taken the step over.
pub(in crate::jobs) async fn close(
    app: &App,
    attempt: &Attempt,
    outcome: Outcome,
) -> Result<bool, AppError> {
    let limits = attempt.step.limits();
    let end = End {
        attempt: attempt.id,
        job: attempt.job.id,
        step: attempt.step.name(),
        number: attempt.number,
        input_hash: Some(&attempt.input_hash),
        limits: &limits,
    };
    end.write(app, outcome, state::attempt::FAILED).await
}

/// Takes a step away from a worker that fell silent: the attempt counts, so that a step that kills its
/// process is parked in the end. Those that ran beside it must not meet it again and be parked with it: where the
/// step was not alone, or has been lost before, it waits as after a failure, each for a time of its own.
pub(in crate::jobs) async fn take_over(
    app: &App,
    silent: &job_steps::Model,
    is_alone: bool,
) -> Result<bool, AppError> {
    let Some(attempt) = silent.attempt_id else {
        return Ok(false);
    };
    // The silence was wait enough.
    const NO_WAIT: &[Duration] = &[Duration::ZERO];
    let limits = StepLimits {
        backoff: (is_alone && silent.attempts <= 1).then_some(NO_WAIT),
        ..StepLimits::default()
    };
    let end = End {
        attempt,
        job: silent.job_id,
        step: &silent.name,
        number: 0,
        input_hash: None,
        limits: &limits,
    };
    let outcome = Outcome::Failed {
        code: "worker_lost".to_owned(),
        message: "the worker ended or fell silent while it ran this step".to_owned(),
        is_permanent: false,
        wait: None,
    };
    end.write_if(app, outcome, state::attempt::ABANDONED, |step| {
        step.heartbeat_at == silent.heartbeat_at
    })
    .await
}

struct End<'a> {
    attempt: Uuid,
    job: Uuid,
    step: &'a str,
    number: u32,
    input_hash: Option<&'a str>,
    limits: &'a StepLimits,
}

impl End<'_> {
    async fn write(
        &self,
        app: &App,
        outcome: Outcome,
        failed: &'static str,
    ) -> Result<bool, AppError> {
        self.write_if(app, outcome, failed, |_| true).await
    }

    async fn write_if(
        &self,
        app: &App,
        outcome: Outcome,
        failed: &'static str,
        still: impl Fn(&job_steps::Model) -> bool,
    ) -> Result<bool, AppError> {
        let transaction = app.store.begin().await?;
        let mut change = match Change::begin(app, &transaction, self.job).await {
            Ok(change) => change,
            Err(AppError::NotFound(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        let Some(at) = change.find(self.step) else {
            return Ok(false);
        };
        let row = &change.steps[at];
        let is_ours = row.state == state::step::IN_PROGRESS
            && row.attempt_id == Some(self.attempt)
            && still(row);
        if !is_ours {
            return Ok(false);
        }
        let closed = records::jobs::close_attempt(
            &transaction,
            self.attempt,
            change.now,
            attempt_end(&change, &outcome, failed),
        )
        .await?;
        if !closed {
            return Ok(false);
        }
        self.write_step(&mut change, at, outcome).await?;
        settle(&mut change).await?;
        let outbox = change.finish().await?;
        transaction.commit().await?;
        Outbox::send(outbox, app).await;
        Ok(true)
    }

    async fn write_step(
        &self,
        change: &mut Change<'_>,
        at: usize,
        outcome: Outcome,
    ) -> Result<(), AppError> {
        let is_stopped = change.job.cancel_requested_at.is_some();
        match outcome {
            Outcome::Done(value) => self.write_done(change, at, value).await,
            Outcome::HandedBack if !is_stopped => {
                let attempts = (change.steps[at].attempts - 1).max(0);
                let columns = job_steps::ActiveModel {
                    attempts: Set(attempts),
                    progress: Set(0.0),
                    ..released()
                };
                change.make_ready(at, None, columns).await?;
                change.tell_step("step.handed_back", at, json!({}));
                Ok(())
            }
            Outcome::Failed {
                code,
                message,
                is_permanent,
                wait,
            } if !is_stopped => {
                let retry = (!is_permanent).then_some(wait);
                self.write_failed(change, at, &code, &message, retry).await
            }
            Outcome::Cancelled if !is_stopped => {
                let message = "the step stopped by itself";
                self.write_failed(change, at, "interrupted", message, Some(None))
                    .await
            }
            Outcome::Failed { .. } | Outcome::Cancelled | Outcome::HandedBack => {
                let columns = job_steps::ActiveModel {
                    finished_at: Set(Some(change.now)),
                    ..released()
                };
                change.set_step(at, state::step::CANCELLED, columns).await?;
                change.tell_step("step.cancelled", at, json!({}));
                Ok(())
            }
        }
    }

    async fn write_done(
        &self,
        change: &mut Change<'_>,
        at: usize,
        value: Value,
    ) -> Result<(), AppError> {
        change.steps[at].output = Some(value.clone());
        let columns = job_steps::ActiveModel {
            progress: Set(1.0),
            output: Set(Some(value)),
            input_hash: Set(self.input_hash.map(str::to_owned)),
            error: Set(None),
            error_code: Set(None),
            finished_at: Set(Some(change.now)),
            ..released()
        };
        change.set_step(at, state::step::DONE, columns).await?;
        change.tell_step("step.done", at, json!({ "attempt": self.number }));
        Ok(())
    }

    /// `retry`: whether trying again may help, and the wait that was asked for.
    async fn write_failed(
        &self,
        change: &mut Change<'_>,
        at: usize,
        code: &str,
        message: &str,
        retry: Option<Option<Duration>>,
    ) -> Result<(), AppError> {
        let row = &change.steps[at];
        let retry = retry.filter(|_| row.attempts < row.max_attempts);
        let tries = u32::try_from(row.attempts).unwrap_or(1);
        change.steps[at].error = Some(message.to_owned());
        let columns = job_steps::ActiveModel {
            error_code: Set(Some(code.to_owned())),
            error: Set(Some(message.to_owned())),
            finished_at: Set(Some(change.now)),
            ..released()
        };
        let mut retry_at = None;
        if let Some(asked) = retry {
            let wait = backoff::wait(self.limits, &change.app.config.jobs, tries, asked);
            let wait_us = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
            let not_before = Micros(change.now.0.saturating_add(wait_us));
            retry_at = Some(jiff::Timestamp::from(not_before).to_string());
            let not_before = (!wait.is_zero()).then_some(not_before);
            change.make_ready(at, not_before, columns).await?;
        } else {
            change.set_step(at, state::step::ERROR, columns).await?;
        }
        let data = json!({
            "error_code": code,
            "error": message,
            "will_retry": retry.is_some(),
            "retry_at": retry_at,
        });
        change.tell_step("step.failed", at, data);
        Ok(())
    }
}

fn attempt_end(change: &Change<'_>, outcome: &Outcome, failed: &'static str) -> AttemptEnd {
    let is_stopped = change.job.cancel_requested_at.is_some();
    match outcome {
        Outcome::Done(_) => AttemptEnd {
            state: state::attempt::SUCCEEDED,
            ..AttemptEnd::default()
        },
        Outcome::Failed { code, message, .. } => AttemptEnd {
            state: failed,
            error_code: Some(code.clone()),
            error: Some(message.clone()),
            details: None,
        },
        Outcome::Cancelled if !is_stopped => AttemptEnd {
            state: failed,
            error_code: Some("interrupted".to_owned()),
            error: Some("the step stopped by itself".to_owned()),
            details: None,
        },
        Outcome::Cancelled => AttemptEnd {
            state: state::attempt::CANCELLED,
            error_code: Some("cancelled".to_owned()),
            ..AttemptEnd::default()
        },
        Outcome::HandedBack => AttemptEnd {
            state: state::attempt::CANCELLED,
            error_code: Some("handed_back".to_owned()),
            ..AttemptEnd::default()
        },
    }
}

/// Writes how far an attempt is.
pub(in crate::jobs) async fn report_progress(
    app: &App,
    attempt: &Attempt,
    fraction: f64,
) -> Result<(), AppError> {
    let transaction = app.store.begin().await?;
    let mut change = Change::begin(app, &transaction, attempt.job.id).await?;
    let Some(at) = change.find(attempt.step.name()) else {
        return Ok(());
    };
    if change.steps[at].attempt_id != Some(attempt.id) {
        return Ok(());
    }
    let columns = job_steps::ActiveModel {
        progress: Set(fraction),
        heartbeat_at: Set(Some(now(app))),
        ..Default::default()
    };
    change
        .set_step(at, state::step::IN_PROGRESS, columns)
        .await?;
    change.tell_step("step.progress", at, json!({ "progress": fraction }));
    let outbox = change.finish().await?;
    transaction.commit().await?;
    Outbox::send(outbox, app).await;
    Ok(())
}
