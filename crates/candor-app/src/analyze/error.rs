//! Why an analysis gave no report.

use std::{
    io,
    path::{Path, PathBuf},
};

use candor_core::ports::EngineError;
use candor_media::MediaError;
use candor_signals::audio::error::AudioError;

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

impl From<AudioError> for AnalyzeError {
    fn from(error: AudioError) -> Self {
        match error {
            AudioError::Cancelled => Self::Engine(EngineError::Cancelled),
            other => Self::Engine(EngineError::Failed {
                engine: "candor",
                message: other.to_string(),
            }),
        }
    }
}

impl AnalyzeError {
    pub(crate) fn output(path: &Path, source: io::Error) -> Self {
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
