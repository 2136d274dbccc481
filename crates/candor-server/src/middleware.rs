//! What happens to every request and answer.
//!
//! From outside to inside: request id, log and metrics; whose address; headers; errors of documented routes in
//! their shapes; errors in one shape; panics; other origins; a limit on running requests; room on disk; time
//! and pace; size; single-user mode; `Idempotency-Key`.
//!
//! It is written as few layers, not as one for each purpose: for every request a layer copies all that lies
//! below it.

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use futures::FutureExt;

use crate::{ServerState, api::uploads, compat::errors::Shapes};

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

/// What the outer layer knows.
struct Around {
    proxies: client::Proxies,
    is_tls: bool,
    shapes: Shapes,
}

/// Wraps the router.
pub fn apply(
    router: Router<ServerState>,
    state: &ServerState,
    shapes: Shapes,
) -> Router<ServerState> {
    let config = &state.app.config;
    let around = Arc::new(Around {
        proxies: client::Proxies::new(&config.server.trusted_proxies),
        is_tls: headers::is_tls(config),
        shapes,
    });
    let limits = Arc::new(limits::Limits::new(state));
    let mut router = router
        .fallback(problems::not_found)
        .layer(from_fn_with_state(limits, limits::within));
    if let Some(others) = headers::other_origins(config) {
        let describe = from_fn_with_state(state.clone(), uploads::describe_first);
        router = router.layer(others).layer(describe);
    }
    router.layer(from_fn_with_state(around, observed))
}

async fn observed(State(around): State<Arc<Around>>, request: Request, next: Next) -> Response {
    observe::request(request, |mut request| async move {
        around.proxies.note(&mut request);
        let shape = around.shapes.find(&request);
        let method = request.method().clone();
        let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let answer = answer.unwrap_or_else(|_| problems::panicked());
        let mut answer = problems::in_one_shape(&method, answer).await;
        if let Some(shape) = shape {
            shape.give(&mut answer);
        }
        headers::secure(around.is_tls, &mut answer);
        answer
    })
    .await
}
