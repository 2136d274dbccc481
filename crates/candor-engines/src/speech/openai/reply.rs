//! Reads a `verbose_json` reply: checks it, drops what is made up, puts it on the clock.

use candor_core::{
    ports::EngineError,
    span::Span,
    transcript::{TranscriptSegment, Word},
};
use serde::Deserialize;

use crate::speech::{hallucination, segments::segment};

use super::{failed, packed::Packed};

/// How far times may lie outside of the recording that was sent, in seconds: servers pad it.
const TOLERANCE_S: f64 = 30.0;
/// Text that shrinks more than this when compressed repeats itself (Radford et al. 2023).
const MAX_COMPRESSION: f64 = 2.4;

/// What was heard in one recording.
#[derive(Debug, PartialEq)]
pub struct Heard {
    /// BCP 47 primary subtag.
    pub language: Option<String>,
    /// With times on the recording's clock.
    pub segments: Vec<TranscriptSegment>,
}

#[derive(Deserialize)]
struct Reply {
    text: String,
    language: Option<String>,
    words: Option<Vec<ReplyWord>>,
    segments: Option<Vec<ReplySegment>>,
}

#[derive(Deserialize, Clone)]
struct ReplyWord {
    word: String,
    start: f64,
    end: f64,
    #[serde(alias = "score", alias = "confidence")]
    probability: Option<f32>,
}

#[derive(Deserialize)]
struct ReplySegment {
    text: String,
    start: f64,
    end: f64,
    avg_logprob: Option<f64>,
    no_speech_prob: Option<f64>,
    compression_ratio: Option<f64>,
    words: Option<Vec<ReplyWord>>,
}

/// Reads the reply to `packed`.
///
/// # Errors
/// [`EngineError::Failed`] when it is not of the documented shape.
pub fn parse(body: &[u8], packed: &Packed) -> Result<Heard, EngineError> {
    let reply: Reply = serde_json::from_slice(body).map_err(|error| {
        // Without the message: it may quote what was said.
        failed(format!(
            "the server's reply is not of the documented shape (line {}, column {})",
            error.line(),
            error.column()
        ))
    })?;
    let limit_s = packed.duration_s() + TOLERANCE_S;
    let times = reply
        .words
        .iter()
        .flatten()
        .map(|word| (word.start, word.end));
    let segment_times = reply
        .segments
        .iter()
        .flatten()
        .map(|part| (part.start, part.end));
    if !times
        .chain(segment_times)
        .all(|(start, end)| start >= -0.1 && start <= end + 0.1 && end <= limit_s)
    {
        return Err(failed(
            "the server's reply has times outside of the recording",
        ));
    }
    Ok(Heard {
        language: reply.language.as_deref().and_then(language_code),
        segments: heard(reply, packed),
    })
}

fn heard(reply: Reply, packed: &Packed) -> Vec<TranscriptSegment> {
    let Some(parts) = reply.segments.filter(|parts| !parts.is_empty()) else {
        let words = match reply.words {
            Some(words) if !words.is_empty() => timed(&words, &reply.text, packed),
            _ => untimed(&reply.text),
        };
        return if words.is_empty() || is_loop(&reply.text) {
            Vec::new()
        } else {
            vec![segment(words)]
        };
    };
    let mut all_words = reply.words.unwrap_or_default().into_iter().peekable();
    let mut segments = Vec::new();
    for part in parts {
        let mut words = part.words.clone().unwrap_or_default();
        if words.is_empty() {
            while let Some(word) =
                all_words.next_if(|word| f64::midpoint(word.start, word.end) <= part.end)
            {
                words.push(word);
            }
        }
        if part.is_made_up() {
            continue;
        }
        if words.is_empty() {
            let span = packed.on_clock(Span::new(part.start, part.end));
            segments.push(TranscriptSegment {
                span: Some(span),
                words: untimed(&part.text),
            });
        } else {
            segments.push(segment(timed(&words, &part.text, packed)));
        }
    }
    segments.retain(|segment| !segment.words.is_empty());
    segments
}

impl ReplySegment {
    fn is_made_up(&self) -> bool {
        hallucination::is_no_speech(
            self.no_speech_prob.unwrap_or(0.0),
            self.avg_logprob.unwrap_or(0.0),
        ) || self.compression_ratio.unwrap_or(0.0) > MAX_COMPRESSION
            || is_loop(&self.text)
    }
}

fn is_loop(text: &str) -> bool {
    hallucination::is_loop(&text.split_whitespace().collect::<Vec<_>>())
}

fn untimed(text: &str) -> Vec<Word> {
    text.split_whitespace()
        .map(|word| Word {
            text: word.to_owned(),
            span: None,
            confidence: None,
        })
        .collect()
}

/// The words with times; where they are those of `text`, with its punctuation.
fn timed(words: &[ReplyWord], text: &str, packed: &Packed) -> Vec<Word> {
    let written: Vec<&str> = text.split_whitespace().collect();
    let is_same = written.len() == words.len()
        && written
            .iter()
            .zip(words)
            .all(|(written, word)| letters(written) == letters(&word.word));
    words
        .iter()
        .enumerate()
        .map(|(index, word)| Word {
            text: if is_same {
                written[index]
            } else {
                word.word.trim()
            }
            .to_owned(),
            span: Some(packed.on_clock(Span::new(word.start, word.end))),
            confidence: word
                .probability
                .map(|probability| probability.clamp(0.0, 1.0)),
        })
        .filter(|word| !word.text.is_empty())
        .collect()
}

fn letters(word: &str) -> String {
    word.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The code for what servers call a language: a code already, or its English name.
fn language_code(language: &str) -> Option<String> {
    const NAMES: [(&str, &str); 30] = [
        ("arabic", "ar"),
        ("bulgarian", "bg"),
        ("catalan", "ca"),
        ("chinese", "zh"),
        ("croatian", "hr"),
        ("czech", "cs"),
        ("danish", "da"),
        ("dutch", "nl"),
        ("english", "en"),
        ("finnish", "fi"),
        ("french", "fr"),
        ("german", "de"),
        ("greek", "el"),
        ("hebrew", "he"),
        ("hindi", "hi"),
        ("hungarian", "hu"),
        ("indonesian", "id"),
        ("italian", "it"),
        ("japanese", "ja"),
        ("korean", "ko"),
        ("norwegian", "no"),
        ("persian", "fa"),
        ("polish", "pl"),
        ("portuguese", "pt"),
        ("romanian", "ro"),
        ("russian", "ru"),
        ("spanish", "es"),
        ("swedish", "sv"),
        ("turkish", "tr"),
        ("ukrainian", "uk"),
    ];
    let language = language.trim().to_lowercase();
    let is_code =
        (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
    if is_code {
        return Some(language);
    }
    NAMES
        .iter()
        .find(|(name, _)| *name == language)
        .map(|(_, code)| (*code).to_owned())
}
