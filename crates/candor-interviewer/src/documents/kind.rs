//! What a file is, by its first bytes.

use serde::{Deserialize, Serialize};

use super::DocumentError;

/// A kind of file that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Portable Document Format (ISO 32000).
    Pdf,
    /// Office Open XML text (ECMA-376).
    Docx,
    /// Plain text with marks of Markdown.
    Markdown,
    /// Plain text.
    Text,
}

/// Bytes in which the mark of a PDF must begin, as its readers have it.
const PDF_MARK_WITHIN: usize = 1024;

/// The kind of a file.
///
/// # Errors
/// `empty` without content, `encrypted` for an office file behind a password, `unsupported` for every other kind.
pub(super) fn of(bytes: &[u8], file_name: Option<&str>) -> Result<Kind, DocumentError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(DocumentError::Empty);
    }
    let head = &bytes[..bytes.len().min(PDF_MARK_WITHIN)];
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Docx);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return Err(compound(bytes));
    }
    if has_pdf_mark(head) {
        return Ok(Kind::Pdf);
    }
    if bytes.starts_with(b"{\\rtf") {
        return Err(DocumentError::Unsupported);
    }
    let is_markdown = file_name
        .and_then(|name| name.rsplit_once('.'))
        .is_some_and(|(_, ending)| {
            ["md", "markdown"].contains(&ending.to_ascii_lowercase().as_str())
        });
    Ok(if is_markdown {
        Kind::Markdown
    } else {
        Kind::Text
    })
}

/// Whether the mark of a PDF with its version begins a line; what a mail program put before it does not count.
fn has_pdf_mark(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.windows(6).enumerate().any(|(at, part)| {
        let begins = at == 0 || !(0x20..0x7f).contains(&head[at - 1]);
        begins && part.starts_with(b"%PDF-") && part[5].is_ascii_digit()
    })
}

/// A compound file is a DOCX behind a password, or an office file of the last century.
fn compound(bytes: &[u8]) -> DocumentError {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    if bytes.windows(name.len()).any(|part| part == name) {
        DocumentError::Encrypted
    } else {
        DocumentError::Unsupported
    }
}
