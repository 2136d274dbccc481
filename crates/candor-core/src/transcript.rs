//! What was said: words with times, and who or what wrote them down.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::span::Span;

/// One spoken word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Word {
    /// The word as written, with its punctuation.
    pub text: String,
    /// When it was said; `None` where the words carry no times.
    pub span: Option<Span>,
    /// The engine's own confidence, 0 to 1; `None` where it gives none.
    pub confidence: Option<f32>,
}

/// A stretch of speech as the engine cut it, usually a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TranscriptSegment {
    /// When it was said; `None` where the transcript carries no times.
    pub span: Option<Span>,
    /// Its words, in order.
    pub words: Vec<Word>,
}

impl TranscriptSegment {
    /// The words joined by single spaces.
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        words.join(" ")
    }
}

/// How far the words may be trusted as a record of what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Accuracy {
    /// Written by a person or given by the user.
    Given,
    /// A recogniser fit for scoring content.
    Good,
    /// A fallback recogniser; its words never feed a score by themselves.
    Low,
}

/// What was said in a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Transcript {
    /// BCP 47 primary language subtag, e.g. `en`; `None` when unknown.
    pub language: Option<String>,
    /// The stretches, in order of time.
    pub segments: Vec<TranscriptSegment>,
    /// Identifier of the engine that made the words, e.g. `whisper.cpp`, `pocketsphinx`, `given`.
    pub engine: String,
    /// The model that made the words, when there is one.
    pub model: Option<String>,
    /// How far the words may be trusted.
    pub accuracy: Accuracy,
    /// Whether hesitations ("um", "euh") are written down when they are spoken.
    pub verbatim: bool,
}

impl Transcript {
    /// Every word in order.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.segments
            .iter()
            .flat_map(|segment| segment.words.iter())
    }

    /// The whole text, segments joined by a space.
    pub fn text(&self) -> String {
        let parts: Vec<String> = self
            .segments
            .iter()
            .map(TranscriptSegment::text)
            .filter(|text| !text.is_empty())
            .collect();
        parts.join(" ")
    }

    /// Whether its words may feed a score of content.
    pub fn may_score_content(&self) -> bool {
        self.accuracy != Accuracy::Low
    }
}
