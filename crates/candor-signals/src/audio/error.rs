//! Why audio could not be analysed.

/// The analysis of a recording's audio stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AudioError {
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The speech detector's windows don't cover the samples.
    #[error("{found} speech probabilities for {expected} windows")]
    Probabilities {
        /// Windows that the samples make, the last one filled up.
        expected: usize,
        /// Probabilities given.
        found: usize,
    },
    /// The samples can't be read any more.
    #[error("audio can't be read")]
    Read(#[from] std::io::Error),
}
