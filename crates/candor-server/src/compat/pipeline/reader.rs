//! Reads JSON bodies field by field, so that a mistake is told with the path of the field.

use candor_app::AppError;
use serde_json::{Map, Value};

/// Longest id, name or other single line, in characters.
pub const LINE: usize = 300;
/// Longest text, in characters.
pub const PROSE: usize = 20_000;
/// Longest address, in characters.
pub const ADDRESS: usize = 2_048;

static NULL: Value = Value::Null;

/// A value with the path that leads to it.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    path: String,
    value: &'a Value,
}

/// Reads a body.
///
/// # Errors
/// [`AppError::Invalid`] when it is no JSON object, or holds the character U+0000 that databases can't keep.
pub fn parse(body: &[u8]) -> Result<Value, AppError> {
    let value: Value = serde_json::from_slice(body).map_err(|error| AppError::Invalid {
        code: "invalid_json",
        message: format!(
            "the body must be a JSON object: line {}, column {}",
            error.line(),
            error.column()
        ),
        field: None,
    })?;
    if !value.is_object() {
        return Err(AppError::Invalid {
            code: "invalid_json",
            message: "the body must be a JSON object".to_owned(),
            field: None,
        });
    }
    if let Some(path) = nul(&value, String::new()) {
        return Err(invalid(&path, "must not hold the character U+0000"));
    }
    Ok(value)
}

/// A field that is not what it must be.
pub fn invalid(path: &str, what: &str) -> AppError {
    AppError::invalid("invalid_field", path, format!("{path} {what}"))
}

impl<'a> Node<'a> {
    /// The body itself.
    pub fn root(value: &'a Value) -> Self {
        Self {
            path: String::new(),
            value,
        }
    }

    /// A field; `null` when it is absent.
    pub fn field(&self, name: &str) -> Self {
        Self {
            path: if self.path.is_empty() {
                name.to_owned()
            } else {
                format!("{}.{name}", self.path)
            },
            value: self.value.get(name).unwrap_or(&NULL),
        }
    }

    /// Where it stands in the body.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is absent or `null`.
    pub fn is_absent(&self) -> bool {
        self.value.is_null()
    }

    /// The value as it is.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// A mistake in this field.
    pub fn wrong(&self, what: &str) -> AppError {
        invalid(&self.path, what)
    }

    /// A text of at most `most` characters, when it is there.
    pub fn text(&self, most: usize) -> Result<Option<String>, AppError> {
        match self.value {
            Value::Null => Ok(None),
            Value::String(text) if text.chars().count() <= most => Ok(Some(text.clone())),
            Value::String(_) => {
                Err(self.wrong(&format!("must not be longer than {most} characters")))
            }
            _ => Err(self.wrong("must be a text")),
        }
    }

    /// A text that must be there and not be empty.
    pub fn required(&self, most: usize) -> Result<String, AppError> {
        match self.text(most)? {
            Some(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(self.wrong("is required")),
        }
    }

    /// An id: a text, or a whole number taken as one.
    pub fn id(&self) -> Result<String, AppError> {
        match self.value {
            Value::Number(number) if number.is_i64() || number.is_u64() => Ok(number.to_string()),
            _ => self.required(LINE),
        }
    }

    /// A number within `range`, when it is there.
    pub fn number(&self, range: std::ops::RangeInclusive<f64>) -> Result<Option<f64>, AppError> {
        match self.value {
            Value::Null => Ok(None),
            Value::Number(number) => {
                let value = number.as_f64().filter(|value| range.contains(value));
                value.map(Some).ok_or_else(|| {
                    self.wrong(&format!(
                        "must lie between {} and {}",
                        range.start(),
                        range.end()
                    ))
                })
            }
            _ => Err(self.wrong("must be a number")),
        }
    }

    /// A whole number within `range`, when it is there.
    pub fn whole(&self, range: std::ops::RangeInclusive<i32>) -> Result<Option<i32>, AppError> {
        let (low, high) = (f64::from(*range.start()), f64::from(*range.end()));
        match self.number(low..=high)? {
            None => Ok(None),
            Some(value) if value.fract() == 0.0 => Ok(Some(value as i32)),
            Some(_) => Err(self.wrong("must be a whole number")),
        }
    }

    /// An object, when it is there.
    pub fn object(&self) -> Result<Option<&'a Map<String, Value>>, AppError> {
        match self.value {
            Value::Null => Ok(None),
            Value::Object(fields) => Ok(Some(fields)),
            _ => Err(self.wrong("must be an object")),
        }
    }

    /// An object that must be there.
    pub fn required_object(&self) -> Result<&'a Map<String, Value>, AppError> {
        self.object()?.ok_or_else(|| self.wrong("is required"))
    }

    /// The items of a list, when it is there.
    pub fn items(&self, most: usize) -> Result<Option<Vec<Self>>, AppError> {
        match self.value {
            Value::Null => Ok(None),
            Value::Array(items) if items.len() <= most => Ok(Some(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, value)| Self {
                        path: format!("{}[{index}]", self.path),
                        value,
                    })
                    .collect(),
            )),
            Value::Array(_) => Err(self.wrong(&format!("must not have more than {most} items"))),
            _ => Err(self.wrong("must be an array")),
        }
    }

    /// A list of texts; empty when it is absent.
    pub fn texts(&self, most: usize) -> Result<Vec<String>, AppError> {
        self.items(most)?
            .unwrap_or_default()
            .iter()
            .map(|item| item.required(LINE))
            .collect()
    }

    /// One of a few words, when it is there.
    pub fn one_of(&self, allowed: &[&str]) -> Result<Option<&'a str>, AppError> {
        match self.value {
            Value::Null => Ok(None),
            Value::String(text) if allowed.contains(&text.as_str()) => Ok(Some(text)),
            _ => Err(self.wrong(&format!("must be one of: {}", allowed.join(", ")))),
        }
    }
}

/// Path of the first text or name that holds U+0000.
fn nul(value: &Value, path: String) -> Option<String> {
    match value {
        Value::String(text) if text.contains('\0') => Some(path),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| nul(item, format!("{path}[{index}]"))),
        Value::Object(fields) => fields.iter().find_map(|(name, item)| {
            let inner = if path.is_empty() {
                name.replace('\0', "")
            } else {
                format!("{path}.{}", name.replace('\0', ""))
            };
            if name.contains('\0') {
                return Some(inner);
            }
            nul(item, inner)
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mistake_is_told_with_the_path_of_its_field() {
        let body = json!({"interview": {"questions": [{"id": "q1", "order": "first"}]}});
        let questions = Node::root(&body).field("interview").field("questions");
        let first = &questions.items(9).unwrap().unwrap()[0];
        assert_eq!(
            first.field("order").whole(0..=9).unwrap_err().to_string(),
            "interview.questions[0].order must be a number"
        );
        assert_eq!(
            first
                .field("video")
                .field("url")
                .required(9)
                .unwrap_err()
                .to_string(),
            "interview.questions[0].video.url is required"
        );
        assert_eq!(
            first.field("id").items(9).unwrap_err().to_string(),
            "interview.questions[0].id must be an array"
        );
    }

    #[test]
    fn a_body_is_an_object_without_nul() {
        assert!(parse(b"{").is_err());
        assert!(parse(b"[1]").is_err());
        assert!(parse(b"").is_err());
        let error = parse(br#"{"a": {"b": ["x", "y\u0000"]}}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.b[1] must not hold the character U+0000"
        );
    }
}
