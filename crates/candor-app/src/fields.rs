//! Limits of what clients may write into records: lengths, control characters, shapes.

use serde_json::Value;

use crate::{AppError, records::Change};

/// Longest name, title or other single line, in characters.
pub const LINE: usize = 300;
/// Longest text of several lines, in characters.
pub const PROSE: usize = 20_000;
/// Longest answer, in characters.
pub const ANSWER: usize = 100_000;
/// Largest free-form object, in bytes of JSON.
pub const DOCUMENT: usize = 65_536;

/// A single line: 1 to `most` characters without control characters; spaces around it are dropped.
///
/// # Errors
/// [`AppError::Invalid`] (`invalid_text`).
pub fn line(field: &str, text: &str, most: usize) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(refused(field, "must not be empty"));
    }
    if text.chars().any(char::is_control) {
        return Err(refused(
            field,
            "must be one line without control characters",
        ));
    }
    within(field, text, most)
}

/// [`line`] of the usual length, where it is given.
///
/// # Errors
/// Like [`line`].
pub fn optional_line(field: &str, text: Option<String>) -> Result<Option<String>, AppError> {
    text.map(|text| line(field, &text, LINE)).transpose()
}

/// [`optional_line`] for a field that is changed, cleared or left as it is.
///
/// # Errors
/// Like [`line`].
pub fn changed_line(field: &str, change: Change<String>) -> Result<Change<String>, AppError> {
    change.map(|text| optional_line(field, text)).transpose()
}

/// A text of several lines: 1 to `most` characters; of the control characters only tabs and line ends.
///
/// # Errors
/// [`AppError::Invalid`] (`invalid_text`).
pub fn prose(field: &str, text: &str, most: usize) -> Result<String, AppError> {
    if text.trim().is_empty() {
        return Err(refused(field, "must not be empty"));
    }
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(refused(field, "must not hold control characters"));
    }
    within(field, text, most)
}

/// An e-mail address as far as its shape tells: one `@` with something before it and a domain after it.
///
/// # Errors
/// [`AppError::Invalid`] (`invalid_email`).
pub fn email(field: &str, text: &str) -> Result<String, AppError> {
    let text = line(field, text, 254)?;
    let shaped = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && local.len() <= 64
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty())
            && !domain.contains('@')
            && !text.contains(|c: char| c.is_whitespace() || "<>()[],;:\"\\".contains(c))
    });
    if shaped {
        Ok(text)
    } else {
        Err(AppError::invalid(
            "invalid_email",
            field,
            format!("{field} must be an e-mail address like name@example.org"),
        ))
    }
}

/// A free-form JSON object of at most [`DOCUMENT`] bytes. The character U+0000, which databases can't keep,
/// is refused anywhere in it.
///
/// # Errors
/// [`AppError::Invalid`] (`invalid_document`).
pub fn document(field: &str, value: Value) -> Result<Value, AppError> {
    let wrong = |what: &str| {
        Err(AppError::invalid(
            "invalid_document",
            field,
            format!("{field} {what}"),
        ))
    };
    if !value.is_object() {
        return wrong("must be an object");
    }
    if value.to_string().len() > DOCUMENT {
        return wrong("must not be larger than 64 KiB");
    }
    if holds_nul(&value) {
        return wrong("must not hold the character U+0000");
    }
    Ok(value)
}

/// A list of at most `most` lines.
///
/// # Errors
/// [`AppError::Invalid`] (`invalid_text`).
pub fn lines(field: &str, texts: &[String], most: usize) -> Result<Vec<String>, AppError> {
    if texts.len() > most {
        return Err(refused(
            field,
            &format!("must not have more than {most} items"),
        ));
    }
    texts.iter().map(|text| line(field, text, LINE)).collect()
}

/// A stable name: small letters, digits and `_`.
///
/// # Errors
/// [`AppError::Invalid`] (`invalid_text` or `invalid_value`).
pub fn key(field: &str, text: &str) -> Result<String, AppError> {
    let text = line(field, text, 60)?;
    if text
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    {
        return Ok(text);
    }
    Err(AppError::invalid(
        "invalid_value",
        field,
        format!("{field} must hold only small letters, digits and _"),
    ))
}

/// One of a few words.
///
/// # Errors
/// [`AppError::Invalid`] (`invalid_value`).
pub fn one_of(field: &str, text: &str, allowed: &[&str]) -> Result<String, AppError> {
    if allowed.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(AppError::invalid(
        "invalid_value",
        field,
        format!("{field} must be one of: {}", allowed.join(", ")),
    ))
}

fn within(field: &str, text: &str, most: usize) -> Result<String, AppError> {
    if text.chars().count() > most {
        return Err(refused(
            field,
            &format!("must not be longer than {most} characters"),
        ));
    }
    Ok(text.to_owned())
}

fn refused(field: &str, what: &str) -> AppError {
    AppError::invalid("invalid_text", field, format!("{field} {what}"))
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_trimmed_and_holds_no_control_character() {
        assert_eq!(line("title", "  Rust  ", 10).unwrap(), "Rust");
        for wrong in ["", "   ", "a\nb", "a\u{0}b", "a\u{7f}b", "elevenchars"] {
            assert!(line("title", wrong, 10).is_err(), "{wrong:?}");
        }
        assert!(
            line("title", "ééééé", 5).is_ok(),
            "characters count, not bytes"
        );
    }

    #[test]
    fn an_address_needs_a_name_and_a_domain() {
        assert!(email("email", "ana.maria+jobs@mail.example.org").is_ok());
        for wrong in [
            "ana",
            "@example.org",
            "ana@",
            "ana@example",
            "a@b@c.de",
            "a b@c.de",
            "a@b..de",
        ] {
            assert!(email("email", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_document_is_an_object_without_nul() {
        assert!(document("details", json!({"a": [1, "x"]})).is_ok());
        assert!(document("details", json!([1])).is_err());
        assert!(document("details", json!({"a": ["\u{0}"]})).is_err());
        assert!(document("details", json!({"\u{0}": 1})).is_err());
        assert!(document("details", json!({"a": "x".repeat(DOCUMENT)})).is_err());
    }
}
