//! The ledger of durable work: jobs, their steps, attempts and events.
//!
//! Whoever changes a job's rows locks the job first ([`lock_job`]): two steps that end at the same moment
//! must see each other, and the events of one job get their numbers in the order in which they are committed.

use candor_core::ids::{JobId, OrganisationId};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait,
    DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use super::only::ReadOne;
use crate::{
    Micros, StoreError,
    entities::{job_attempts, job_events, job_steps, jobs},
};

pub mod overview;
pub mod state;

use state::{attempt as attempt_state, job as job_state, step as step_state};

/// Writes a new job with its steps.
///
/// # Errors
/// What the database says.
pub async fn insert_job(
    transaction: &impl ConnectionTrait,
    job: jobs::ActiveModel,
    steps: Vec<job_steps::ActiveModel>,
) -> Result<(), StoreError> {
    jobs::Entity::insert(job)
        .exec_without_returning(transaction)
        .await?;
    job_steps::Entity::insert_many(steps)
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// The job, held against everybody else until the transaction ends.
///
/// # Errors
/// [`StoreError::NotFound`] when it is gone.
pub async fn lock_job(
    transaction: &DatabaseTransaction,
    job: Uuid,
) -> Result<jobs::Model, StoreError> {
    jobs::Entity::find_by_id(job)
        .lock_exclusive()
        .all(transaction)
        .await?
        .into_iter()
        .next()
        .ok_or(StoreError::NotFound { entity: "job" })
}

/// A job of an organisation.
///
/// # Errors
/// What the database says.
pub async fn find_job(
    connection: &impl ReadOne,
    organisation: OrganisationId,
    job: JobId,
) -> Result<Option<jobs::Model>, StoreError> {
    Ok(connection
        .read_one::<jobs::Entity>(
            Condition::all()
                .add(jobs::Column::Id.eq(job.uuid()))
                .add(jobs::Column::OrganisationId.eq(organisation.uuid())),
        )
        .await?)
}

/// The steps of a job in the order of the definition.
///
/// # Errors
/// What the database says.
pub async fn list_steps(
    connection: &impl ConnectionTrait,
    job: Uuid,
) -> Result<Vec<job_steps::Model>, StoreError> {
    Ok(job_steps::Entity::find()
        .filter(job_steps::Column::JobId.eq(job))
        .order_by_asc(job_steps::Column::Ordinal)
        .all(connection)
        .await?)
}

/// All attempts of a job, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list_attempts(
    connection: &impl ConnectionTrait,
    job: Uuid,
) -> Result<Vec<job_attempts::Model>, StoreError> {
    Ok(job_attempts::Entity::find()
        .filter(job_attempts::Column::JobId.eq(job))
        .order_by_asc(job_attempts::Column::StartedAt)
        .order_by_asc(job_attempts::Column::Attempt)
        .all(connection)
        .await?)
}

/// Number of the last attempt of a step over its whole life; 0: none yet.
///
/// # Errors
/// What the database says.
pub async fn last_attempt(
    connection: &impl ConnectionTrait,
    job: Uuid,
    step: &str,
) -> Result<i32, StoreError> {
    let last: Vec<Option<i32>> = job_attempts::Entity::find()
        .select_only()
        .column_as(job_attempts::Column::Attempt.max(), "last")
        .filter(job_attempts::Column::JobId.eq(job))
        .filter(job_attempts::Column::Step.eq(step))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(last.into_iter().flatten().next().unwrap_or(0))
}

