//! Job descriptions and résumés as text: read from the files that people send, cut into sections, compared.
//!
//! What a file says is data. Nothing here follows it, logs it or repeats it in an error.

use std::{fmt, time::Duration};

use candor_core::ports::{DocumentFailure, DocumentFormat, DocumentReader, DocumentText};
use serde::{Deserialize, Serialize};

mod clean;
mod docx;
mod heading;
mod kind;
mod located;
pub mod matching;
mod pdf;
mod plain;
pub mod resume;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use kind::Kind;
pub use matching::{matching, mentions, topics};
pub use resume::resume;

/// The text of a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What the file is.
    pub kind: Kind,
    /// Its pages; `None` where a file has none of its own (only a PDF has).
    pub pages: Option<u32>,
    /// Its words, line by line: composed characters, no control or invisible ones, no space at the ends of lines, no
    /// two empty lines in a row.
    pub text: String,
    /// Whether the file says more than [`Limits::characters`]: the rest was left out.
    pub cut: bool,
    /// Characters, without spaces, that nobody who looks at the file would see: they were left out. Counted for a PDF
    /// and a DOCX.
    pub hidden_characters: usize,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text is about a person and has no business in a log.
        f.debug_struct("Document")
            .field("kind", &self.kind)
            .field("pages", &self.pages)
            .field("characters", &self.text.chars().count())
            .field("cut", &self.cut)
            .field("hidden_characters", &self.hidden_characters)
            .finish()
    }
}

/// How much of a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of the file.
    pub bytes: usize,
    /// Most pages.
    pub pages: u32,
    /// Most characters of text; what follows is cut.
    pub characters: usize,
    /// Most bytes that one packed part of the file may unpack to; of the instructions of a PDF's page a quarter.
    pub unpacked: u64,
    /// Longest time. It is looked at between the parts of a file and between what a page draws, so a file can take a
    /// little longer.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 10 << 20,
            pages: 200,
            characters: 200_000,
            unpacked: 32 << 20,
            time: Duration::from_secs(10),
        }
    }
}

/// Why a file gave no text. Each has a stable code, and says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The file, or what is packed in it, is too large, or it takes too long to read.
    #[error("the file is too large; send one of at most 10 MB, without large pictures")]
    TooLarge,
    /// It has more pages than are read.
    #[error("the file has too many pages; send the pages that matter")]
    TooManyPages,
    /// It opens with a password only.
    #[error("the file is protected by a password; save a copy without one and send that")]
    Encrypted,
    /// Its pages are pictures of text.
    #[error(
        "the pages are pictures without text; send the file that they were printed from, or run text recognition"
    )]
    Scanned,
    /// It can't be read to its end.
    #[error("the file is damaged; open it, save it again and send that")]
    Damaged,
    /// It is of a kind that is not read.
    #[error("this kind of file is not read; send a PDF, a DOCX or plain text")]
    Unsupported,
    /// It has no words.
    #[error("the file has no text")]
    Empty,
}

impl DocumentError {
    /// Stable identifier in `snake_case`.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::TooManyPages => "too_many_pages",
            Self::Encrypted => "encrypted",
            Self::Scanned => "scanned",
            Self::Damaged => "damaged",
            Self::Unsupported => "unsupported",
            Self::Empty => "empty",
        }
    }
}

/// The text of a file within the usual [`Limits`]. What it is shows in its content; the name only tells Markdown from
/// other plain text.
///
/// A caller that serves others gives this a thread of its own, better a child process with limits on memory and time:
/// the limits here hold for every file that was thought of, and hostile files are made by people who think further.
///
/// # Errors
/// See [`DocumentError`].
pub fn read(bytes: &[u8], file_name: Option<&str>) -> Result<Document, DocumentError> {
    read_within(bytes, file_name, &Limits::default())
}

/// The text of a file within given limits; see [`read`].
///
/// # Errors
/// See [`DocumentError`].
pub fn read_within(
    bytes: &[u8],
    file_name: Option<&str>,
    limits: &Limits,
) -> Result<Document, DocumentError> {
    if bytes.len() > limits.bytes {
        return Err(DocumentError::TooLarge);
    }
    let kind = kind::of(bytes, file_name)?;
    let raw = match kind {
        Kind::Pdf => pdf::read(bytes, limits)?,
        Kind::Docx => docx::read(bytes, limits)?,
        Kind::Markdown | Kind::Text => Raw {
            text: plain::decode(bytes).ok_or(DocumentError::Unsupported)?,
            pages: None,
            hidden: 0,
            cut: false,
        },
    };
    let (text, cut) = clean::within(&raw.text, limits.characters);
    if !text.chars().any(char::is_alphanumeric) {
        return Err(DocumentError::Empty);
    }
    Ok(Document {
        kind,
        pages: raw.pages,
        text,
        cut: cut || raw.cut,
        hidden_characters: raw.hidden,
    })
}

/// Reads in the process that asks: for programs whose user reads their own files, and for the inside of a guarded one.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

impl DocumentReader for InProcess {
    fn read(&self, bytes: &[u8], file_name: Option<&str>) -> Result<DocumentText, DocumentFailure> {
        let document = read(bytes, file_name).map_err(|error| DocumentFailure::Refused {
            code: error.code().to_owned(),
            message: error.to_string(),
        })?;
        Ok(DocumentText {
            format: match document.kind {
                Kind::Pdf => DocumentFormat::Pdf,
                Kind::Docx => DocumentFormat::Docx,
                Kind::Markdown => DocumentFormat::Markdown,
                Kind::Text => DocumentFormat::Text,
            },
            pages: document.pages,
            text: document.text,
            cut: document.cut,
            hidden_characters: document.hidden_characters,
        })
    }
}

/// Text as a file has it.
struct Raw {
    text: String,
    pages: Option<u32>,
    /// Characters that nobody would see, left out.
    hidden: usize,
    /// Reading stopped at the limit of characters.
    cut: bool,
}
