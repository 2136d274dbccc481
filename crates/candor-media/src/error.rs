//! Why a file gave no media, in words that say what to do.

use std::path::PathBuf;

/// Why a recording could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// There is no such file.
    #[error("no such file: {0}")]
    Missing(PathBuf),
    /// The path is no regular file.
    #[error("{0} is not a file; give the path of one recording")]
    NotAFile(PathBuf),
    /// A URL or protocol was given where a file belongs.
    #[error("{0} is not a local file; download the recording and give its path")]
    NotLocal(String),
    /// The file is empty.
    #[error("{0} is empty")]
    Empty(PathBuf),
    /// The content is no recording, whatever the name says.
    #[error("{path} is not a recording that can be read: {detail}")]
    NotMedia {
        /// The file.
        path: PathBuf,
        /// What was found instead.
        detail: String,
    },
    /// The recording is longer than allowed.
    #[error("the recording is longer than {limit_s:.0} s; raise --max-duration or cut it")]
    TooLong {
        /// The limit in seconds.
        limit_s: f64,
    },
    /// A program that is needed is not installed.
    #[error("{0} was not found; install it (Debian/Ubuntu: apt-get install ffmpeg) and try again")]
    ToolMissing(&'static str),
    /// The decoder failed or had to be stopped.
    #[error("decoding failed: {0}")]
    Decode(String),
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// Reading or writing failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// The system's error.
        source: std::io::Error,
    },
}

impl MediaError {
    /// Wraps a system error with what was being done.
    pub fn io(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::Io {
            what: what.into(),
            source,
        }
    }
}
