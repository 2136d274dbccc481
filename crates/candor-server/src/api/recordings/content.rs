//! Playback: whole or one range at a time.

use std::ops::Range;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{
    App, AppError,
    media::{self, Recording},
};
use candor_core::{access::Actor, ids::RecordingId};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ServerState,
    auth::Caller,
    path::Path,
    problem::{ApiResult, Problem},
    responses::ActProblems,
};

/// A recording is played, never run: even one that a browser takes for a page can do nothing.
const POLICY: &str = "sandbox; default-src 'none'; media-src 'self'";

/// Routes of this file.
pub fn routes() -> OpenApiRouter<ServerState> {
    OpenApiRouter::new().routes(routes!(get_recording_content))
}

/// The media of a recording, or one range of it.
#[utoipa::path(
    method(get, head), path = "/api/v1/recordings/{id}/content", tag = "recordings",
    params(
        ("id" = String, Path, description = "The recording"),
        ("Range" = Option<String>, Header, description = "One range of bytes"),
        ("If-Range" = Option<String>, Header, description = "ETag: the range counts only for this version"),
        ("If-None-Match" = Option<String>, Header, description = "ETag that the client has"),
    ),
    responses(
        (status = 200, description = "All of it", content_type = "application/octet-stream"),
        (status = 206, description = "The range", content_type = "application/octet-stream"),
        (status = 304, description = "The client has it"),
        (status = 416, description = "No such range, or more than one", body = Problem, content_type = "application/problem+json"),
        ActProblems
    )
)]
async fn get_recording_content(
    State(state): State<ServerState>,
    Caller(actor): Caller,
    Path(id): Path<RecordingId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    Ok(play(&state.app, &actor, id, &headers).await?)
}

/// Answers a request for a recording with these headers: whole, one range, or "the client has it".
///
/// # Errors
/// Like [`media::open`].
pub async fn play(
    app: &App,
    actor: &Actor,
    id: RecordingId,
    headers: &HeaderMap,
) -> Result<Response, AppError> {
    let recording = media::get_recording(app, actor, id).await?;
    let (Some(bytes), Some(sha256)) = (recording.bytes, recording.sha256.clone()) else {
        return Err(AppError::conflict(
            "recording_not_available",
            format!(
                "the recording is {}; it can't be read",
                recording.state.as_str()
            ),
        ));
    };
    let etag = format!("\"{sha256}\"");
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    if text(header::IF_NONE_MATCH).is_some_and(|tags| names(tags, &etag)) {
        let tag = [(header::ETAG, etag)];
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    let is_same = text(header::IF_RANGE).is_none_or(|tag| tag.trim() == etag);
    let range = match text(header::RANGE).filter(|_| is_same) {
        None => None,
        Some(range) => match parse(range, bytes) {
            Wanted::All => None,
            Wanted::Part(range) => Some(range),
            Wanted::Impossible(why) => return Ok(impossible(why, bytes)),
        },
    };
    let playback = media::open(app, actor, id, range.clone()).await?;
    let mut response = Response::new(Body::from_stream(playback.stream));
    if range.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    let sent = &playback.range;
    describe(response.headers_mut(), &recording, &etag, sent);
    if range.is_some() {
        response.headers_mut().insert(
            header::CONTENT_RANGE,
            ascii(format!("bytes {}-{}/{bytes}", sent.start, sent.end - 1)),
        );
    }
    Ok(response)
}

fn describe(headers: &mut HeaderMap, recording: &Recording, etag: &str, sent: &Range<u64>) {
    let kind = recording
        .content_type
        .as_deref()
        .and_then(|kind| HeaderValue::from_str(kind).ok())
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_LENGTH, (sent.end - sent.start).into());
    headers.insert(header::ETAG, ascii(etag.to_owned()));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // The client may keep it for itself, but asks each time whether it may still have it.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        ascii(disposition(recording.file_name.as_deref())),
    );
}

/// `inline` with the name in a form that can't break out of the header.
fn disposition(name: Option<&str>) -> String {
    let base = name
        .unwrap_or_default()
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default();
    let plain: String = base
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || " ._-()".contains(*c))
        .collect();
    let plain = plain.trim_matches([' ', '.']);
    if plain.is_empty() && base.is_empty() {
        return "inline".to_owned();
    }
    let encoded: String = base
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let plain = if plain.is_empty() { "recording" } else { plain };
    format!("inline; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn ascii(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("made of ASCII letters, digits and marks")
}

fn names(tags: &str, etag: &str) -> bool {
    tags.split(',').any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part(Range<u64>),
    Impossible(&'static str),
}

/// Reads a `Range` header for `bytes` bytes. What is no range of bytes at all is ignored (RFC 9110 §14.2).
fn parse(text: &str, bytes: u64) -> Wanted {
    let Some(ranges) = text.trim().strip_prefix("bytes=") else {
        return Wanted::All;
    };
    if ranges.contains(',') {
        return Wanted::Impossible("ask for one range at a time");
    }
    let Some((from, to)) = ranges.trim().split_once('-') else {
        return Wanted::All;
    };
    let number = |text: &str| {
        let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let range = match (number(from), number(to)) {
        (Some(from), Some(to)) if from <= to => from..to.saturating_add(1).min(bytes),
        (Some(from), None) if to.is_empty() => from..bytes,
        (None, Some(last)) if from.is_empty() => bytes.saturating_sub(last)..bytes,
        _ => return Wanted::All,
    };
    if range.start >= range.end {
        return Wanted::Impossible("the recording ends before this range");
    }
    Wanted::Part(range)
}

fn impossible(why: &str, bytes: u64) -> Response {
    let problem = Problem::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "range_not_satisfiable",
        why,
    );
    let mut response = problem.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_RANGE, ascii(format!("bytes */{bytes}")));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_at_the_end_and_never_empty() {
        assert_eq!(parse("bytes=0-", 10), Wanted::Part(0..10));
        assert_eq!(parse("bytes=2-4", 10), Wanted::Part(2..5));
        assert_eq!(
            parse("bytes=5-99999999999999999999", 10),
            Wanted::Part(5..10)
        );
        assert_eq!(parse("bytes=-3", 10), Wanted::Part(7..10));
        assert_eq!(parse("bytes=-30", 10), Wanted::Part(0..10));
        for text in ["bytes=10-", "bytes=-0", "bytes=0-1,3-4"] {
            assert!(matches!(parse(text, 10), Wanted::Impossible(_)), "{text}");
        }
        for text in [
            "bytes=4-2",
            "bytes=a-b",
            "items=0-1",
            "bytes=--",
            "bytes=",
            "bytes=+1-2",
        ] {
            assert_eq!(parse(text, 10), Wanted::All, "{text}");
        }
    }

    #[test]
    fn names_of_files_cannot_break_out_of_the_header() {
        assert_eq!(disposition(None), "inline");
        assert_eq!(
            disposition(Some("../a\"b\r\nX: é.mp4")),
            "inline; filename=\"abX .mp4\"; filename*=UTF-8''a%22b%0D%0AX%3A%20%C3%A9.mp4"
        );
        assert_eq!(
            disposition(Some("ответ")),
            "inline; filename=\"recording\"; filename*=UTF-8''%D0%BE%D1%82%D0%B2%D0%B5%D1%82"
        );
    }
}
