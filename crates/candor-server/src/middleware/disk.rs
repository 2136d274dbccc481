//! No recording is taken that could not be kept.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use candor_app::readiness::Disk;

use crate::{drain, problem::Problem};

/// Refuses recordings whose announced size does not fit, before they are sent. While they arrive the use
/// cases look again.
pub async fn room(State(disk): State<Arc<Disk>>, request: Request, next: Next) -> Response {
    if is_upload(request.method(), request.headers())
        && let Err(error) = disk.require(announced(request.headers()))
    {
        drain::body(request.into_body().into_data_stream()).await;
        return Problem::from(error).into_response();
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
