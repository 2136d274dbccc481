//! Documented routes of *adaptive*: the sign-in of admins.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    identity::{self, Credentials, people},
};
use candor_core::access::{Action, Denied};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{AdaptiveError, answer, refusal};
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

/// An admin's e-mail and password.
#[derive(Deserialize, ToSchema)]
struct AdaptiveLoginRequest {
    /// E-mail (or id).
    email: String,
    /// Password.
    password: String,
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
    request_body = AdaptiveLoginRequest,
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
    let app = &state.app;
    identity::count_attempt(app, address).map_err(refusal)?;
    let request: AdaptiveLoginRequest = serde_json::from_slice(&body)
        .map_err(|_| answer(StatusCode::BAD_REQUEST, "email and password are required"))?;
    if request.email.trim().is_empty() || request.password.is_empty() {
        return Err(answer(
            StatusCode::BAD_REQUEST,
            "email and password are required",
        ));
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
    if actor.may(Action::ManageUsers).is_err() {
        identity::sessions::logout(app, None, Some(&session.access_token))
            .await
            .map_err(refusal)?;
        return Err(wrong());
    }
    let body = AdaptiveLoginResponse {
        token: session.access_token,
        email: session.person.handle,
    };
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((no_store, Json(body)).into_response())
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
    let Caller(actor) = caller.map_err(|error| refusal(error.0))?;
    if actor.may(Action::ManageUsers).is_err() {
        return Err(refusal(Denied.into()));
    }
    let person = people::get_me(&state.app, &actor).await.map_err(refusal)?;
    Ok(Json(AdaptiveMeResponse {
        email: person.handle,
    }))
}
