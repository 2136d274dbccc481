//! Writes a transcript as text, WebVTT, SubRip or JSON.

use std::fmt::Write as _;

use candor_core::transcript::Transcript;

use super::{
    TranscriptError, TranscriptFormat,
    cues::{Cue, cues},
};

/// The file of `transcript` in `format`.
///
/// # Errors
/// [`TranscriptError::NoTimes`] for a format with cues when no word or segment has a time.
pub fn write(transcript: &Transcript, format: TranscriptFormat) -> Result<String, TranscriptError> {
    let timed = || cues(transcript).ok_or(TranscriptError::NoTimes(format));
    Ok(match format {
        TranscriptFormat::Text => text(transcript),
        TranscriptFormat::Vtt => vtt(transcript.language.as_deref(), &timed()?),
        TranscriptFormat::Srt => srt(&timed()?),
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

fn vtt(language: Option<&str>, cues: &[Cue]) -> String {
    let mut text = String::from("WEBVTT\n");
    if let Some(language) = language.filter(|tag| tag.bytes().all(|b| b.is_ascii_alphanumeric())) {
        writeln!(text, "Language: {language}").expect("writing to a string");
    }
    for cue in cues {
        let lines: Vec<String> = cue.lines.iter().map(|line| escape(line)).collect();
        write!(
            text,
            "\n{} --> {}\n{}\n",
            time(cue.start_ms, '.'),
            time(cue.end_ms, '.'),
            lines.join("\n")
        )
        .expect("writing to a string");
    }
    text
}

fn srt(cues: &[Cue]) -> String {
    let mut text = String::new();
    for (index, cue) in cues.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        // The format has no way to write an arrow that is no timing.
        let lines = cue.lines.join("\n").replace("-->", "→");
        write!(
            text,
            "{}\n{} --> {}\n{lines}\n",
            index + 1,
            time(cue.start_ms, ','),
            time(cue.end_ms, ','),
        )
        .expect("writing to a string");
    }
    text
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
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
