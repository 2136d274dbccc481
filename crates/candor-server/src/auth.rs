//! Who calls: the one place where credentials are read from a request.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use candor_app::{AppError, identity};
use candor_core::access::Actor;

use crate::{ServerState, problem::ApiError};

/// A caller with valid credentials (`Authorization: Bearer`, `X-API-Key`).
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

impl FromRequestParts<ServerState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ServerState,
    ) -> Result<Self, Self::Rejection> {
        let token = bearer(parts).ok_or(AppError::Unauthenticated)?;
        Ok(Self(identity::authenticate(&state.app, &token).await?))
    }
}

fn bearer(parts: &Parts) -> Option<String> {
    let text = |name: &str| parts.headers.get(name)?.to_str().ok();
    text(header::AUTHORIZATION.as_str())
        .and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token)
        })
        .or_else(|| text("x-api-key"))
        .map(|token| token.trim().to_owned())
}
