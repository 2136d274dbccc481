//! What holds for all words of a chat model that people will read: their form, their language, and that they don't speak
//! of the model.

use candor_signals::text::{language, tokens::plain};

use crate::words::normalised;

/// Words from which on a language is believed.
pub(crate) const SURE_WORDS: usize = 12;

/// Words in which a model speaks of itself, its task, or how answers are judged.
const OF_ITSELF: &[&str] = &[
    "as an ai",
    "i am an ai",
    "i m an ai",
    "ai model",
    "ai assistant",
    "language model",
    "my instructions",
    "system prompt",
    "key point",
    "key points",
    "rubric",
    "full marks",
    "yapay zeka",
    "yapay zekâ",
    "dil modeli",
    "talimatlarım",
    "anahtar nokta",
    "intelligence artificielle",
    "modèle de langage",
    "mes instructions",
    "grille d évaluation",
    "points clés",
    "kecerdasan buatan",
    "model bahasa",
    "instruksi saya",
    "poin kunci",
    "rubrik",
];

/// Whether words of a model are one paragraph of at most `longest` characters, without markup and addresses.
pub(crate) fn has_form(text: &str, longest: usize) -> bool {
    let is_plain = !text
        .chars()
        .any(|c| c.is_control() || matches!(c, '<' | '>' | '`' | '|' | '{' | '}'))
        && !text.contains("://")
        && !text.contains("](");
    !text.is_empty() && text.chars().count() <= longest && is_plain
}

/// Whether words of a model are in another language than the one asked for, as far as their number tells.
pub(crate) fn is_foreign(text: &str, wanted: &str) -> bool {
    text.split_whitespace().count() >= SURE_WORDS
        && language::of(&plain(text, None)).is_some_and(|found| found != wanted)
}

/// Whether words of a model speak of the model, its task, or how answers are judged. What `open` says may be said again:
/// some questions are about such things.
pub(crate) fn speaks_of_itself(text: &str, open: &[&str]) -> bool {
    let spaced = |text: &str| format!(" {} ", normalised(text));
    let told = spaced(text);
    let open: Vec<String> = open.iter().map(|text| spaced(text)).collect();
    OF_ITSELF.iter().any(|phrase| {
        let phrase = format!(" {phrase} ");
        told.contains(&phrase) && !open.iter().any(|open| open.contains(&phrase))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plain_paragraph_has_the_form() {
        assert!(has_form("What did you do next?", 21));
        for text in [
            "", "Too long", "a\nb", "<b>", "`a`", "a|b", "{a}", "[a](b)", "a://b",
        ] {
            assert!(!has_form(text, 7), "{text}");
        }
    }

    #[test]
    fn few_words_are_of_no_language() {
        let french = "Racontez un projet";
        let more = "dont vous êtes fier et dites ce que vous en avez appris.";
        assert!(!is_foreign(french, "en"));
        assert!(is_foreign(&format!("{french} {more}"), "en"));
        assert!(!is_foreign(&format!("{french} {more}"), "fr"));
    }

    #[test]
    fn what_is_asked_about_may_be_named() {
        let text = "Which rubric did you write?";
        assert!(speaks_of_itself(text, &["Tell me more."]));
        assert!(!speaks_of_itself(text, &["Describe a rubric."]));
    }
}
