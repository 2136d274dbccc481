//! Invitations to interviews.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use candor_app::invitations;
use candor_core::ids::{InvitationId, PositionId};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    address::OwnAddress,
    auth::Caller,
    etag::{IfMatch, MaybeIfMatch, Versioned},
    json::Json,
    paging::{ListResponse, PageQuery, Paging},
    path::{Path, Query},
    problem::ApiResult,
    responses::{
        ActProblems, CreateProblems, DeleteProblems, GetProblems, ListProblems, UpdateProblems,
    },
};

mod import;
mod wire;

use wire::{CreateInvitationRequest, InvitationResponse, UpdateInvitationRequest};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(create_invitation, list_invitations))
        .routes(routes!(
            get_invitation,
            update_invitation,
            delete_invitation
        ))
        .routes(routes!(cancel_invitation))
        .merge(import::routes())
}

/// Which invitations are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct InvitationQuery {
    /// `scheduled`, `in_progress`, `completed` or `cancelled`.
    status: Option<String>,
    /// For this position.
    #[param(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// To this address, whatever its capitals.
    candidate_email: Option<String>,
    /// That begin at this time or later.
    from: Option<Timestamp>,
    /// That begin before this time.
    to: Option<Timestamp>,
}

/// Invites somebody to an interview. The link opens 15 minutes before the time and closes 7 days after it unless
/// told otherwise. Where mail is set up, the candidate gets it with a calendar entry.
#[utoipa::path(
    post, path = "/api/v1/invitations", tag = "invitations",
    request_body = CreateInvitationRequest,
    responses((status = 201, body = InvitationResponse), CreateProblems)
)]
async fn create_invitation(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    OwnAddress(base): OwnAddress,
    Json(request): Json<CreateInvitationRequest>,
) -> ApiResult<Versioned<InvitationResponse>> {
    let new = request.into();
    let (made, note) = invitations::create_invitation(&state.app, &actor, new).await?;
    let location = format!("/api/v1/invitations/{}", made.id);
    let version = made.version;
    let body = InvitationResponse::new(made, &base).with(note);
    Ok(Versioned::created(version, location, body))
}

/// A page of invitations, the latest made first.
#[utoipa::path(
    get, path = "/api/v1/invitations", tag = "invitations",
    params(PageQuery, InvitationQuery),
    responses((status = 200, body = ListResponse<InvitationResponse>), ListProblems)
)]
async fn list_invitations(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    OwnAddress(base): OwnAddress,
    Paging(page): Paging,
    Query(query): Query<InvitationQuery>,
) -> ApiResult<Json<ListResponse<InvitationResponse>>> {
    let filter = invitations::InvitationFilter {
        status: query.status,
        position: query.position_id,
        candidate_email: query.candidate_email,
        from: query.from,
        to: query.to,
    };
    let page = invitations::list_invitations(&state.app, &actor, filter, page).await?;
    let page = page.map(|found| InvitationResponse::new(found, &base));
    Ok(Json(page.into()))
}

/// One invitation.
#[utoipa::path(
    get, path = "/api/v1/invitations/{id}", tag = "invitations",
    params(("id" = String, Path, description = "The invitation")),
    responses((status = 200, body = InvitationResponse), GetProblems)
)]
async fn get_invitation(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    OwnAddress(base): OwnAddress,
    Path(id): Path<InvitationId>,
) -> ApiResult<Versioned<InvitationResponse>> {
    let found = invitations::get_invitation(&state.app, &actor, id).await?;
    let version = found.version;
    Ok(Versioned::found(
        version,
        InvitationResponse::new(found, &base),
    ))
}

/// Changes fields of an invitation that was not begun: absent ones stay, `null` clears. Another time or length is
/// told by mail and raises `sequence`; the window moves with the time unless it is given.
#[utoipa::path(
    patch, path = "/api/v1/invitations/{id}", tag = "invitations",
    params(
        ("id" = String, Path, description = "The invitation"),
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
    ),
    request_body = UpdateInvitationRequest,
    responses((status = 200, body = InvitationResponse), UpdateProblems)
)]
async fn update_invitation(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    OwnAddress(base): OwnAddress,
    Path(id): Path<InvitationId>,
    IfMatch(expected): IfMatch,
    Json(request): Json<UpdateInvitationRequest>,
) -> ApiResult<Versioned<InvitationResponse>> {
    let (changed, note) =
        invitations::update_invitation(&state.app, &actor, id, expected, request.into()).await?;
    let version = changed.version;
    let body = InvitationResponse::new(changed, &base).with(note);
    Ok(Versioned::found(version, body))
}

/// Calls an interview off: its link answers 410 from then on, and the candidate is told by mail.
#[utoipa::path(
    post, path = "/api/v1/invitations/{id}/cancel", tag = "invitations",
    params(("id" = String, Path, description = "The invitation")),
    responses((status = 200, body = InvitationResponse), ActProblems)
)]
async fn cancel_invitation(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    OwnAddress(base): OwnAddress,
    Path(id): Path<InvitationId>,
) -> ApiResult<Response> {
    let cancelled = invitations::cancel_invitation(&state.app, &actor, id).await?;
    let version = cancelled.version;
    let body = InvitationResponse::new(cancelled, &base);
    Ok(Versioned::found(version, body).into_response())
}

/// Deletes an invitation: its link leads nowhere from then on.
#[utoipa::path(
    delete, path = "/api/v1/invitations/{id}", tag = "invitations",
    params(
        ("id" = String, Path, description = "The invitation"),
        ("If-Match" = Option<String>, Header, description = "ETag: delete only this version"),
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems)
)]
async fn delete_invitation(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<InvitationId>,
    MaybeIfMatch(expected): MaybeIfMatch,
) -> ApiResult<StatusCode> {
    invitations::delete_invitation(&state.app, &actor, id, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
