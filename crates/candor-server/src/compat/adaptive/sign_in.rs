//! How people of *adaptive* sign in, whatever they are there.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{
    AppError,
    identity::{self, Credentials, sessions::Session},
};
use candor_core::access::Actor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{answer, refusal};
use crate::ServerState;

/// Somebody who signs in.
#[derive(Deserialize, ToSchema)]
pub(super) struct AdaptivePersonLogin {
    /// E-mail (or id).
    pub email: String,
    /// Password.
    pub password: String,
}

/// Signs somebody in who may; others are refused like strangers.
pub(super) async fn sign_in(
    state: &ServerState,
    address: std::net::IpAddr,
    body: &[u8],
    may: impl Fn(&Actor) -> bool,
) -> Result<(Session, Actor), Response> {
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
    if may(&actor) {
        return Ok((session, actor));
    }
    identity::sessions::logout(app, None, Some(&session.access_token))
        .await
        .map_err(refusal)?;
    Err(wrong())
}

/// An answer with a token that nobody on the way may keep.
pub(super) fn private(status: StatusCode, body: impl Serialize) -> Response {
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, no_store, Json(body)).into_response()
}
