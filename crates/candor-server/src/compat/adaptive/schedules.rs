//! Schedules of *adaptive*, as its admins and its recruiters keep them.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use candor_app::{
    invitations::{self, InvitationFilter},
    paging::PageRequest,
    people,
};
use candor_core::{
    access::Actor,
    ids::{ApplicationId, InvitationId},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    AdaptiveError, read, refusal,
    schedule_wire::{
        AdaptiveDeleted, AdaptiveScheduleChange, AdaptiveScheduleRequest, AdaptiveScheduleRow,
        AdaptiveScheduled, AdaptiveSchedules, AdaptiveUpdated, admin, change, inviting, schedule,
    },
    signed_in,
};
use crate::{
    ServerState,
    address::OwnAddress,
    auth::Caller,
    path::{Path, Query},
    problem::ApiError,
};

/// Schedules that are listed at once.
const MOST: u64 = 200;

/// Routes of this file.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_schedule))
        .routes(routes!(adaptive_list_schedules))
        .routes(routes!(
            adaptive_get_schedule,
            adaptive_change_schedule,
            adaptive_delete_schedule
        ))
        .routes(routes!(adaptive_recruiter_schedules))
        .routes(routes!(adaptive_recruiter_schedule))
        .routes(routes!(
            adaptive_recruiter_change_schedule,
            adaptive_recruiter_delete_schedule
        ))
        .routes(routes!(adaptive_schedule_application))
}

/// Which schedules are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AdaptiveScheduleQuery {
    /// In this state.
    status: Option<String>,
    /// `nextCursor` of the list before.
    cursor: Option<Uuid>,
}

