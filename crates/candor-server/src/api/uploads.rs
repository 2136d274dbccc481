//! Resumable uploads (tus 1.0).

use utoipa_axum::router::OpenApiRouter;

use crate::ServerState;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
}
