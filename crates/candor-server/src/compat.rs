//! The documented routes of the five systems: translate, call the same use case, translate back.

use utoipa_axum::router::OpenApiRouter;

use crate::ServerState;

mod adaptive;
pub mod errors;
mod lab;
mod pipeline;
mod practice;

/// All documented routes.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .merge(adaptive::routes())
        .merge(lab::routes())
        .merge(pipeline::routes())
        .merge(practice::routes())
}