/// Invites a candidate; the reply tells what became of the mail.
#[utoipa::path(
    post, path = "/api/v1/admin/schedule", tag = "adaptive",
    request_body = AdaptiveScheduleRequest,
    responses(
        (status = 201, body = AdaptiveScheduled),
        (status = 400, body = AdaptiveError, description = "A field is missing or wrong"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 413, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_schedule(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    OwnAddress(base): OwnAddress,
    body: Bytes,
) -> Result<Response, Response> {
    let actor = admin(signed_in(caller)?)?;
    let request: AdaptiveScheduleRequest = read(&body)?;
    let made = schedule(&state.app, &actor, request.read(None)?, &base).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Schedules, newest first.
#[utoipa::path(
    get, path = "/api/v1/admin/schedules", tag = "adaptive",
    params(AdaptiveScheduleQuery),
    responses(
        (status = 200, body = AdaptiveSchedules),
        (status = 400, body = AdaptiveError, description = "No such state"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_list_schedules(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    OwnAddress(base): OwnAddress,
    query: Result<Query<AdaptiveScheduleQuery>, ApiError>,
) -> Result<Json<AdaptiveSchedules>, Response> {
    let actor = admin(signed_in(caller)?)?;
    list(&state, &actor, query, &base).await
}

/// One schedule.
#[utoipa::path(
    get, path = "/api/v1/admin/schedule/{id}", tag = "adaptive",
    params(("id" = String, Path, description = "The schedule")),
    responses(
        (status = 200, body = AdaptiveScheduleRow),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 404, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_get_schedule(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    OwnAddress(base): OwnAddress,
    id: Result<Path<InvitationId>, ApiError>,
) -> Result<Json<AdaptiveScheduleRow>, Response> {
    let actor = admin(signed_in(caller)?)?;
    let Path(id) = id.map_err(|error| refusal(error.0))?;
    let found = invitations::get_invitation(&state.app, &actor, id)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveScheduleRow::new(found, &base)))
}

/// Changes the time or calls it off.
#[utoipa::path(
    patch, path = "/api/v1/admin/schedule/{id}", tag = "adaptive",
    params(("id" = String, Path, description = "The schedule")),
    request_body = AdaptiveScheduleChange,
    responses(
        (status = 200, body = AdaptiveUpdated),
        (status = 400, body = AdaptiveError, description = "A field is wrong"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 404, body = AdaptiveError),
        (status = 409, body = AdaptiveError, description = "It was begun or is over"),
        (status = 413, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_change_schedule(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    id: Result<Path<InvitationId>, ApiError>,
    body: Bytes,
) -> Result<Json<AdaptiveUpdated>, Response> {
    let actor = admin(signed_in(caller)?)?;
    let Path(id) = id.map_err(|error| refusal(error.0))?;
    let request = read(&body)?;
    Ok(Json(change(&state.app, &actor, id, request).await?))
}

/// Deletes a schedule; its link leads nowhere from then on.
#[utoipa::path(
    delete, path = "/api/v1/admin/schedule/{id}", tag = "adaptive",
    params(("id" = String, Path, description = "The schedule")),
    responses(
        (status = 200, body = AdaptiveDeleted),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 404, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_delete_schedule(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    id: Result<Path<InvitationId>, ApiError>,
) -> Result<Json<AdaptiveDeleted>, Response> {
    let actor = admin(signed_in(caller)?)?;
    delete(&state, &actor, id).await
}

/// Schedules of the organisation, newest first.
#[utoipa::path(
    get, path = "/api/v1/recruiter/schedules", tag = "adaptive",
    params(AdaptiveScheduleQuery),
    responses(
        (status = 200, body = AdaptiveSchedules),
        (status = 400, body = AdaptiveError, description = "No such state"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_recruiter_schedules(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    OwnAddress(base): OwnAddress,
    query: Result<Query<AdaptiveScheduleQuery>, ApiError>,
) -> Result<Json<AdaptiveSchedules>, Response> {
    let actor = inviting(signed_in(caller)?)?;
    list(&state, &actor, query, &base).await
}

/// Invites a candidate; the reply tells what became of the mail.
#[utoipa::path(
    post, path = "/api/v1/recruiter/schedule", tag = "adaptive",
    request_body = AdaptiveScheduleRequest,
    responses(
        (status = 201, body = AdaptiveScheduled),
        (status = 400, body = AdaptiveError, description = "A field is missing or wrong"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 413, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_recruiter_schedule(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    OwnAddress(base): OwnAddress,
    body: Bytes,
) -> Result<Response, Response> {
    let actor = inviting(signed_in(caller)?)?;
    let request: AdaptiveScheduleRequest = read(&body)?;
    let made = schedule(&state.app, &actor, request.read(None)?, &base).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Changes the time or calls it off.
#[utoipa::path(
    patch, path = "/api/v1/recruiter/schedule/{id}", tag = "adaptive",
    params(("id" = String, Path, description = "The schedule")),
    request_body = AdaptiveScheduleChange,
    responses(
        (status = 200, body = AdaptiveUpdated),
        (status = 400, body = AdaptiveError, description = "A field is wrong"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 404, body = AdaptiveError),
        (status = 409, body = AdaptiveError, description = "It was begun or is over"),
        (status = 413, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_recruiter_change_schedule(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    id: Result<Path<InvitationId>, ApiError>,
    body: Bytes,
) -> Result<Json<AdaptiveUpdated>, Response> {
    let actor = inviting(signed_in(caller)?)?;
    let Path(id) = id.map_err(|error| refusal(error.0))?;
    let request = read(&body)?;
    Ok(Json(change(&state.app, &actor, id, request).await?))
}

/// Deletes a schedule; its link leads nowhere from then on.
#[utoipa::path(
    delete, path = "/api/v1/recruiter/schedule/{id}", tag = "adaptive",
    params(("id" = String, Path, description = "The schedule")),
    responses(
        (status = 200, body = AdaptiveDeleted),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 404, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_recruiter_delete_schedule(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    id: Result<Path<InvitationId>, ApiError>,
) -> Result<Json<AdaptiveDeleted>, Response> {
    let actor = inviting(signed_in(caller)?)?;
    delete(&state, &actor, id).await
}

/// Invites the candidate of an application. Name and address are theirs, the role that of the position, unless given.
#[utoipa::path(
    post, path = "/api/v1/recruiter/applications/{id}/schedule", tag = "adaptive",
    params(("id" = String, Path, description = "The application")),
    request_body = AdaptiveScheduleRequest,
    responses(
        (status = 201, body = AdaptiveScheduled),
        (status = 400, body = AdaptiveError, description = "A field is missing or wrong"),
        (status = 401, body = AdaptiveError), (status = 403, body = AdaptiveError),
        (status = 404, body = AdaptiveError), (status = 413, body = AdaptiveError),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_schedule_application(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
    OwnAddress(base): OwnAddress,
    id: Result<Path<ApplicationId>, ApiError>,
    body: Bytes,
) -> Result<Response, Response> {
    let actor = inviting(signed_in(caller)?)?;
    let Path(id) = id.map_err(|error| refusal(error.0))?;
    let app = &state.app;
    let application = people::get_application(app, &actor, id)
        .await
        .map_err(refusal)?;
    let mut request: AdaptiveScheduleRequest = read(&body)?;
    if let Some(candidate) = application.candidate {
        let candidate = people::get_candidate(app, &actor, candidate)
            .await
            .map_err(refusal)?;
        request.candidate_email = request.candidate_email.or(candidate.email);
        request.candidate_name = request.candidate_name.or(candidate.name);
    }
    if let (Some(position), None) = (application.position, &request.role) {
        let position = people::get_position(app, &actor, position)
            .await
            .map_err(refusal)?;
        request.role = position.role_family;
    }
    let made = schedule(app, &actor, request.read(Some(id))?, &base).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

async fn list(
    state: &ServerState,
    actor: &Actor,
    query: Result<Query<AdaptiveScheduleQuery>, ApiError>,
    base: &str,
) -> Result<Json<AdaptiveSchedules>, Response> {
    let Query(query) = query.map_err(|error| refusal(error.0))?;
    let filter = InvitationFilter {
        status: query.status,
        ..InvitationFilter::default()
    };
    let page = PageRequest {
        after: query.cursor,
        limit: MOST,
    };
    let page = invitations::list_invitations(&state.app, actor, filter, page)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveSchedules {
        next_cursor: page.next_cursor,
        schedules: page
            .items
            .into_iter()
            .map(|found| AdaptiveScheduleRow::new(found, base))
            .collect(),
    }))
}

async fn delete(
    state: &ServerState,
    actor: &Actor,
    id: Result<Path<InvitationId>, ApiError>,
) -> Result<Json<AdaptiveDeleted>, Response> {
    let Path(id) = id.map_err(|error| refusal(error.0))?;
    invitations::delete_invitation(&state.app, actor, id, None)
        .await
        .map_err(refusal)?;
    Ok(Json(AdaptiveDeleted { deleted: true }))
}
