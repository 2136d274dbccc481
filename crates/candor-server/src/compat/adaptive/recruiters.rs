//! Recruiters of *adaptive*, as admins keep them.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use candor_app::identity::recruiters::{self, NewRecruiter, Recruiter, RecruiterChange};
use candor_core::{access::Action, ids::UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    AdaptiveDeleted, AdaptiveError, allowed, invalid,
    paging::{AdaptiveCursor, page},
    read, refusal,
};
use crate::{
    ServerState,
    auth::Caller,
    path::{Path, Query},
    problem::ApiError,
};

/// Routes of this file.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_create_recruiter, adaptive_list_recruiters))
        .routes(routes!(
            adaptive_change_recruiter,
            adaptive_delete_recruiter
        ))
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

/// What *adaptive* calls the reach of a recruiter.
pub(super) fn level(is_limited: bool) -> &'static str {
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
    let actor = allowed(caller, Action::ManageUsers)?;
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
    let actor = allowed(caller, Action::ManageUsers)?;
    let page = recruiters::list_recruiters(&state.app, &actor, page(query)?)
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
    let actor = allowed(caller, Action::ManageUsers)?;
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
    let actor = allowed(caller, Action::ManageUsers)?;
    let Path(id) = id.map_err(|error| refusal(error.0))?;
    recruiters::delete_recruiter(&state.app, &actor, id)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveDeleted { deleted: true }))
}
