//! Errors of documented routes in their documented shapes.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::AppError;
use serde_json::{Value, json};

use crate::problem::Problem;

/// How a documented route tells an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `{"ok": false, "error"}`.
    Ok,
    /// `{"status": "error" | "not_found", "message", "detail"}`.
    Status,
    /// `{"error"}`.
    Error,
    /// `{"detail"}`, or `{field: [message]}` about one field.
    Detail,
}

/// An error on its way out of a documented route.
#[derive(Debug)]
pub struct Refusal {
    shape: Shape,
    problem: Problem,
}

impl Refusal {
    /// The error in this shape. What a request says wrong is 400 there, as documented.
    pub fn new(shape: Shape, error: impl Into<AppError>) -> Self {
        let mut problem = Problem::from(error.into());
        if problem.status == StatusCode::UNPROCESSABLE_ENTITY.as_u16() {
            problem.status = StatusCode::BAD_REQUEST.as_u16();
        }
        Self { shape, problem }
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.problem.status = status.as_u16();
        self
    }

    /// Its status.
    pub fn status(&self) -> u16 {
        self.problem.status
    }

    fn body(&self) -> Value {
        let message = &self.problem.detail;
        match self.shape {
            Shape::Ok => json!({"ok": false, "error": message}),
            Shape::Error => json!({"error": message}),
            Shape::Status if self.problem.status == 404 => {
                json!({"status": "not_found", "message": message})
            }
            Shape::Status => {
                json!({"status": "error", "message": message, "detail": self.problem.code})
            }
            Shape::Detail => match &self.problem.field {
                Some(field) if self.problem.status == 400 => json!({field: [message]}),
                _ => json!({"detail": message}),
            },
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.body())).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.problem.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_tells_the_message_and_nothing_inside() {
        let wrong = || AppError::invalid("invalid_field", "video", "video is required");
        let body = |shape| Refusal::new(shape, wrong()).body();
        assert_eq!(body(Shape::Ok), json!({"ok": false, "error": "video is required"}));
        assert_eq!(body(Shape::Error), json!({"error": "video is required"}));
        assert_eq!(body(Shape::Detail), json!({"video": ["video is required"]}));
        assert_eq!(
            Refusal::new(Shape::Status, AppError::NotFound("analysis")).body(),
            json!({"status": "not_found", "message": "no such analysis"})
        );
        let inner = Refusal::new(Shape::Error, AppError::internal("secret place"));
        assert_eq!(inner.status(), 500);
        assert_eq!(inner.body(), json!({"error": "an internal error"}));
    }
}
