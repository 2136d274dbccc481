//! Starting pipelines, reading them and their records, repeating a step.

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
};
use candor_app::{
    App, AppError,
    documented::pipeline::{
        documents,
        intake::NewRecord,
        records::{Accepted, create_record, get_answer, get_record, retry_step},
    },
};
use candor_core::access::{Action, Actor};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Params, id_param, param, reader, requests};
use crate::{
    ServerState,
    auth::Caller,
    compat::errors::{ActErrors, CreateErrors, GetErrors, Refusal, Shape, body},
    problem::ApiError,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(start_pipeline))
        .routes(routes!(create_interview_record))
        .routes(routes!(get_pipeline))
        .routes(routes!(get_interview_record))
        .routes(routes!(retry_pipeline_step))
}

/// An accepted record.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordReply {
    /// Always true.
    ok: bool,
    /// The record.
    #[serde(rename = "interviewRecordId")]
    interview_record_id: String,
    /// One for each question.
    pipelines: Vec<PipelineReply>,
}

/// The pipeline of a question.
#[derive(Debug, Serialize, ToSchema)]
pub struct PipelineReply {
    /// The client's id of the question.
    #[serde(rename = "questionId")]
    question_id: String,
    /// Its pipeline; `null` where there is no video.
    #[serde(rename = "pipelineId")]
    pipeline_id: Option<String>,
}

impl From<Accepted> for RecordReply {
    fn from(accepted: Accepted) -> Self {
        Self {
            ok: true,
            interview_record_id: accepted.record.uuid().to_string(),
            pipelines: accepted
                .answers
                .into_iter()
                .map(|answer| PipelineReply {
                    question_id: answer.question_id,
                    pipeline_id: answer.analysis.map(|id| id.uuid().to_string()),
                })
                .collect(),
        }
    }
}

/// A repeated step.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetryReply {
    /// Always true.
    ok: bool,
    /// The pipeline.
    #[serde(rename = "pipelineId")]
    pipeline_id: String,
    /// The step, as the document names it.
    step: &'static str,
    /// Always `queued`.
    status: &'static str,
}

/// Reads who calls and what is asked for, and accepts it.
pub(super) async fn accept(
    app: &App,
    caller: Result<Caller, ApiError>,
    bytes: Result<Bytes, BytesRejection>,
    read: impl FnOnce(&App, &Value) -> Result<NewRecord, AppError>,
) -> Result<Accepted, AppError> {
    let actor = who_may(caller, Action::RunAnalyses)?;
    let request = read(app, &reader::parse(&body(app, bytes)?)?)?;
    create_record(app, &actor, request).await
}

/// Who calls.
pub(super) fn actor(caller: Result<Caller, ApiError>) -> Result<Actor, AppError> {
    caller.map(|Caller(actor)| actor).map_err(|error| error.0)
}

/// Who calls, where they may do `action` at all; see [`Caller::who_may`].
pub(super) fn who_may(caller: Result<Caller, ApiError>, action: Action) -> Result<Actor, AppError> {
    caller.map_err(|error| error.0)?.who_may(action)
}

/// Starts pipelines: takes the full record, the shorthand or a submission.
#[utoipa::path(
    post, path = "/api/pipeline", tag = "pipeline", request_body = Value,
    responses((status = 201, body = RecordReply), CreateErrors)
)]
async fn start_pipeline(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<RecordReply>), Refusal> {
    let accepted = accept(&state.app, caller, bytes, requests::any).await;
    let accepted = accepted.map_err(|error| Refusal::new(Shape::Ok, error))?;
    Ok((StatusCode::CREATED, Json(accepted.into())))
}

/// Accepts a record of questions with their videos and starts a pipeline for each.
#[utoipa::path(
    post, path = "/api/interview-record", tag = "pipeline", request_body = Value,
    responses((status = 201, body = RecordReply), CreateErrors)
)]
async fn create_interview_record(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<RecordReply>), Refusal> {
    let accepted = accept(&state.app, caller, bytes, requests::full).await;
    let accepted = accepted.map_err(|error| Refusal::new(Shape::Ok, error))?;
    Ok((StatusCode::CREATED, Json(accepted.into())))
}

/// A pipeline with the map of its steps, the list of its steps, and what was measured.
#[utoipa::path(
    get, path = "/api/pipeline/{pipelineId}", tag = "pipeline",
    params(("pipelineId" = String, Path, description = "The pipeline")),
    responses((status = 200, body = Value), GetErrors)
)]
async fn get_pipeline(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<Json<Value>, Refusal> {
    let read = async {
        let actor = actor(caller)?;
        let id = id_param(&params, "pipelineId", "pipeline")?;
        get_answer(&state.app, &actor, id).await
    };
    let answer = read.await.map_err(|error| Refusal::new(Shape::Ok, error))?;
    Ok(Json(documents::pipeline(
        &answer.record,
        &answer.question,
        &answer.analysis,
    )))
}

/// A record with the analysis of each question.
#[utoipa::path(
    get, path = "/api/interview-record/{id}", tag = "pipeline",
    params(("id" = String, Path, description = "The record")),
    responses((status = 200, body = Value), GetErrors)
)]
async fn get_interview_record(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<Json<Value>, Refusal> {
    let read = async {
        let actor = actor(caller)?;
        let id = id_param(&params, "id", "interview record")?;
        get_record(&state.app, &actor, id).await
    };
    let (record, answers) = read.await.map_err(|error| Refusal::new(Shape::Ok, error))?;
    Ok(Json(documents::record(&record, &answers)))
}

/// Runs one step again, with everything that depends on it.
#[utoipa::path(
    post, path = "/api/pipeline/{pipelineId}/steps/{step}/retry", tag = "pipeline",
    params(
        ("pipelineId" = String, Path, description = "The pipeline"),
        ("step" = String, Path, description = "The step, in any of the documented vocabularies"),
    ),
    responses((status = 202, body = RetryReply), ActErrors)
)]
async fn retry_pipeline_step(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    params: Params,
) -> Result<(StatusCode, Json<RetryReply>), Refusal> {
    let retry = async {
        let actor = who_may(caller, Action::RunAnalyses)?;
        let id = id_param(&params, "pipelineId", "pipeline")?;
        let step = param(&params, "step", "step")?;
        let step = retry_step(&state.app, &actor, id, &step).await?;
        Ok::<_, AppError>((id, step))
    };
    let (id, step) = retry
        .await
        .map_err(|error| Refusal::new(Shape::Ok, error))?;
    let reply = RetryReply {
        ok: true,
        pipeline_id: id.uuid().to_string(),
        step,
        status: "queued",
    };
    Ok((StatusCode::ACCEPTED, Json(reply)))
}
