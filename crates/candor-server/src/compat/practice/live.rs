//! The live interview in words: five prepared questions, one after the other.

use std::borrow::Cow;

use axum::{Json, body::Bytes, extract::State, http::StatusCode, response::Response};
use candor_app::{
    AppError,
    practice::{
        self, Heard, LiveAnswer, LiveState, LiveTurn, Marker, NewLiveAnswer, TOTAL_QUESTIONS,
        TurnAction,
    },
};
use candor_core::{access::Action, ids::InterviewId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    caller::{Named, Signed},
    fields::{Detail, Fields, answer, refusal},
    sessions::new_session,
};
use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(start_live_practice))
        .routes(routes!(get_live_practice))
        .routes(routes!(evaluate_live_turn))
        .routes(routes!(answer_live_practice))
        .routes(routes!(skip_live_practice))
}

/// What beginning a live interview takes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct StartLivePracticeRequest {
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

/// A live interview that begins.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StartedLivePractice {
    /// The session.
    session_id: Uuid,
    /// Who practises.
    user_id: String,
    /// The first question.
    current_question: String,
    /// Its id.
    question_id: String,
    /// 0.
    question_index: usize,
    /// 5.
    total_questions: usize,
    /// `live_started`.
    status: String,
    /// Who runs the chat model that may be asked about this session; absent: none is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_processor: Option<String>,
}

/// What was said once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LivePracticeTurn {
    /// `assistant` or `user`.
    role: &'static str,
    /// The words.
    text: String,
    /// The question or clarification.
    question_id: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    /// `true` where a question was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<bool>,
}

impl From<LiveTurn> for LivePracticeTurn {
    fn from(turn: LiveTurn) -> Self {
        Self {
            role: if turn.is_person { "user" } else { "assistant" },
            text: turn.text,
            question_id: turn.question_id,
            timestamp: turn.at,
            skipped: turn.was_skipped.then_some(true),
        }
    }
}

/// When a question was asked and answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LivePracticeMarker {
    /// The question or clarification.
    question_id: String,
    /// Place of the question, from 0.
    question_index: usize,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    question_asked_at: Timestamp,
    /// When the answer began; `null`: the client did not say.
    #[schema(value_type = Option<String>, format = DateTime)]
    answer_started_at: Option<Timestamp>,
    /// When the answer ended, or the question was skipped; `null`: the client did not say.
    #[schema(value_type = Option<String>, format = DateTime)]
    answer_ended_at: Option<Timestamp>,
    /// When it came in.
    #[schema(value_type = String, format = DateTime)]
    submitted_at: Timestamp,
    /// Whether the question was skipped.
    was_skipped: bool,
}

impl From<Marker> for LivePracticeMarker {
    fn from(marker: Marker) -> Self {
        Self {
            question_id: marker.question_id,
            question_index: marker.question_index,
            question_asked_at: marker.question_asked_at,
            answer_started_at: marker.answer_started_at,
            answer_ended_at: marker.answer_ended_at,
            submitted_at: marker.submitted_at,
            was_skipped: marker.was_skipped,
        }
    }
}

/// A live interview as it stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LivePracticeState {
    /// The session.
    session_id: Uuid,
    /// `live_in_progress` or `live_completed`.
    status: &'static str,
    /// Place of the present question, from 0.
    question_index: usize,
    /// What is asked; `null`: the interview is over.
    current_question: Option<String>,
    /// Its id.
    question_id: Option<String>,
    /// Everything that was said.
    turns: Vec<LivePracticeTurn>,
    /// When each answer was given.
    timeline_markers: Vec<LivePracticeMarker>,
}

fn status(is_over: bool) -> &'static str {
    if is_over {
        "live_completed"
    } else {
        "live_in_progress"
    }
}

impl From<LiveState> for LivePracticeState {
    fn from(state: LiveState) -> Self {
        let (question_id, current_question) = match state.asked {
            Some(asked) => (Some(asked.id), Some(asked.text)),
            None => (None, None),
        };
        Self {
            session_id: state.session.uuid(),
            status: status(current_question.is_none()),
            question_index: state.index,
            current_question,
            question_id,
            turns: state.turns.into_iter().map(Into::into).collect(),
            timeline_markers: state.markers.into_iter().map(Into::into).collect(),
        }
    }
}

/// What was heard so far.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct EvaluateLiveTurnRequest {
    /// The words; none unless given.
    #[schema(max_length = 20000)]
    transcript: Option<String>,
    /// How long it has been listened, in milliseconds.
    #[schema(rename = "listeningMs", minimum = 0)]
    listening_ms: Option<f64>,
    /// Silence since the last word, in milliseconds.
    #[schema(rename = "silenceMs", minimum = 0)]
    silence_ms: Option<f64>,
    /// Whether the recogniser calls the words final; it does not unless given.
    #[schema(rename = "isFinal")]
    is_final: Option<bool>,
    /// Fewest words of an answer; 6 unless given.
    #[schema(rename = "minWords", minimum = 1, maximum = 32)]
    min_words: Option<f64>,
}

