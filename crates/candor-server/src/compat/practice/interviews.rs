//! Sessions as the older web client begins, answers and fills them.

use axum::{
    Json,
    body::Bytes,
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
    response::Response,
};
use candor_app::practice;
use candor_core::{access::Action, ids::InterviewId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    caller::{Named, Signed},
    fields::{Detail, Fields, refusal},
    form::{self, PracticeUploadForm},
    sessions::{PracticeSessionStatus, new_session},
};
use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    // The recording has a limit of its own, which holds while it arrives.
    let upload = OpenApiRouter::new()
        .routes(routes!(upload_practice_recording))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(start_practice_interview))
        .routes(routes!(list_practice_questions))
        .routes(routes!(add_practice_response))
        .routes(routes!(get_practice_interview))
        .merge(upload)
}

/// What beginning an interview takes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct StartPracticeInterviewRequest {
    /// Who practises: the caller's own id.
    #[schema(rename = "userId")]
    user_id: String,
    /// Role that is practised for.
    #[schema(rename = "jobRole", min_length = 1, max_length = 128)]
    job_role: String,
    /// Field of the role.
    #[schema(min_length = 1, max_length = 128)]
    domain: String,
    /// `true`, or `{version, obtainedAt, by}`.
    #[schema(value_type = Option<Object>)]
    consent: Option<Value>,
}

/// An interview that begins.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StartedPracticeInterview {
    /// The session.
    session_id: Uuid,
    /// For people.
    message: &'static str,
    /// Questions that are known already.
    questions: Vec<PracticeQuestion>,
}

/// A question.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeQuestion {
    /// Its id.
    question_id: String,
    /// The question.
    question_text: String,
}

/// An answer in words.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct PracticeResponseRequest {
    /// The question.
    #[schema(rename = "questionId", min_length = 1)]
    question_id: String,
    /// The answer.
    #[schema(rename = "responseText", min_length = 1)]
    response_text: String,
}

/// An answer that was kept.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeResponseKept {
    /// The session.
    session_id: Uuid,
    /// For people.
    message: &'static str,
    /// The question.
    question_id: String,
}

/// Recordings that were kept.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeUploadKept {
    /// The session.
    session_id: Uuid,
    /// For people.
    message: &'static str,
    /// Media id of the video.
    video_file: String,
    /// Media id of the audio.
    audio_file: Option<String>,
}

/// Begins a session for the caller.
#[utoipa::path(
    post, path = "/interviews/start", tag = "practice",
    request_body = StartPracticeInterviewRequest,
    responses(
        (status = 201, body = StartedPracticeInterview),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn start_practice_interview(
    State(state): State<ServerState>,
    signed: Signed,
    body: Bytes,
) -> Result<(StatusCode, Json<StartedPracticeInterview>), Response> {
    let actor = signed.who_may(Action::WriteInterviews)?;
    let mut fields = Fields::read(&body)?;
    let user = fields.text("userId", 1, 64);
    let new = new_session(&mut fields, user);
    fields.check()?;
    let session = practice::start_session(&state.app, &actor, new)
        .await
        .map_err(refusal)?;
    let started = StartedPracticeInterview {
        session_id: session.id.uuid(),
        message: "Interview session started",
        questions: Vec::new(),
    };
    Ok((StatusCode::CREATED, Json(started)))
}

/// Questions of a session, in order.
#[utoipa::path(
    get, path = "/interviews/{sessionId}/questions", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    responses(
        (status = 200, body = [PracticeQuestion]),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn list_practice_questions(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
) -> Result<Json<Vec<PracticeQuestion>>, Response> {
    let found = practice::list_questions(&state.app, &actor, session)
        .await
        .map_err(refusal)?;
    let questions = found.into_iter().map(|question| PracticeQuestion {
        question_id: question.id,
        question_text: question.text,
    });
    Ok(Json(questions.collect()))
}

/// Appends an answer in words.
#[utoipa::path(
    post, path = "/interviews/{sessionId}/responses", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    request_body = PracticeResponseRequest,
    responses(
        (status = 200, body = PracticeResponseKept),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn add_practice_response(
    State(state): State<ServerState>,
    signed: Signed,
    Named(session): Named<InterviewId>,
    body: Bytes,
) -> Result<Json<PracticeResponseKept>, Response> {
    let actor = signed.who_may(Action::WriteInterviews)?;
    let mut fields = Fields::read(&body)?;
    let question = fields.text("questionId", 1, 200);
    let text = fields.text("responseText", 1, 100_000);
    let (Some(question), Some(text)) = (question, text) else {
        return Err(fields.refusal());
    };
    practice::add_response(&state.app, &actor, session, &question, &text)
        .await
        .map_err(refusal)?;
    Ok(Json(PracticeResponseKept {
        session_id: session.uuid(),
        message: "Response saved",
        question_id: question,
    }))
}

/// Keeps a recording of a session; it is not analysed yet.
#[utoipa::path(
    post, path = "/interviews/{sessionId}/upload", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    request_body(content = PracticeUploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = PracticeUploadKept),
        (status = 400, body = Detail, description = "No .mp4 or .webm video"),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn upload_practice_recording(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
    request: Request,
) -> Result<Json<PracticeUploadKept>, Response> {
    let app = &state.app;
    practice::session_for_upload(app, &actor, session)
        .await
        .map_err(refusal)?;
    let mut form = form::receive(app, &actor, request).await?;
    let agreement = form.fields.agreement();
    form.fields.check()?;
    let kept = practice::upload(app, &actor, session, agreement, form.video, form.audio)
        .await
        .map_err(form::refused)?;
    Ok(Json(PracticeUploadKept {
        session_id: session.uuid(),
        message: "Media uploaded",
        video_file: kept.video.to_string(),
        audio_file: kept.audio.map(|id| id.to_string()),
    }))
}

/// How far a session is.
#[utoipa::path(
    get, path = "/interviews/{sessionId}/status", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    responses(
        (status = 200, body = PracticeSessionStatus),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn get_practice_interview(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
) -> Result<Json<PracticeSessionStatus>, Response> {
    let found = practice::get_session(&state.app, &actor, session)
        .await
        .map_err(refusal)?;
    Ok(Json(found.into()))
}
