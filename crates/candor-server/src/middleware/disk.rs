//! No recording is taken that could not be kept.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use candor_app::readiness::Disk;

use crate::problem::Problem;

/// Seconds after which a client may try again.
const RETRY_AFTER_S: u64 = 60;

/// Refuses recordings where there is no room for them.
pub async fn room(State(disk): State<Arc<Disk>>, request: Request, next: Next) -> Response {
    if is_upload(request.method(), request.headers()) {
        let bytes = announced(request.headers());
        if !disk.has_room(bytes) {
            tracing::error!(bytes, "disk.full");
            let mut problem = Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "disk_full",
                format!("there is no room for it now; try again in {RETRY_AFTER_S} s"),
            );
            problem.retry_after_s = Some(RETRY_AFTER_S);
            return problem.into_response();
        }
    }
    next.run(request).await
}

/// Whether the body is a recording or a part of one rather than words.
pub fn is_upload(method: &Method, headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    [Method::POST, Method::PUT, Method::PATCH].contains(method)
        && (headers.contains_key("upload-length")
            || [
                "multipart/",
                "video/",
                "audio/",
                "application/offset+octet-stream",
            ]
            .iter()
            .chain(&["application/octet-stream"])
            .any(|start| kind.starts_with(start)))
}

fn announced(headers: &HeaderMap) -> u64 {
    ["upload-length", "content-length"]
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok()?.parse::<u64>().ok())
        .max()
        .unwrap_or(0)
}
