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
    /// The worker ended or fell silent. `is_alone`: it ran nothing else.
    Lost {
        is_alone: bool,
    },
}

/// The wait of a step whose worker is gone grows up to that after so many attempts: long enough to part from others,
/// and a step that kills its process is still parked within minutes.
const LONGEST_LOST: i32 = 5;

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
    end.write(app, outcome, |_| true).await
}

/// Takes a step away from a worker that fell silent. The attempt counts, so that a step that kills its process
/// is parked in the end, unless others were lost with it: those that ran beside such a step must not be parked
/// with it. Their attempts are forgiven for a while, and each waits for a time of its own, so that they part.
pub(in crate::jobs) async fn take_over(
    app: &App,
    silent: &job_steps::Model,
    is_alone: bool,
) -> Result<bool, AppError> {
    let Some(attempt) = silent.attempt_id else {
        return Ok(false);
    };
    let limits = StepLimits::default();
    let end = End {
        attempt,
        job: silent.job_id,
        step: &silent.name,
        number: 0,
        input_hash: None,
        limits: &limits,
    };
    end.write(app, Outcome::Lost { is_alone }, |step| {
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
    /// `still`: whether the step is as it was when this was decided.
    async fn write(
        &self,
        app: &App,
        outcome: Outcome,
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
            attempt_end(&change, &outcome),
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
                let attempts = change.steps[at].attempts;
                let wait = self.wait(change, attempts, wait);
                let retry = (!is_permanent).then_some(wait);
                self.write_failed(change, at, &code, &message, retry).await
            }
            Outcome::Cancelled if !is_stopped => {
                let retry = self.wait(change, change.steps[at].attempts, None);
                self.write_failed(change, at, INTERRUPTED.0, INTERRUPTED.1, Some(retry))
                    .await
            }
            Outcome::Lost { is_alone } if !is_stopped => {
                self.write_lost(change, at, is_alone).await
            }
            Outcome::Failed { .. }
            | Outcome::Cancelled
            | Outcome::HandedBack
            | Outcome::Lost { .. } => {
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

    async fn write_lost(
        &self,
        change: &mut Change<'_>,
        at: usize,
        is_alone: bool,
    ) -> Result<(), AppError> {
        let row = &change.steps[at];
        let begun =
            records::jobs::last_attempt(change.transaction, change.job.id, &row.name).await?;
        let is_forgiven = !is_alone && begun <= row.max_attempts;
        change.steps[at].attempts -= i32::from(is_forgiven);
        // The silence of one that was alone was wait enough the first time.
        let wait = if is_alone && begun <= 1 {
            Duration::ZERO
        } else {
            self.wait(change, begun.min(LONGEST_LOST), None)
        };
        self.write_failed(change, at, LOST.0, LOST.1, Some(wait))
            .await
    }

    /// The wait after so many attempts, and what the other side asked for.
    fn wait(&self, change: &Change<'_>, attempts: i32, asked: Option<Duration>) -> Duration {
        let attempts = u32::try_from(attempts).unwrap_or(1);
        backoff::wait(self.limits, &change.app.config.jobs, attempts, asked)
    }

    /// `retry`: the wait before the next attempt, where another one may help.
    async fn write_failed(
        &self,
        change: &mut Change<'_>,
        at: usize,
        code: &str,
        message: &str,
        retry: Option<Duration>,
    ) -> Result<(), AppError> {
        let row = &change.steps[at];
        let retry = retry.filter(|_| row.attempts < row.max_attempts);
        let columns = job_steps::ActiveModel {
            attempts: Set(row.attempts),
            error_code: Set(Some(code.to_owned())),
            error: Set(Some(message.to_owned())),
            finished_at: Set(Some(change.now)),
            ..released()
        };
        change.steps[at].error = Some(message.to_owned());
        let mut retry_at = None;
        if let Some(wait) = retry {
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

/// Code and message of a step that stopped though nobody asked it to.
const INTERRUPTED: (&str, &str) = ("interrupted", "the step stopped by itself");
/// Code and message of a step whose worker is gone.
const LOST: (&str, &str) = (
    "worker_lost",
    "the worker ended or fell silent while it ran this step",
);

fn attempt_end(change: &Change<'_>, outcome: &Outcome) -> AttemptEnd {
    let is_stopped = change.job.cancel_requested_at.is_some();
    let ended = |state, (code, message): (&str, &str)| AttemptEnd {
        state,
        error_code: Some(code.to_owned()),
        error: Some(message.to_owned()),
        details: None,
    };
    match outcome {
        Outcome::Done(_) => AttemptEnd {
            state: state::attempt::SUCCEEDED,
            ..AttemptEnd::default()
        },
        Outcome::Failed { code, message, .. } => ended(state::attempt::FAILED, (code, message)),
        Outcome::Lost { .. } => ended(state::attempt::ABANDONED, LOST),
        Outcome::Cancelled if !is_stopped => ended(state::attempt::FAILED, INTERRUPTED),
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
