//! Interviews as *adaptive* holds them: begun with a candidate, answered turn by turn, ended with a report.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    conduct::{self, Held, NewAnswer, NewStart, Setup},
};
use candor_core::{
    access::{Action, Actor},
    ids::{CandidateId, InterviewId, PositionId},
    interview::RoleFamily,
    purpose::Purpose,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    AdaptiveError, invalid, read, refusal,
    report::{AdaptiveReport, Of},
    signed_in,
    state::{AdaptiveEvaluation, AdaptiveState},
    wrong,
};
use crate::{ServerState, auth::Caller, path::Path, problem::ApiError};

/// Routes of this file.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_start))
        .routes(routes!(adaptive_answer))
        .routes(routes!(adaptive_state))
        .routes(routes!(adaptive_end))
}

/// Whom to interview.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveStartRequest {
    /// A candidate of the organisation.
    candidate_id: String,
    /// `technical`, `behavioral`, `sales` or `customer_success`.
    role: String,
    /// A position of the organisation.
    position_id: Option<String>,
    /// `hiring` unless this says `practice`.
    purpose: Option<String>,
    /// `en`, `tr`, `fr` or `id`; `en` unless given.
    language: Option<String>,
}

/// A begun interview.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveStartResponse {
    interview_id: Uuid,
    state: AdaptiveState,
    first_reply: String,
    /// Who runs the chat model that may read the answers, for the candidate to be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_processor: Option<String>,
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveAnswerRequest {
    /// The words.
    answer_text: String,
    /// The `id` of the turn that is answered: with it, an answer that is sent twice is taken once.
    turn_id: Option<String>,
    /// The `questionId` of the turn that is answered, where its `id` is not at hand.
    question_id: Option<String>,
}

/// What comes next. Candidates with a token get neither marks nor the report, but `ended`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveAnswerResponse {
    state: AdaptiveState,
    next_reply: String,
    ended: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluation: Option<AdaptiveEvaluation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<AdaptiveReport>,
}

/// The end of an interview.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveEndResponse {
    ended: bool,
    /// `null` for candidates with a token.
    report: Option<AdaptiveReport>,
}

