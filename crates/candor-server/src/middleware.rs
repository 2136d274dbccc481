//! What happens to every request and answer.

use axum::Router;

use crate::ServerState;

/// Wraps the router.
pub fn apply(router: Router<ServerState>, _state: &ServerState) -> Router<ServerState> {
    router
}