/// Whether that is an answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LiveTurnVerdict {
    /// `keep_listening`, `submit` or `ignore_echo`.
    action: &'static str,
    /// Whether it is one.
    should_submit: bool,
    /// Whether it is not.
    should_keep_listening: bool,
    /// Why.
    reason: &'static str,
    /// The words as they were compared.
    normalized_transcript: String,
    /// Their number.
    word_count: usize,
    /// A documented hint, 0 to 1; set by hand, not measured.
    confidence_hint: f64,
}

/// An answer in words.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct AnswerLivePracticeRequest {
    /// The words.
    #[schema(rename = "answerText", min_length = 1, max_length = 20000)]
    answer_text: String,
    /// The question that is meant; the present one unless given. Another one is refused.
    #[schema(rename = "questionId")]
    question_id: Option<String>,
    /// When it was asked.
    #[schema(rename = "questionAskedAt", format = DateTime)]
    question_asked_at: Option<String>,
    /// When the answer began.
    #[schema(rename = "answerStartedAt", format = DateTime)]
    answer_started_at: Option<String>,
    /// When the answer ended.
    #[schema(rename = "answerEndedAt", format = DateTime)]
    answer_ended_at: Option<String>,
    /// How sure the recogniser was.
    #[schema(rename = "transcriptConfidence", minimum = 0, maximum = 1)]
    transcript_confidence: Option<f64>,
}

/// A question that is skipped.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read field by field")]
struct SkipLivePracticeRequest {
    /// The question that is meant; the present one unless given. Another one is refused.
    #[schema(rename = "questionId")]
    question_id: Option<String>,
    /// When it was asked.
    #[schema(rename = "questionAskedAt", format = DateTime)]
    question_asked_at: Option<String>,
    /// When it was skipped.
    #[schema(rename = "skippedAt", format = DateTime)]
    skipped_at: Option<String>,
}

/// What follows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LivePracticeAnswer {
    /// The session.
    session_id: Uuid,
    /// What is asked next; `null`: the interview is over.
    next_question: Option<String>,
    /// Its id.
    question_id: Option<String>,
    /// Place of the question, from 0; a clarification has that of its question.
    question_index: usize,
    /// Whether it is over.
    is_interview_complete: bool,
    /// `live_in_progress` or `live_completed`.
    status: &'static str,
}

impl From<LiveAnswer> for LivePracticeAnswer {
    fn from(done: LiveAnswer) -> Self {
        let is_over = done.asked.is_none();
        let (question_id, next_question) = match done.asked {
            Some(asked) => (Some(asked.id), Some(asked.text)),
            None => (None, None),
        };
        Self {
            session_id: done.session.uuid(),
            next_question,
            question_id,
            question_index: done.index,
            is_interview_complete: is_over,
            status: status(is_over),
        }
    }
}

/// What can't be said now is a bad request here.
fn refused(error: AppError) -> Response {
    match error {
        AppError::Conflict {
            code: "live_not_active" | "live_not_asked",
            message,
        } => answer(StatusCode::BAD_REQUEST, message),
        error => refusal(error),
    }
}