/// Makes an interview with a candidate and asks its first question.
#[utoipa::path(
    post, path = "/api/v1/interview/start", tag = "adaptive",
    request_body = AdaptiveStartRequest,
    responses(
        (status = 201, body = AdaptiveStartResponse),
        (status = 400, body = AdaptiveError, description = "A field is missing or wrong, or names nobody"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 413, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_start(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    body: Bytes,
) -> Result<Response, Response> {
    let actor = signed_in(caller)?;
    // Who may not is told so before the request is read.
    actor
        .may(Action::InviteCandidates)
        .map_err(|denied| refusal(denied.into()))?;
    let request: AdaptiveStartRequest = read(&body)?;
    let candidate: CandidateId = request
        .candidate_id
        .parse()
        .map_err(|_| invalid("candidateId", "candidateId is a UUID"))?;
    let position: Option<PositionId> = match request.position_id {
        Some(id) => Some(
            id.parse()
                .map_err(|_| invalid("positionId", "positionId is a UUID"))?,
        ),
        None => None,
    };
    let family = RoleFamily::from_name(&request.role).ok_or_else(|| {
        invalid(
            "role",
            "role is technical, behavioral, sales or customer_success",
        )
    })?;
    let purpose = match request.purpose.as_deref() {
        None | Some("hiring") => Purpose::Hiring,
        Some("practice") => Purpose::Practice,
        Some(_) => return Err(invalid("purpose", "purpose is hiring or practice")),
    };
    let new = NewStart {
        origin: "adaptive",
        candidate,
        position,
        purpose,
        setup: Setup {
            language: request.language,
            ..Setup::new(family)
        },
    };
    let done = conduct::start(&state.app, &actor, new)
        .await
        .map_err(refusal)?;
    let body = AdaptiveStartResponse {
        interview_id: done.held.id().uuid(),
        first_reply: words(&done.held),
        state: AdaptiveState::of(&done.held, true),
        chat_processor: done.held.chat_processor().map(str::to_owned),
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Takes an answer and says what comes next. The same answer sent again is answered as before and taken once: with
/// `turnId` always, without it for a short while.
#[utoipa::path(
    post, path = "/api/v1/interview/{id}/answer", tag = "adaptive",
    params(("id" = String, Path, description = "The interview")),
    request_body = AdaptiveAnswerRequest,
    responses(
        (status = 200, body = AdaptiveAnswerResponse),
        (status = 400, body = AdaptiveError, description = "Empty or too long, no such interview, or nothing is to be answered; \
            `code` tells which"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 413, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_answer(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    id: Result<Path<String>, ApiError>,
    body: Bytes,
) -> Result<Json<AdaptiveAnswerResponse>, Response> {
    let actor = signed_in(caller)?;
    let id = wrong::interview(id, "id")?;
    let request: AdaptiveAnswerRequest = read(&body)?;
    if request.answer_text.trim().is_empty() {
        return Err(invalid("answerText", "answerText must not be empty"));
    }
    let new = NewAnswer {
        text: request.answer_text,
        turn_id: request.turn_id,
        question_id: request.question_id,
        may_be_resent: true,
        ..NewAnswer::default()
    };
    let done = conduct::answer(&state.app, &actor, id, new)
        .await
        .map_err(unknown_or_unanswered)?;
    let held = &done.held;
    let is_staff = held.shows_marks_to(&actor);
    let ended = held.session.has_ended();
    let answered = held
        .session
        .turns
        .iter()
        .rev()
        .find(|turn| turn.evaluation.is_some());
    let question = answered.and_then(|turn| {
        let mut questions = held.session.plan.questions.iter();
        questions.find(|question| turn.question_id.as_ref() == Some(&question.id))
    });
    let judged = done.judged.as_ref().filter(|_| is_staff);
    Ok(Json(AdaptiveAnswerResponse {
        next_reply: words(held),
        ended,
        evaluation: judged.map(|judged| AdaptiveEvaluation::of(judged, question)),
        report: report(&state, &actor, held).await?.filter(|_| ended),
        state: AdaptiveState::of(held, is_staff),
    }))
}

/// Where an interview stands.
#[utoipa::path(
    get, path = "/api/v1/interview/{id}/state", tag = "adaptive",
    params(("id" = String, Path, description = "The interview")),
    responses(
        (status = 200, body = AdaptiveState),
        (status = 400, body = AdaptiveError, description = "No id"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 404, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_state(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    id: Result<Path<String>, ApiError>,
) -> Result<Json<AdaptiveState>, Response> {
    let actor = signed_in(caller)?;
    let id = wrong::interview(id, "id")?;
    let held = conduct::get_session(&state.app, &actor, id)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveState::of(&held, held.shows_marks_to(&actor))))
}

/// Ends an interview; one that has ended stays as it is.
#[utoipa::path(
    post, path = "/api/v1/interview/{id}/end", tag = "adaptive",
    params(("id" = String, Path, description = "The interview")),
    responses(
        (status = 200, body = AdaptiveEndResponse),
        (status = 400, body = AdaptiveError, description = "It was cancelled"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 404, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_end(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    id: Result<Path<InterviewId>, ApiError>,
) -> Result<Json<AdaptiveEndResponse>, Response> {
    let actor = signed_in(caller)?;
    let Path(id) = id.map_err(|error| refusal(error.0))?;
    let held = match conduct::end(&state.app, &actor, id).await {
        Ok(done) => done.held,
        Err(AppError::Conflict {
            code: "interview_already_ended",
            ..
        }) => conduct::get_session(&state.app, &actor, id)
            .await
            .map_err(refusal)?,
        Err(error) => return Err(unanswered(error)),
    };
    Ok(Json(AdaptiveEndResponse {
        ended: true,
        report: report(&state, &actor, &held).await?,
    }))
}

/// The interviewer's last words.
pub(super) fn words(held: &Held) -> String {
    held.last_words()
        .map(|turn| turn.text.clone())
        .unwrap_or_default()
}

/// The report of an interview that has ended, for whoever may read it.
async fn report(
    state: &ServerState,
    actor: &Actor,
    held: &Held,
) -> Result<Option<AdaptiveReport>, Response> {
    if !held.session.has_ended() || !held.shows_marks_to(actor) {
        return Ok(None);
    }
    let of = Of {
        interview: held.id().uuid(),
        candidate: held.interview.candidate_id,
    };
    match conduct::get_report(&state.app, actor, held.id()).await {
        Ok((_, report)) => Ok(Some(AdaptiveReport::of(of, &report))),
        Err(AppError::NotFound(_)) => Ok(None),
        Err(error) => Err(refusal(error)),
    }
}

/// The documented 400 for all that is no time for an answer; `code` tells which.
fn unanswered(error: AppError) -> Response {
    match error {
        AppError::Conflict { code, message } => bad(code, message),
        error => refusal(error),
    }
}

/// [`unanswered`], and the same 400 for an interview that is not there.
fn unknown_or_unanswered(error: AppError) -> Response {
    match error {
        AppError::NotFound(_) => bad("not_found", error.to_string()),
        error => unanswered(error),
    }
}

fn bad(code: &str, message: String) -> Response {
    let error = AdaptiveError::new(message, Some(code.to_owned()));
    (StatusCode::BAD_REQUEST, Json(error)).into_response()
}
