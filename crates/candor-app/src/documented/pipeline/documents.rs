//! The job, the record and the result as documents.

mod pipeline;
mod record;
mod result;
mod status;
mod transcription;

pub use pipeline::pipeline;
pub use record::record;
pub use result::video_analysis;
pub use status::status_map;

use candor_core::measured::{Measured, NotMeasured};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Sheet, commentary,
    facts::AnalysisFacts,
    measures::FaceSampling,
    scoring::{self, Scored},
    services,
};

/// Measures and scores, once there is a report. What was inferred about emotions counts where it may, and is
/// shown to nobody but the practising person.
pub(super) fn scored(analysis: &AnalysisFacts) -> Option<Scored> {
    let report = analysis.report.as_ref()?;
    let mut scored = scoring::score(
        report,
        analysis.answer.clone(),
        FaceSampling::asked(&analysis.request),
        analysis.weights,
        analysis.policy,
    );
    if !analysis.is_own {
        scored.face.hide_expressions();
    }
    Some(scored)
}

/// Total of the answer, 0–100: that of the second revision.
///
/// # Errors
/// Why there is none.
pub fn overall_score(analysis: &AnalysisFacts) -> Measured<f64> {
    match scored(analysis) {
        Some(scored) => scored.r2.final_score,
        None => Err(not_finished()),
    }
}

/// What is told of an answer by its record, and by its pipeline: `faceScores`, `voiceScores`,
/// `questionAIResult`, `evaluationResult`.
fn put_analysis(sheet: &mut Sheet, scored: &Scored, analysis: &AnalysisFacts) {
    let mut voice = services::voice_scores(&scored.voice, analysis);
    voice.nested("prosody", services::prosody(&scored.voice));
    sheet
        .nested("faceScores", services::face_scores(&scored.face))
        .nested("voiceScores", voice)
        .nested("questionAIResult", scored.content.document())
        .put("evaluationResult", evaluation(scored, analysis));
}

/// `evaluationResult`, with the commentary of a chat model where one wrote it.
fn evaluation(scored: &Scored, analysis: &AnalysisFacts) -> Value {
    let mut evaluation = scoring::evaluation(scored);
    let output = analysis
        .step("question_evaluated")
        .and_then(|step| step.output.as_ref());
    if let Some(output) = output {
        commentary::put(&mut evaluation, &output["commentary"]);
    }
    evaluation
}

fn not_finished() -> NotMeasured {
    NotMeasured::new("not_finished", "the analysis is not finished")
}

fn time(at: Option<Timestamp>) -> Value {
    json!(at.map(|at| at.to_string()))
}
