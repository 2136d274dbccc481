//! Join links of *adaptive*: what they are for, and the beginning of the interview. The token in the path is the
//! only proof that is asked for.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use candor_app::{
    App, AppError,
    consent::ConsentStatement,
    identity,
    invitations::join::{Joinable, NewStart, find_joinable, start_joined},
};
use candor_core::{
    access::{Actor, Powers, Role},
    ids::UserId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{AdaptiveError, answer, read, refusal, sign_in::private, state::AdaptiveState};
use crate::{
    ServerState,
    auth::{Origin, bearer},
    path::Path,
    problem::ApiError,
};

/// What a client names itself by.
const KEY: &str = "idempotency-key";

/// Routes of this file.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_join))
        .routes(routes!(adaptive_join_start))
}

/// What a link is for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveJoin {
    id: Uuid,
    candidate_email: String,
    candidate_name: Option<String>,
    role: String,
    scheduled_at: Timestamp,
    time_zone: String,
    /// The link can be used from then on.
    opens_at: Timestamp,
    /// It can't be used any more from then on.
    closes_at: Timestamp,
    duration_minutes: Option<i32>,
    language: String,
    status: String,
    already_completed: bool,
    interview_id: Option<Uuid>,
    /// Who runs the chat model that may read the answers; none: no chat model is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_processor: Option<String>,
    /// For the candidate to read before they begin: that an AI system asks, who decides and who may read the answers; in
    /// the language of the invitation.
    notice: String,
}

impl From<Joinable> for AdaptiveJoin {
    fn from(joinable: Joinable) -> Self {
        let notice = joinable.notice();
        let found = joinable.invitation;
        Self {
            notice,
            chat_processor: joinable.chat_processor,
            id: found.id.uuid(),
            candidate_email: found.candidate_email,
            candidate_name: found.candidate_name,
            role: found.role_family,
            scheduled_at: found.scheduled_at,
            time_zone: found.time_zone,
            opens_at: found.opens_at,
            closes_at: found.closes_at,
            duration_minutes: found.duration_minutes,
            language: found.language,
            already_completed: found.status == "completed",
            status: found.status,
            interview_id: found.interview.map(Into::into),
        }
    }
}

/// A begun interview, as its candidate sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveJoined {
    interview_id: Uuid,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    already_started: bool,
    /// What the interviewer said last.
    first_reply: Option<String>,
    /// Without evaluations and without what is still to come.
    state: AdaptiveState,
    /// Who runs the chat model that may read the answers; none: no chat model is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_processor: Option<String>,
    /// Bearer token for this interview alone; told once. Also told again to whoever sends the `Idempotency-Key` of the first
    /// start, and, while nothing was answered, to whoever comes half a minute later or more; the tokens before are worth
    /// nothing then.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<String>,
}

/// How an interview is begun; may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({}))]
struct AdaptiveJoinRequest {
    /// That the candidate read the notice and agreed to the analysis of their answers; recorded with the first start.
    consent: Option<AdaptiveConsent>,
}

/// A consent that the candidate gave.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveConsent {
    /// Version of the text that was agreed to.
    #[schema(max_length = 64)]
    version: String,
    /// When; now unless given.
    obtained_at: Option<Timestamp>,
    /// Who; `candidate` unless given.
    #[schema(max_length = 200)]
    by: Option<String>,
}

impl AdaptiveConsent {
    fn stated(self, now: Timestamp) -> ConsentStatement {
        ConsentStatement {
            version: self.version,
            obtained_at: self.obtained_at.unwrap_or(now),
            by: self.by.unwrap_or_else(|| "candidate".to_owned()),
        }
    }
}

/// What a join link is for.
#[utoipa::path(
    get, path = "/api/v1/public/join/{token}", tag = "adaptive", security(()),
    params(("token" = String, Path, description = "End of the join link")),
    responses(
        (status = 200, body = AdaptiveJoin),
        (status = 400, body = AdaptiveError, description = "No token"),
        (status = 404, body = AdaptiveError),
        (status = 410, body = AdaptiveError, description = "Cancelled, or closed"),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_join(
    State(state): State<ServerState>,
    token: Result<Path<String>, ApiError>,
) -> Result<Json<AdaptiveJoin>, Response> {
    let Path(token) = token.map_err(|error| refusal(error.0))?;
    let found = find_joinable(&state.app, &token)
        .await
        .map_err(unjoinable)?;
    Ok(Json(found.into()))
}

/// Begins the interview behind a join link. The first caller gets the token that opens it; a person who is signed in
/// is known to be its candidate from then on. A random `Idempotency-Key` lets the same client come in again whose answer
/// was lost.
#[utoipa::path(
    post, path = "/api/v1/public/join/{token}/start", tag = "adaptive", security(()),
    params(
        ("token" = String, Path, description = "End of the join link"),
        ("Idempotency-Key" = Option<String>, Header, description = "A secret of the client's own, 16 characters or more"),
    ),
    request_body = AdaptiveJoinRequest,
    responses(
        (status = 201, body = AdaptiveJoined),
        (status = 200, body = AdaptiveJoined, description = "It was begun before"),
        (status = 400, body = AdaptiveError, description = "No token, a key that is too short, or a consent that can't be"),
        (status = 403, body = AdaptiveError, description = "The link is not open yet"),
        (status = 404, body = AdaptiveError),
        (status = 409, body = AdaptiveError),
        (status = 410, body = AdaptiveError, description = "Cancelled, or closed"),
        (status = 413, body = AdaptiveError),
        (status = 429, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_join_start(
    State(state): State<ServerState>,
    Origin(address): Origin,
    headers: HeaderMap,
    token: Result<Path<String>, ApiError>,
    body: Bytes,
) -> Result<Response, Response> {
    let app = &state.app;
    identity::count_attempt(app, address).map_err(refusal)?;
    let Path(token) = token.map_err(|error| refusal(error.0))?;
    let request = match body.trim_ascii() {
        [] => AdaptiveJoinRequest::default(),
        body => read::<Option<AdaptiveJoinRequest>>(body)?.unwrap_or_default(),
    };
    let key = headers.get(KEY).map(|key| key.to_str().unwrap_or_default());
    let now = app.clock.now();
    let new = NewStart {
        visitor: visitor(app, &headers).await,
        key: key.map(str::to_owned),
        consent: request.consent.map(|consent| consent.stated(now)),
    };
    let joined = start_joined(app, &token, new).await.map_err(unjoinable)?;
    let held = &joined.held;
    let is_first = joined.is_first;
    let body = AdaptiveJoined {
        interview_id: held.id().uuid(),
        already_started: !is_first,
        first_reply: held.last_words().map(|turn| turn.text.clone()),
        state: AdaptiveState::of(held, false),
        chat_processor: held.chat_processor().map(str::to_owned),
        session_token: joined.session_token,
    };
    let status = if is_first {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(private(status, body))
}

/// The person with an account of their own who joins; anybody else is nobody here.
async fn visitor(app: &App, headers: &HeaderMap) -> Option<UserId> {
    let actor: Actor = identity::authenticate(app, bearer(headers)?).await.ok()?;
    match actor.powers {
        Powers::Role(Role::Candidate) => actor.user(),
        _ => None,
    }
}

/// What is wrong with a link is no matter of fields.
pub(super) fn unjoinable(error: AppError) -> Response {
    match error {
        AppError::Invalid { message, .. } => answer(StatusCode::BAD_REQUEST, message),
        error => refusal(error),
    }
}