/// Writes changed columns of a step; its version grows by one.
///
/// # Errors
/// What the database says.
pub async fn update_step(
    transaction: &impl ConnectionTrait,
    before: &job_steps::Model,
    mut change: job_steps::ActiveModel,
) -> Result<(), StoreError> {
    change.version = Set(before.version + 1);
    job_steps::Entity::update_many()
        .set(change)
        .filter(job_steps::Column::Id.eq(before.id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Writes changed columns of a job; its version grows by one.
///
/// # Errors
/// What the database says.
pub async fn update_job(
    transaction: &impl ConnectionTrait,
    before: &jobs::Model,
    now: Micros,
    mut change: jobs::ActiveModel,
) -> Result<jobs::Model, StoreError> {
    change.id = Set(before.id);
    change.updated_at = Set(now);
    change.version = Set(before.version + 1);
    Ok(change.update(transaction).await?)
}

/// Writes a new attempt.
///
/// # Errors
/// What the database says.
pub async fn insert_attempt(
    transaction: &impl ConnectionTrait,
    attempt: job_attempts::ActiveModel,
) -> Result<(), StoreError> {
    job_attempts::Entity::insert(attempt)
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// How an attempt ended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AttemptEnd {
    /// State, see [`state::attempt`].
    pub state: &'static str,
    /// Stable code.
    pub error_code: Option<String>,
    /// For people.
    pub error: Option<String>,
    /// E.g. the remote answer.
    pub details: Option<Value>,
}

/// Closes an attempt that is still running; `false`: it was closed before.
///
/// # Errors
/// What the database says.
pub async fn close_attempt(
    transaction: &impl ConnectionTrait,
    attempt: Uuid,
    now: Micros,
    end: AttemptEnd,
) -> Result<bool, StoreError> {
    let change = job_attempts::ActiveModel {
        state: Set(end.state.to_owned()),
        error_code: Set(end.error_code),
        error: Set(end.error),
        details: Set(end.details),
        finished_at: Set(Some(now)),
        ..Default::default()
    };
    let result = job_attempts::Entity::update_many()
        .set(change)
        .filter(job_attempts::Column::Id.eq(attempt))
        .filter(job_attempts::Column::State.eq(attempt_state::RUNNING))
        .exec(transaction)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Those of the attempts that run according to the ledger.
///
/// # Errors
/// What the database says.
pub async fn running_attempts(
    connection: &impl ConnectionTrait,
    attempts: &[Uuid],
) -> Result<Vec<Uuid>, StoreError> {
    if attempts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(job_attempts::Entity::find()
        .select_only()
        .column(job_attempts::Column::Id)
        .filter(job_attempts::Column::Id.is_in(attempts.iter().copied()))
        .filter(job_attempts::Column::State.eq(attempt_state::RUNNING))
        .into_tuple()
        .all(connection)
        .await?)
}

/// An event that is not written yet.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// What happened, e.g. `step.done`.
    pub kind: String,
    /// What is told of it.
    pub data: Value,
}

/// Appends events in this order.
///
/// # Errors
/// What the database says.
pub async fn append_events(
    transaction: &impl ConnectionTrait,
    job: Uuid,
    events: Vec<NewEvent>,
    now: Micros,
) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let rows = events.into_iter().map(|event| job_events::ActiveModel {
        job_id: Set(job),
        kind: Set(event.kind),
        data: Set(event.data),
        at: Set(now),
        ..Default::default()
    });
    job_events::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// Events of a job after the one with id `after`, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list_events(
    connection: &impl ConnectionTrait,
    job: Uuid,
    after: i64,
    limit: u64,
) -> Result<Vec<job_events::Model>, StoreError> {
    Ok(job_events::Entity::find()
        .filter(job_events::Column::JobId.eq(job))
        .filter(job_events::Column::Id.gt(after))
        .order_by_asc(job_events::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// A step that may run now or later, and the message that was pushed for it.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct ReadyStep {
    /// The step's row.
    pub id: Uuid,
    /// The job.
    pub job_id: Uuid,
    /// Step.
    pub name: String,
    /// Pool of workers.
    pub pool: String,
    /// Lower runs first.
    pub priority: i32,
    /// No attempt before this time, in microseconds.
    pub not_before: Option<i64>,
    /// The message.
    pub message: Option<String>,
    /// For noticing changes.
    pub version: i32,
}

/// One page of the steps that may run now or later, ordered by id.
///
/// # Errors
/// What the database says.
pub async fn list_ready(
    connection: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<ReadyStep>, StoreError> {
    let mut select = job_steps::Entity::find()
        .select_only()
        .columns([
            job_steps::Column::Id,
            job_steps::Column::JobId,
            job_steps::Column::Name,
            job_steps::Column::Pool,
            job_steps::Column::Priority,
            job_steps::Column::NotBefore,
            job_steps::Column::Message,
            job_steps::Column::Version,
        ])
        .filter(job_steps::Column::State.eq(step_state::READY))
        .order_by_asc(job_steps::Column::Id)
        .limit(limit);
    if let Some(after) = after {
        select = select.filter(job_steps::Column::Id.gt(after));
    }
    Ok(select.into_model::<ReadyStep>().all(connection).await?)
}

/// Notes the message that is about to be pushed for a step; `false`: somebody changed the step meanwhile.
///
/// # Errors
/// What the database says.
pub async fn note_message(
    transaction: &impl ConnectionTrait,
    step: &ReadyStep,
    message: &str,
) -> Result<bool, StoreError> {
    let result = job_steps::Entity::update_many()
        .set(job_steps::ActiveModel {
            message: Set(Some(message.to_owned())),
            version: Set(step.version + 1),
            ..Default::default()
        })
        .filter(job_steps::Column::Id.eq(step.id))
        .filter(job_steps::Column::Version.eq(step.version))
        .filter(job_steps::Column::State.eq(step_state::READY))
        .exec(transaction)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Steps whose attempt gave no sign of life since `before`.
///
/// # Errors
/// What the database says.
pub async fn list_silent(
    connection: &impl ConnectionTrait,
    before: Micros,
    limit: u64,
) -> Result<Vec<job_steps::Model>, StoreError> {
    Ok(job_steps::Entity::find()
        .filter(job_steps::Column::State.eq(step_state::IN_PROGRESS))
        .filter(
            Condition::any()
                .add(job_steps::Column::HeartbeatAt.lt(before))
                .add(job_steps::Column::HeartbeatAt.is_null()),
        )
        .limit(limit)
        .all(connection)
        .await?)
}

/// Of these jobs, those that somebody wants to stop.
///
/// # Errors
/// What the database says.
pub async fn stopping_jobs(
    connection: &impl ConnectionTrait,
    among: &[Uuid],
) -> Result<Vec<Uuid>, StoreError> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    Ok(jobs::Entity::find()
        .select_only()
        .column(jobs::Column::Id)
        .filter(jobs::Column::Id.is_in(among.iter().copied()))
        .filter(jobs::Column::CancelRequestedAt.is_not_null())
        .into_tuple()
        .all(connection)
        .await?)
}

/// Jobs that somebody stopped and that have not ended.
///
/// # Errors
/// What the database says.
pub async fn list_unfinished_stops(
    connection: &impl ConnectionTrait,
    limit: u64,
) -> Result<Vec<Uuid>, StoreError> {
    Ok(jobs::Entity::find()
        .select_only()
        .column(jobs::Column::Id)
        .filter(jobs::Column::State.is_in([job_state::QUEUED, job_state::IN_PROGRESS]))
        .filter(jobs::Column::CancelRequestedAt.is_not_null())
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?)
}
