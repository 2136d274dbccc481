//! What the end of an analysis means for its interview: its total, once all its analyses ended.

use candor_core::ids::InterviewId;
use candor_store::{
    Micros, StoreError,
    entities::{interviews, jobs},
    records::analyses,
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};

use crate::{App, AppError};

/// Interviews of this origin tell the state of their analyses as their own.
const PIPELINE: &str = "pipeline";

/// An analysis began.
pub(super) async fn begun(
    app: &App,
    transaction: &DatabaseTransaction,
    job: &jobs::Model,
) -> Result<(), AppError> {
    let Some(interview) = interview_of(transaction, job).await? else {
        return Ok(());
    };
    if interview.origin == PIPELINE {
        let started_at = interview.started_at.or(job.started_at);
        let change = Change {
            status: "in_progress",
            overall_score: interview.overall_score,
            started_at,
            finished_at: None,
        };
        update(app, transaction, interview.id.into(), change).await?;
    }
    Ok(())
}

/// An analysis ended; its own row says so already.
pub(super) async fn ended(
    app: &App,
    transaction: &DatabaseTransaction,
    job: &jobs::Model,
) -> Result<(), AppError> {
    let Some(interview) = interview_of(transaction, job).await? else {
        return Ok(());
    };
    let all =
        analyses::list_of_interview(transaction, job.organisation_id.into(), interview.id.into())
            .await?;
    let newest = newest_of_each(&all);
    let is_open = |analysis: &&analyses::Model| {
        !["done", "failed", "cancelled"].contains(&analysis.state.as_str())
    };
    if newest.iter().any(is_open) {
        return Ok(());
    }
    let is_done = newest.iter().all(|analysis| analysis.state == "done");
    let status = match (interview.origin.as_str(), is_done) {
        (PIPELINE, true) => "done".to_owned(),
        (PIPELINE, false) => "failed".to_owned(),
        _ => interview.status.clone(),
    };
    let change = Change {
        status: &status,
        // A total over some of the answers would look like one over all.
        overall_score: if is_done { mean_score(&newest) } else { None },
        started_at: interview.started_at,
        finished_at: match interview.origin.as_str() {
            PIPELINE => Some(Micros::from(app.clock.now())),
            _ => interview.finished_at,
        },
    };
    update(app, transaction, interview.id.into(), change).await
}

/// Of analyses of the same question, or of the same recording, the last one counts.
fn newest_of_each(all: &[analyses::Model]) -> Vec<&analyses::Model> {
    let about = |analysis: &analyses::Model| (analysis.question_id, analysis.recording_id);
    let is_same = |a: &analyses::Model, b: &analyses::Model| match (a.question_id, b.question_id) {
        (Some(a), Some(b)) => a == b,
        _ => about(a) == about(b),
    };
    all.iter()
        .enumerate()
        .filter(|(index, analysis)| {
            !all[index + 1..]
                .iter()
                .any(|later| is_same(later, analysis))
        })
        .map(|(_, analysis)| analysis)
        .collect()
}

/// Mean of the totals, whole; none when an answer has none.
fn mean_score(analyses: &[&analyses::Model]) -> Option<f64> {
    let scores: Vec<f64> = analyses
        .iter()
        .map(|analysis| analysis.overall_score)
        .collect::<Option<_>>()?;
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    (!scores.is_empty()).then(|| mean.round())
}

/// The interview of a job's analysis, locked: analyses that end at the same time see each other's end.
async fn interview_of(
    transaction: &DatabaseTransaction,
    job: &jobs::Model,
) -> Result<Option<interviews::Model>, AppError> {
    let organisation = job.organisation_id.into();
    let analysis = analyses::get_by_job(transaction, organisation, job.id.into()).await?;
    let Some(id) = analysis.interview_id else {
        return Ok(None);
    };
    Ok(interviews::Entity::find_by_id(id)
        .filter(interviews::Column::OrganisationId.eq(job.organisation_id))
        .lock_exclusive()
        .one(transaction)
        .await
        .map_err(StoreError::from)?)
}

struct Change<'a> {
    status: &'a str,
    overall_score: Option<f64>,
    started_at: Option<Micros>,
    finished_at: Option<Micros>,
}

async fn update(
    app: &App,
    transaction: &DatabaseTransaction,
    interview: InterviewId,
    change: Change<'_>,
) -> Result<(), AppError> {
    use interviews::Column;
    interviews::Entity::update_many()
        .col_expr(Column::Status, Expr::value(change.status))
        .col_expr(Column::OverallScore, Expr::value(change.overall_score))
        .col_expr(
            Column::StartedAt,
            Expr::value(change.started_at.map(|at| at.0)),
        )
        .col_expr(
            Column::FinishedAt,
            Expr::value(change.finished_at.map(|at| at.0)),
        )
        .col_expr(
            Column::UpdatedAt,
            Expr::value(Micros::from(app.clock.now()).0),
        )
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(interview.uuid()))
        .exec(transaction)
        .await
        .map_err(StoreError::from)?;
    Ok(())
}
