//! Words of a text, for comparing texts.

use std::collections::BTreeSet;

use candor_signals::text::{
    stem::Stems,
    tokens::{plain, tokens_of},
};

/// Stems of the content words.
pub fn stems(text: &str, language: &str) -> BTreeSet<String> {
    let stems = Stems::new(Some(language));
    tokens_of(&plain(text, Some(language)), Some(language))
        .iter()
        .filter(|token| stems.is_content(token))
        .map(|token| stems.stem(&token.folded))
        .collect()
}

/// A text as it is compared with others: lower case, letters and digits only, one space between words.
pub fn normalised(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<String> = spaced.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_marks_make_no_other_text() {
        assert_eq!(normalised("What's  next?"), normalised("what s NEXT"));
        assert_ne!(normalised("What next?"), normalised("What else?"));
    }

    #[test]
    fn stems_hold_content_only() {
        let found = stems("Why did you index the databases?", "en");
        assert_eq!(found, stems("indexing a database", "en"));
    }
}
