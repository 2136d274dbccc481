//! Results by recording and by job, and the flat status.

use axum::{Json, extract::State};
use candor_app::{
    AppError,
    documented::pipeline::{
        documents,
        records::{Answer, find_answer, get_answer},
        vocabulary::pipeline_status,
    },
};
use serde_json::{Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Params, id_param, param, records::actor};
use crate::{
    ServerState,
    auth::Caller,
    compat::errors::{GetErrors, Refusal, Shape},
    problem::ApiError,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(get_job_result))
        .routes(routes!(get_job_result_by_job))
        .routes(routes!(get_video_analysis_status))
}

/// The result for a recording.
#[utoipa::path(
    get, path = "/api/job-result/{videoResponseId}", tag = "pipeline",
    params(("videoResponseId" = String, Path, description = "The client's id of the recording")),
    responses((status = 200, body = Value), GetErrors)
)]
async fn get_job_result(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<Json<Value>, Refusal> {
    let read = async {
        let actor = actor(caller)?;
        let id = param(&params, "videoResponseId", "result")?;
        result(&find_answer(&state.app, &actor, &id).await?)
    };
    read.await
        .map(Json)
        .map_err(|error| Refusal::new(Shape::Status, error))
}

/// The result of a job.
#[utoipa::path(
    get, path = "/api/job-result/by-job/{jobId}", tag = "pipeline",
    params(("jobId" = String, Path, description = "The job")),
    responses((status = 200, body = Value), GetErrors)
)]
async fn get_job_result_by_job(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<Json<Value>, Refusal> {
    let read = async {
        let actor = actor(caller)?;
        let id = id_param(&params, "jobId", "result")?;
        result(&get_answer(&state.app, &actor, id).await?)
    };
    read.await
        .map(Json)
        .map_err(|error| Refusal::new(Shape::Status, error))
}

/// The state of a job as a flat map of texts.
#[utoipa::path(
    get, path = "/video-analysis/{jobId}/status", tag = "pipeline",
    params(("jobId" = String, Path, description = "The job")),
    responses((status = 200, body = Value), GetErrors)
)]
async fn get_video_analysis_status(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<Json<Value>, Refusal> {
    let read = async {
        let actor = actor(caller)?;
        let id = id_param(&params, "jobId", "job")?;
        get_answer(&state.app, &actor, id).await
    };
    let answer = read
        .await
        .map_err(|error| Refusal::new(Shape::Error, error))?;
    Ok(Json(documents::status_map(
        &answer.record,
        &answer.question,
        &answer.analysis,
    )))
}

/// The result document; there is none before the analysis is done.
fn result(answer: &Answer) -> Result<Value, AppError> {
    let found = documents::video_analysis(&answer.record, &answer.question, &answer.analysis);
    let Some(result) = found else {
        return Err(match pipeline_status(&answer.analysis.state) {
            "failed" => AppError::NotFound("result: the analysis failed"),
            _ => AppError::NotFound("result yet: the analysis is not finished"),
        });
    };
    Ok(json!({"status": "success", "result": result}))
}
