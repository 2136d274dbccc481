//! Who calls: the one place where credentials are read from a request.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use candor_app::{App, AppError, identity};
use candor_core::access::{Action, Actor};

use crate::{ServerState, middleware::ClientAddress, problem::ApiError};

pub mod cookies;
pub mod guard;

/// The header in which a page sends back its session's token on requests that change something.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// A caller with valid credentials: an access token, a key or a candidate's token in `Authorization: Bearer` or
/// `X-API-Key`, or the cookie of a session. With a cookie, requests that change something must also carry
/// [`CSRF_HEADER`]: other sites can make a browser send cookies, but not headers.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

impl Caller {
    /// The actor, where it may do `action` at all. A handler that reads its request by hand asks this first: who
    /// may not is told nothing about the request. On what the action may be done, the use case asks.
    ///
    /// # Errors
    /// [`AppError::Denied`].
    pub fn who_may(self, action: Action) -> Result<Actor, AppError> {
        self.0.may(action)?;
        Ok(self.0)
    }
}

impl FromRequestParts<ServerState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ServerState,
    ) -> Result<Self, Self::Rejection> {
        let app = &state.app;
        if let Some(token) = bearer(&parts.headers) {
            return Ok(Self(identity::authenticate(app, token).await?));
        }
        let token =
            cookies::find(&parts.headers, cookies::ACCESS).ok_or(AppError::Unauthenticated)?;
        let actor = identity::authenticate(app, token).await?;
        if !parts.method.is_safe() {
            check_csrf(app, &parts.headers, token)?;
        }
        Ok(Self(actor))
    }
}

/// Where a request comes from, for limits. Unknown addresses all count as `0.0.0.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let ip = parts
            .extensions
            .get::<ClientAddress>()
            .and_then(|client| client.ip);
        Ok(Self(ip.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// Refuses a request whose header does not belong to the session of its cookie.
///
/// # Errors
/// [`AppError::Refused`] (`csrf`).
pub fn check_csrf(app: &App, headers: &HeaderMap, token: &str) -> Result<(), AppError> {
    let sent = headers
        .get(CSRF_HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if identity::sessions::csrf_fits(app, token, sent) {
        Ok(())
    } else {
        Err(AppError::refused(
            "csrf",
            "send the session's csrf_token as X-CSRF-Token",
        ))
    }
}

/// The token or key in the headers.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    text(header::AUTHORIZATION.as_str())
        .and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token)
        })
        .or_else(|| text("x-api-key"))
        .map(str::trim)
}
