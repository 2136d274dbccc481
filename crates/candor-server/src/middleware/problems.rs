//! Errors that no handler wrote: unknown paths, wrong methods, bodies that can't be read, panics.

use axum::{
    body::{Body, to_bytes},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::problem::Problem;

/// Longest explanation of the framework that is taken over, in bytes.
const LONGEST: usize = 4096;

/// No route has this path.
pub async fn not_found() -> Problem {
    nothing_here()
}

/// The answer of [`not_found`].
pub fn nothing_here() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "there is nothing at this address; see /docs",
    )
}

/// A defect in a handler: told in the log, not to the client.
pub fn panicked() -> Response {
    // The panic hook has written where it happened.
    tracing::error!("request.panicked");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "an internal error",
    )
    .into_response()
}

/// Gives errors of the framework the shape that all native errors have.
pub async fn in_one_shape(method: &Method, response: Response) -> Response {
    let is_head = method == Method::HEAD;
    let status = response.status();
    if is_head || !(status.is_client_error() || status.is_server_error()) || has_shape(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let text = to_bytes(body, LONGEST).await.unwrap_or_default();
    let text = std::str::from_utf8(&text).unwrap_or_default().trim();
    let problem = Problem::new(status, code(status), detail(status, text));
    let shaped = problem.into_response();
    parts.headers.remove(header::CONTENT_LENGTH);
    let (new, body) = shaped.into_parts();
    for (name, value) in &new.headers {
        parts.headers.insert(name, value.clone());
    }
    parts.extensions.extend(new.extensions);
    Response::from_parts(parts, Body::new(body))
}

fn has_shape(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| !kind.starts_with("text/plain"))
}

fn code(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "malformed",
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::CONFLICT => "conflict",
        StatusCode::PRECONDITION_FAILED => "stale",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported",
        StatusCode::UNPROCESSABLE_ENTITY => "invalid_body",
        StatusCode::TOO_MANY_REQUESTS => "rate_limited",
        _ if status.is_server_error() => "internal",
        _ => "refused",
    }
}

fn detail(status: StatusCode, text: &str) -> String {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            "this address takes other methods; see the Allow header".to_owned()
        }
        _ if status.is_server_error() => "an internal error".to_owned(),
        _ if text.is_empty() => status
            .canonical_reason()
            .unwrap_or("refused")
            .to_lowercase(),
        _ => text.to_owned(),
    }
}
