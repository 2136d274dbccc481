//! Files that people hand in, as text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a file is, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentFormat {
    /// Portable Document Format.
    Pdf,
    /// Office Open XML text.
    Docx,
    /// Plain text with marks of Markdown.
    Markdown,
    /// Plain text.
    Text,
}

impl DocumentFormat {
    /// The media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Markdown => "text/markdown",
            Self::Text => "text/plain",
        }
    }
}

/// The text of a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentText {
    /// What the file is.
    pub format: DocumentFormat,
    /// Its pages, where it has any of its own.
    pub pages: Option<u32>,
    /// Its words, line by line.
    pub text: String,
    /// Whether it says more than is read.
    pub cut: bool,
    /// Characters that nobody who looks at the file would see: they are left out.
    pub hidden_characters: usize,
}

impl fmt::Debug for DocumentText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text is about a person and has no business in a log.
        f.debug_struct("DocumentText")
            .field("format", &self.format)
            .field("pages", &self.pages)
            .field("cut", &self.cut)
            .finish_non_exhaustive()
    }
}

/// Why a file gave no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "failure", rename_all = "snake_case")]
pub enum DocumentFailure {
    /// The file is at fault.
    #[error("{message}")]
    Refused {
        /// Stable code: `encrypted`, `scanned`, `damaged`, `unsupported`, `too_large`, `too_many_pages` or `empty`.
        code: String,
        /// What to do, for people.
        message: String,
    },
    /// The reader is: the file may be fine.
    #[error("documents can't be read now: {message}")]
    Failed {
        /// What happened.
        message: String,
    },
}

/// Reads files of strangers: whatever is in them, it ends within its limits of time and memory, and does no harm.
pub trait DocumentReader: Send + Sync {
    /// The text of a file. It blocks its thread. The name only tells Markdown from other plain text.
    ///
    /// # Errors
    /// See [`DocumentFailure`].
    fn read(&self, bytes: &[u8], file_name: Option<&str>) -> Result<DocumentText, DocumentFailure>;
}
