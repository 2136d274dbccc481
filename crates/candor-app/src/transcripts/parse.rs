//! Reads a transcript file of any known format: by content first, then by the file's name.

use std::{fs::File, io::Read as _, path::Path};

use candor_core::{
    span::Span,
    transcript::{Accuracy, Transcript, TranscriptSegment, Word},
};

use super::{TranscriptError, TranscriptFormat, json, timed_text};

/// Largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 10_000_000;

/// Engine that given transcripts name.
pub(super) const GIVEN: &str = "given";

/// Sounds of hesitation: a transcript that holds one of them writes hesitations down.
const HESITATIONS: [&str; 14] = [
    "um", "uh", "uhm", "erm", "hmm", "mmm", "euh", "heu", "äh", "ähm", "ehm", "eee", "ııı", "eh",
];

/// Reads the transcript file in `path`.
///
/// # Errors
/// See [`TranscriptError`].
pub fn read(path: &Path) -> Result<Transcript, TranscriptError> {
    let mut content = Vec::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut content)?;
    let name = path.file_name().map(|name| name.to_string_lossy());
    parse(&content, name.as_deref().unwrap_or_default())
}

/// Reads a transcript from the `content` of a file called `file_name` (which may be empty).
///
/// Words get times only where the file has times for single words; otherwise only their segment
/// has one. The engine is `given`, except for Candor's own JSON: its words stay as trusted as
/// they were.
///
/// # Errors
/// See [`TranscriptError`].
pub fn parse(content: &[u8], file_name: &str) -> Result<Transcript, TranscriptError> {
    if content.len() as u64 > MAX_BYTES {
        return Err(TranscriptError::TooLarge);
    }
    let text = decode(content)?;
    let promised = TranscriptFormat::from_file_name(file_name);
    let transcript = match format(&text, promised) {
        TranscriptFormat::Json => json::parse(&text)?,
        TranscriptFormat::Vtt => timed_text::parse_vtt(&text)?,
        TranscriptFormat::Srt => timed_text::parse_srt(&text)?,
        TranscriptFormat::Text => given(None, plain_segments(&text)),
    };
    if transcript.words().next().is_none() {
        return Err(TranscriptError::Empty);
    }
    Ok(transcript)
}

/// UTF-8, or UTF-16 with a byte order mark.
fn decode(content: &[u8]) -> Result<String, TranscriptError> {
    let units = |of_bytes: fn([u8; 2]) -> u16| -> Vec<u16> {
        content[2..]
            .chunks_exact(2)
            .map(|pair| of_bytes([pair[0], pair[1]]))
            .collect()
    };
    let text = match content {
        [0xFF, 0xFE, ..] => String::from_utf16(&units(u16::from_le_bytes)).ok(),
        [0xFE, 0xFF, ..] => String::from_utf16(&units(u16::from_be_bytes)).ok(),
        _ => std::str::from_utf8(content).ok().map(str::to_owned),
    };
    let text = text.ok_or(TranscriptError::NotText)?;
    if text.contains('\0') {
        return Err(TranscriptError::NotText);
    }
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

fn format(text: &str, promised: Option<TranscriptFormat>) -> TranscriptFormat {
    let start = text.trim_start();
    if start.starts_with("WEBVTT") {
        return TranscriptFormat::Vtt;
    }
    if promised == Some(TranscriptFormat::Json)
        || (start.starts_with(['{', '['])
            && serde_json::from_str::<serde::de::IgnoredAny>(start).is_ok())
    {
        return TranscriptFormat::Json;
    }
    match promised {
        Some(promised @ (TranscriptFormat::Vtt | TranscriptFormat::Srt)) => promised,
        _ if text.lines().any(timed_text::is_timing) => TranscriptFormat::Srt,
        _ => TranscriptFormat::Text,
    }
}

/// A segment for each line of a plain text.
fn plain_segments(text: &str) -> Vec<TranscriptSegment> {
    text.lines()
        .map(|line| TranscriptSegment {
            span: None,
            words: plain_words(line),
        })
        .filter(|segment| !segment.words.is_empty())
        .collect()
}

/// The words of `text`, without times.
pub(super) fn plain_words(text: &str) -> Vec<Word> {
    text.split_whitespace()
        .map(|word| Word {
            text: word.to_owned(),
            span: None,
            confidence: None,
        })
        .collect()
}

/// A segment whose words have no times of their own; `None` without words.
pub(super) fn untimed(span: Span, text: &str) -> Option<TranscriptSegment> {
    let words = plain_words(text);
    (!words.is_empty()).then_some(TranscriptSegment {
        span: Some(span),
        words,
    })
}

/// A transcript that the user gave.
pub(super) fn given(language: Option<String>, segments: Vec<TranscriptSegment>) -> Transcript {
    let is_hesitation = |word: &Word| {
        let plain: String = word
            .text
            .chars()
            .filter(|c| c.is_alphabetic())
            .flat_map(char::to_lowercase)
            .collect();
        HESITATIONS.contains(&plain.as_str())
    };
    let verbatim = segments
        .iter()
        .flat_map(|segment| &segment.words)
        .any(is_hesitation);
    Transcript {
        language,
        segments,
        engine: GIVEN.to_owned(),
        model: None,
        accuracy: Accuracy::Given,
        verbatim,
    }
}
