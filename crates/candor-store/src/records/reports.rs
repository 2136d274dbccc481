//! Finished reports: appended, never changed.

use candor_core::ids::{AnalysisId, InterviewId, ReportId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::analyses::Bound;
use crate::{StoreError, entities::reports};

pub use reports::Model;

/// Which reports a list holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Only of this interview.
    pub interview: Option<InterviewId>,
    /// Only of this analysis.
    pub analysis: Option<AnalysisId>,
    /// Only of this kind.
    pub kind: Option<String>,
}

/// Adds one.
///
/// # Errors
/// What the database says.
pub async fn insert(connection: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    let row: reports::ActiveModel = row.into();
    reports::Entity::insert(row.reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// One report.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none within `bound`.
pub async fn get(
    connection: &impl ConnectionTrait,
    bound: Bound,
    id: ReportId,
) -> Result<Model, StoreError> {
    within(bound)
        .filter(reports::Column::Id.eq(id.uuid()))
        .one(connection)
        .await?
        .ok_or(StoreError::NotFound { entity: "report" })
}

/// Reports, newest first, after the id `after`.
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
    if let Some(interview) = filter.interview {
        query = query.filter(reports::Column::InterviewId.eq(interview.uuid()));
    }
    if let Some(analysis) = filter.analysis {
        query = query.filter(reports::Column::AnalysisId.eq(analysis.uuid()));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(reports::Column::Kind.eq(kind.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(reports::Column::Id.lt(after));
    }
    Ok(query
        .order_by_desc(reports::Column::Id)
        .limit(limit)
        .all(connection)
        .await?)
}

fn within(bound: Bound) -> sea_orm::Select<reports::Entity> {
    reports::Entity::find()
        .filter(reports::Column::OrganisationId.eq(bound.organisation.uuid()))
        .filter(bound.rows.reports())
}
