//! What can go wrong with models; every message about a model names the command that mends it.

use std::{io, path::PathBuf};

use candor_core::ports::EngineError;

/// Why a model can't be used or fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// No model has this identifier.
    #[error("no model is called `{0}`; `candor models list` shows all")]
    Unknown(String),
    /// The model's files are nowhere.
    #[error("model `{id}` is not here; run `candor models pull {id}`")]
    Missing {
        /// The model.
        id: String,
    },
    /// A file of the model is there, but not with the right content.
    #[error("model `{id}` is damaged: {path} {reason}; run `candor models pull {id}`")]
    Damaged {
        /// The model.
        id: String,
        /// The file that is wrong.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// No source gave the model.
    #[error("model `{id}` could not be fetched: {}; {}", attempts.join("; "), hint)]
    Unobtainable {
        /// The model.
        id: String,
        /// What each source said.
        attempts: Vec<String>,
        /// What the user can do.
        hint: String,
    },
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// A file or directory can't be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The embedded manifest is wrong.
    #[error("the model manifest is wrong: {0}")]
    Manifest(String),
}

impl RegistryError {
    /// Puts `path` to an error of the system; made for `map_err`.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

impl From<RegistryError> for EngineError {
    fn from(error: RegistryError) -> Self {
        match &error {
            RegistryError::Missing { id } => Self::Model {
                what: format!("model `{id}` is not here"),
                mend: pull_command(id),
            },
            RegistryError::Damaged { id, path, reason } => Self::Model {
                what: format!("model `{id}` is damaged: {} {reason}", path.display()),
                mend: pull_command(id),
            },
            RegistryError::Cancelled => Self::Cancelled,
            _ => Self::Failed {
                engine: "registry",
                message: error.to_string(),
            },
        }
    }
}

/// The command that fetches model `id`.
pub(crate) fn pull_command(id: &str) -> String {
    format!("candor models pull {id}")
}
