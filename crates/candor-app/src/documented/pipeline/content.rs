//! What the step `question_analyzed` found about the answer, in the documented words.

use candor_core::measured::{Measured, NotMeasured};
use candor_signals::scores::pipeline_r2::ContentInputs;
use serde_json::Value;

/// The documented keys of the six content scores.
pub const SCORES: [&str; 6] = [
    "answerRelevanceScore",
    "keywordCoverageScore",
    "technicalScore",
    "clarityScore",
    "completenessScore",
    "initiativeScore",
];

/// The answer as it was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerContent {
    /// Scores, 0–100.
    pub scores: ContentInputs,
    /// What is good about it.
    pub strengths: Vec<String>,
    /// What could be better.
    pub weaknesses: Vec<String>,
    /// Advice on the answer.
    pub recommendation: Option<String>,
    /// Remarks.
    pub notes: Option<String>,
}

impl AnswerContent {
    /// Reads the step's output; scores that are missing or no number from 0 to 100 have a reason, which is
    /// the step's own (`notMeasured.<key>`) where it gives one.
    pub fn read(output: Option<&Value>) -> Self {
        let score = |key: &str| score(output, key);
        let texts = |key: &str| {
            output
                .and_then(|output| output.get(key)?.as_array())
                .into_iter()
                .flatten()
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect()
        };
        let text = |key: &str| Some(output?.get(key)?.as_str()?.to_owned());
        let [
            relevance,
            keywords,
            technical,
            clarity,
            completeness,
            initiative,
        ] = SCORES.map(score);
        Self {
            scores: ContentInputs {
                answer_relevance: relevance,
                keyword_coverage: keywords,
                technical,
                clarity,
                completeness,
                initiative,
            },
            strengths: texts("strengths"),
            weaknesses: texts("weaknesses"),
            recommendation: text("recommendation"),
            notes: text("notes"),
        }
    }
}

fn score(output: Option<&Value>, key: &str) -> Measured<f64> {
    let Some(output) = output else {
        return Err(NotMeasured::new(
            "not_analyzed",
            "the answer has not been analysed",
        ));
    };
    if let Some(value) = output.get(key).and_then(Value::as_f64) {
        return if (0.0..=100.0).contains(&value) {
            Ok(value)
        } else {
            Err(NotMeasured::new(
                "out_of_range",
                format!("{key} must lie between 0 and 100"),
            ))
        };
    }
    let told = output
        .get("notMeasured")
        .or_else(|| output.get("not_measured"))
        .and_then(|reasons| serde_json::from_value(reasons.get(key)?.clone()).ok());
    Err(told.unwrap_or_else(|| NotMeasured::new("not_analyzed", format!("{key} was not judged"))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scores_are_read_and_what_is_missing_keeps_its_reason() {
        let output = json!({
            "answerRelevanceScore": 80, "keywordCoverageScore": 166.7, "technicalScore": null,
            "notMeasured": {"technicalScore": {"code": "no_chat_model", "message": "no chat model"}},
            "strengths": ["names figures"],
        });
        let found = AnswerContent::read(Some(&output));
        assert_eq!(found.scores.answer_relevance, Ok(80.0));
        assert_eq!(
            found.scores.keyword_coverage.unwrap_err().code,
            "out_of_range"
        );
        assert_eq!(found.scores.technical.unwrap_err().code, "no_chat_model");
        assert_eq!(found.scores.clarity.unwrap_err().code, "not_analyzed");
        assert_eq!(found.strengths, ["names figures"]);
        let nothing = AnswerContent::read(None).scores;
        assert_eq!(nothing.initiative.unwrap_err().code, "not_analyzed");
    }
}
