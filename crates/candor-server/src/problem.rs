//! Errors of the native interface: RFC 9457 `application/problem+json` with a stable code.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::AppError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::middleware::current_request_id;

/// An error as clients see it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the status and `code` say it all.
    pub r#type: &'static str,
    /// The status in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable code.
    pub code: String,
    /// What to do, for people.
    pub detail: String,
    /// The field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The request, as the log names it; also the header `X-Request-Id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Everything that is wrong in a table, by row and column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<RowProblem>,
    /// Seconds to wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
    /// Whether it may have been done all the same.
    #[serde(skip)]
    pub is_in_doubt: bool,
}

/// What is wrong in one place of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowProblem {
    /// Row; the heading is row 1.
    pub row: usize,
    /// Column, where the mistake has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// Notes at an answer that what was asked for may have been done although it says otherwise.
#[derive(Debug, Clone, Copy)]
pub struct InDoubt;

impl Problem {
    /// A problem with this status and code.
    pub fn new(status: StatusCode, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("error").to_owned(),
            status: status.as_u16(),
            code: code.into(),
            detail: detail.into(),
            field: None,
            request_id: None,
            errors: Vec::new(),
            retry_after_s: None,
            is_in_doubt: false,
        }
    }

    /// Says in the answer's headers what every shape of the error says there.
    pub fn write_headers(&self, response: &mut Response) {
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED.as_u16() {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.is_in_doubt {
            response.extensions_mut().insert(InDoubt);
        }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        let is_in_doubt = error.is_in_doubt();
        match error {
            AppError::Invalid { code, field, .. } => Self {
                field,
                ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
            },
            AppError::ConsentRequired => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "consent_required", detail)
            }
            AppError::Unauthenticated => {
                Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
            }
            AppError::Denied(_) => Self::new(StatusCode::FORBIDDEN, "denied", detail),
            AppError::Refused { code, .. } => Self::new(StatusCode::FORBIDDEN, code, detail),
            AppError::NotFound(_) => Self::new(StatusCode::NOT_FOUND, "not_found", detail),
            AppError::Conflict { code, .. } => Self::new(StatusCode::CONFLICT, code, detail),
            AppError::Gone { code, .. } => Self::new(StatusCode::GONE, code, detail),
            AppError::Stale => Self::new(StatusCode::PRECONDITION_FAILED, "stale", detail),
            AppError::TooLarge { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
            }
            AppError::Unsupported(_) => {
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported", detail)
            }
            AppError::RateLimited { retry_after_s } => Self {
                retry_after_s: Some(retry_after_s),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail)
            },
            AppError::Unavailable {
                retry_after_s,
                source,
            } => {
                tracing::warn!(error = error_chain(source.as_ref()), "request.unavailable");
                Self {
                    retry_after_s: Some(retry_after_s),
                    is_in_doubt,
                    ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
                }
            }
            AppError::Full {
                retry_after_s,
                source,
            } => {
                tracing::error!(error = error_chain(source.as_ref()), "disk.full");
                Self {
                    retry_after_s: Some(retry_after_s),
                    ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "disk_full", detail)
                }
            }
            AppError::Internal(source) => {
                tracing::error!(
                    error = error_chain(source.as_ref()),
                    "request.internal_error"
                );
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
            }
            other => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                other.to_string(),
            ),
        }
    }
}

/// An error and its sources in one line, for the log.
pub fn error_chain(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        self.request_id = self.request_id.or_else(current_request_id);
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self)).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        self.write_headers(&mut response);
        // Documented routes tell it in a shape of their own.
        response.extensions_mut().insert(self);
        response
    }
}

/// The result of a native handler.
pub type ApiResult<T> = Result<T, ApiError>;

/// An [`AppError`] on its way out.
#[derive(Debug)]
pub struct ApiError(pub AppError);

impl<E: Into<AppError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        Problem::from(self.0).into_response()
    }
}