/// Begins a session with the first of five questions.
#[utoipa::path(
    post, path = "/app/live/start", tag = "practice",
    request_body = StartLivePracticeRequest,
    responses(
        (status = 201, body = StartedLivePractice),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 413, body = Detail),
        (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn start_live_practice(
    State(state): State<ServerState>,
    signed: Signed,
    body: Bytes,
) -> Result<(StatusCode, Json<StartedLivePractice>), Response> {
    let actor = signed.who_may(Action::WriteInterviews)?;
    let mut fields = Fields::read(&body)?;
    let new = new_session(&mut fields, None);
    fields.check()?;
    let started = practice::start_live(&state.app, &actor, new)
        .await
        .map_err(refusal)?;
    let started = StartedLivePractice {
        session_id: started.session.id.uuid(),
        user_id: started.session.user,
        current_question: started.asked.text,
        question_id: started.asked.id,
        question_index: 0,
        total_questions: TOTAL_QUESTIONS,
        status: started.session.status,
        chat_processor: started.session.chat_processor,
    };
    Ok((StatusCode::CREATED, Json(started)))
}

/// How a live interview stands.
#[utoipa::path(
    get, path = "/app/live/{sessionId}/state", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    responses(
        (status = 200, body = LivePracticeState),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn get_live_practice(
    State(state): State<ServerState>,
    Signed(actor): Signed,
    Named(session): Named<InterviewId>,
) -> Result<Json<LivePracticeState>, Response> {
    let found = practice::get_live(&state.app, &actor, session).await;
    found.map(|found| Json(found.into())).map_err(refusal)
}

/// Says whether what was heard so far is an answer. Nothing is kept.
#[utoipa::path(
    post, path = "/app/live/{sessionId}/turn-evaluate", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    request_body = EvaluateLiveTurnRequest,
    responses(
        (status = 200, body = LiveTurnVerdict),
        (status = 400, body = Detail, description = "The interview is over"),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 413, body = Detail), (status = 422, body = Detail), (status = 503, body = Detail)
    )
)]
async fn evaluate_live_turn(
    State(state): State<ServerState>,
    signed: Signed,
    Named(session): Named<InterviewId>,
    body: Bytes,
) -> Result<Json<LiveTurnVerdict>, Response> {
    let actor = signed.who_may(Action::AnswerInterviews)?;
    let mut fields = Fields::read(&body)?;
    let transcript = fields.optional_text("transcript", 20_000);
    let listening_ms = fields.optional_number("listeningMs", 0.0..=1e12);
    let silence_ms = fields.optional_number("silenceMs", 0.0..=1e12);
    let is_final = fields.flag("isFinal").unwrap_or(false);
    let min_words = fields.optional_number("minWords", 1.0..=32.0);
    fields.check()?;
    let heard = Heard {
        transcript: &transcript.map_or(Cow::Borrowed(""), Cow::Owned),
        listening_ms,
        silence_ms,
        is_final,
        min_words: min_words.map(|words| words.ceil() as usize),
        ..Heard::default()
    };
    let verdict = practice::evaluate_turn(&state.app, &actor, session, heard)
        .await
        .map_err(refused)?;
    let is_answer = verdict.action == TurnAction::Submit;
    Ok(Json(LiveTurnVerdict {
        action: verdict.action.as_str(),
        should_submit: is_answer,
        should_keep_listening: !is_answer,
        reason: verdict.reason,
        normalized_transcript: verdict.normalized,
        word_count: verdict.n_words,
        confidence_hint: verdict.confidence_hint,
    }))
}

/// Takes an answer; a clarification or the next question follows.
#[utoipa::path(
    post, path = "/app/live/{sessionId}/answer", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    request_body = AnswerLivePracticeRequest,
    responses(
        (status = 200, body = LivePracticeAnswer),
        (status = 400, body = Detail, description = "The interview is over, or another question is asked"),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 409, body = Detail), (status = 413, body = Detail), (status = 422, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn answer_live_practice(
    State(state): State<ServerState>,
    signed: Signed,
    Named(session): Named<InterviewId>,
    body: Bytes,
) -> Result<Json<LivePracticeAnswer>, Response> {
    let actor = signed.who_may(Action::AnswerInterviews)?;
    let mut fields = Fields::read(&body)?;
    let new = NewLiveAnswer {
        text: fields.text("answerText", 1, 20_000).unwrap_or_default(),
        question_id: fields.optional_text("questionId", 200),
        asked_at: fields.optional_time("questionAskedAt"),
        started_at: fields.optional_time("answerStartedAt"),
        ended_at: fields.optional_time("answerEndedAt"),
        confidence: fields.optional_number("transcriptConfidence", 0.0..=1.0),
    };
    fields.check()?;
    let done = practice::answer_live(&state.app, &actor, session, new).await;
    done.map(|done| Json(done.into())).map_err(refused)
}

/// Skips the present question; the next one follows.
#[utoipa::path(
    post, path = "/app/live/{sessionId}/skip", tag = "practice",
    params(("sessionId" = String, Path, description = "The session")),
    request_body = SkipLivePracticeRequest,
    responses(
        (status = 200, body = LivePracticeAnswer),
        (status = 400, body = Detail, description = "The interview is over, or another question is asked"),
        (status = 401, body = Detail), (status = 403, body = Detail), (status = 404, body = Detail),
        (status = 409, body = Detail), (status = 413, body = Detail), (status = 422, body = Detail),
        (status = 503, body = Detail)
    )
)]
async fn skip_live_practice(
    State(state): State<ServerState>,
    signed: Signed,
    Named(session): Named<InterviewId>,
    body: Bytes,
) -> Result<Json<LivePracticeAnswer>, Response> {
    let actor = signed.who_may(Action::AnswerInterviews)?;
    let mut fields = Fields::read_optional(&body)?;
    let new = NewLiveAnswer {
        question_id: fields.optional_text("questionId", 200),
        asked_at: fields.optional_time("questionAskedAt"),
        ended_at: fields.optional_time("skippedAt"),
        ..NewLiveAnswer::default()
    };
    fields.check()?;
    let done = practice::skip_live(&state.app, &actor, session, new).await;
    done.map(|done| Json(done.into())).map_err(refused)
}
