//! A person's practice sessions.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use candor_app::practice::{self, NewSession};
use candor_core::{access::Action, ids::InterviewId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    caller::{Named, Signed},
    fields::{Detail, Fields, refusal},
};
use crate::{ServerState, api::recordings::play, problem::Problem};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(practice_health))
        .routes(routes!(list_practice_sessions))
        .routes(routes!(start_practice_session))
        .routes(routes!(get_practice_session))
        .routes(routes!(get_practice_analysis))
        .routes(routes!(explain_practice_scores))
        .routes(routes!(play_practice_video))
}

/// A sign of life.
#[derive(Serialize, ToSchema)]
struct PracticeHealthResponse {
    /// Always `ok` when it answers.
    status: &'static str,
}

/// What beginning a session takes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct StartPracticeSessionRequest {
    /// Role that is practised for.
    #[schema(rename = "jobRole", min_length = 1, max_length = 128)]
    job_role: String,
    /// Field of the role.
    #[schema(min_length = 1, max_length = 128)]
    domain: String,
    /// `true`, or `{version, obtainedAt, by}`: being recorded and analysed is agreed to.
    #[schema(value_type = Option<Object>)]
    consent: Option<Value>,
    /// Whether expressions are told; on unless switched off, and only for a person who practises themself.
    emotions: Option<bool>,
}

/// A session that begins.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StartedPracticeSession {
    /// The session.
    session_id: Uuid,
    /// `started`.
    status: String,
    /// Role.
    job_role: String,
    /// Field of the role.
    domain: String,
    /// Who runs the chat model that may be asked about this session; absent: none is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_processor: Option<String>,
}

/// A session in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeSessionItem {
    /// The session.
    session_id: Uuid,
    /// Role.
    job_role: String,
    /// Field of the role.
    domain: String,
    /// How far it is.
    status: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// Whether an analysis is finished.
    analysis_ready: bool,
    /// Whether scores are there.
    scoring_ready: bool,
    /// 0 to 100; `null`: not measured.
    overall_performance_score: Option<f64>,
}

/// A session and how far it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PracticeSessionStatus {
    /// The session.
    session_id: Uuid,
    /// Who practises.
    user_id: String,
    /// Role.
    job_role: String,
    /// Field of the role.
    domain: String,
    /// How far it is.
    status: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// Questions that were asked.
    questions_count: u64,
    /// Answers in words.
    responses_count: u64,
    /// Whether an analysis is finished.
    analysis_ready: bool,
    /// Whether scores are there.
    scoring_ready: bool,
    /// Whether advanced scores are there.
    advanced_scoring_ready: bool,
    /// Whether a report was made.
    report_ready: bool,
    /// Who runs the chat model that may be asked about this session; absent: none is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_processor: Option<String>,
}

impl From<practice::SessionState> for PracticeSessionStatus {
    fn from(state: practice::SessionState) -> Self {
        let session = state.session;
        Self {
            session_id: session.id.uuid(),
            user_id: session.user,
            job_role: session.job_role,
            domain: session.domain,
            status: session.status,
            started_at: session.started_at,
            questions_count: state.n_questions,
            responses_count: state.n_responses,
            analysis_ready: state.is_analysed,
            scoring_ready: state.is_analysed,
            advanced_scoring_ready: state.is_analysed,
            report_ready: state.has_report,
            chat_processor: session.chat_processor,
        }
    }
}

/// Says that the server lives.
#[utoipa::path(
    get, path = "/api/health", tag = "practice", security(()),
    responses((status = 200, body = PracticeHealthResponse))
)]
async fn practice_health() -> Json<PracticeHealthResponse> {
    Json(PracticeHealthResponse { status: "ok" })
}

