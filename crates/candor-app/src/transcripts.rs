//! Transcript files: reads those that people give, writes those that readers and players take, of recordings and of
//! interviews in words.

mod alignment;
mod cues;
mod json;
mod parse;
#[cfg(test)]
mod tests;
mod timed_text;
mod turns;
pub mod wer;
mod write;

pub use alignment::{Fit, with_times};
pub use parse::{MAX_BYTES, parse, read};
pub use turns::write_turns;
pub use write::write;

use std::path::Path;

/// A kind of transcript file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TranscriptFormat {
    /// WebVTT (W3C).
    Vtt,
    /// SubRip.
    Srt,
    /// Candor's own JSON, that of Whisper programs, or a list of `{start, end, text}`.
    Json,
    /// Plain text without times.
    Text,
}

impl TranscriptFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Text, Self::Vtt, Self::Srt, Self::Json];

    /// File name extension without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Vtt => "vtt",
            Self::Srt => "srt",
            Self::Json => "json",
            Self::Text => "txt",
        }
    }

    /// Name of a transcript beside its report.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Vtt => "transcript.vtt",
            Self::Srt => "transcript.srt",
            Self::Json => "transcript.json",
            Self::Text => "transcript.txt",
        }
    }

    /// MIME type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Vtt => "text/vtt",
            Self::Srt => "application/x-subrip",
            Self::Json => "application/json",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// The format that a file name promises.
    pub fn from_file_name(name: &str) -> Option<Self> {
        let extension = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|format| format.extension() == extension)
    }
}

/// Why a transcript file was not read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranscriptError {
    /// The file can't be read.
    #[error("the transcript can't be read")]
    Io(#[from] std::io::Error),
    /// The file is larger than any transcript of a talk.
    #[error("the transcript has more than {} MB", MAX_BYTES / 1_000_000)]
    TooLarge,
    /// The file is no text.
    #[error("the transcript is no UTF-8 or UTF-16 text")]
    NotText,
    /// No words in it.
    #[error("the transcript holds no words")]
    Empty,
    /// A VTT or SRT file breaks its format.
    #[error("line {line} of the transcript: {what}")]
    Cue {
        /// Line number, from 1.
        line: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// The JSON is damaged or of an unknown shape.
    #[error("the transcript's JSON is not understood: {0}")]
    Json(String),
    /// A format with times was asked for, and no word has one.
    #[error("the transcript has no times, which {} files need", .0.extension())]
    NoTimes(TranscriptFormat),
}
