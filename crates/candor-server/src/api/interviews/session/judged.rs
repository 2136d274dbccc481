//! How an answer was judged, as clients read it.

use candor_core::{
    interview::{Evaluation, Evidence, Judged, MAX_MARK},
    measured::NotMeasured,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Why something was not judged.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotEvaluatedResponse {
    /// Stable code.
    code: String,
    /// For people.
    message: String,
}

impl From<&NotMeasured> for NotEvaluatedResponse {
    fn from(reason: &NotMeasured) -> Self {
        Self {
            code: reason.code.clone(),
            message: reason.message.clone(),
        }
    }
}

/// Words of the answer that bear something out.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceResponse {
    /// The words, to the letter.
    quote: String,
    /// Where they begin in all that was answered to the question, in characters.
    start: usize,
    /// One past their last character.
    end: usize,
    /// What they bear out: a key point, `relevance`, `structure`, `depth`, a competency or `red_flag`.
    supports: String,
}

impl From<&Evidence> for EvidenceResponse {
    fn from(evidence: &Evidence) -> Self {
        Self {
            quote: evidence.quote.clone(),
            start: evidence.start,
            end: evidence.end,
            supports: evidence.supports.clone(),
        }
    }
}

/// A key point of the question.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyPointResponse {
    /// The point.
    text: String,
    /// How clearly it was made, 0 to 1.
    degree: f64,
    /// Whether it counts as made.
    is_made: bool,
}

/// How an answer was judged; either the marks, or `not_evaluated`.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvaluationResponse {
    /// Why there are no marks; `null` where there are.
    not_evaluated: Option<NotEvaluatedResponse>,
    /// Total, 0 to `max_score`.
    score: Option<f64>,
    /// The highest mark: 10.
    max_score: f64,
    /// Whether it answers the question, 0 to 10.
    relevance: Option<f64>,
    /// Whether one can follow it, 0 to 10.
    structure: Option<f64>,
    /// How far it goes beyond the surface, 0 to 10.
    depth: Option<f64>,
    /// Key points of the question.
    key_points: Vec<KeyPointResponse>,
    /// Levels, 1 to 5, by competency; those that the evaluator has no measure of are absent.
    #[schema(value_type = Object)]
    competency_levels: Value,
    /// Concrete statements that speak against the candidate.
    red_flags: Vec<EvidenceResponse>,
    /// A sentence or two.
    feedback: Option<String>,
    /// What the marks rest on.
    evidence: Vec<EvidenceResponse>,
    /// How often it was judged, and the standard deviation of the totals.
    #[schema(value_type = Option<Object>)]
    spread: Option<Value>,
    /// Engine, model, prompt and formula.
    #[schema(value_type = Option<Object>)]
    provenance: Option<Value>,
}

impl From<&Judged> for EvaluationResponse {
    fn from(judged: &Judged) -> Self {
        match judged {
            Judged::Evaluated(evaluation) => marks(evaluation),
            Judged::NotEvaluated(reason) => Self {
                not_evaluated: Some(reason.into()),
                score: None,
                max_score: MAX_MARK,
                relevance: None,
                structure: None,
                depth: None,
                key_points: Vec::new(),
                competency_levels: Value::Object(serde_json::Map::new()),
                red_flags: Vec::new(),
                feedback: None,
                evidence: Vec::new(),
                spread: None,
                provenance: None,
            },
        }
    }
}

fn marks(evaluation: &Evaluation) -> EvaluationResponse {
    let levels = evaluation.competencies.iter();
    let levels = levels.map(|one| (one.competency.clone(), one.level.into()));
    let points = evaluation.key_points.iter();
    EvaluationResponse {
        not_evaluated: None,
        score: Some(evaluation.score),
        max_score: MAX_MARK,
        relevance: Some(evaluation.relevance),
        structure: Some(evaluation.structure),
        depth: Some(evaluation.depth),
        key_points: points
            .map(|point| KeyPointResponse {
                text: point.text.clone(),
                degree: point.degree,
                is_made: point.is_made,
            })
            .collect(),
        competency_levels: Value::Object(levels.collect()),
        red_flags: evaluation
            .red_flags
            .iter()
            .map(|flag| (&flag.evidence).into())
            .collect(),
        feedback: Some(evaluation.feedback.clone()),
        evidence: evaluation.evidence.iter().map(Into::into).collect(),
        spread: serde_json::to_value(evaluation.spread).ok(),
        provenance: serde_json::to_value(&evaluation.provenance).ok(),
    }
}
