//! Schedules as admins of *adaptive* keep them.

use axum::{Json, body::Bytes, extract::State, response::Response};
use candor_app::invitations;
use candor_core::{access::Action, ids::InvitationId};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    AdaptiveScheduleQuery,
    asked::{AdaptiveScheduleChange, AdaptiveScheduleRequest},
    change, create, delete, list,
    told::{AdaptiveScheduleRow, AdaptiveScheduled, AdaptiveSchedules, AdaptiveUpdated},
};
use crate::{
    ServerState,
    address::OwnAddress,
    auth::Caller,
    compat::adaptive::{AdaptiveDeleted, AdaptiveError, allowed, refusal},
    path::{Path, Query},
    problem::ApiError,
};

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
    create(&state, &allowed(caller, Action::ManageUsers)?, &base, &body).await
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
    list(&state, &allowed(caller, Action::ManageUsers)?, query, &base).await
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
    let actor = allowed(caller, Action::ManageUsers)?;
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
    change(&state, &allowed(caller, Action::ManageUsers)?, id, &body).await
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
    delete(&state, &allowed(caller, Action::ManageUsers)?, id).await
}
