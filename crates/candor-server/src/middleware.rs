//! What happens to every request and answer.
//!
//! From outside to inside: request id, log and metrics; whose address; headers; errors of documented routes in
//! their shapes; panics; errors in one shape; other origins; a limit on running requests; room on disk; time;
//! size.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
};
use candor_app::readiness::Disk;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{ServerState, compat::errors::Shapes};

mod client;
mod disk;
mod headers;
mod limits;
mod observe;
mod pace;
mod problems;

pub use client::ClientAddress;
pub use observe::{RequestId, current_request_id};
pub(crate) use problems::nothing_here;

/// Wraps the router.
pub fn apply(
    router: Router<ServerState>,
    state: &ServerState,
    shapes: Arc<Shapes>,
) -> Router<ServerState> {
    let config = &state.app.config;
    let limits = Arc::new(limits::Limits::new(config));
    let least = pace::Least::new(config);
    let disk = Arc::new(Disk::of(&state.app));
    let proxies = Arc::new(client::Proxies::new(&config.server.trusted_proxies));
    let body_limit = usize::try_from(config.server.body_limit_bytes).unwrap_or(usize::MAX);
    router
        .fallback(problems::not_found)
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(from_fn_with_state(Arc::clone(&limits), limits::in_time))
        .layer(from_fn_with_state(least, pace::keep_up))
        .layer(from_fn_with_state(disk, disk::room))
        .layer(from_fn_with_state(limits, limits::not_too_many))
        .layer(headers::other_origins(config))
        .layer(from_fn_with_state(
            state.clone(),
            crate::api::uploads::describe_first,
        ))
        .layer(from_fn(problems::in_one_shape))
        .layer(CatchPanicLayer::custom(problems::panicked))
        .layer(from_fn_with_state(shapes, Shapes::apply))
        .layer(from_fn_with_state(headers::is_tls(config), headers::secure))
        .layer(from_fn_with_state(proxies, client::address))
        .layer(from_fn(observe::request))
}
