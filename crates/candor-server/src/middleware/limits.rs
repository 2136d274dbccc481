//! How many requests run at once, for how long, and how much they bring.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use candor_app::readiness::Disk;
use tokio::{sync::Semaphore, time::timeout};

use super::{
    disk::{announced, is_upload},
    pace::{Least, paced},
};
use crate::{ServerState, auth::guard, drain, idempotency, problem::Problem};

/// Paths of operators, answered also by a busy server.
const ALWAYS: &[&str] = &["/health", "/health/ready", "/metrics"];

/// The limits of this process.
pub struct Limits {
    state: ServerState,
    running: Semaphore,
    longest: Duration,
    bytes: usize,
    least: Least,
    disk: Disk,
}

impl Limits {
    /// As configured.
    pub fn new(state: &ServerState) -> Self {
        let config = &state.app.config;
        Self {
            state: state.clone(),
            running: Semaphore::new(config.limits.requests.min(Semaphore::MAX_PERMITS)),
            longest: Duration::from_secs_f64(config.server.request_timeout_s),
            bytes: usize::try_from(config.server.body_limit_bytes).unwrap_or(usize::MAX),
            least: Least::new(config),
            disk: Disk::of(&state.app),
        }
    }
}

/// Sends the client away rather than letting everybody wait. Bodies that are streamed out don't count.
pub async fn within(State(limits): State<Arc<Limits>>, request: Request, next: Next) -> Response {
    if ALWAYS.contains(&request.uri().path()) {
        return in_time(&limits, request, next).await;
    }
    match limits.running.try_acquire() {
        Ok(_permit) if is_upload(request.method(), request.headers()) => {
            arriving(&limits, request, next).await
        }
        Ok(_permit) => in_time(&limits, request, next).await,
        Err(_) => {
            // Only the beginning: it must not cost what it saves.
            if is_upload(request.method(), request.headers()) {
                drain::body(request.into_body().into_data_stream()).await;
            }
            later("busy", "the server is busy", 1)
        }
    }
}

/// Refuses a recording whose announced size does not fit, before it is sent; while it arrives the use cases
/// look again. It may take as long as it arrives (see [`super::pace`]).
async fn arriving(limits: &Limits, request: Request, next: Next) -> Response {
    let bytes = announced(request.headers());
    // Of what is too large in any case its handler tells so.
    if bytes <= limits.state.app.config.limits.upload_bytes
        && let Err(error) = limits.disk.require(bytes)
    {
        drain::body(request.into_body().into_data_stream()).await;
        return Problem::from(error).into_response();
    }
    let request = request.map(|body| paced(body, limits.least));
    handle(limits, request, next).await
}

/// Ends requests that take too long; streams have begun to answer by then.
async fn in_time(limits: &Limits, request: Request, next: Next) -> Response {
    match timeout(limits.longest, handle(limits, request, next)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!("request.timed_out");
            later("timeout", "it took too long", 5)
        }
    }
}

async fn handle(limits: &Limits, mut request: Request, next: Next) -> Response {
    DefaultBodyLimit::max(limits.bytes).apply(&mut request);
    match guard::single_user(&limits.state.app.config, &request) {
        None => idempotency::once(&limits.state, request, next).await,
        Some(problem) => problem.into_response(),
    }
}

fn later(code: &str, why: &str, seconds: u64) -> Response {
    let mut problem = Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        code,
        format!("{why}; try again in {seconds} s"),
    );
    problem.retry_after_s = Some(seconds);
    problem.into_response()
}
