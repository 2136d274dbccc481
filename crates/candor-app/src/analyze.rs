//! The main job: one recording in, one true report out.
//!
//! `probe → one decode → (speech activity ∥ faces) → voice → words → text → report`; each step is a
//! file below.

use std::{
    io,
    path::{Path, PathBuf},
};

use candor_core::{measured::NotMeasured, ports::EngineError, purpose::Purpose};
use candor_media::{MediaError, Tools};

use crate::{engines::Engines, progress::Progress};

mod capture;
mod output;

pub use output::REPORT;

/// What a person may set.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What the analysis is for.
    pub purpose: Purpose,
    /// Whether to look at the picture.
    pub face: bool,
    /// Frames classified per second for the expression.
    pub sample_fps: f64,
    /// Length of the expression's smoothing window in samples (odd, at least 3; less: none).
    pub smooth_win: u32,
    /// Frames are scaled down to this width in pixels.
    pub max_width: u32,
    /// Most entries in the expression's timeline; 0 is no limit.
    pub max_timeline: u32,
    /// Longest recording that is taken, in seconds.
    pub max_duration_s: f64,
    /// Language of the speech (BCP 47 primary subtag); `None` lets the engine find out.
    pub language: Option<String>,
    /// Beam width of the transcription.
    pub beam: u32,
    /// A transcript that is used instead of the engine's.
    pub transcript: Option<PathBuf>,
    /// Whether the variety of expressions counts in the documented score (purpose practice only).
    pub emotions_in_score: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            purpose: Purpose::default(),
            face: true,
            sample_fps: 2.0,
            smooth_win: 3,
            max_width: 960,
            max_timeline: 1000,
            max_duration_s: 4.0 * 3600.0,
            language: None,
            beam: 1,
            transcript: None,
            emotions_in_score: false,
        }
    }
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnalyzeError {
    /// The recording can't be analysed.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// An engine is damaged or failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The given transcript can't be read.
    #[error("the transcript can't be used: {0}")]
    Transcript(String),
    /// The output can't be written.
    #[error("{path} can't be written: {source}; choose another folder with --outdir or free space")]
    Output {
        /// What could not be written.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl AnalyzeError {
    fn output(path: &Path, source: io::Error) -> Self {
        Self::Output {
            path: path.to_owned(),
            source,
        }
    }

    /// Whether the caller stopped it.
    pub fn is_cancelled(&self) -> bool {
        matches!(
            self,
            Self::Media(MediaError::Cancelled) | Self::Engine(EngineError::Cancelled)
        )
    }
}
