//! Whether the server lives and is ready.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::readiness;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::ServerState;

/// Seconds after which to ask again.
const RETRY_AFTER_S: &str = "5";

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(ready))
}

/// A sign of life.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthResponse {
    /// Always `ok` when it answers.
    status: &'static str,
    /// Now, RFC 3339.
    ts: String,
    /// Always `candor`.
    service: &'static str,
    /// Version of the program.
    version: &'static str,
}

/// Says that the server lives.
#[utoipa::path(get, path = "/health", tag = "system", security(()), responses((status = 200, body = HealthResponse)))]
async fn health(State(state): State<ServerState>) -> Json<HealthResponse> {
    Json(HealthResponse {
        status: "ok",
        ts: state.app.clock.now().to_string(),
        service: "candor",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// Whether requests can be served.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadyResponse {
    /// `ready` or `not_ready`.
    status: &'static str,
    /// `ok`, `away` or `full` for `database`, `queue`, `media`, `live` and `disk`.
    checks: BTreeMap<&'static str, &'static str>,
}

/// Says whether everything that requests need is there, and what is not. Without `live` they are served all the same.
#[utoipa::path(
    get, path = "/health/ready", tag = "system", security(()),
    responses(
        (status = 200, body = ReadyResponse),
        (status = 503, description = "Something is away; `checks` says what", body = ReadyResponse),
    )
)]
async fn ready(State(state): State<ServerState>) -> Response {
    let checks = Box::pin(readiness::check(&state.app)).await;
    let is_ready = readiness::is_ready(&checks);
    let body = Json(ReadyResponse {
        status: if is_ready { "ready" } else { "not_ready" },
        checks: checks
            .into_iter()
            .map(|(what, state)| (what, state.as_str()))
            .collect(),
    });
    if is_ready {
        return body.into_response();
    }
    let wait = [(header::RETRY_AFTER, RETRY_AFTER_S)];
    (StatusCode::SERVICE_UNAVAILABLE, wait, body).into_response()
}
