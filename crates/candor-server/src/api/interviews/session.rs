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

use setup::PrepareSessionRequest;
use wire::{SessionResponse, StepResponse};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(prepare_session, get_session))
        .routes(routes!(begin_session))
        .routes(routes!(create_answer))
        .routes(routes!(skip_question))
        .routes(routes!(repeat_question))
        .routes(routes!(pause_session))
        .routes(routes!(resume_session))
        .routes(routes!(end_session))
}

/// Makes an interview ready to be held in words: chooses its questions. Questions that the interview has already are
/// asked first. It begins with `…/session/begin`, by whoever is interviewed.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    request_body = PrepareSessionRequest,
    responses((status = 201, body = SessionResponse), AppendProblems)
)]
async fn prepare_session(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
    Json(request): Json<PrepareSessionRequest>,
) -> ApiResult<(StatusCode, Json<SessionResponse>)> {
    let held = conduct::prepare(&state.app, &actor, id, request.setup()?).await?;
    Ok((
        StatusCode::CREATED,
        Json(SessionResponse::of(&held, &actor)),
    ))
}

/// How the interview stands, with every turn. Candidates with a token don't see how answers are judged.
#[utoipa::path(
    get, path = "/api/v1/interviews/{id}/session", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = SessionResponse), GetProblems)
)]
async fn get_session(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<SessionResponse>> {
    let held = conduct::get_session(&state.app, &actor, id).await?;
    Ok(Json(SessionResponse::of(&held, &actor)))
}

/// Begins with a greeting and the first question.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/begin", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = StepResponse), ActProblems)
)]
async fn begin_session(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<StepResponse>> {
    let done = conduct::begin(&state.app, &actor, id).await?;
    Ok(Json(StepResponse::of(&done, &actor)))
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateAnswerRequest {
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

impl From<CreateAnswerRequest> for NewAnswer {
    fn from(request: CreateAnswerRequest) -> Self {
        Self {
            text: request.text,
            turn_id: request.turn_id,
            details: request.details.unwrap_or_default(),
        }
    }
}

/// Takes an answer and says what comes next. When it is acknowledged it is kept; answers to one interview are taken one
/// after the other.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/answers", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    request_body = CreateAnswerRequest,
    responses((status = 200, body = StepResponse), AppendProblems)
)]
async fn create_answer(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
    Json(request): Json<CreateAnswerRequest>,
) -> ApiResult<Json<StepResponse>> {
    let done = conduct::answer(&state.app, &actor, id, request.into()).await?;
    Ok(Json(StepResponse::of(&done, &actor)))
}

/// Goes on without an answer.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/skip", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = StepResponse), ActProblems)
)]
async fn skip_question(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<StepResponse>> {
    let done = conduct::skip(&state.app, &actor, id, NewAnswer::default()).await?;
    Ok(Json(StepResponse::of(&done, &actor)))
}

/// Says the pending question again, at most twice.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/repeat", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = StepResponse), ActProblems)
)]
async fn repeat_question(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<StepResponse>> {
    let done = conduct::repeat(&state.app, &actor, id).await?;
    Ok(Json(StepResponse::of(&done, &actor)))
}

/// Stops the clock.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/pause", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = StepResponse), ActProblems)
)]
async fn pause_session(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<StepResponse>> {
    let done = conduct::pause(&state.app, &actor, id).await?;
    Ok(Json(StepResponse::of(&done, &actor)))
}

/// Lets the clock run again.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/resume", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = StepResponse), ActProblems)
)]
async fn resume_session(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<StepResponse>> {
    let done = conduct::resume(&state.app, &actor, id).await?;
    Ok(Json(StepResponse::of(&done, &actor)))
}

/// Ends the interview; its report is there at once.
#[utoipa::path(
    post, path = "/api/v1/interviews/{id}/session/end", tag = "interviews in words",
    params(("id" = String, Path, description = "The interview")),
    responses((status = 200, body = StepResponse), ActProblems)
)]
async fn end_session(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InterviewId>,
) -> ApiResult<Json<StepResponse>> {
    let done = conduct::end(&state.app, &actor, id).await?;
    Ok(Json(StepResponse::of(&done, &actor)))
}
