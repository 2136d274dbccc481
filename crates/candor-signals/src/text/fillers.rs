//! Fillers of a verbatim transcript: hesitations and discourse markers, counted apart, each with
//! its words and time.
//!
//! *Hesitations* are filled pauses ("um", "euh", "ähm") and placeholders that hold the place of a
//! word without meaning anything ("şey", "anu", "este"; Hayashi & Yoon 2006, Studies in Language
//! 30). *Discourse markers* structure talk ("you know", "also", "yani"; Schiffrin 1987). The `lab`
//! contract's `fillers` are the hesitations; its French list (euh, heu, mmm, bah, ben) is part of
//! them. A word with another meaning counts only where its neighbourhood shows filler use.

mod rules;
mod sounds;

use std::ops::Range;

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{Event, EventKind, Quote},
    transcript::Transcript,
};

use super::{
    lexicon::{self, FillerClass},
    sentences::{Script, Sentence},
};

/// Identifier and version of the rules.
pub const FORMULA: &str = "fillers.v1";

/// One filler.
#[derive(Debug, Clone, PartialEq)]
pub struct Filler {
    /// The words in lower case, e.g. `um`, `you know`.
    pub label: String,
    /// The words as they were said, and when.
    pub quote: Quote,
    /// Its tokens, as a range of [`Script::tokens`].
    pub tokens: Range<usize>,
}

/// Every filler of a transcript, in order of time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fillers {
    /// Filled pauses and placeholders; their number is the contract's `fillers`.
    pub hesitations: Vec<Filler>,
    /// Words that structure or soften talk; reported apart, never scored.
    pub discourse_markers: Vec<Filler>,
}

impl Fillers {
    /// Hesitations with a time, as events whose label is the word.
    pub fn events(&self) -> Vec<Event> {
        self.hesitations
            .iter()
            .filter_map(|filler| {
                Some(Event {
                    kind: EventKind::Filler,
                    span: filler.quote.span?,
                    value: None,
                    unit: None,
                    label: Some(filler.label.clone()),
                    confidence: None,
                })
            })
            .collect()
    }
}

/// Finds the fillers of `transcript`, cut as `script`.
///
/// # Errors
/// `not_verbatim` when hesitations were left out of the transcript, `language_unknown` or
/// `language_unsupported` when there is no list for its language.
pub fn find(transcript: &Transcript, script: &Script) -> Measured<Fillers> {
    if !transcript.verbatim {
        return Err(NotMeasured::new(
            "not_verbatim",
            "the transcript leaves out hesitations, so they can't be counted",
        ));
    }
    in_script(script)
}

/// Finds the fillers of a script known to be verbatim.
///
/// # Errors
/// `language_unknown` or `language_unsupported`.
pub fn in_script(script: &Script) -> Measured<Fillers> {
    let lexicon = super::require_lexicon(script.language.as_deref())?;
    let compiled = rules::compile(lexicon);
    let mut fillers = Fillers::default();
    for sentence in &script.sentences {
        for (class, range) in in_sentence(script, sentence, lexicon, &compiled) {
            let words: Vec<&str> = script.tokens[range.clone()]
                .iter()
                .map(|token| token.folded.as_str())
                .collect();
            let filler = Filler {
                label: words.join(" "),
                quote: script.quote(range.clone()),
                tokens: range,
            };
            match class {
                FillerClass::Hesitation => fillers.hesitations.push(filler),
                FillerClass::Marker => fillers.discourse_markers.push(filler),
            }
        }
    }
    Ok(fillers)
}

/// Class and tokens of each filler of a sentence, in order.
fn in_sentence(
    script: &Script,
    sentence: &Sentence,
    lexicon: &lexicon::Lexicon,
    compiled: &[rules::Rule],
) -> Vec<(FillerClass, Range<usize>)> {
    let tokens = script.tokens_in(sentence);
    let mut is_filler = sounds::mark(tokens, lexicon);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let first = sentence.tokens.start + at;
        if is_filler[at] {
            found.push((FillerClass::Hesitation, first..first + 1));
            at += 1;
        } else if let Some((class, n)) = rules::at(compiled, sentence, tokens, at, &is_filler) {
            found.push((class, first..first + n));
            is_filler[at..at + n].fill(true);
            at += n;
        } else {
            at += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests;
