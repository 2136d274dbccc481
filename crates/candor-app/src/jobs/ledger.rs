//! Changes of the ledger: each one short transaction that holds the job.

use std::time::Duration;

use candor_store::{
    Micros,
    entities::{job_steps, jobs},
    live::Topic,
    queue::Message,
    records::{
        self,
        jobs::{NewEvent, state},
    },
};
use sea_orm::{ActiveValue::Set, DatabaseTransaction};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{App, AppError};

mod close;
mod open;
mod settle;

pub(super) use close::{Outcome, close, report_progress, take_over};
pub(super) use open::{Attempt, open};
pub(super) use settle::{needs_are_met, settle};

/// Now, as the ledger writes it.
pub(super) fn now(app: &App) -> Micros {
    app.clock.now().into()
}

/// One change of one job: what was read, and what is told when it is committed.
pub(super) struct Change<'a> {
    pub app: &'a App,
    pub transaction: &'a DatabaseTransaction,
    pub now: Micros,
    pub job: jobs::Model,
    pub steps: Vec<job_steps::Model>,
    told: Vec<NewEvent>,
    pushed: Vec<Message>,
}

/// What remains to be done after the commit.
#[must_use]
pub(super) struct Outbox {
    job: Uuid,
    pushed: Vec<Message>,
}

impl<'a> Change<'a> {
    /// Holds the job and reads its steps.
    pub async fn begin(
        app: &'a App,
        transaction: &'a DatabaseTransaction,
        job: Uuid,
    ) -> Result<Self, AppError> {
        let job = records::jobs::lock_job(transaction, job).await?;
        let steps = records::jobs::list_steps(transaction, job.id).await?;
        Ok(Self {
            app,
            transaction,
            now: now(app),
            job,
            steps,
            told: Vec::new(),
            pushed: Vec::new(),
        })
    }

    /// The position of a step.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.name == name)
    }

    /// Writes a step's state with other columns.
    pub async fn set_step(
        &mut self,
        at: usize,
        state: &str,
        change: job_steps::ActiveModel,
    ) -> Result<(), AppError> {
        let change = job_steps::ActiveModel {
            state: Set(state.to_owned()),
            ..change
        };
        records::jobs::update_step(self.transaction, &self.steps[at], change).await?;
        self.steps[at].state = state.to_owned();
        self.steps[at].version += 1;
        Ok(())
    }

    /// Makes a step ready and pushes its message.
    pub async fn make_ready(
        &mut self,
        at: usize,
        not_before: Option<Micros>,
        change: job_steps::ActiveModel,
    ) -> Result<(), AppError> {
        let message = self.message(at, not_before);
        let change = job_steps::ActiveModel {
            message: Set(Some(message.id.clone())),
            ready_at: Set(Some(self.now)),
            not_before: Set(not_before),
            ..change
        };
        self.set_step(at, state::step::READY, change).await?;
        self.pushed.push(message);
        Ok(())
    }

    /// A message for a step.
    pub fn message(&self, at: usize, not_before: Option<Micros>) -> Message {
        let step = &self.steps[at];
        Message::new(
            step.pool.clone(),
            self.job.id,
            step.name.clone(),
            step.priority,
            not_before,
        )
    }

    /// Appends an event.
    pub fn tell(&mut self, kind: &str, data: Value) {
        let kind = kind.to_owned();
        self.told.push(NewEvent { kind, data });
    }

    /// Appends an event about a step.
    pub fn tell_step(&mut self, kind: &str, at: usize, mut data: Value) {
        data["step"] = json!(self.steps[at].name);
        data["state"] = json!(self.steps[at].state);
        self.tell(kind, data);
    }

    /// Writes all events in one statement and, where the queue lies with the records, all messages in another.
    /// Gives what remains to be done after the commit.
    pub async fn finish(self) -> Result<Outbox, AppError> {
        let (transaction, job) = (self.transaction, self.job.id);
        records::jobs::append_events(transaction, job, self.told, self.now).await?;
        let queue = &self.app.queue;
        queue.push_with(transaction, self.pushed.clone()).await?;
        Ok(Outbox {
            job,
            pushed: self.pushed,
        })
    }
}

impl Outbox {
    /// Tells workers and followers. What gets lost here, the reconciler mends.
    pub async fn send(self, app: &App) {
        app.queue.push_held().await;
        let now = now(app);
        for message in &self.pushed {
            let wakes = app.queue.wakes();
            match message.not_before.filter(|at| *at > now) {
                None => wakes.wake(&message.pool),
                Some(at) => {
                    let wait_us = at.0.saturating_sub(now.0).unsigned_abs();
                    let whole_s = Duration::from_secs(wait_us.div_ceil(1_000_000));
                    wakes.wake_later(&message.pool, whole_s);
                }
            }
        }
        app.live.signal(Topic::Events, self.job);
    }
}

/// Columns of a step that nobody works on.
pub(super) fn released() -> job_steps::ActiveModel {
    job_steps::ActiveModel {
        attempt_id: Set(None),
        worker: Set(None),
        heartbeat_at: Set(None),
        ..Default::default()
    }
}

/// Names of the steps that a step waits for.
pub(super) fn needs(step: &job_steps::Model) -> Vec<&str> {
    step.needs
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}
