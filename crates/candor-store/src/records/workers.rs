//! Processes that run steps, and their signs of life.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::jobs::state::step as step_state;
use crate::{
    Micros, StoreError,
    entities::{job_steps, workers},
};

/// Signs of life of a worker and of what it runs: the worker's row is made anew where it is missing.
///
/// # Errors
/// What the database says.
pub async fn beat(
    connection: &impl ConnectionTrait,
    worker: &workers::Model,
    attempts: &[Uuid],
    now: Micros,
) -> Result<(), StoreError> {
    let row = workers::ActiveModel {
        name: Set(worker.name.clone()),
        pools: Set(worker.pools.clone()),
        started_at: Set(worker.started_at),
        heartbeat_at: Set(now),
        stopped_at: Set(None),
    };
    workers::Entity::insert(row)
        .on_conflict(
            OnConflict::column(workers::Column::Name)
                .update_column(workers::Column::HeartbeatAt)
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await?;
    if attempts.is_empty() {
        return Ok(());
    }
    job_steps::Entity::update_many()
        .set(job_steps::ActiveModel {
            heartbeat_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(job_steps::Column::State.eq(step_state::IN_PROGRESS))
        .filter(job_steps::Column::AttemptId.is_in(attempts.iter().copied()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Notes that a worker ended in order.
///
/// # Errors
/// What the database says.
pub async fn stop(
    connection: &impl ConnectionTrait,
    name: &str,
    now: Micros,
) -> Result<(), StoreError> {
    workers::Entity::update_many()
        .set(workers::ActiveModel {
            stopped_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(workers::Column::Name.eq(name))
        .exec(connection)
        .await?;
    Ok(())
}

/// All known workers, youngest first.
///
/// # Errors
/// What the database says.
pub async fn list_workers(
    connection: &impl ConnectionTrait,
) -> Result<Vec<workers::Model>, StoreError> {
    Ok(workers::Entity::find()
        .order_by_desc(workers::Column::StartedAt)
        .all(connection)
        .await?)
}

/// Removes workers without a sign of life since `before`.
///
/// # Errors
/// What the database says.
pub async fn delete_silent(
    connection: &impl ConnectionTrait,
    before: Micros,
) -> Result<u64, StoreError> {
    Ok(workers::Entity::delete_many()
        .filter(workers::Column::HeartbeatAt.lt(before))
        .exec(connection)
        .await?
        .rows_affected)
}
