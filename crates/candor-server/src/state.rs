//! What every handler gets.

use std::sync::Arc;

use axum::extract::FromRef;
use candor_app::App;

/// State of the router. Cheap to clone.
#[derive(Clone)]
pub struct ServerState {
    /// The application.
    pub app: Arc<App>,
}

impl FromRef<ServerState> for Arc<App> {
    fn from_ref(state: &ServerState) -> Self {
        Self::clone(&state.app)
    }
}
