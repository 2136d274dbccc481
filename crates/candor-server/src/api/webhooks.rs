//! Webhooks and their deliveries.

use utoipa_axum::router::OpenApiRouter;

use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
}
