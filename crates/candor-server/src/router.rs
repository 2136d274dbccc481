//! All routes on one origin.

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    ServerState, api, compat, health, idempotency, middleware, openapi, start, telemetry,
};

/// The router and its description.
pub fn described(state: &ServerState) -> (Router<ServerState>, OpenApi) {
    let (router, mut description) = OpenApiRouter::with_openapi(openapi::base())
        .merge(health::routes())
        .merge(start::routes())
        .merge(telemetry::routes())
        .merge(api::routes())
        .merge(compat::routes(state))
        .split_for_parts();
    idempotency::describe(&mut description);
    let once = axum::middleware::from_fn_with_state(state.clone(), idempotency::once);
    openapi::complete(&mut description);
    (router.layer(once), description)
}

/// The finished service.
pub fn router(state: ServerState) -> Router {
    telemetry::figures();
    let (router, description) = described(&state);
    let router = router.merge(openapi::routes(description));
    middleware::apply(router, &state).with_state(state)
}
