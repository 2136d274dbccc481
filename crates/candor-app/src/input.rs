//! Texts that people and machines send, checked before anything is stored.

use std::ops::RangeInclusive;

use crate::AppError;

/// The text without blanks around it, when its length in characters is in `length` and it holds no control
/// characters (databases and logs trip over them).
///
/// # Errors
/// [`AppError::Invalid`] that names the field.
pub fn text(field: &str, text: &str, length: RangeInclusive<usize>) -> Result<String, AppError> {
    let text = text.trim();
    if !length.contains(&text.chars().count()) {
        return Err(AppError::invalid(
            "invalid_length",
            field,
            format!(
                "{field} must have {} to {} characters",
                length.start(),
                length.end()
            ),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(AppError::invalid(
            "invalid_text",
            field,
            format!("{field} must not hold control characters"),
        ));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_measured_in_characters_and_free_of_control_characters() {
        assert_eq!(text("name", "  Ünal ", 1..=4).unwrap(), "Ünal");
        assert!(text("name", "   ", 1..=4).is_err());
        assert!(text("name", "a\0b", 1..=4).is_err());
        assert!(text("name", "abcde", 1..=4).is_err());
    }
}
