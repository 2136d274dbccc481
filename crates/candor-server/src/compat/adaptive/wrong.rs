//! What is wrong with a request, as *adaptive* documents it: `{"error": "Validation failed", "details": [{type, msg, path,
//! location, value}]}`.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use candor_core::ids::InterviewId;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::ToSchema;

use super::answer;
use crate::{path::Path, problem::ApiError};

/// What fields are called that nobody is told again.
const SECRETS: [&str; 2] = ["password", "token"];
/// Longest value that is told again, in characters of JSON.
const LONGEST_VALUE: usize = 1_000;

/// An error as *adaptive* writes it.
#[derive(Serialize, ToSchema)]
pub(super) struct AdaptiveError {
    /// What is wrong.
    pub error: String,
    /// A stable name for it; none where fields are wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Which fields are wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Vec<AdaptiveErrorDetail>>,
}

impl AdaptiveError {
    /// An error that is no matter of fields.
    pub(super) fn new(error: impl Into<String>, code: Option<String>) -> Self {
        Self {
            error: error.into(),
            code,
            details: None,
        }
    }
}

/// One field that is wrong.
#[derive(Serialize, ToSchema)]
struct AdaptiveErrorDetail {
    /// Always `field`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What is wrong with it.
    msg: String,
    /// Its name.
    path: String,
    /// `body`, or `params` for the path of the address.
    location: &'static str,
    /// What was sent; `null` where nothing was, and for passwords and long texts.
    value: Value,
}

/// Notes at an answer which field of the body is wrong, for [`tell_value`].
#[derive(Debug, Clone)]
struct Wrong {
    path: String,
    message: String,
}

/// One wrong field of the body, as the documented validation tells it.
pub(super) fn invalid(path: &str, message: impl Into<String>) -> Response {
    let message = message.into();
    let mut response = refused(path, &message, "body", Value::Null);
    response.extensions_mut().insert(Wrong {
        path: path.to_owned(),
        message,
    });
    response
}

fn refused(path: &str, message: &str, location: &'static str, value: Value) -> Response {
    let detail = AdaptiveErrorDetail {
        kind: "field",
        msg: message.to_owned(),
        path: path.to_owned(),
        location,
        value,
    };
    let error = AdaptiveError {
        error: "Validation failed".to_owned(),
        code: None,
        details: Some(vec![detail]),
    };
    (StatusCode::BAD_REQUEST, Json(error)).into_response()
}

/// Adds to the documented 400 what was sent in the field that is wrong.
pub(super) async fn tell_value(request: Request, next: Next) -> Response {
    if request.method().is_safe() || !is_json(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // Under the limit that the route has.
    let arriving = Request::from_parts(parts.clone(), body);
    let bytes = match Bytes::from_request(arriving, &()).await {
        Ok(bytes) => bytes,
        Err(rejection) => return rejection.into_response(),
    };
    let again = Request::from_parts(parts, Body::from(bytes.clone()));
    let response = next.run(again).await;
    let Some(Wrong { path, message }) = response.extensions().get().cloned() else {
        return response;
    };
    let sent: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    refused(&path, &message, "body", shown(&path, &sent))
}

/// Clients that name no type send JSON here; forms have errors without values.
fn is_json(headers: &HeaderMap) -> bool {
    let named = headers.get(header::CONTENT_TYPE);
    named
        .and_then(|named| named.to_str().ok())
        .is_none_or(|named| !named.starts_with("multipart/"))
}

/// The value of a field such as `customQuestions[0].text`.
fn shown(path: &str, sent: &Value) -> Value {
    if is_secret(path) {
        return Value::Null;
    }
    let mut keys = path.split(['.', '[', ']']).filter(|key| !key.is_empty());
    let found = keys.try_fold(sent, |value, key| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        value => value.get(key),
    });
    let fits = |value: &&Value| {
        !value.is_object()
            && !value.is_array()
            && value.to_string().chars().count() <= LONGEST_VALUE
    };
    found.filter(fits).cloned().unwrap_or_default()
}

fn is_secret(path: &str) -> bool {
    let path = path.to_lowercase();
    SECRETS.iter().any(|secret| path.contains(secret))
}

/// A body of JSON, or the documented 400: of a field that is missing or of another type it says which.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Response> {
    let unread = |why: String| {
        let message = format!("the body can't be read: {why}");
        answer(StatusCode::BAD_REQUEST, message)
    };
    let value: Value = serde_json::from_slice(body).map_err(|error| unread(error.to_string()))?;
    if !value.is_object() {
        return Err(unread("it is no object".to_owned()));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let place = match error.path().to_string() {
            root if root == "." => String::new(),
            place => place,
        };
        let why = error.inner().to_string();
        if let Some(name) = missing(&why) {
            let path = match place.as_str() {
                "" => name.to_owned(),
                place => format!("{place}.{name}"),
            };
            return invalid(&path, format!("{path} is required"));
        }
        if is_secret(&place) {
            return invalid(&place, format!("{place} has the wrong type"));
        }
        invalid(&place, format!("{place} can't be read: {why}"))
    })
}

/// The field that this error misses.
fn missing(why: &str) -> Option<&str> {
    let (name, _) = why.strip_prefix("missing field `")?.split_once('`')?;
    Some(name)
}

/// The interview that the address names, or the documented 400 for what can't be one.
pub(super) fn interview(
    id: Result<Path<String>, ApiError>,
    name: &str,
) -> Result<InterviewId, Response> {
    let message = format!("{name} is a UUID");
    let Path(id) = id.map_err(|_| refused(name, &message, "params", Value::Null))?;
    id.parse().map_err(|_| {
        let sent = match id.chars().count() {
            0..=LONGEST_VALUE => Value::String(id.clone()),
            _ => Value::Null,
        };
        refused(name, &message, "params", sent)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_sent_is_told_but_no_secret_and_nothing_long() {
        let sent = json!({
            "role": "pilot", "minutes": 3, "nothing": null, "password": "hunter2",
            "customQuestions": [{"text": "Why?"}], "long": "x".repeat(1001),
        });
        assert_eq!(shown("role", &sent), "pilot");
        assert_eq!(shown("minutes", &sent), 3);
        assert_eq!(shown("customQuestions[0].text", &sent), "Why?");
        for hidden in [
            "password",
            "long",
            "nothing",
            "absent",
            "customQuestions",
            "customQuestions[7].text",
            "",
        ] {
            assert_eq!(shown(hidden, &sent), Value::Null, "{hidden}");
        }
    }

    #[test]
    fn the_missing_field_is_named() {
        assert_eq!(missing("missing field `candidateId`"), Some("candidateId"));
        assert_eq!(missing("invalid type: null, expected a string"), None);
    }
}
