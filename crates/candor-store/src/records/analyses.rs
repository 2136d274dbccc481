//! Analyses: what is analysed, for whom, and what came of it.

use candor_core::ids::{AnalysisId, InterviewId, JobId, OrganisationId};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

use super::{only::ReadOne, reach::Rows};
use crate::{Micros, StoreError, entities::analyses};

pub use analyses::Model;

/// Whose rows are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Which of its rows.
    pub rows: Rows,
}

/// Which analyses a list holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Only this state.
    pub state: Option<String>,
    /// Only of this interview.
    pub interview: Option<InterviewId>,
}

/// Adds an analysis.
///
/// # Errors
/// What the database says.
pub async fn insert(connection: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    let row: analyses::ActiveModel = row.into();
    analyses::Entity::insert(reset(row))
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Every column is written, also those with the value of a default.
fn reset(row: analyses::ActiveModel) -> analyses::ActiveModel {
    use sea_orm::ActiveModelTrait;
    row.reset_all()
}

/// One analysis.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none within `bound`.
pub async fn get(
    connection: &impl ReadOne,
    bound: Bound,
    id: AnalysisId,
) -> Result<Model, StoreError> {
    let condition = inside(bound).add(analyses::Column::Id.eq(id.uuid()));
    connection
        .read_one::<analyses::Entity>(condition)
        .await?
        .ok_or(StoreError::NotFound { entity: "analysis" })
}

/// The analysis that a job makes.
///
/// # Errors
/// [`StoreError::NotFound`] when the job makes none.
pub async fn get_by_job(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    job: JobId,
) -> Result<Model, StoreError> {
    within(Bound {
        organisation,
        rows: Rows::All,
    })
    .filter(analyses::Column::JobId.eq(job.uuid()))
    .one(connection)
    .await?
    .ok_or(StoreError::NotFound { entity: "analysis" })
}

/// The organisation and the job of an analysis; for the operator of the machine only.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn whose(
    connection: &impl ConnectionTrait,
    id: AnalysisId,
) -> Result<(OrganisationId, JobId), StoreError> {
    let row = analyses::Entity::find_by_id(id.uuid())
        .one(connection)
        .await?
        .ok_or(StoreError::NotFound { entity: "analysis" })?;
    Ok((row.organisation_id.into(), row.job_id.into()))
}

/// The newest analysis with the client's own id.
///
/// # Errors
/// What the database says.
pub async fn find_by_external_id(
    connection: &impl ConnectionTrait,
    bound: Bound,
    origin: &str,
    external_id: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(within(bound)
        .filter(analyses::Column::Origin.eq(origin))
        .filter(analyses::Column::ExternalId.eq(external_id))
        .order_by_desc(analyses::Column::Id)
        .one(connection)
        .await?)
}

/// Analyses, newest first, after the id `after`.
///
/// # Errors
/// What the database says.
pub async fn list(
    connection: &impl ConnectionTrait,
    bound: Bound,
    filter: &Filter,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut query = within(bound);
    if let Some(state) = &filter.state {
        query = query.filter(analyses::Column::State.eq(state.as_str()));
    }
    if let Some(interview) = filter.interview {
        query = query.filter(analyses::Column::InterviewId.eq(interview.uuid()));
    }
    if let Some(after) = after {
        query = query.filter(analyses::Column::Id.lt(after));
    }
    Ok(query
        .order_by_desc(analyses::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

/// Every analysis of an interview, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list_of_interview(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    interview: InterviewId,
) -> Result<Vec<Model>, StoreError> {
    Ok(within(Bound {
        organisation,
        rows: Rows::All,
    })
    .filter(analyses::Column::InterviewId.eq(interview.uuid()))
    .order_by_asc(analyses::Column::Id)
    .all(connection)
    .await?)
}

/// A change of state, copied from the job.
#[derive(Debug, Clone, PartialEq)]
pub struct StateChange<'a> {
    /// The new state.
    pub state: &'a str,
    /// Why it failed, for people.
    pub error: Option<&'a str>,
    /// Begun.
    pub started_at: Option<Micros>,
    /// Ended; `None` also takes back an end, when steps are repeated.
    pub finished_at: Option<Micros>,
}

/// Copies the job's state.
///
/// # Errors
/// What the database says.
pub async fn set_state(
    connection: &impl ConnectionTrait,
    job: JobId,
    change: StateChange<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    use analyses::Column;
    analyses::Entity::update_many()
        .col_expr(Column::State, Expr::value(change.state))
        .col_expr(Column::Error, Expr::value(change.error.map(str::to_owned)))
        .col_expr(
            Column::StartedAt,
            Expr::value(change.started_at.map(|at| at.0)),
        )
        .col_expr(
            Column::FinishedAt,
            Expr::value(change.finished_at.map(|at| at.0)),
        )
        .col_expr(Column::UpdatedAt, Expr::value(Micros::from(now).0))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::JobId.eq(job.uuid()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Records the outcome.
///
/// # Errors
/// What the database says.
pub async fn set_result(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: AnalysisId,
    overall_score: Option<f64>,
    result: &Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    use analyses::Column;
    analyses::Entity::update_many()
        .set(analyses::ActiveModel {
            overall_score: Set(overall_score),
            result: Set(Some(result.clone())),
            updated_at: Set(now.into()),
            ..Default::default()
        })
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .exec(connection)
        .await?;
    Ok(())
}

fn within(bound: Bound) -> sea_orm::Select<analyses::Entity> {
    analyses::Entity::find().filter(inside(bound))
}

fn inside(bound: Bound) -> Condition {
    Condition::all()
        .add(analyses::Column::OrganisationId.eq(bound.organisation.uuid()))
        .add(bound.rows.analyses())
}
