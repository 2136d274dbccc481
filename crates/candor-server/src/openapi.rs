//! The description of the interface: `/openapi.json` and `/docs`.

use axum::{Json, Router, routing::get};
use utoipa::{OpenApi as _, openapi::OpenApi};

use crate::ServerState;

#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "Candor",
    description = "Self-hosted AI interviewer: the native interface under /api/v1 and the documented routes of five systems."
))]
struct Base;

/// What is said before any route.
pub fn base() -> OpenApi {
    Base::openapi()
}

/// Serves the description.
pub fn routes(description: OpenApi) -> Router<ServerState> {
    Router::new().route("/openapi.json", get(|| async move { Json(description) }))
}
