//! A value, or the reason why there is none: unknown is never zero.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why something was not measured: a stable code for programs and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{message}")]
pub struct NotMeasured {
    /// Stable identifier in `snake_case`, e.g. `no_face`, `no_audio`, `no_model`, `too_short`.
    pub code: String,
    /// What a reader is told, e.g. "face visible 12 % of the time".
    pub message: String,
}

impl NotMeasured {
    /// A reason from its stable code and the sentence for people.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
        }
    }
}

/// A measured value or the reason why it is missing.
pub type Measured<T> = Result<T, NotMeasured>;
