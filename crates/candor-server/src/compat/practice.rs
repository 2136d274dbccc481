//! Documented routes of *practice*.

use utoipa_axum::router::OpenApiRouter;

use crate::ServerState;

mod auth;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().merge(auth::routes())
}
