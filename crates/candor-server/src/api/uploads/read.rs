//! What tus clients say in headers.

use axum::http::{HeaderMap, StatusCode};
use base64::{Engine, prelude::BASE64_STANDARD};
use candor_app::{
    AppError,
    media::{Checksum, NewRecording},
};
use serde_json::{Map, Value};

use super::answer::{TusError, TusResult, VERSION};
use crate::{api::recordings, problem::Problem};

/// A header as text.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Makes sure that the client speaks this version.
pub fn version(headers: &HeaderMap) -> TusResult<()> {
    if text(headers, "tus-resumable") == Some(VERSION) {
        return Ok(());
    }
    Err(TusError(Box::new(Problem::new(
        StatusCode::PRECONDITION_FAILED,
        "tus_version",
        format!("send Tus-Resumable: {VERSION}"),
    ))))
}

/// The size, or `None` where it is deferred.
pub fn length(headers: &HeaderMap) -> Result<Option<u64>, AppError> {
    match (
        text(headers, "upload-length"),
        text(headers, "upload-defer-length"),
    ) {
        (Some(length), None) => number("Upload-Length", length).map(Some),
        (None, Some("1")) => Ok(None),
        _ => Err(AppError::invalid(
            "invalid_length",
            "Upload-Length",
            "send either Upload-Length or Upload-Defer-Length: 1",
        )),
    }
}

/// The size that is told with later bytes.
pub fn deferred_length(headers: &HeaderMap) -> Result<Option<u64>, AppError> {
    text(headers, "upload-length")
        .map(|length| number("Upload-Length", length))
        .transpose()
}

/// Where the bytes begin.
pub fn offset(headers: &HeaderMap) -> Result<u64, AppError> {
    number(
        "Upload-Offset",
        text(headers, "upload-offset").unwrap_or_default(),
    )
}

fn number(name: &'static str, text: &str) -> Result<u64, AppError> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|_| is_digits)
        .filter(|number| i64::try_from(*number).is_ok())
        .ok_or_else(|| {
            AppError::invalid(
                "invalid_header",
                name,
                format!("{name} is a number of bytes"),
            )
        })
}

/// The hash of the bytes.
pub fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, AppError> {
    let Some(told) = text(headers, "upload-checksum") else {
        return Ok(None);
    };
    let wrong = || {
        AppError::invalid(
            "invalid_checksum",
            "Upload-Checksum",
            "Upload-Checksum is sha1 or sha256, a space, and the hash in base64",
        )
    };
    let (name, hash) = told.split_once(' ').ok_or_else(wrong)?;
    let hash = BASE64_STANDARD.decode(hash.trim()).map_err(|_| wrong())?;
    match (name, hash.len()) {
        ("sha1", 20) => Ok(Some(Checksum::Sha1(hash))),
        ("sha256", 32) => Ok(Some(Checksum::Sha256(hash))),
        _ => Err(wrong()),
    }
}

/// What is said about the recording.
pub fn metadata(headers: &HeaderMap) -> Result<NewRecording, AppError> {
    let mut said = Map::new();
    let mut file_name = None;
    for pair in text(headers, "upload-metadata")
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
    {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = BASE64_STANDARD
            .decode(value.trim())
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| invalid(format!("the value of {key} is no base64 of UTF-8 text")))?;
        match key {
            "filename" | "name" | "file_name" => file_name = Some(value),
            "meta" => {
                let meta: Map<String, Value> =
                    serde_json::from_str(&value).map_err(|error| invalid(error.to_string()))?;
                said.extend(meta);
            }
            "consent" => {
                let consent =
                    serde_json::from_str(&value).map_err(|error| invalid(error.to_string()))?;
                said.insert("consent".to_owned(), consent);
            }
            "interview_id" | "question_id" | "external_id" => {
                said.insert(key.to_owned(), value.into());
            }
            // Clients add their own, e.g. filetype: the type is found by content.
            _ => {}
        }
    }
    let mut new = recordings::meta(Value::Object(said).to_string().as_bytes())?;
    new.file_name = new.file_name.or(file_name);
    Ok(new)
}

fn invalid(message: String) -> AppError {
    AppError::invalid("invalid_meta", "Upload-Metadata", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &str) -> HeaderMap {
        std::iter::once((
            axum::http::HeaderName::from_static(name),
            value.parse().unwrap(),
        ))
        .collect()
    }

    #[test]
    fn sizes_and_offsets_are_plain_numbers() {
        assert_eq!(offset(&with("upload-offset", "70")).unwrap(), 70);
        for wrong in ["", "-1", "+1", "1.5", "0x10", "99999999999999999999"] {
            assert!(offset(&with("upload-offset", wrong)).is_err(), "{wrong}");
        }
        assert_eq!(length(&with("upload-defer-length", "1")).unwrap(), None);
        assert!(length(&with("upload-defer-length", "2")).is_err());
    }

    #[test]
    fn metadata_is_read_and_nonsense_refused() {
        let name = BASE64_STANDARD.encode("a b.mp4");
        let new = metadata(&with(
            "upload-metadata",
            &format!("filename {name},is_private"),
        ))
        .unwrap();
        assert_eq!(new.file_name.as_deref(), Some("a b.mp4"));
        for wrong in ["filename ???", "meta bm9uc2Vuc2U=", "interview_id eA=="] {
            assert!(
                metadata(&with("upload-metadata", wrong)).is_err(),
                "{wrong}"
            );
        }
    }
}
