//! Who calls, and what about, with these routes' errors.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
    response::Response,
};
use candor_app::AppError;
use candor_core::access::{Action, Actor};

use super::fields::refusal;
use crate::{ServerState, auth::Caller};

/// A caller with valid credentials.
pub struct Signed(pub Actor);

impl Signed {
    /// The actor, where it may do `action` at all; see [`Caller::who_may`].
    ///
    /// # Errors
    /// The documented answer.
    pub fn who_may(self, action: Action) -> Result<Actor, Response> {
        Caller(self.0).who_may(action).map_err(refusal)
    }
}

impl FromRequestParts<ServerState> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ServerState) -> Result<Self, Response> {
        match Caller::from_request_parts(parts, state).await {
            Ok(Caller(actor)) => Ok(Self(actor)),
            Err(error) => Err(refusal(error.0)),
        }
    }
}

/// The id in the path; what can't be one names nothing (404).
pub struct Named<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Named<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let params = RawPathParams::from_request_parts(parts, state).await.ok();
        params
            .as_ref()
            .and_then(|params| params.iter().next())
            .and_then(|(_, text)| text.parse().ok())
            .map(Self)
            .ok_or_else(|| refusal(AppError::NotFound("session or job")))
    }
}
