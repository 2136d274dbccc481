//! Writes a transcript as text, WebVTT, SubRip or JSON.

use std::fmt::Write as _;

use candor_core::transcript::Transcript;

use super::{
    TranscriptError, TranscriptFormat,
    cues::{Cue, cues},
};

/// Takes no room and breaks no line.
pub(super) const WORD_JOINER: char = '\u{2060}';

/// The file of `transcript` in `format`.
///
/// # Errors
/// [`TranscriptError::NoTimes`] for a format with cues when no word or segment has a time.
pub fn write(transcript: &Transcript, format: TranscriptFormat) -> Result<String, TranscriptError> {
    let timed = || cues(transcript).ok_or(TranscriptError::NoTimes(format));
    Ok(match format {
        TranscriptFormat::Text => text(transcript),
        TranscriptFormat::Vtt => {
            let language = transcript.language.as_deref();
            vtt(language, written(&timed()?, vtt_text))
        }
        TranscriptFormat::Srt => srt(written(&timed()?, srt_text)),
        TranscriptFormat::Json => {
            let mut json = serde_json::to_string_pretty(transcript)
                .map_err(|error| TranscriptError::Json(error.to_string()))?;
            json.push('\n');
            json
        }
    })
}

/// A line for each segment.
fn text(transcript: &Transcript) -> String {
    let mut text = String::new();
    for segment in &transcript.segments {
        let line = segment.text();
        if !line.trim().is_empty() {
            text.push_str(line.trim());
            text.push('\n');
        }
    }
    text
}

/// A cue as it stands in a file.
pub(super) struct Written {
    /// When it appears.
    pub start_ms: u64,
    /// When it disappears, later than it appears.
    pub end_ms: u64,
    /// Its lines, none of them empty, in the words of the format: see [`vtt_text`] and [`srt_text`].
    pub text: String,
}

/// Cues of subtitles in the words of a format.
fn written(cues: &[Cue], text: fn(&str) -> String) -> impl Iterator<Item = Written> {
    cues.iter().map(move |cue| Written {
        start_ms: cue.start_ms,
        end_ms: cue.end_ms,
        text: text(&cue.lines.join("\n")),
    })
}

/// A WebVTT file.
pub(super) fn vtt(language: Option<&str>, cues: impl IntoIterator<Item = Written>) -> String {
    let mut text = String::from("WEBVTT\n");
    if let Some(language) = language.filter(|tag| tag.bytes().all(|b| b.is_ascii_alphanumeric())) {
        writeln!(text, "Language: {language}").expect("writing to a string");
    }
    for cue in cues {
        write!(
            text,
            "\n{} --> {}\n{}\n",
            time(cue.start_ms, '.'),
            time(cue.end_ms, '.'),
            cue.text
        )
        .expect("writing to a string");
    }
    text
}

/// A SubRip file.
pub(super) fn srt(cues: impl IntoIterator<Item = Written>) -> String {
    let mut text = String::new();
    for (index, cue) in cues.into_iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        write!(
            text,
            "{}\n{} --> {}\n{}\n",
            index + 1,
            time(cue.start_ms, ','),
            time(cue.end_ms, ','),
            cue.text
        )
        .expect("writing to a string");
    }
    text
}

/// Words as WebVTT writes them.
pub(super) fn vtt_text(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Words as SubRip writes them. The format has no way to write an arrow that is no timing, or an angle bracket that
/// begins no tag: the arrow is written as one character, and a mark that nobody sees parts the bracket from its tag.
pub(super) fn srt_text(text: &str) -> String {
    let text = text.replace("-->", "→");
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        plain.push(c);
        let next = chars.peek().copied();
        let is_tag = match c {
            '<' => next.is_some_and(|next| next == '/' || next.is_ascii_alphabetic()),
            '{' => next == Some('\\'),
            _ => false,
        };
        if is_tag {
            plain.push(WORD_JOINER);
        }
    }
    plain
}

fn time(ms: u64, separator: char) -> String {
    let (s, ms) = (ms / 1000, ms % 1000);
    format!(
        "{:02}:{:02}:{:02}{separator}{ms:03}",
        s / 3600,
        s / 60 % 60,
        s % 60
    )
}
