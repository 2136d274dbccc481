//! The organisation, its members and its policy.

use utoipa_axum::router::OpenApiRouter;

use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
}
