//! Bodies of these routes, read field by field, and their errors: `{"detail": "…"}`, or a list of what
//! is wrong with which field (422).

use std::{collections::BTreeMap, ops::RangeInclusive};

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use candor_app::{AppError, consent::ConsentStatement, practice::Agreement};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::problem::Problem;

/// An error as the documented routes write it.
#[derive(Serialize, ToSchema)]
pub struct Detail {
    /// What is wrong: a sentence, or with 422 a list of `{loc, msg, type}`.
    #[schema(schema_with = any_detail)]
    detail: Value,
}

/// A sentence, or a list of what is wrong with which field.
fn any_detail() -> utoipa::openapi::Object {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::SchemaType::AnyValue)
        .build()
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
        answer(status, problem.detail.as_str())
    };
    problem.write_headers(&mut response);
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

/// A consent as clients write it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Statement {
    version: String,
    obtained_at: Timestamp,
    by: String,
}

impl From<Statement> for ConsentStatement {
    fn from(statement: Statement) -> Self {
        Self {
            version: statement.version,
            obtained_at: statement.obtained_at,
            by: statement.by,
        }
    }
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

    /// [`Fields::read`]; no body at all has no fields.
    ///
    /// # Errors
    /// Like [`Fields::read`].
    pub fn read_optional(body: &[u8]) -> Result<Self, Response> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::of(Map::new()));
        }
        Self::read(body)
    }

    /// The fields of a form.
    pub fn of(values: Map<String, Value>) -> Self {
        Self {
            values,
            wrong: Vec::new(),
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

    /// A number within `range`; `default` where it is absent. Forms send numbers as texts.
    pub fn number(&mut self, name: &str, default: f64, range: RangeInclusive<f64>) -> f64 {
        let number = match self.values.remove(name) {
            None | Some(Value::Null) => return default,
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        match number.filter(|number| range.contains(number)) {
            Some(number) => number,
            None => {
                let (least, most) = (range.start(), range.end());
                let message = format!("Input should be a number from {least} to {most}");
                self.fail(name, &message, "out_of_range");
                default
            }
        }
    }

    /// A number within `range` that may be absent.
    pub fn optional_number(&mut self, name: &str, range: RangeInclusive<f64>) -> Option<f64> {
        match self.values.get(name) {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.number(name, *range.start(), range)),
        }
    }

    /// A time that may be absent; one that names no zone is UTC.
    pub fn optional_time(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.optional_text(name, 64)?;
        let plain = || {
            let plain: jiff::civil::DateTime = text.parse().ok()?;
            plain.to_zoned(jiff::tz::TimeZone::UTC).ok()
        };
        let time = text.parse().ok().or_else(|| Some(plain()?.timestamp()));
        if time.is_none() {
            self.fail(name, "Input should be a time", "datetime_parsing");
        }
        time
    }

    /// Texts by name; none where they are absent.
    pub fn texts(&mut self, name: &str) -> BTreeMap<String, String> {
        let fields = match self.values.remove(name) {
            None | Some(Value::Null) => return BTreeMap::new(),
            Some(Value::Object(fields)) => fields,
            Some(_) => {
                self.fail(name, "Input should be an object", "dict_type");
                return BTreeMap::new();
            }
        };
        let mut texts = BTreeMap::new();
        for (key, value) in fields {
            match value {
                Value::String(text) => {
                    texts.insert(key, text);
                }
                _ => {
                    self.fail(name, "Values should be valid strings", "string_type");
                }
            }
        }
        texts
    }

    /// Yes or no; `None` where it is absent. Forms send them as texts.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.values.remove(name)? {
            Value::Null => None,
            Value::Bool(flag) => Some(flag),
            Value::String(text) if ["true", "1"].contains(&text.trim()) => Some(true),
            Value::String(text) if ["false", "0", ""].contains(&text.trim()) => Some(false),
            _ => {
                self.fail(name, "Input should be true or false", "bool_type");
                None
            }
        }
    }

    /// Consent: `consent`, or `meta.consent`, as `true` or as `{version, obtainedAt, by}`. `false` is none.
    pub fn agreement(&mut self) -> Option<Agreement> {
        let object = |value: Value| match value {
            Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            value => value,
        };
        let meta = self.values.remove("meta").map(object);
        let given = self
            .values
            .remove("consent")
            .or_else(|| meta?.get_mut("consent").map(Value::take));
        match object(given?) {
            Value::Null | Value::Bool(false) => None,
            Value::Bool(true) => Some(Agreement::Yes),
            value => match serde_json::from_value::<Statement>(value) {
                Ok(statement) => Some(Agreement::Stated(statement.into())),
                Err(_) => {
                    let message = "Input should be true or {version, obtainedAt, by}";
                    self.fail("consent", message, "invalid_consent");
                    None
                }
            },
        }
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
