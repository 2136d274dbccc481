//! What tus answers: headers for progress, problems for errors.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{App, AppError, media::Upload};

use crate::problem::Problem;

pub const VERSION: &str = "1.0.0";
const ALGORITHMS: &str = "sha1,sha256";
const EXTENSIONS: &str =
    "creation,creation-with-upload,creation-defer-length,checksum,termination,expiration";

/// An error with the headers that tus asks for.
pub struct TusError(pub Box<Problem>);

/// The result of a tus handler.
pub type TusResult<T> = Result<T, TusError>;

impl From<AppError> for TusError {
    fn from(error: AppError) -> Self {
        let mut problem = Problem::from(error);
        if problem.code == "checksum_mismatch" {
            // A status of tus' own.
            problem.status = 460;
            "checksum mismatch".clone_into(&mut problem.title);
        }
        Self(Box::new(problem))
    }
}

impl IntoResponse for TusError {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        response.headers_mut().extend(resumable());
        response
    }
}

/// The version spoken.
pub fn resumable() -> HeaderMap {
    one("tus-resumable", HeaderValue::from_static(VERSION))
}

/// What is understood.
pub fn capabilities(app: &App) -> HeaderMap {
    let mut headers = resumable();
    headers.extend(one("tus-version", HeaderValue::from_static(VERSION)));
    headers.extend(one("tus-extension", HeaderValue::from_static(EXTENSIONS)));
    headers.extend(one(
        "tus-checksum-algorithm",
        HeaderValue::from_static(ALGORITHMS),
    ));
    headers.extend(one("tus-max-size", app.config.limits.upload_bytes.into()));
    headers
}

/// The state of an upload.
pub fn answer(status: StatusCode, upload: &Upload) -> Response {
    let mut headers = resumable();
    headers.extend(one("upload-offset", upload.offset.into()));
    match upload.bytes_total {
        Some(bytes) => headers.extend(one("upload-length", bytes.into())),
        None => headers.extend(one("upload-defer-length", HeaderValue::from_static("1"))),
    }
    let expires = upload
        .expires_at
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string();
    headers.extend(one("upload-expires", ascii(expires)));
    if let Some(text) = upload
        .text
        .as_deref()
        .and_then(|text| HeaderValue::from_str(text).ok())
    {
        headers.extend(one("upload-metadata", text));
    }
    if let Some(recording) = upload.recording {
        headers.extend(one("candor-recording-id", ascii(recording.to_string())));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (status, headers).into_response()
}

/// A header value of plain letters, digits and marks.
pub fn ascii(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("ids, dates and paths are ASCII")
}

fn one(name: &'static str, value: HeaderValue) -> HeaderMap {
    std::iter::once((HeaderName::from_static(name), value)).collect()
}