/// The caller's sessions, newest first.
#[utoipa::path(
    get, path = "/app/me/sessions", tag = "practice",
    responses(
        (status = 200, body = [PracticeSessionItem]),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 503, body = Detail)
    )
)]
async fn list_practice_sessions(
    State(state): State<ServerState>,
    Signed(actor): Signed,
) -> Result<Json<Vec<PracticeSessionItem>>, Response> {
    let found = practice::list_sessions(&state.app, &actor)
        .await
        .map_err(refusal)?;
    let items = found.into_iter().map(|item| PracticeSessionItem {
        session_id: item.session.id.uuid(),
        job_role: item.session.job_role,
        domain: item.session.domain,
        status: item.session.status,
        started_at: item.session.started_at,
        analysis_ready: item.is_analysed,
        scoring_ready: item.is_analysed,
        overall_performance_score: item.overall_score,
    });
    Ok(Json(items.collect()))
}

/// Begins a session.
#[utoipa::path(
    post, path = "/app/me/sessions/start", tag = "practice",
    request_body = StartPracticeSessionRequest,
    responses(
        (status = 201, body = StartedPracticeSession),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 413, body = Detail),
        (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn start_practice_session(
    State(state): State<ServerState>,
    signed: Signed,
    body: Bytes,
) -> Result<(StatusCode, Json<StartedPracticeSession>), Response> {
    let actor = signed.who_may(Action::WriteInterviews)?;
    let mut fields = Fields::read(&body)?;
    let new = new_session(&mut fields, None);
    fields.check()?;
    let session = practice::start_session(&state.app, &actor, new)
        .await
        .map_err(refusal)?;
    let started = StartedPracticeSession {
        session_id: session.id.uuid(),
        status: session.status,
        job_role: session.job_role,
        domain: session.domain,
        chat_processor: session.chat_processor,
    };
    Ok((StatusCode::CREATED, Json(started)))
}

/// Reads what begins a session; what is wrong stays in `fields`.
pub fn new_session(fields: &mut Fields, user: Option<String>) -> NewSession {
    NewSession {
        job_role: fields.text("jobRole", 1, 128).unwrap_or_default(),
        domain: fields.text("domain", 1, 128).unwrap_or_default(),
        user,
        consent: fields.agreement(),
        emotions: fields.flag("emotions"),
    }
}

/// How far a session is.
#[utoipa::path(
    get, path = "/app/me/sessions/{sessionId}/status", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    responses(
        (status = 200, body = PracticeSessionStatus),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn get_practice_session(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
) -> Result<Json<PracticeSessionStatus>, Response> {
    let found = practice::get_session(&state.app, &actor, session)
        .await
        .map_err(refusal)?;
    Ok(Json(found.into()))
}

/// The results of the newest finished analysis; 404 until there is one.
#[utoipa::path(
    get, path = "/app/me/sessions/{sessionId}/analysis", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    responses(
        (status = 200, body = Object),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn get_practice_analysis(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
) -> Result<Json<Value>, Response> {
    let found = practice::results(&state.app, &actor, session).await;
    found.map(Json).map_err(refusal)
}

/// The advanced scores of the newest finished analysis, explained; 404 until there is one.
#[utoipa::path(
    get, path = "/app/me/sessions/{sessionId}/scores/explain", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    responses(
        (status = 200, body = Object),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn explain_practice_scores(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
) -> Result<Json<Value>, Response> {
    let found = practice::explain(&state.app, &actor, session).await;
    found.map(Json).map_err(refusal)
}

/// The newest recording of a session, or one range of it.
#[utoipa::path(
    get, path = "/app/me/sessions/{sessionId}/video", tag = "practice",
    params(
        ("sessionId" = String, Path, description = "The session"),
        ("Range" = Option<String>, Header, description = "One range of bytes"),
        ("If-Range" = Option<String>, Header, description = "ETag: the range counts only for this version"),
        ("If-None-Match" = Option<String>, Header, description = "ETag that the client has"),
    ),
    responses(
        (status = 200, description = "All of it", content_type = "application/octet-stream"),
        (status = 206, description = "The range", content_type = "application/octet-stream"),
        (status = 304, description = "The client has it"),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 409, body = Detail),
        (status = 416, description = "No such range, or more than one", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Detail)
    )
)]
async fn play_practice_video(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let video = practice::find_video(&state.app, &actor, session)
        .await
        .map_err(refusal)?;
    play(&state.app, &actor, video, &headers)
        .await
        .map_err(refusal)
}
