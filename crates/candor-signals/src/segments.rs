//! Parts of a recording: by question markers, by silence, by topic. Each part has its own figures,
//! measured on its own words and speech.

mod answers;
mod boundaries;
mod figures;

use candor_core::{
    measured::Measured,
    ports::{Embedder, EngineError},
    report::Keyword,
    span::Span,
    transcript::{Transcript, TranscriptSegment, Word},
};

use crate::text::{Figure, fillers, keywords, language, sentences::Script};

pub use answers::{Placed, TimedAnswer, Unfit, place};

/// Identifier and version of the rules.
pub const FORMULA: &str = "segments.v1";

/// Keywords of one part.
const N_KEYWORDS: usize = 5;
/// Keywords in the title of a part that has no question.
const N_TITLE: usize = 3;

/// A question that was asked at a known time.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionMarker {
    /// To the end of the answer, from its begin or from the question.
    pub span: Span,
    /// The question.
    pub title: String,
    /// When the question had been asked, in seconds of the recording; the reason where nobody knows.
    pub question_end_s: Measured<f64>,
}

/// How a part was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A recorded question marker.
    QuestionMarker,
    /// A long silence before it.
    Silence,
    /// A pause and a change of topic before it.
    Topic,
    /// The recording is one part.
    Whole,
}

impl Basis {
    /// Name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::QuestionMarker => "question_marker",
            Self::Silence => "silence",
            Self::Topic => "topic",
            Self::Whole => "whole",
        }
    }
}

/// What the parts are made from.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// Length of the recording in seconds.
    pub duration_s: f64,
    /// Stretches of speech, tight, in order; `None` without audio.
    pub speech: Option<&'a [Span]>,
    /// What was said; `None` without a transcript.
    pub transcript: Option<&'a Transcript>,
    /// Questions; empty when none were recorded.
    pub markers: &'a [QuestionMarker],
}

/// One part of the recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// When it is.
    pub span: Span,
    /// How it was found.
    pub basis: Basis,
    /// The question, otherwise its own keywords, otherwise its number.
    pub title: String,
    /// Its own keywords, strongest first.
    pub keywords: Vec<Keyword>,
    /// Its own words; `""` where the words have no times.
    pub text: String,
    /// Its own figures: `n_words`, `words_per_minute`, `words_per_speaking_minute`, `hesitations`,
    /// `hesitations_per_minute`, `speaking_s`, `speech_ratio`, `longest_pause_s`, and beside a
    /// question `response_latency_s` and `relevance`.
    pub figures: Vec<Figure>,
}

/// Cuts a recording into parts and measures each. Without markers, a recording under a minute and
/// one without silences or topics is one part.
///
/// # Errors
/// What the embedder says.
pub fn cut(inputs: &Inputs, embedder: Option<&dyn Embedder>) -> Result<Vec<Part>, EngineError> {
    let language = inputs.transcript.and_then(language::of);
    let script = inputs
        .transcript
        .map(|transcript| Script::new(transcript, language.as_deref()));
    let stretches = if inputs.markers.is_empty() {
        boundaries::find(inputs, script.as_ref(), embedder)?
    } else {
        from_markers(inputs)
    };
    let whole_fillers = match (inputs.transcript, &script) {
        (Some(transcript), Some(script)) => Some(fillers::find(transcript, script)),
        _ => None,
    };
    stretches
        .iter()
        .enumerate()
        .map(|(index, stretch)| {
            let own = inputs
                .transcript
                .map(|transcript| words_in(transcript, stretch));
            let script = own
                .as_ref()
                .map(|own| Script::new(own, language.as_deref()));
            let keywords = script
                .as_ref()
                .map(|script| keywords::find(script, N_KEYWORDS))
                .unwrap_or_default();
            Ok(Part {
                span: stretch.span,
                basis: stretch.basis,
                title: title(stretch, &keywords, index, stretches.len()),
                figures: figures::measure(
                    &figures::Own {
                        stretch,
                        inputs,
                        transcript: own.as_ref(),
                        script: script.as_ref(),
                        fillers: whole_fillers.as_ref(),
                    },
                    embedder,
                )?,
                text: own.map(|own| own.text()).unwrap_or_default(),
                keywords,
            })
        })
        .collect()
}

/// A part before it is measured.
#[derive(Debug, Clone, PartialEq)]
struct Stretch {
    span: Span,
    basis: Basis,
    question: Option<QuestionMarker>,
}

/// Markers inside the recording, in order of time.
fn from_markers(inputs: &Inputs) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = inputs
        .markers
        .iter()
        .map(|marker| Stretch {
            span: Span::new(
                marker.span.start_s.clamp(0.0, inputs.duration_s),
                marker.span.end_s.clamp(0.0, inputs.duration_s),
            ),
            basis: Basis::QuestionMarker,
            question: Some(marker.clone()),
        })
        .filter(|stretch| stretch.span.duration_s() > 0.0)
        .collect();
    stretches.sort_by(|a, b| a.span.start_s.total_cmp(&b.span.start_s));
    stretches
}

/// The part of a transcript that was said in a stretch. Words without times belong to no part but
/// the whole.
fn words_in(transcript: &Transcript, stretch: &Stretch) -> Transcript {
    let belongs = |word: &Word| {
        stretch.basis == Basis::Whole
            || word
                .span
                .is_some_and(|span| stretch.span.contains(span.middle_s()))
    };
    let segments = transcript
        .segments
        .iter()
        .map(|segment| {
            let words: Vec<Word> = segment
                .words
                .iter()
                .filter(|word| belongs(word))
                .cloned()
                .collect();
            TranscriptSegment {
                span: segment.span,
                words,
            }
        })
        .filter(|segment| !segment.words.is_empty())
        .collect();
    Transcript {
        segments,
        ..transcript.clone()
    }
}

fn title(stretch: &Stretch, keywords: &[Keyword], index: usize, n_parts: usize) -> String {
    if let Some(question) = &stretch.question
        && !question.title.trim().is_empty()
    {
        return question.title.clone();
    }
    let terms: Vec<&str> = keywords
        .iter()
        .take(N_TITLE)
        .map(|keyword| keyword.term.as_str())
        .collect();
    match (terms.is_empty(), n_parts) {
        (false, _) => terms.join(", "),
        (true, 1) => "Whole recording".to_owned(),
        (true, _) => format!("Part {}", index + 1),
    }
}

#[cfg(test)]
mod tests;
