//! The report of a recorded practice session as a PDF: what the analysis measured and said, and why the rest was not
//! measured.

use super::{About, ExportError, Paper, draw, fonts::Fonts, sections, sheet::Sheet};

/// What the document says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PracticeReport {
    /// Name and value of what is known about the session.
    pub facts: Vec<(&'static str, String)>,
    /// The scores.
    pub scores: Vec<PracticeScore>,
    /// The parts of the recording, in order.
    pub parts: Vec<PracticePart>,
    /// What the analysis says.
    pub feedback: Vec<String>,
    /// What went well.
    pub strengths: Vec<String>,
    /// What to work on.
    pub improvements: Vec<String>,
    /// What else was not measured, and why.
    pub not_measured: Vec<(String, String)>,
    /// What was computed, and the version of the formula.
    pub formulas: Vec<(String, String)>,
}

/// A score.
#[derive(Debug, Clone, PartialEq)]
pub struct PracticeScore {
    /// Its name.
    pub name: String,
    /// 0 to 100, or why there is none.
    pub value: Result<f64, String>,
}

/// A part of the recording. Scores are from 0 to 100; none: not measured.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PracticePart {
    /// Its name.
    pub label: String,
    /// Where it begins, in seconds; none: not known.
    pub start_s: Option<f64>,
    /// Where it ends.
    pub end_s: Option<f64>,
    /// Engagement.
    pub engagement: Option<f64>,
    /// Fluency of speech.
    pub fluency: Option<f64>,
    /// How far it speaks about what was asked.
    pub relevance: Option<f64>,
}

/// The report as a tagged PDF with real text, bookmarks and embedded fonts. The same report and [`About`] give the same
/// bytes.
///
/// # Errors
/// See [`ExportError`]. No text makes it fail.
pub fn practice_pdf(
    report: &PracticeReport,
    about: &About,
    paper: Paper,
) -> Result<Vec<u8>, ExportError> {
    let mut fonts = Fonts::load()?;
    let mut sheet = Sheet::new(paper);
    sections::practice::write(&mut sheet, &mut fonts, report, about);
    draw::document(&sheet, &mut fonts, "practice", about)
}
