//! Bodies of the sign-in routes, read field by field, and their errors: `{"detail": "…"}`, or a list of what
//! is wrong with which field (422).

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use candor_app::AppError;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::problem::Problem;

/// An error as the documented routes write it.
#[derive(Serialize, ToSchema)]
pub struct Detail {
    /// What is wrong: a sentence, or with 422 a list of `{loc, msg, type}`.
    #[schema(value_type = Object)]
    detail: Value,
}

/// `{"detail": …}` with a status.
pub fn answer(status: StatusCode, detail: impl Into<Value>) -> Response {
    let detail = detail.into();
    (status, Json(Detail { detail })).into_response()
}

/// The documented form of an error.
pub fn refusal(error: AppError) -> Response {
    let problem = Problem::from(error);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = if status == StatusCode::UNPROCESSABLE_ENTITY {
        let field = match problem.field.as_deref() {
            Some("login") => "userId",
            Some("display_name") => "displayName",
            Some(other) => other,
            None => "body",
        };
        answer(status, vec![wrong(field, &problem.detail, "value_error")])
    } else {
        answer(status, problem.detail)
    };
    if let Some(seconds) = problem.retry_after_s {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    if status == StatusCode::UNAUTHORIZED {
        let bearer = axum::http::HeaderValue::from_static("Bearer");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, bearer);
    }
    response
}

fn wrong(field: &str, message: &str, kind: &str) -> Value {
    let place = if field == "body" {
        json!(["body"])
    } else {
        json!(["body", field])
    };
    json!({ "loc": place, "msg": message, "type": kind })
}

/// An object of which fields are taken; what is wrong is collected.
pub struct Fields {
    values: Map<String, Value>,
    wrong: Vec<Value>,
}

impl Fields {
    /// Reads the body.
    ///
    /// # Errors
    /// The 422 answer when it is no JSON object.
    pub fn read(body: &[u8]) -> Result<Self, Response> {
        let refused = |message: &str, kind: &str| {
            Err(answer(
                StatusCode::UNPROCESSABLE_ENTITY,
                vec![wrong("body", message, kind)],
            ))
        };
        match serde_json::from_slice(body) {
            Ok(Value::Object(values)) => Ok(Self {
                values,
                wrong: Vec::new(),
            }),
            Ok(_) => refused("Input should be an object", "dict_type"),
            Err(_) => refused("The body is no JSON", "json_invalid"),
        }
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &str, shortest: usize, longest: usize) -> Option<String> {
        match self.values.remove(name) {
            Some(Value::String(text)) => self.measured(name, text, shortest, longest),
            None => self.fail(name, "Field required", "missing"),
            Some(_) => self.fail(name, "Input should be a valid string", "string_type"),
        }
    }

    /// A text that may be absent or `null`.
    pub fn optional_text(&mut self, name: &str, longest: usize) -> Option<String> {
        match self.values.remove(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => self.measured(name, text, 0, longest),
            Some(_) => self.fail(name, "Input should be a valid string", "string_type"),
        }
    }

    fn measured(
        &mut self,
        name: &str,
        text: String,
        shortest: usize,
        longest: usize,
    ) -> Option<String> {
        let length = text.chars().count();
        if length < shortest {
            let message = format!("String should have at least {shortest} characters");
            return self.fail(name, &message, "string_too_short");
        }
        if length > longest {
            let message = format!("String should have at most {longest} characters");
            return self.fail(name, &message, "string_too_long");
        }
        Some(text)
    }

    fn fail(&mut self, name: &str, message: &str, kind: &str) -> Option<String> {
        self.wrong.push(wrong(name, message, kind));
        None
    }

    /// The 422 answer about everything that was wrong.
    pub fn refusal(self) -> Response {
        answer(StatusCode::UNPROCESSABLE_ENTITY, self.wrong)
    }

    /// Whether nothing was wrong.
    ///
    /// # Errors
    /// [`Fields::refusal`].
    pub fn check(self) -> Result<(), Response> {
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(self.refusal())
        }
    }
}
