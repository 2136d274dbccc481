//! Files are given out whole or one range at a time, with a tag by which clients know what they have.

use std::ops::Range;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use candor_app::AppError;
use futures::TryStream;

use crate::problem::Problem;

/// A file is played or kept, never run: even one that a browser takes for a page can do nothing.
const POLICY: &str = "sandbox; default-src 'none'; media-src 'self'";

/// What is known about a file before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Described<'a> {
    /// By content.
    pub content_type: Option<&'a str>,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: &'a str,
    /// The client's name for it.
    pub file_name: Option<&'a str>,
}

/// Answers a request with these headers: whole, one range, or "the client has it". `open` gives the bytes
/// that are sent.
///
/// # Errors
/// Those of `open`.
pub async fn answer<Opened, S>(
    headers: &HeaderMap,
    file: Described<'_>,
    open: impl FnOnce(Option<Range<u64>>) -> Opened,
) -> Result<Response, AppError>
where
    Opened: Future<Output = Result<S, AppError>>,
    S: TryStream<Ok = Bytes> + Send + 'static,
    S::Error: Into<axum::BoxError>,
{
    let etag = format!("\"{}\"", file.sha256);
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
        Some(range) => match parse(range, file.bytes) {
            Wanted::All => None,
            Wanted::Part(range) => Some(range),
            Wanted::Impossible(why) => return Ok(impossible(why, file.bytes)),
        },
    };
    let mut response = Response::new(Body::from_stream(open(range.clone()).await?));
    let sent = range.clone().unwrap_or(0..file.bytes);
    describe(response.headers_mut(), file, &etag, &sent);
    if range.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        response.headers_mut().insert(
            header::CONTENT_RANGE,
            ascii(format!(
                "bytes {}-{}/{}",
                sent.start,
                sent.end - 1,
                file.bytes
            )),
        );
    }
    Ok(response)
}

fn describe(headers: &mut HeaderMap, file: Described<'_>, etag: &str, sent: &Range<u64>) {
    let kind = file
        .content_type
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
        ascii(disposition(file.file_name)),
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
    let plain = if plain.is_empty() { "file" } else { plain };
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
        return Wanted::Impossible("the content ends before this range");
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
            "inline; filename=\"file\"; filename*=UTF-8''%D0%BE%D1%82%D0%B2%D0%B5%D1%82"
        );
    }
}
