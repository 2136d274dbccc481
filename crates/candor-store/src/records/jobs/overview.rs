//! What operators see: how many steps are in which state, and jobs with their errors.

use candor_core::ids::OrganisationId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, prelude::*,
};

use crate::{
    StoreError,
    entities::{job_steps, jobs},
};

/// Steps of one pool, name and state.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct StepCount {
    /// Pool of workers.
    pub pool: String,
    /// Step.
    pub name: String,
    /// State.
    pub state: String,
    /// How many.
    pub n: i64,
    /// Since when the oldest of them may run, in microseconds.
    pub oldest_ready_at: Option<i64>,
}

fn of_job() -> RelationDef {
    job_steps::Entity::belongs_to(jobs::Entity)
        .from(job_steps::Column::JobId)
        .to(jobs::Column::Id)
        .into()
}

/// How many steps of an organisation are in which state. Finished ones are counted too.
///
/// # Errors
/// What the database says.
pub async fn count_steps(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Vec<StepCount>, StoreError> {
    Ok(job_steps::Entity::find()
        .select_only()
        .column(job_steps::Column::Pool)
        .column(job_steps::Column::Name)
        .column(job_steps::Column::State)
        .column_as(job_steps::Column::Id.count(), "n")
        .column_as(job_steps::Column::ReadyAt.min(), "oldest_ready_at")
        .join(JoinType::InnerJoin, of_job())
        .filter(jobs::Column::OrganisationId.eq(organisation.uuid()))
        .group_by(job_steps::Column::Pool)
        .group_by(job_steps::Column::Name)
        .group_by(job_steps::Column::State)
        .order_by_asc(job_steps::Column::Pool)
        .order_by_asc(job_steps::Column::Name)
        .into_model::<StepCount>()
        .all(connection)
        .await?)
}

/// Jobs of an organisation, newest first, after the one with id `after`.
///
/// # Errors
/// What the database says.
pub async fn list_jobs(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    state: Option<&str>,
    pipeline: Option<&str>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<jobs::Model>, StoreError> {
    let mut select = jobs::Entity::find()
        .filter(jobs::Column::OrganisationId.eq(organisation.uuid()))
        .order_by_desc(jobs::Column::Id)
        .limit(limit);
    if let Some(state) = state {
        select = select.filter(jobs::Column::State.eq(state));
    }
    if let Some(pipeline) = pipeline {
        select = select.filter(jobs::Column::Pipeline.eq(pipeline));
    }
    if let Some(after) = after {
        select = select.filter(jobs::Column::Id.lt(after));
    }
    Ok(select.all(connection).await?)
}

/// The newest job of `pipeline` that works on `subject`.
///
/// # Errors
/// What the database says.
pub async fn find_newest_job(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    pipeline: &str,
    subject: Uuid,
) -> Result<Option<jobs::Model>, StoreError> {
    Ok(jobs::Entity::find()
        .filter(jobs::Column::OrganisationId.eq(organisation.uuid()))
        .filter(jobs::Column::SubjectId.eq(subject))
        .filter(jobs::Column::Pipeline.eq(pipeline))
        .order_by_desc(jobs::Column::Id)
        .limit(1)
        .one(connection)
        .await?)
}

/// The steps of several jobs.
///
/// # Errors
/// What the database says.
pub async fn list_steps_of(
    connection: &impl ConnectionTrait,
    jobs: &[Uuid],
) -> Result<Vec<job_steps::Model>, StoreError> {
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    Ok(job_steps::Entity::find()
        .filter(job_steps::Column::JobId.is_in(jobs.iter().copied()))
        .order_by_asc(job_steps::Column::JobId)
        .order_by_asc(job_steps::Column::Ordinal)
        .all(connection)
        .await?)
}
