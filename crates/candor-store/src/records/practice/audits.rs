//! Samples of the audits, summed up by the database.

use candor_core::ids::OrganisationId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

use crate::{StoreError, entities::fairness_samples};

use fairness_samples::Column;

/// Number and means of the samples in one band.
#[derive(Debug, Clone, PartialEq, FromQueryResult)]
pub struct BandRow {
    /// The band.
    pub band: String,
    /// Samples with an engagement score, and their mean.
    pub engagement_n: i64,
    /// See `engagement_n`.
    pub engagement: Option<f64>,
    /// Samples with a score of clarity, and their mean.
    pub communication_clarity_n: i64,
    /// See `communication_clarity_n`.
    pub communication_clarity: Option<f64>,
    /// Samples with a score of comprehension, and their mean.
    pub interview_comprehension_n: i64,
    /// See `interview_comprehension_n`.
    pub interview_comprehension: Option<f64>,
    /// Samples with a total, and their mean.
    pub overall_performance_n: i64,
    /// See `overall_performance_n`.
    pub overall_performance: Option<f64>,
}

/// Appends a sample.
///
/// # Errors
/// What the database says.
pub async fn insert_sample(
    connection: &impl ConnectionTrait,
    row: fairness_samples::Model,
) -> Result<(), StoreError> {
    fairness_samples::Entity::insert(row.into_active_model())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The newest `most` samples of an organisation.
fn latest(organisation: OrganisationId, most: u64) -> Select<fairness_samples::Entity> {
    fairness_samples::Entity::find()
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .order_by_desc(Column::Day)
        .order_by_desc(Column::Id)
        .limit(most)
}

/// How many samples an organisation has, at most `most`.
///
/// # Errors
/// What the database says.
pub async fn count_samples(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    most: u64,
) -> Result<u64, StoreError> {
    let all = fairness_samples::Entity::find()
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .count(connection)
        .await?;
    Ok(if all < most { all } else { most })
}

/// Means of every score by the bands of `metric`, over the newest `most` samples.
///
/// # Errors
/// What the database says.
pub async fn band_means(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    metric: Column,
    most: u64,
) -> Result<Vec<BandRow>, StoreError> {
    let mut query = Query::select();
    query
        .expr_as(Expr::col(metric), Alias::new("band"))
        .from_subquery(
            latest(organisation, most).into_query(),
            Alias::new("latest"),
        )
        .and_where(Expr::col(metric).is_not_null())
        .group_by_col(metric)
        .order_by(metric, sea_orm::Order::Asc);
    for (score, n, mean) in [
        (Column::Engagement, "engagement_n", "engagement"),
        (
            Column::CommunicationClarity,
            "communication_clarity_n",
            "communication_clarity",
        ),
        (
            Column::InterviewComprehension,
            "interview_comprehension_n",
            "interview_comprehension",
        ),
        (
            Column::OverallPerformance,
            "overall_performance_n",
            "overall_performance",
        ),
    ] {
        query
            .expr_as(Expr::col(score).count(), Alias::new(n))
            .expr_as(Expr::col(score).avg(), Alias::new(mean));
    }
    let rows = connection.query_all(&query).await?;
    rows.iter()
        .map(|row| BandRow::from_query_result(row, "").map_err(StoreError::from))
        .collect()
}
