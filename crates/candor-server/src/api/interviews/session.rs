//! An interview in words, held turn by turn.

use axum::{extract::State, http::StatusCode};
use candor_app::conduct::{self, NewAnswer};
use candor_core::ids::InterviewId;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    json::Json,
    path::Path,
    problem::ApiResult,
    responses::{ActProblems, AppendProblems, GetProblems},
};

mod judged;
mod setup;
mod wire;

use setup::PrepareInterviewRequest;
use wire::{InterviewSessionResponse, InterviewStepResponse};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(prepare_interview, get_interview_session))
        .routes(routes!(begin_interview))
        .routes(routes!(answer_interview))
        .routes(routes!(skip_interview_question))
        .routes(routes!(repeat_interview_question))
        .routes(routes!(pause_interview))
        .routes(routes!(resume_interview))
        .routes(routes!(end_interview))
}

/// Makes an interview ready to be held in words: chooses its questions. Questions that the interview has already are
/// asked first. It begins with `…/session/begin`, by whoever is interviewed.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    request_body = PrepareInterviewRequest,
    responses((status = 201, body = InterviewSessionResponse), AppendProblems)
)]
async fn prepare_interview(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
    Json(request): Json<PrepareInterviewRequest>,
) -> ApiResult<(StatusCode, Json<InterviewSessionResponse>)> {
    let held = conduct::prepare(&state.app, &actor, id, request.setup()?).await?;
    Ok((
        StatusCode::CREATED,
        Json(InterviewSessionResponse::of(&held, &actor)),
    ))
}

/// How the interview stands, with every turn. Candidates with a token don't see how answers are judged.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/session", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = InterviewSessionResponse), GetProblems)
)]
async fn get_interview_session(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<InterviewSessionResponse>> {
    let held = conduct::get_session(&state.app, &actor, id).await?;
    Ok(Json(InterviewSessionResponse::of(&held, &actor)))
}

/// Begins with a greeting and the first question.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/begin", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = InterviewStepResponse), ActProblems)
)]
async fn begin_interview(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<InterviewStepResponse>> {
    let done = conduct::begin(&state.app, &actor, id).await?;
    Ok(Json(InterviewStepResponse::of(&done, &actor)))
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerInterviewRequest {
    /// The words; none at all is an answer too, to which the interviewer asks again.
    #[schema(max_length = 20000)]
    text: String,
    /// The turn that is answered. With it, an answer that comes twice is taken once (409 `turn_passed`).
    #[schema(max_length = 300)]
    turn_id: Option<String>,
    /// What you keep besides, e.g. when the answer began; at most 64 KiB.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

impl From<AnswerInterviewRequest> for NewAnswer {
    fn from(request: AnswerInterviewRequest) -> Self {
        Self {
            text: request.text,
            turn_id: request.turn_id,
            details: request.details.unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// Takes an answer and says what comes next. When it is acknowledged it is kept; answers to one interview are taken one
/// after the other.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/answers", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    request_body = AnswerInterviewRequest,
    responses((status = 200, body = InterviewStepResponse), AppendProblems)
)]
async fn answer_interview(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
    Json(request): Json<AnswerInterviewRequest>,
) -> ApiResult<Json<InterviewStepResponse>> {
    let done = conduct::answer(&state.app, &actor, id, request.into()).await?;
    Ok(Json(InterviewStepResponse::of(&done, &actor)))
}

/// Goes on without an answer.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/skip", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = InterviewStepResponse), ActProblems)
)]
async fn skip_interview_question(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<InterviewStepResponse>> {
    let done = conduct::skip(&state.app, &actor, id, NewAnswer::default()).await?;
    Ok(Json(InterviewStepResponse::of(&done, &actor)))
}

/// Says the pending question again, at most twice.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/repeat", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = InterviewStepResponse), ActProblems)
)]
async fn repeat_interview_question(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<InterviewStepResponse>> {
    let done = conduct::repeat(&state.app, &actor, id).await?;
    Ok(Json(InterviewStepResponse::of(&done, &actor)))
}

/// Stops the clock, for half an hour in all; what is longer counts as time used. 409 `no_pause_left` after that.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/pause", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = InterviewStepResponse), ActProblems)
)]
async fn pause_interview(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<InterviewStepResponse>> {
    let done = conduct::pause(&state.app, &actor, id).await?;
    Ok(Json(InterviewStepResponse::of(&done, &actor)))
}

/// Lets the clock run again.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/resume", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = InterviewStepResponse), ActProblems)
)]
async fn resume_interview(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<InterviewStepResponse>> {
    let done = conduct::resume(&state.app, &actor, id).await?;
    Ok(Json(InterviewStepResponse::of(&done, &actor)))
}

/// Ends the interview; its report is there at once.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/end", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = InterviewStepResponse), ActProblems)
)]
async fn end_interview(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<InterviewStepResponse>> {
    let done = conduct::end(&state.app, &actor, id).await?;
    Ok(Json(InterviewStepResponse::of(&done, &actor)))
}
