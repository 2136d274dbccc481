//! The words of a text with the places where they stand.

use std::ops::Range;

use candor_signals::text::{
    stem::Stems,
    tokens::{Token, plain, tokens_of},
};
use serde::{Deserialize, Serialize};

/// Characters of a line from which on its sentence may go on in the next line.
const FULL_LINE: usize = 40;

/// A piece of a text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The characters, as they are written.
    pub quote: String,
    /// Where it starts, in characters from the beginning of the text.
    pub start: usize,
    /// Where it ends: the character after its last one.
    pub end: usize,
}

/// One word.
pub(super) struct Word {
    /// The word and what stands around it.
    pub(super) token: Token,
    /// Its stem.
    pub(super) stem: String,
    /// Whether it has content of its own.
    pub(super) is_content: bool,
    /// Its line, from 0.
    pub(super) line: usize,
    /// Where it stands, in bytes.
    bytes: Range<usize>,
}

/// A text cut into lines and words.
pub(super) struct Located<'a> {
    text: &'a str,
    /// The language that it was read in.
    pub(super) language: Option<String>,
    /// Its lines.
    pub(super) lines: Vec<&'a str>,
    /// Its words, in order.
    pub(super) words: Vec<Word>,
    /// How many characters stand before every 64th byte, to count from.
    marks: Vec<usize>,
}

/// Bytes between two marks.
const MARK: usize = 64;

impl<'a> Located<'a> {
    /// Cuts `text`, read as `language`. A line that is not full ends what is said in it.
    pub(super) fn new(text: &'a str, language: Option<&str>) -> Self {
        let stems = Stems::new(language);
        let lines: Vec<&str> = text.split('\n').collect();
        let mut words: Vec<Word> = Vec::new();
        let mut start = 0;
        let mut goes_on = false;
        for (n, line) in lines.iter().enumerate() {
            let first = words.len();
            let mut at = 0;
            for mut token in tokens_of(&plain(line, language), language) {
                let Some(found) = line[at..].find(&token.raw) else {
                    continue;
                };
                let begin = at + found;
                at = begin + token.raw.len();
                if words.len() == first && goes_on && line.starts_with(char::is_lowercase) {
                    token.break_before = false;
                }
                words.push(Word {
                    stem: stems.stem(&token.folded),
                    is_content: stems.is_content(&token),
                    line: n,
                    bytes: start + begin..start + at,
                    token,
                });
            }
            goes_on = line.chars().count() >= FULL_LINE && line.ends_with(char::is_alphanumeric);
            start += line.len() + 1;
        }
        Self {
            marks: marks(text),
            text,
            language: language.map(str::to_owned),
            lines,
            words,
        }
    }

    /// The text from the first of some words to the last.
    pub(super) fn evidence(&self, words: Range<usize>) -> Evidence {
        let (first, last) = (&self.words[words.start], &self.words[words.end - 1]);
        let bytes = first.bytes.start..last.bytes.end;
        Evidence {
            quote: self.text[bytes.clone()].to_owned(),
            start: self.characters_before(bytes.start),
            end: self.characters_before(bytes.end),
        }
    }

    fn characters_before(&self, byte: usize) -> usize {
        let mark = byte / MARK;
        // A mark stands at the first character that begins at or after its byte.
        let from = self.text.ceil_char_boundary(mark * MARK);
        self.marks[mark] + self.text[from..byte.max(from)].chars().count()
    }
}

fn marks(text: &str) -> Vec<usize> {
    let mut marks = Vec::with_capacity(text.len() / MARK + 1);
    let mut n = 0;
    for (byte, _) in text.char_indices() {
        while marks.len() * MARK <= byte {
            marks.push(n);
        }
        n += 1;
    }
    while marks.len() * MARK <= text.len() {
        marks.push(n);
    }
    marks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_word_is_quoted_from_its_place(text in "[a-zçğıİşüé’' .,\\-\\n•😀0-9]{0,300}") {
            for language in ["en", "tr", "fr"] {
                let located = Located::new(&text, Some(language));
                let characters: Vec<char> = text.chars().collect();
                for n in 0..located.words.len() {
                    let found = located.evidence(n..n + 1);
                    let there: String = characters[found.start..found.end].iter().collect();
                    prop_assert_eq!(&there, &found.quote);
                    prop_assert_eq!(&there, &located.words[n].token.raw);
                }
            }
        }
    }
}
