//! Whether the server lives and is ready.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(health))
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
#[utoipa::path(get, path = "/health", tag = "system", responses((status = 200, body = HealthResponse)))]
async fn health(State(state): State<ServerState>) -> Json<HealthResponse> {
    Json(HealthResponse {
        status: "ok",
        ts: state.app.clock.now().to_string(),
        service: "candor",
        version: env!("CARGO_PKG_VERSION"),
    })
}
