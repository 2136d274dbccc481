//! `0.30·relevance + 0.15·keyword + 0.20·technical + 0.10·clarity + 0.15·completeness +
//! 0.10·initiative`, each 0–100.

use candor_core::measured::Measured;

use super::PartScore;
use crate::scores::weighted::{ANY, Weighted, within};

/// What the content part rests on; everything 0–100.
#[derive(Debug, Clone, PartialEq)]
pub struct ContentInputs {
    /// How far the answer answers the question.
    pub answer_relevance: Measured<f64>,
    /// Share of the keywords that were mentioned.
    pub keyword_coverage: Measured<f64>,
    /// Technical correctness.
    pub technical: Measured<f64>,
    /// Clarity.
    pub clarity: Measured<f64>,
    /// How much of the expected answer was given.
    pub completeness: Measured<f64>,
    /// Initiative.
    pub initiative: Measured<f64>,
}

/// Computes the part. It is reliable over 10 points (documented).
pub fn content_score(inputs: &ContentInputs) -> PartScore {
    let mean = Weighted::mean(
        0.0..=100.0,
        ANY,
        [
            ("answer_relevance", 0.30, &inputs.answer_relevance),
            ("keyword_coverage", 0.15, &inputs.keyword_coverage),
            ("technical", 0.20, &inputs.technical),
            ("clarity", 0.10, &inputs.clarity),
            ("completeness", 0.15, &inputs.completeness),
            ("initiative", 0.10, &inputs.initiative),
        ]
        .map(|(name, weight, value)| (name, weight, within(0.0..=100.0, name, value.clone()))),
    );
    PartScore {
        warnings: mean.warnings("llm"),
        is_reliable: mean.value.as_ref().is_ok_and(|score| *score > 10.0),
        score: mean.value,
    }
}
