//! All routes on one origin.

use std::sync::Arc;

use axum::{Router, middleware::from_fn_with_state};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    ServerState, api, auth, compat, health, idempotency, middleware, openapi, queues_page, start,
    telemetry,
};

/// The router and its description.
pub fn described() -> (Router<ServerState>, OpenApi) {
    let (router, mut description) = OpenApiRouter::with_openapi(openapi::base())
        .merge(health::routes())
        .merge(start::routes())
        .merge(queues_page::routes())
        .merge(telemetry::routes())
        .merge(api::routes())
        .merge(compat::routes())
        .split_for_parts();
    idempotency::describe(&mut description);
    openapi::complete(&mut description);
    (router, description)
}

/// The finished service.
pub fn router(state: ServerState) -> Router {
    telemetry::figures();
    let (router, description) = described();
    let shapes = Arc::new(compat::errors::Shapes::of(&description));
    let once = from_fn_with_state(state.clone(), idempotency::once);
    let guard = from_fn_with_state(state.clone(), auth::guard::single_user);
    let router = router
        .layer(once)
        .merge(openapi::routes(description))
        .layer(guard);
    middleware::apply(router, &state, shapes).with_state(state)
}
