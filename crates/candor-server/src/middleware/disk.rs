//! Which requests bring recordings, and how much of one.

use axum::http::{HeaderMap, Method, header};

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

/// How many bytes are said to come.
pub fn announced(headers: &HeaderMap) -> u64 {
    ["upload-length", "content-length"]
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok()?.parse::<u64>().ok())
        .max()
        .unwrap_or(0)
}
