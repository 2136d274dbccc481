//! Errors of documented routes in their documented shapes.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Bytes,
    extract::{MatchedPath, Request, rejection::BytesRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::{App, AppError};
use serde_json::{Value, json};
use utoipa::{
    IntoResponses,
    openapi::{
        ContentBuilder, ObjectBuilder, OpenApi, RefOr, Response as Described, ResponseBuilder,
        schema::Schema,
    },
};

use crate::{problem::Problem, responses::meaning};

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

/// In which shape the documented routes tell errors that none of their handlers wrote: a busy server, a
/// request that took too long, a wrong method.
#[derive(Debug, Clone, Default)]
pub struct Shapes(BTreeMap<String, Shape>);

impl Shapes {
    /// Reads from the description which paths are documented, and by which system.
    pub fn of(description: &OpenApi) -> Self {
        let shapes = description.paths.paths.iter().filter_map(|(path, item)| {
            let mut tags = [&item.get, &item.post, &item.put, &item.patch, &item.delete]
                .into_iter()
                .flatten()
                .flat_map(|operation| operation.tags.iter().flatten());
            tags.find_map(|tag| Shape::of(tag, path))
                .map(|shape| (path.clone(), shape))
        });
        Self(shapes.collect())
    }

    /// The shape of the route that a request goes to; `None`: the native one.
    pub fn find(&self, request: &Request) -> Option<Shape> {
        let path = request.extensions().get::<MatchedPath>()?;
        self.0.get(path.as_str()).copied()
    }
}

impl Shape {
    /// Gives an error of the native shape this one.
    pub fn give(self, response: &mut Response) {
        let Some(problem) = response.extensions_mut().remove::<Problem>() else {
            return;
        };
        let refusal = Refusal {
            shape: self,
            problem,
        };
        let (parts, body) = refusal.into_response().into_parts();
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        headers.extend(parts.headers);
        *response.body_mut() = body;
    }

    fn of(system: &str, path: &str) -> Option<Self> {
        let is_one_of = |starts: &[&str]| starts.iter().any(|start| path.starts_with(start));
        match system {
            "adaptive" => Some(Self::Error),
            "lab" | "practice" => Some(Self::Detail),
            "pipeline" if is_one_of(&["/api/pipeline", "/api/interview-record"]) => Some(Self::Ok),
            "pipeline" if is_one_of(&["/api/application-submissions", "/api/job-result"]) => {
                Some(Self::Status)
            }
            "pipeline" => Some(Self::Error),
            _ => None,
        }
    }
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
        self.problem.write_headers(&mut response);
        response
    }
}

/// The bytes of a body, or why they can't be taken.
///
/// # Errors
/// [`AppError::TooLarge`] over the limit, [`AppError::Invalid`] when it broke off.
pub fn body(app: &App, bytes: Result<Bytes, BytesRejection>) -> Result<Bytes, AppError> {
    bytes.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            AppError::TooLarge {
                limit: app.config.server.body_limit_bytes,
            }
        } else {
            AppError::Invalid {
                code: "unreadable_body",
                message: "the body broke off; send it again".to_owned(),
                field: None,
            }
        }
    })
}

/// An error of a documented route, for the description of the interface.
fn described(status: u16) -> Described {
    let schema = ObjectBuilder::new()
        .description(Some("The documented error of this route"))
        .build();
    ResponseBuilder::new()
        .description(meaning(status))
        .content(
            "application/json",
            ContentBuilder::new()
                .schema(Some(Schema::Object(schema)))
                .build(),
        )
        .build()
}

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident: $($status:literal)*;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Described>> {
                [$($status),*]
                    .into_iter()
                    .map(|status: u16| (status.to_string(), described(status).into()))
                    .collect()
            }
        }
    )*};
}

errors! {
    /// Of a route that takes a body and makes something.
    CreateErrors: 400 401 403 404 408 409 413 429 500 503;
    /// Of a route that shows one thing.
    GetErrors: 400 401 403 404 408 429 500 503;
    /// Of a route that does something with one thing.
    ActErrors: 400 401 403 404 408 409 429 500 503;
    /// Of a service that takes a body and tells mistakes in it with 422.
    ServiceErrors: 401 403 408 409 413 422 429 500 503;
    /// Of a route that takes a file.
    UploadErrors: 400 401 403 404 408 409 413 415 429 500 503;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_tells_the_message_and_nothing_inside() {
        let wrong = || AppError::invalid("invalid_field", "video", "video is required");
        let body = |shape| Refusal::new(shape, wrong()).body();
        assert_eq!(
            body(Shape::Ok),
            json!({"ok": false, "error": "video is required"})
        );
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
