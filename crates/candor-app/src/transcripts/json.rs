//! Reads the JSON of transcripts: Candor's own, that of Whisper programs, plain lists.

use candor_core::{
    span::Span,
    transcript::{Transcript, TranscriptSegment, Word},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    TranscriptError,
    parse::{given, plain_words},
};

const SHAPES: &str = "expected Candor's own transcript, Whisper's `{\"segments\": […]}` or a \
                      list of `{\"start\", \"end\", \"text\"}`";

/// `openai-whisper`, `faster-whisper`, `whisperX` and the verbose form of OpenAI's service.
#[derive(Deserialize)]
struct WhisperFile {
    language: Option<String>,
    segments: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    start: Option<f64>,
    end: Option<f64>,
    text: Option<String>,
    #[serde(default)]
    words: Vec<PartWord>,
}

#[derive(Deserialize)]
struct PartWord {
    #[serde(alias = "text")]
    word: String,
    start: Option<f64>,
    end: Option<f64>,
    #[serde(alias = "score", alias = "confidence")]
    probability: Option<f32>,
}

/// `whisper.cpp`.
#[derive(Deserialize)]
struct WhisperCppFile {
    transcription: Vec<WhisperCppPart>,
    result: Option<WhisperCppResult>,
}

#[derive(Deserialize)]
struct WhisperCppResult {
    language: Option<String>,
}

#[derive(Deserialize)]
struct WhisperCppPart {
    offsets: Offsets,
    text: String,
}

/// Milliseconds.
#[derive(Deserialize)]
struct Offsets {
    from: f64,
    to: f64,
}

/// Reads `text`.
pub(super) fn parse(text: &str) -> Result<Transcript, TranscriptError> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| TranscriptError::Json(error.to_string()))?;
    if value.get("engine").is_some() && value.get("accuracy").is_some() {
        let own: Transcript = typed(value)?;
        return own_checked(own);
    }
    if value.get("transcription").is_some() {
        let file: WhisperCppFile = typed(value)?;
        let language = file.result.and_then(|result| result.language);
        let parts = file.transcription.into_iter().map(|part| Part {
            start: Some(part.offsets.from / 1000.0),
            end: Some(part.offsets.to / 1000.0),
            text: Some(part.text),
            words: Vec::new(),
        });
        return segments(parts).map(|segments| given(language, segments));
    }
    if value.get("segments").is_some() {
        let file: WhisperFile = typed(value)?;
        let language = file
            .language
            .filter(|language| (2..=3).contains(&language.len()));
        return segments(file.segments).map(|segments| given(language, segments));
    }
    if value.is_array() {
        let parts: Vec<Part> = typed(value)?;
        return segments(parts).map(|segments| given(None, segments));
    }
    match value.get("text").and_then(Value::as_str) {
        Some(text) => Ok(given(
            None,
            vec![TranscriptSegment {
                span: None,
                words: plain_words(text),
            }],
        )),
        None => Err(TranscriptError::Json(SHAPES.to_owned())),
    }
}

fn typed<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, TranscriptError> {
    serde_json::from_value(value)
        .map_err(|error| TranscriptError::Json(format!("{error}; {SHAPES}")))
}

fn segments(
    parts: impl IntoIterator<Item = Part>,
) -> Result<Vec<TranscriptSegment>, TranscriptError> {
    let mut segments = Vec::new();
    for part in parts {
        let segment_span = span(part.start, part.end)?;
        let mut words = Vec::new();
        for word in part.words {
            let text = word.word.trim();
            if !text.is_empty() {
                words.push(Word {
                    text: text.to_owned(),
                    span: span(word.start, word.end)?,
                    confidence: word
                        .probability
                        .map(|probability| probability.clamp(0.0, 1.0)),
                });
            }
        }
        if words.is_empty() {
            words = plain_words(part.text.as_deref().unwrap_or_default());
        }
        if !words.is_empty() {
            segments.push(TranscriptSegment {
                span: segment_span,
                words,
            });
        }
    }
    Ok(segments)
}

fn span(start: Option<f64>, end: Option<f64>) -> Result<Option<Span>, TranscriptError> {
    match (start, end) {
        (Some(start), Some(end)) if start < 0.0 || end < start => Err(TranscriptError::Json(
            format!("times from {start} to {end} s make no sense"),
        )),
        (Some(start), Some(end)) => Ok(Some(Span::new(start, end))),
        _ => Ok(None),
    }
}

fn own_checked(own: Transcript) -> Result<Transcript, TranscriptError> {
    let words = own.words().filter_map(|word| word.span);
    let segments = own.segments.iter().filter_map(|segment| segment.span);
    for time in words.chain(segments) {
        span(Some(time.start_s), Some(time.end_s))?;
    }
    Ok(own)
}
