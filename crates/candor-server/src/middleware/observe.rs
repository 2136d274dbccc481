//! Request ids, one span and one log line for each request, and its figures. Neither paths nor queries are
//! kept, only the route's template: they hold ids of people.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    response::Response,
};
use tracing::Instrument;
use uuid::Uuid;

/// Header of the request id, in both directions.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id that is taken from a client, in characters.
const LONGEST: usize = 64;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// Names a request in logs and answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

impl RequestId {
    /// The client's own, where it is sane: letters, digits, `.`, `_` and `-`; else a new one.
    fn of(request: &Request) -> Self {
        let given = request
            .headers()
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .filter(|text| {
                (1..=LONGEST).contains(&text.len())
                    && text
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
            });
        Self(given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned))
    }
}

/// The id of the request that is being answered.
pub fn current_request_id() -> Option<String> {
    CURRENT.try_with(|id| id.0.clone()).ok()
}

/// Wraps one request.
pub async fn request<F: Future<Output = Response>>(
    mut request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let id = RequestId::of(&request);
    let method = method(&request);
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route
        .as_ref()
        .map_or("unmatched", |path| path.as_str())
        .to_owned();
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!("request", request.id = %id.0, method, route);
    let begun = Instant::now();
    metrics::gauge!("candor_http_requests_running").increment(1.0);
    let running = Running;
    let mut response = CURRENT
        .scope(id.clone(), answer(request))
        .instrument(span.clone())
        .await;
    drop(running);
    let seconds = begun.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    let labels = [
        ("method", method.to_owned()),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("candor_http_requests_total", &labels).increment(1);
    metrics::histogram!("candor_http_request_seconds", &labels[..2]).record(seconds);
    span.in_scope(|| {
        tracing::info!(status, duration_ms = seconds * 1000.0, "request.answered");
    });
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// Clients may send any word as a method: only known ones become labels.
fn method(request: &Request) -> &'static str {
    use axum::http::Method;
    match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Counts down also where the client leaves before the answer.
struct Running;

impl Drop for Running {
    fn drop(&mut self) {
        metrics::gauge!("candor_http_requests_running").decrement(1.0);
    }
}
