//! Recruiters of *adaptive*: kept by admins, and signing in themselves.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    identity::{
        self, Credentials, people,
        recruiters::{self, NewRecruiter, Recruiter, RecruiterChange},
    },
    paging::PageRequest,
};
use candor_core::{
    access::{Action, Denied, Powers, Role},
    ids::UserId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    AdaptiveError, answer, invalid, read, refusal,
    schedule_wire::{AdaptiveDeleted, admin},
    signed_in,
};
use crate::{
    ServerState,
    auth::{Caller, Origin},
    path::{Path, Query},
    problem::ApiError,
};

/// Recruiters that are listed at once.
const MOST: u64 = 200;

/// Routes of this file.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_create_recruiter, adaptive_list_recruiters))
        .routes(routes!(
            adaptive_change_recruiter,
            adaptive_delete_recruiter
        ))
        .routes(routes!(adaptive_recruiter_login))
        .routes(routes!(adaptive_recruiter_me))
}

/// A new recruiter.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveRecruiterRequest {
    /// What they sign in with.
    email: String,
    /// 12 characters or more.
    password: String,
    /// Name; the e-mail unless given.
    name: Option<String>,
    /// `full`, who may do everything that recruiters do, or `limited`, who may only read; `full` unless given.
    permission_level: Option<String>,
}

/// A change of a recruiter.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveRecruiterChange {
    /// Name.
    name: Option<String>,
    /// Another password; their sessions end.
    password: Option<String>,
    /// `full` or `limited`.
    permission_level: Option<String>,
    /// Whether they may sign in.
    is_active: Option<bool>,
}

/// A recruiter, with the names of columns.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveRecruiterRow {
    id: Uuid,
    email: String,
    name: String,
    /// Always `recruiter`.
    role: &'static str,
    is_active: bool,
    /// `full` or `limited`.
    permission_level: &'static str,
    created_at: Timestamp,
}

impl From<Recruiter> for AdaptiveRecruiterRow {
    fn from(recruiter: Recruiter) -> Self {
        Self {
            id: recruiter.id.uuid(),
            email: recruiter.email,
            name: recruiter.name,
            role: "recruiter",
            is_active: recruiter.is_active,
            permission_level: level(recruiter.is_limited),
            created_at: recruiter.joined_at,
        }
    }
}

fn level(is_limited: bool) -> &'static str {
    if is_limited { "limited" } else { "full" }
}

fn is_limited(level: Option<&str>) -> Result<Option<bool>, Response> {
    match level {
        None => Ok(None),
        Some("full") => Ok(Some(false)),
        Some("limited") => Ok(Some(true)),
        Some(_) => Err(invalid(
            "permissionLevel",
            "permissionLevel is full or limited",
        )),
    }
}

/// One recruiter.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveRecruiterReply {
    recruiter: AdaptiveRecruiterRow,
}

/// Recruiters.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveRecruiters {
    recruiters: Vec<AdaptiveRecruiterRow>,
    /// Send it as `cursor` for older ones.
    #[serde(rename = "nextCursor", skip_serializing_if = "Option::is_none")]
    next_cursor: Option<Uuid>,
}

/// Where a list goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AdaptiveCursor {
    /// `nextCursor` of the list before.
    pub cursor: Option<Uuid>,
}

/// Somebody who signs in.
#[derive(Deserialize, ToSchema)]
pub(super) struct AdaptivePersonLogin {
    /// E-mail (or id).
    pub email: String,
    /// Password.
    pub password: String,
}

/// The signed-in recruiter.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AdaptiveRecruiterPerson {
    id: Uuid,
    email: String,
    name: String,
    /// `full` or `limited`.
    permission_level: &'static str,
}

/// The signed-in recruiter.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveRecruiterMe {
    recruiter: AdaptiveRecruiterPerson,
}

