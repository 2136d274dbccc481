//! Why audio could not be analysed.

/// The analysis of a recording's audio stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AudioError {
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The samples can't be read any more.
    #[error("audio can't be read")]
    Read(#[from] std::io::Error),
}
