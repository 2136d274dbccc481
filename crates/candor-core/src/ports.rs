//! What Candor needs from engines. Implementations live in `candor-engines`; tests bring fakes.

mod chat;
mod clock;
mod document;
mod face;
mod mail;
mod speech;
mod text;

pub use chat::*;
pub use clock::*;
pub use document::*;
pub use face::*;
pub use mail::*;
pub use speech::*;
pub use text::*;

/// Progress and cancellation of a long call.
pub trait Watch: Sync {
    /// Tells how much is done, 0 to 1; never decreasing within one call.
    fn progress(&self, fraction: f32);
    /// Whether the work is to stop now; engines ask at least once a second.
    fn is_cancelled(&self) -> bool;
    /// Tells that a request was sent to a server of which nobody knows what it took: it was not answered, or not so that
    /// it can be read.
    fn uncounted(&self) {}
}

/// A [`Watch`] that ignores progress and never cancels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn progress(&self, _fraction: f32) {}
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Why an engine gave no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// A model is missing or damaged; `mend` is the command that mends it.
    #[error("{what}; run `{mend}`")]
    Model {
        /// What is wrong, with the model's identifier.
        what: String,
        /// The command that mends it.
        mend: String,
    },
    /// The input is not what the engine takes.
    #[error("unsuitable input: {0}")]
    Input(String),
    /// The engine failed.
    #[error("{engine} failed: {message}")]
    Failed {
        /// The engine's identifier.
        engine: &'static str,
        /// What it said.
        message: String,
    },
}
