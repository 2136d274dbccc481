//! An answer as it came in: its words, where they stand in the text and, where it was spoken, when they were said.

use candor_core::{interview::Evidence, span::Span, transcript::Transcript};

/// Most characters of an answer that are read: some 2,000 words, a quarter of an hour of talk.
pub(super) const MAX_CHARS: usize = 12_000;

/// A word between spaces.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    /// As it was written, with its punctuation.
    pub(super) text: String,
    /// Its first character.
    pub(super) start: usize,
    /// One past its last character.
    pub(super) end: usize,
    /// The line that it stands in.
    pub(super) line: usize,
    /// When it was said.
    pub(super) span: Option<Span>,
}

/// An answer to be judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    text: String,
    language: Option<String>,
    words: Vec<Word>,
    may_be_judged: bool,
}

impl Answer {
    /// An answer that was typed.
    pub fn written(text: &str, language: Option<&str>) -> Self {
        let mut words = Vec::new();
        let mut line = 0;
        let mut word: Option<Word> = None;
        for (at, c) in text.chars().enumerate() {
            if c.is_whitespace() {
                words.extend(word.take());
                line += usize::from(c == '\n');
                continue;
            }
            let word = word.get_or_insert_with(|| Word {
                text: String::new(),
                start: at,
                end: at,
                line,
                span: None,
            });
            word.text.push(c);
            word.end = at + 1;
        }
        words.extend(word);
        Self {
            text: text.to_owned(),
            language: language.map(str::to_owned),
            words,
            may_be_judged: true,
        }
    }

    /// An answer that was spoken.
    pub fn spoken(transcript: &Transcript) -> Self {
        let mut text = String::new();
        let mut words = Vec::new();
        let mut at = 0;
        for word in transcript
            .words()
            .filter(|word| !word.text.trim().is_empty())
        {
            if at > 0 {
                text.push(' ');
                at += 1;
            }
            let start = at;
            text.push_str(&word.text);
            at += word.text.chars().count();
            words.push(Word {
                text: word.text.clone(),
                start,
                end: at,
                line: 0,
                span: word.span,
            });
        }
        Self {
            text,
            language: transcript.language.clone(),
            words,
            may_be_judged: transcript.may_score_content(),
        }
    }

    /// The whole text; the offsets of evidence count its characters.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The language that it is said to be in.
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// Whether its words are sure enough to be judged.
    pub fn may_be_judged(&self) -> bool {
        self.may_be_judged
    }

    /// The words that are read, and whether there are more.
    pub(super) fn words(&self) -> (&[Word], bool) {
        let n = self.words.partition_point(|word| word.end <= MAX_CHARS);
        (&self.words[..n], n < self.words.len())
    }

    /// The words from `first` to `last` as they stand in the text.
    pub(super) fn quote(&self, first: &Word, last: &Word, supports: &str) -> Evidence {
        self.evidence((first.start, last.end), supports)
    }

    /// The characters from the first up to the second of `place` as they stand in the text, with the times of the
    /// words that they belong to.
    pub(super) fn evidence(&self, place: (usize, usize), supports: &str) -> Evidence {
        let (start, end) = place;
        let first = self.words.iter().find(|word| word.end > start);
        let last = self.words.iter().rfind(|word| word.start < end);
        Evidence {
            quote: self.text.chars().skip(start).take(end - start).collect(),
            start,
            end,
            start_s: first.and_then(|word| word.span).map(|span| span.start_s),
            end_s: last.and_then(|word| word.span).map(|span| span.end_s),
            supports: supports.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use candor_core::transcript::{Accuracy, TranscriptSegment};

    use super::*;

    #[test]
    fn offsets_count_characters_and_quotes_are_literal() {
        let answer = Answer::written("Öz  güven\nşart değil.", Some("tr"));
        let (words, is_cut) = answer.words();
        assert!(!is_cut);
        assert_eq!(words.len(), 4);
        assert_eq!((words[1].start, words[1].end, words[1].line), (4, 9, 0));
        assert_eq!(words[2].line, 1);
        let quote = answer.quote(&words[0], &words[2], "depth");
        assert_eq!(quote.quote, "Öz  güven\nşart");
        assert_eq!((quote.start, quote.end), (0, 14));
    }

    #[test]
    fn spoken_words_keep_their_times() {
        let word = |text: &str, start_s: f64| candor_core::transcript::Word {
            text: text.to_owned(),
            span: Some(Span::new(start_s, start_s + 0.5)),
            confidence: None,
        };
        let transcript = Transcript {
            language: Some("en".to_owned()),
            segments: vec![
                TranscriptSegment {
                    span: None,
                    words: vec![word("We", 0.0), word("moved.", 1.0)],
                },
                TranscriptSegment {
                    span: None,
                    words: vec![word("Twice.", 2.0)],
                },
            ],
            engine: "whisper.cpp".to_owned(),
            model: None,
            accuracy: Accuracy::Good,
            verbatim: true,
        };
        let answer = Answer::spoken(&transcript);
        assert_eq!(answer.text(), transcript.text());
        let (words, _) = answer.words();
        let quote = answer.quote(&words[1], &words[2], "depth");
        assert_eq!(quote.quote, "moved. Twice.");
        assert_eq!((quote.start_s, quote.end_s), (Some(1.0), Some(2.5)));
    }

    #[test]
    fn only_the_beginning_of_an_endless_answer_is_read() {
        let answer = Answer::written(&"word ".repeat(20_000), None);
        let (words, is_cut) = answer.words();
        assert!(is_cut);
        assert_eq!(words.len(), MAX_CHARS / 5);
    }
}
