//! Documented routes of *adaptive*: the sign-in of admins.

use axum::{Json, body::Bytes, extract::State, http::StatusCode, response::Response};
use candor_app::identity::people;
use candor_core::access::{Action, Actor};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    AdaptiveError, allowed, refusal,
    sign_in::{AdaptivePersonLogin, private, sign_in},
};
use crate::{
    ServerState,
    auth::{Caller, Origin},
    problem::ApiError,
};

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(adaptive_login))
        .routes(routes!(adaptive_me))
}

/// The token of an admin.
#[derive(Serialize, ToSchema)]
struct AdaptiveLoginResponse {
    /// Goes into the header `Authorization: Bearer …`.
    token: String,
    /// As it was registered.
    email: String,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
struct AdaptiveMeResponse {
    /// As it was registered.
    email: String,
}

/// Signs an admin in. Other people are refused like strangers.
#[utoipa::path(
    post, path = "/api/v1/admin/login", tag = "adaptive", security(()),
    request_body = AdaptivePersonLogin,
    responses(
        (status = 200, body = AdaptiveLoginResponse),
        (status = 400, body = AdaptiveError, description = "E-mail or password is missing"),
        (status = 401, body = AdaptiveError), (status = 413, body = AdaptiveError),
        (status = 429, body = AdaptiveError), (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_login(
    State(state): State<ServerState>,
    Origin(address): Origin,
    body: Bytes,
) -> Result<Response, Response> {
    let may = |actor: &Actor| actor.may(Action::ManageUsers).is_ok();
    let (session, _) = sign_in(&state, address, &body, may).await?;
    let body = AdaptiveLoginResponse {
        token: session.access_token,
        email: session.person.handle,
    };
    Ok(private(StatusCode::OK, body))
}

/// The signed-in admin.
#[utoipa::path(
    get, path = "/api/v1/admin/me", tag = "adaptive",
    responses(
        (status = 200, body = AdaptiveMeResponse),
        (status = 401, body = AdaptiveError),
        (status = 403, body = AdaptiveError, description = "Not an admin, or no person"),
        (status = 503, body = AdaptiveError)
    )
)]
async fn adaptive_me(
    State(state): State<ServerState>,
    caller: Result<Caller, ApiError>,
) -> Result<Json<AdaptiveMeResponse>, Response> {
    let actor = allowed(caller, Action::ManageUsers)?;
    let person = people::get_me(&state.app, &actor).await.map_err(refusal)?;
    Ok(Json(AdaptiveMeResponse {
        email: person.handle,
    }))
}
