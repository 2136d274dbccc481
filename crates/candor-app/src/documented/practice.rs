//! The documents of *practice*: `AnalysisResult` and the advanced score, built from a report and what is
//! known about the session. Nothing here reads a clock, a file or a database.
//!
//! A value that was not measured is `null`; `notMeasured` says why under the value's path.

mod advanced;
mod analysis;
mod audit;
mod coaching;
mod facts;
mod judged;
mod passages;
mod printed;
mod readings;
mod report;
mod scored;
#[cfg(test)]
mod tests;
mod unmeasured;

use candor_core::{
    ports::{Embedder, EngineError},
    report::Report,
};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

pub use audit::{Audits, NEUTRAL_BANDS, SCORES, Sample};
pub use coaching::{AnsweredQuestion, COACHING, Observed, PROVIDER, coach, instead};
pub use facts::{Fact, MODEL, facts, to_cite, told};
pub use judged::{judged, not_judged};
pub use printed::printed;
pub use report::{ReportAbout, report};

/// Identifier and version of the documents; a change makes stored ones stale.
pub const FORMULA: &str = "practice-document.v2";

/// What is known about the session.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionFacts {
    /// The session.
    pub session: Uuid,
    /// Role that is practised for.
    pub job_role: String,
    /// Field of the role.
    pub domain: String,
    /// When the session began.
    pub started_at: Timestamp,
    /// Media id of the video.
    pub video: String,
    /// Media id of a separate audio recording.
    pub audio: Option<String>,
}

/// What the client asked of the analysis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wishes {
    /// Frames of the timelines per second, 1 to 10.
    pub frame_fps: f64,
    /// Length of a window in seconds, 0.5 to 30.
    pub window_s: f64,
    /// Whether the untrained fusion was asked for.
    pub learned_fusion: bool,
}

/// Both documents and what the audits keep of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Documents {
    /// `AnalysisResult`.
    pub analysis: Value,
    /// The advanced score.
    pub advanced: Value,
    /// What the audits keep: bands and scores, nothing else.
    pub sample: Sample,
}

/// What the documents are built from.
pub struct Inputs<'a> {
    /// What was measured.
    pub report: &'a Report,
    /// The session.
    pub session: &'a SessionFacts,
    /// What was asked for.
    pub wishes: Wishes,
    /// The audits over the organisation's sessions before this one.
    pub audits: &'a Audits,
    /// When the documents are made.
    pub generated_at: Timestamp,
}

/// Builds both documents. Texts are compared where `embedder` knows their language.
///
/// # Errors
/// What the embedder says.
pub fn build(
    inputs: &Inputs<'_>,
    embedder: Option<&dyn Embedder>,
) -> Result<Documents, EngineError> {
    let passages = passages::find(inputs.report, inputs.session, embedder)?;
    let readings = readings::read(inputs.report, passages, inputs.wishes);
    let scored = scored::score(&readings, inputs.session);
    let sample = audit::sample(&readings, &scored);
    Ok(Documents {
        analysis: analysis::document(inputs, &readings, &scored),
        advanced: advanced::document(inputs, &scored),
        sample,
    })
}
