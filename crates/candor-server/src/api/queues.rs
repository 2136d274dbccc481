//! Queues: depths, attempts, errors, retry, cancel.

use axum::extract::State;
use candor_app::jobs::{self, JobFilter};
use candor_core::ids::JobId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::{Below, Path, Query},
    problem::ApiResult,
    responses::{ActProblems, GetProblems, ListProblems, OverviewProblems},
};

mod wire;

use wire::QueueJobResponse;
pub(crate) use wire::QueuesResponse;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(get_queues))
        .routes(routes!(list_queue_jobs))
        .routes(routes!(get_queue_job))
        .routes(routes!(cancel_queue_job))
        .routes(routes!(retry_queue_job_step))
}

/// How many steps wait, run and failed, by pool and step, and who works.
#[utoipa::path(
    get, path = "/api/v1/queues", tag = "queues",
    responses((status = 200, body = QueuesResponse), OverviewProblems)
)]
async fn get_queues(
    State(state): State<ServerState>,
    Caller(actor): Caller,
) -> ApiResult<Json<QueuesResponse>> {
    Ok(Json(jobs::get_queues(&state.app, &actor).await?.into()))
}

/// Which jobs are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct JobsQuery {
    /// Only those in this state.
    #[param(inline)]
    state: Option<wire::JobState>,
    /// Only those of this pipeline.
    pipeline: Option<String>,
}

/// A page of jobs with their steps, newest first.
#[utoipa::path(
    get, path = "/api/v1/queues/jobs", tag = "queues",
    params(JobsQuery, PageQuery),
    responses((status = 200, body = ListResponse<QueueJobResponse>), ListProblems)
)]
async fn list_queue_jobs(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Query(query): Query<JobsQuery>,
    Paging(page): Paging,
) -> ApiResult<Json<ListResponse<QueueJobResponse>>> {
    let filter = JobFilter {
        state: query.state.map(|state| state.as_str().to_owned()),
        pipeline: query.pipeline,
    };
    let page = jobs::list_jobs(&state.app, &actor, &filter, page).await?;
    Ok(Json(page.map(QueueJobResponse::from).into()))
}

/// One job with every attempt and error.
#[utoipa::path(
    get, path = "/api/v1/queues/jobs/{id}", tag = "queues",
    params(("id" = String, Path, description = "The job")),
    responses((status = 200, body = QueueJobResponse), GetProblems)
)]
async fn get_queue_job(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<JobId>,
) -> ApiResult<Json<QueueJobResponse>> {
    Ok(Json(jobs::read_job(&state.app, &actor, id).await?.into()))
}

/// Stops a job: what waits is cancelled at once, what runs is asked to stop.
#[utoipa::path(
    post, path = "/api/v1/queues/jobs/{id}/cancel", tag = "queues",
    params(("id" = String, Path, description = "The job")),
    responses((status = 200, body = QueueJobResponse), ActProblems)
)]
async fn cancel_queue_job(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<JobId>,
) -> ApiResult<Json<QueueJobResponse>> {
    Ok(Json(jobs::cancel_job(&state.app, &actor, id).await?.into()))
}

/// How far a step is repeated.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RetryQuery {
    /// Also everything that depends on it, where its outcome changes.
    and_after: Option<bool>,
}

/// Runs a step once more; its history is kept. A job that had ended goes on.
#[utoipa::path(
    post, path = "/api/v1/queues/jobs/{id}/steps/{step}/retry", tag = "queues",
    params(
        ("id" = String, Path, description = "The job"),
        ("step" = String, Path, description = "Name of the step"),
        RetryQuery
    ),
    responses((status = 200, body = QueueJobResponse), ActProblems)
)]
async fn retry_queue_job_step(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Below(job, step): Below<JobId, String>,
    Query(query): Query<RetryQuery>,
) -> ApiResult<Json<QueueJobResponse>> {
    let and_after = query.and_after.unwrap_or(false);
    let view = jobs::retry_job_step(&state.app, &actor, job, &step, and_after).await?;
    Ok(Json(view.into()))
}
