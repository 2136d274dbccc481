//! Sentences with their times: by punctuation, or by pauses and segments where there is none.

use std::ops::Range;

use candor_core::{
    report::Quote,
    span::Span,
    transcript::{Transcript, Word},
};

use super::tokens::{Terminal, Token, count_words, tokens_of};

/// A pause that ends a sentence where nothing is punctuated, in seconds.
const SENTENCE_PAUSE_S: f64 = 0.7;
/// A pause that ends a sentence even inside punctuated text, in seconds.
const LONG_PAUSE_S: f64 = 2.0;
/// The longest sentence in tokens where nothing is punctuated.
const MAX_UNPUNCTUATED: usize = 40;
/// Text counts as punctuated with at least one sentence mark in so many tokens.
const TOKENS_PER_MARK: usize = 80;

/// One sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// Its tokens, as a range of [`Script::tokens`].
    pub tokens: Range<usize>,
    /// Its words as they were written.
    pub text: String,
    /// When it was said, where the transcript has times.
    pub span: Option<Span>,
    /// Whether it ends with a question mark.
    pub is_question: bool,
}

/// A transcript cut into tokens and sentences of one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// Language that the text was read in; `None` when unknown.
    pub language: Option<String>,
    /// Every token in order.
    pub tokens: Vec<Token>,
    /// Every sentence in order; together they hold every token once.
    pub sentences: Vec<Sentence>,
    words: Vec<Word>,
}

impl Script {
    /// Cuts `transcript`, read as `language`.
    pub fn new(transcript: &Transcript, language: Option<&str>) -> Self {
        let tokens = tokens_of(transcript, language);
        let words: Vec<Word> = transcript.words().cloned().collect();
        let sentences = cut(&tokens)
            .into_iter()
            .map(|range| Sentence {
                text: join(&words, &tokens[range.clone()]),
                span: span_of(&tokens[range.clone()]),
                is_question: tokens[range.end - 1].terminal == Some(Terminal::Question),
                tokens: range,
            })
            .collect();
        Self {
            language: language.map(str::to_owned),
            tokens,
            sentences,
            words,
        }
    }

    /// The tokens of one sentence.
    pub fn tokens_in(&self, sentence: &Sentence) -> &[Token] {
        &self.tokens[sentence.tokens.clone()]
    }

    /// Number of words by the contract's count.
    pub fn n_words(&self) -> u32 {
        self.words.iter().map(|word| count_words(&word.text)).sum()
    }

    /// The words of a range of tokens with their time, without the punctuation around them.
    pub fn quote(&self, range: Range<usize>) -> Quote {
        let tokens = &self.tokens[range];
        let text = match tokens {
            [] => String::new(),
            [one] => one.raw.clone(),
            _ => trim(&join(&self.words, tokens)).to_owned(),
        };
        Quote {
            text,
            span: span_of(tokens),
        }
    }

    /// A whole sentence as a quotation.
    pub fn quote_sentence(&self, sentence: &Sentence) -> Quote {
        Quote {
            text: sentence.text.clone(),
            span: sentence.span,
        }
    }
}

/// Ranges of tokens that are sentences.
fn cut(tokens: &[Token]) -> Vec<Range<usize>> {
    let n_marks = tokens
        .iter()
        .filter(|token| token.terminal.is_some())
        .count();
    let punctuated = n_marks > 0 && tokens.len() <= (n_marks + 1) * TOKENS_PER_MARK;
    let mut ranges = Vec::new();
    let mut start = 0;
    for i in 0..tokens.len() {
        let next = tokens.get(i + 1);
        let ends = next.is_none_or(|next| {
            if punctuated {
                ends_punctuated(&tokens[i], next)
            } else {
                i + 1 - start >= MAX_UNPUNCTUATED
                    || tokens[i].terminal.is_some()
                    || tokens[i].segment != next.segment
                    || pause_s(&tokens[i], next) >= SENTENCE_PAUSE_S
            }
        });
        if ends {
            ranges.push(start..i + 1);
            start = i + 1;
        }
    }
    ranges
}

fn ends_punctuated(token: &Token, next: &Token) -> bool {
    let capital = next.raw.chars().next().is_some_and(char::is_uppercase);
    match token.terminal {
        Some(Terminal::Trailing) => capital && token.segment != next.segment,
        Some(_) => true,
        None => pause_s(token, next) >= LONG_PAUSE_S && capital,
    }
}

/// Silence between two neighbours in seconds; 0 where a time is missing.
fn pause_s(a: &Token, b: &Token) -> f64 {
    match (a.span, b.span) {
        (Some(a), Some(b)) => b.start_s - a.end_s,
        _ => 0.0,
    }
}

/// From the first to the last known time; `None` where no word has one.
fn span_of(tokens: &[Token]) -> Option<Span> {
    let first = tokens.iter().find_map(|token| token.span)?;
    let last = tokens.iter().rev().find_map(|token| token.span)?;
    Some(Span::new(first.start_s, last.end_s))
}

fn join(words: &[Word], tokens: &[Token]) -> String {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return String::new();
    };
    let words: Vec<&str> = words[first.word..=last.word]
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    words.join(" ")
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '%' | '+' | '#'))
}

#[cfg(test)]
mod tests {
    use candor_core::transcript::TranscriptSegment;

    use super::*;
    use crate::text::tokens::plain;

    fn sentences(text: &str) -> Vec<String> {
        Script::new(&plain(text, Some("en")), Some("en"))
            .sentences
            .into_iter()
            .map(|sentence| sentence.text)
            .collect()
    }

    #[test]
    fn full_stops_end_sentences_but_abbreviations_and_decimals_do_not() {
        assert_eq!(
            sentences("I met Dr. Smith. We grew 3.5 percent... or more! Right?"),
            [
                "I met Dr. Smith.",
                "We grew 3.5 percent... or more!",
                "Right?"
            ]
        );
        assert_eq!(
            sentences("It fell to 40 ms. Ms. Green was glad."),
            ["It fell to 40 ms.", "Ms. Green was glad."]
        );
    }

    #[test]
    fn pauses_and_segments_end_sentences_without_punctuation() {
        let word = |text: &str, start_s: f64| Word {
            text: text.to_owned(),
            span: Some(Span::new(start_s, start_s + 0.3)),
            confidence: None,
        };
        let mut transcript = plain("", Some("en"));
        transcript.segments = vec![
            TranscriptSegment {
                span: None,
                words: vec![word("we", 0.0), word("started", 0.3), word("then", 2.0)],
            },
            TranscriptSegment {
                span: None,
                words: vec![word("done", 2.3)],
            },
        ];
        let script = Script::new(&transcript, Some("en"));
        let texts: Vec<&str> = script.sentences.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, ["we started", "then", "done"]);
        assert_eq!(script.sentences[0].span, Some(Span::new(0.0, 0.6)));
    }

    #[test]
    fn every_token_belongs_to_exactly_one_sentence() {
        let text = "one two three ".repeat(60);
        let script = Script::new(&plain(&text, None), None);
        let total: usize = script.sentences.iter().map(|s| s.tokens.len()).sum();
        assert_eq!(total, script.tokens.len());
        assert!(
            script
                .sentences
                .iter()
                .all(|s| s.tokens.len() <= MAX_UNPUNCTUATED)
        );
    }
}
