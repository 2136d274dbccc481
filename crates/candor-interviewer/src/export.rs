//! An interview's report as files for people: a PDF to read, print and sign, and a CSV for tables.
//!
//! Both hold what the report holds and nothing else. What was not measured is said with its reason, never as a
//! zero. What was said, turn by turn, is a file of its own beside them, see `transcripts` of `candor-app`.

use candor_core::{interview::InterviewReport, purpose::Purpose};
use jiff::Timestamp;

mod chart;
mod csv;
mod draw;
mod fonts;
mod ink;
mod practice;
mod sections;
mod sheet;
mod table;
mod tags;
pub(crate) mod wording;

pub use csv::csv;
pub use practice::{PracticePart, PracticeReport, PracticeScore, practice_pdf};

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What, e.g. "Invite to the second round".
    pub outcome: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What a report does not know of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Heading of the document.
    pub title: String,
    /// Name of the candidate.
    pub candidate: Option<String>,
    /// Name of the position.
    pub position: Option<String>,
    /// When the document was made.
    pub made_at: Timestamp,
    /// What the interview was held for. For hiring the recommendation and room for a decision are shown, in
    /// practice neither.
    pub purpose: Purpose,
    /// The decision, where there is one; else there is room for it. Not shown in practice.
    pub decision: Option<Decision>,
}

/// Size of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

impl Paper {
    /// Width and height in points.
    pub fn size(self) -> (f32, f32) {
        match self {
            Self::A4 => (595.28, 841.89),
            Self::Letter => (612.0, 792.0),
        }
    }
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The letters that are part of the program cannot be read.
    #[error("the embedded fonts cannot be read")]
    Fonts,
    /// The library refused.
    #[error("the PDF cannot be written")]
    Pdf(#[source] krilla::error::KrillaError),
}

/// The report as a tagged PDF with real text, bookmarks and embedded fonts. The same report and [`About`] give the
/// same bytes.
///
/// # Errors
/// See [`ExportError`]. No text makes it fail: letters that the fonts lack are drawn as boxes and stay in the text.
pub fn pdf(report: &InterviewReport, about: &About, paper: Paper) -> Result<Vec<u8>, ExportError> {
    let mut fonts = fonts::Fonts::load()?;
    let mut sheet = sheet::Sheet::new(paper);
    sections::write(&mut sheet, &mut fonts, report, about);
    draw::document(&sheet, &mut fonts, report.family.as_str(), about)
}

#[cfg(test)]
mod tests;
