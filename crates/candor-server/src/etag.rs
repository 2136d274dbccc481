//! Versions of records: told as `ETag`, asked back as `If-Match`, so that nobody overwrites what they have
//! not seen.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use candor_app::AppError;
use serde::Serialize;

use crate::{json::Json, problem::Problem};

/// An answer with the version of what it shows.
#[derive(Debug, Clone)]
pub struct Versioned<T> {
    version: i32,
    location: Option<String>,
    body: T,
}

impl<T> Versioned<T> {
    /// What is there (200).
    pub fn found(version: i32, body: T) -> Self {
        Self {
            version,
            location: None,
            body,
        }
    }

    /// What was made (201), and where it is from now on.
    pub fn created(version: i32, location: String, body: T) -> Self {
        Self {
            version,
            location: Some(location),
            body,
        }
    }
}

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        let ascii = "a number, or a path that was made from an id, is ASCII";
        headers.insert(
            header::ETAG,
            HeaderValue::try_from(format!("\"{}\"", self.version)).expect(ascii),
        );
        let mut status = StatusCode::OK;
        if let Some(location) = self.location {
            status = StatusCode::CREATED;
            headers.insert(
                header::LOCATION,
                HeaderValue::try_from(location).expect(ascii),
            );
        }
        (status, headers, Json(self.body)).into_response()
    }
}

/// The version that a change rests on. `If-Match` must be sent: 428 without it. `None`: `*`, any version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<i32>);

/// Like [`IfMatch`], but it may be left out, which means any version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaybeIfMatch(pub Option<i32>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match parts.headers.get(header::IF_MATCH) {
            Some(value) => Ok(Self(expected(value)?)),
            None => Err(Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "if_match_required",
                "send the ETag of the version you read as If-Match",
            )),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeIfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match parts.headers.get(header::IF_MATCH) {
            Some(value) => Ok(Self(expected(value)?)),
            None => Ok(Self(None)),
        }
    }
}

/// A tag that no version ever had matches nothing.
fn expected(value: &HeaderValue) -> Result<Option<i32>, AppError> {
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .and_then(|text| text.parse().ok())
        .map(Some)
        .ok_or(AppError::Stale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tag_of_a_version_is_taken() {
        let read = |text: &'static str| expected(&HeaderValue::from_static(text)).ok();
        assert_eq!(read("\"7\""), Some(Some(7)));
        assert_eq!(read("*"), Some(None));
        for wrong in ["7", "W/\"7\"", "\"x\"", "", "\"1\", \"2\""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
