//! Schedules as recruiters of *adaptive* keep them.

use axum::{Json, body::Bytes, extract::State, response::Response};
use candor_app::people;
use candor_core::{
    access::Action,
    ids::{ApplicationId, InvitationId},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    AdaptiveScheduleQuery,
    asked::{AdaptiveScheduleChange, AdaptiveScheduleRequest},
    change, create, delete, list, schedule,
    told::{AdaptiveScheduled, AdaptiveSchedules, AdaptiveUpdated},
};
use crate::{
    ServerState,
    address::OwnAddress,
    auth::Caller,
    compat::adaptive::{AdaptiveDeleted, AdaptiveError, allowed, read, refusal},
    path::{Path, Query},
    problem::ApiError,
};

/// Routes of this file.
pub(super) fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_recruiter_schedules))
        .routes(routes!(adaptive_recruiter_schedule))
        .routes(routes!(
            adaptive_recruiter_change_schedule,
            adaptive_recruiter_delete_schedule
        ))
        .routes(routes!(adaptive_schedule_application))
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
    list(
        &state,
        &allowed(caller, Action::InviteCandidates)?,
        query,
        &base,
    )
    .await
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
    create(
        &state,
        &allowed(caller, Action::InviteCandidates)?,
        &base,
        &body,
    )
    .await
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
    change(
        &state,
        &allowed(caller, Action::InviteCandidates)?,
        id,
        &body,
    )
    .await
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
    delete(&state, &allowed(caller, Action::InviteCandidates)?, id).await
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
    let actor = allowed(caller, Action::InviteCandidates)?;
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
    schedule(&state, &actor, request.read(Some(id))?, &base).await
}
