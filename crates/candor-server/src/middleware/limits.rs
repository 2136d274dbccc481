//! How many requests run at once, and for how long.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use candor_app::config::Config;
use tokio::{sync::Semaphore, time::timeout};

use super::disk::is_upload;
use crate::{drain, problem::Problem};

/// Paths of operators, answered also by a busy server.
const ALWAYS: &[&str] = &["/health", "/health/ready", "/metrics"];

/// The limits of this process.
pub struct Limits {
    running: Semaphore,
    longest: Duration,
}

impl Limits {
    /// As configured.
    pub fn new(config: &Config) -> Self {
        Self {
            running: Semaphore::new(config.limits.requests.min(Semaphore::MAX_PERMITS)),
            longest: Duration::from_secs_f64(config.server.request_timeout_s),
        }
    }
}

/// Sends the client away rather than letting everybody wait. Bodies that are streamed out don't count.
pub async fn not_too_many(
    State(limits): State<Arc<Limits>>,
    request: Request,
    next: Next,
) -> Response {
    if ALWAYS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    match limits.running.try_acquire() {
        Ok(_permit) => next.run(request).await,
        Err(_) => {
            // Only the beginning: it must not cost what it saves.
            if is_upload(request.method(), request.headers()) {
                drain::body(request.into_body().into_data_stream()).await;
            }
            later("busy", "the server is busy", 1)
        }
    }
}

/// Ends requests that take too long. Recordings may take as long as they arrive (see [`super::pace`]);
/// streams have begun to answer by then.
pub async fn in_time(State(limits): State<Arc<Limits>>, request: Request, next: Next) -> Response {
    if is_upload(request.method(), request.headers()) {
        return next.run(request).await;
    }
    match timeout(limits.longest, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!("request.timed_out");
            later("timeout", "it took too long", 5)
        }
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
