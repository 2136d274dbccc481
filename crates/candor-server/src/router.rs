//! All routes on one origin.

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    ServerState, api, compat, health, idempotency, middleware, openapi, queues_page, start,
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
    let shapes = compat::errors::Shapes::of(&description);
    let router = router.merge(openapi::routes(description));
    middleware::apply(router, &state, shapes).with_state(state)
}
