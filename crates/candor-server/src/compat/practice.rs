//! Documented routes of *practice*. All but health and sign-in need a session or an API key, also where the
//! original asked for nothing; somebody else's session answers 404, below `/reflective` and `/users` 403.

use utoipa_axum::router::OpenApiRouter;

use crate::ServerState;

mod analysis;
mod auth;
mod caller;
mod fields;
mod form;
mod interviews;
mod live;
mod live_end;
mod progress;
mod reflections;
mod reports;
mod scores;
mod sessions;

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new()
        .merge(auth::routes())
        .merge(sessions::routes())
        .merge(interviews::routes())
        .merge(analysis::routes())
        .merge(scores::routes())
        .merge(live::routes())
        .merge(live_end::routes())
        .merge(reports::routes())
        .merge(reflections::routes())
        .merge(progress::routes())
}