/// The token of a recruiter.
#[derive(Debug, Serialize, ToSchema)]
struct AdaptiveRecruiterSession {
    /// Goes into the header `Authorization: Bearer …`.
    token: String,
    recruiter: AdaptiveRecruiterPerson,
}

/// Adds a recruiter with a password.
#[utoipa::path(
    post, path = "/api/v1/admin/recruiters", tag = "adaptive",
    request_body = AdaptiveRecruiterRequest,
    responses(
        (status = 201, body = AdaptiveRecruiterReply),
        (status = 400, body = AdaptiveError, description = "A field is missing or wrong"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 409, body = AdaptiveError, description = "The e-mail has an account"),
        (status = 413, body = AdaptiveError), (status = 429, body = AdaptiveError),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_create_recruiter(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    body: Bytes,
) -> Result<Response, Response> {
    let actor = admin(signed_in(caller)?)?;
    let request: AdaptiveRecruiterRequest = read(&body)?;
    let new = NewRecruiter {
        is_limited: is_limited(request.permission_level.as_deref())?.unwrap_or(false),
        email: request.email,
        password: request.password,
        name: request.name,
    };
    let made = recruiters::create_recruiter(&state.app, &actor, new)
        .await
        .map_err(refusal)?;
    let body = AdaptiveRecruiterReply {
        recruiter: made.into(),
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Recruiters, newest account first.
#[utoipa::path(
    get, path = "/api/v1/admin/recruiters", tag = "adaptive",
    params(AdaptiveCursor),
    responses(
        (status = 200, body = AdaptiveRecruiters),
        (status = 400, body = AdaptiveError, description = "No such cursor"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_list_recruiters(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    query: Result<Query<AdaptiveCursor>, ApiError>,
) -> Result<Json<AdaptiveRecruiters>, Response> {
    let actor = admin(signed_in(caller)?)?;
    let Query(query) = query.map_err(|error| refusal(error.0))?;
    let page = PageRequest {
        after: query.cursor,
        limit: MOST,
    };
    let page = recruiters::list_recruiters(&state.app, &actor, page)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveRecruiters {
        next_cursor: page.next_cursor,
        recruiters: page.items.into_iter().map(Into::into).collect(),
    }))
}

/// Changes a recruiter.
#[utoipa::path(
    patch, path = "/api/v1/admin/recruiters/{id}", tag = "adaptive",
    params(("id" = String, Path, description = "The recruiter")),
    request_body = AdaptiveRecruiterChange,
    responses(
        (status = 200, body = AdaptiveRecruiterReply),
        (status = 400, body = AdaptiveError, description = "A field is wrong"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 404, body = AdaptiveError),
        (status = 409, body = AdaptiveError, description = "They belong to another organisation too"),
        (status = 413, body = AdaptiveError), (status = 429, body = AdaptiveError),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_change_recruiter(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    id: Result<Path<UserId>, ApiError>,
    body: Bytes,
) -> Result<Json<AdaptiveRecruiterReply>, Response> {
    let actor = admin(signed_in(caller)?)?;
    let Path(id) = id.map_err(|error| refusal(error.0))?;
    let request: AdaptiveRecruiterChange = read(&body)?;
    let change = RecruiterChange {
        is_limited: is_limited(request.permission_level.as_deref())?,
        name: request.name,
        password: request.password,
        is_active: request.is_active,
    };
    let changed = recruiters::update_recruiter(&state.app, &actor, id, change)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveRecruiterReply {
        recruiter: changed.into(),
    }))
}

/// Takes a recruiter out of the organisation.
#[utoipa::path(
    delete, path = "/api/v1/admin/recruiters/{id}", tag = "adaptive",
    params(("id" = String, Path, description = "The recruiter")),
    responses(
        (status = 200, body = AdaptiveDeleted),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 404, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_delete_recruiter(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    id: Result<Path<UserId>, ApiError>,
) -> Result<Json<AdaptiveDeleted>, Response> {
    let actor = admin(signed_in(caller)?)?;
    let Path(id) = id.map_err(|error| refusal(error.0))?;
    recruiters::delete_recruiter(&state.app, &actor, id)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveDeleted { deleted: true }))
}

/// Signs a recruiter in. Candidates are refused like strangers.
#[utoipa::path(
    post, path = "/api/v1/recruiter/login", tag = "adaptive", security(()),
    request_body = AdaptivePersonLogin,
    responses(
        (status = 200, body = AdaptiveRecruiterSession),
        (status = 400, body = AdaptiveError, description = "E-mail or password is missing"),
        (status = 401, body = AdaptiveError), (status = 413, body = AdaptiveError),
        (status = 429, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_recruiter_login(
    State(state): State<ServerState>,
    Origin(address): Origin,
    body: Bytes,
) -> Result<Response, Response> {
    let may = |role: Role| role != Role::Candidate;
    let (session, role) = sign_in(&state, address, &body, may).await?;
    let body = AdaptiveRecruiterSession {
        token: session.access_token,
        recruiter: AdaptiveRecruiterPerson {
            id: session.person.id.uuid(),
            email: session.person.handle,
            name: session.person.display_name,
            permission_level: level(role == Role::Reviewer),
        },
    };
    Ok(private(StatusCode::OK, body))
}

/// The signed-in recruiter.
#[utoipa::path(
    get, path = "/api/v1/recruiter/me", tag = "adaptive",
    responses(
        (status = 200, body = AdaptiveRecruiterMe),
        (status = 401, body = AdaptiveError),
        (status = 403, body = AdaptiveError, description = "A candidate, or no person"),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_recruiter_me(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
) -> Result<Json<AdaptiveRecruiterMe>, Response> {
    let actor = signed_in(caller)?;
    if actor.may(Action::ReadCandidates).is_err() {
        return Err(refusal(Denied.into()));
    }
    let person = people::get_me(&state.app, &actor).await.map_err(refusal)?;
    Ok(Json(AdaptiveRecruiterMe {
        recruiter: AdaptiveRecruiterPerson {
            id: person.id.uuid(),
            email: person.handle,
            name: person.display_name,
            permission_level: level(actor.powers == Powers::Role(Role::Reviewer)),
        },
    }))
}

/// Signs somebody in whose role fits; others are refused like strangers.
pub(super) async fn sign_in(
    state: &ServerState,
    address: std::net::IpAddr,
    body: &[u8],
    may: impl Fn(Role) -> bool,
) -> Result<(identity::sessions::Session, Role), Response> {
    let app = &state.app;
    identity::count_attempt(app, address).map_err(refusal)?;
    let missing = || answer(StatusCode::BAD_REQUEST, "email and password are required");
    let request: AdaptivePersonLogin = serde_json::from_slice(body).map_err(|_| missing())?;
    if request.email.trim().is_empty() || request.password.is_empty() {
        return Err(missing());
    }
    let wrong = || answer(StatusCode::UNAUTHORIZED, "invalid email or password");
    let credentials = Credentials {
        login: request.email,
        password: request.password,
        organisation: None,
    };
    let session = match identity::login(app, credentials).await {
        Ok(session) => session,
        Err(AppError::Unauthenticated | AppError::Refused { .. }) => return Err(wrong()),
        Err(error) => return Err(refusal(error)),
    };
    let actor = identity::authenticate(app, &session.access_token)
        .await
        .map_err(refusal)?;
    match actor.powers {
        Powers::Role(role) if may(role) => Ok((session, role)),
        _ => {
            identity::sessions::logout(app, None, Some(&session.access_token))
                .await
                .map_err(refusal)?;
            Err(wrong())
        }
    }
}

/// An answer with a token that nobody on the way may keep.
pub(super) fn private(status: StatusCode, body: impl Serialize) -> Response {
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, no_store, Json(body)).into_response()
}
