//! What was found about the answer, in the documented words.

use candor_core::measured::Measured;
use candor_signals::scores::pipeline_r2::ContentInputs;
use serde_json::{Value, json};

use super::{Sheet, rounded};

/// The answer as it was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerFacts {
    /// Scores, 0–100.
    pub scores: ContentInputs,
    /// What is good about it.
    pub strengths: Vec<String>,
    /// What could be better.
    pub weaknesses: Vec<String>,
    /// Keywords that it mentions, as they were given.
    pub keywords: Vec<String>,
    /// Words of the answer that bear the scores out.
    pub evidence: Vec<String>,
    /// What the scores rest on, e.g. `embedding`.
    pub basis: Option<String>,
}

impl AnswerFacts {
    /// Nothing was found, for this reason.
    pub fn nothing(reason: &candor_core::measured::NotMeasured) -> Self {
        let none = || Err(reason.clone());
        Self {
            scores: ContentInputs {
                answer_relevance: none(),
                keyword_coverage: none(),
                technical: none(),
                clarity: none(),
                completeness: none(),
                initiative: none(),
            },
            strengths: Vec::new(),
            weaknesses: Vec::new(),
            keywords: Vec::new(),
            evidence: Vec::new(),
            basis: None,
        }
    }

    /// `questionAIResult`.
    pub(super) fn document(&self) -> Sheet {
        let two = |score: &Measured<f64>| score.clone().map(|score| rounded(score, 2));
        let scores = &self.scores;
        let mut sheet = Sheet::default();
        sheet
            .measured("answerRelevanceScore", two(&scores.answer_relevance))
            .measured("keywordCoverageScore", two(&scores.keyword_coverage))
            .measured("technicalScore", two(&scores.technical))
            .measured("clarityScore", two(&scores.clarity))
            .measured("completenessScore", two(&scores.completeness))
            .measured("initiativeScore", two(&scores.initiative))
            .put("strengths", json!(self.strengths))
            .put("weaknesses", json!(self.weaknesses))
            // People decide; a program makes no recommendation.
            .put("recommendation", Value::Null)
            .put("notes", Value::Null)
            .put("evidence", json!(self.evidence))
            .put("basis", json!(self.basis));
        sheet
    }

    /// `gptFeedback`.
    pub(super) fn feedback(&self) -> Value {
        json!({
            "strengths": self.strengths,
            "improvements": self.weaknesses,
            "overallComment": Value::Null,
        })
    }
}
