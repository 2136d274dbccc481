//! `llmRationale` of an advanced score, by a chat model instead of the heuristics.

use candor_core::measured::NotMeasured;
use candor_interviewer::rationale::Rationale;
use serde_json::{Value, json};

use super::{facts::MODEL, unmeasured::round};

/// Puts a model's judgement into the advanced score; the heuristic one stays beside it. The rubric goes on resting on
/// the heuristics, whose parts it names.
pub fn judged(advanced: &mut Value, rationale: &Rationale, processor: &str) {
    let heuristic = advanced["llmRationale"].take();
    advanced["llmRationale"] = json!({
        "answerDepth": round(rationale.depth.mark, 1),
        "technicalCorrectness": round(rationale.correctness.mark, 1),
        "jobRoleRelevance": round(rationale.relevance.mark, 1),
        "overallLLMJudgeScore": round(rationale.overall(), 1),
        "rationale": rationale.text,
        "prompt": rationale.provenance.formula,
        "provider": MODEL,
        "processor": processor,
        "evidence": {
            "answerDepth": rationale.depth.quote,
            "technicalCorrectness": rationale.correctness.quote,
            "jobRoleRelevance": rationale.relevance.quote,
        },
        "isCut": rationale.is_cut,
        "provenance": rationale.provenance,
        "heuristic": heuristic,
    });
    if let Some(reasons) = advanced["notMeasured"].as_object_mut() {
        reasons.retain(|path, _| !path.starts_with("llmRationale."));
    }
}

/// Says that a chat model was asked, and why the heuristics stand.
pub fn not_judged(advanced: &mut Value, reason: &NotMeasured) {
    advanced["llmRationale"]["because"] = json!({"code": reason.code, "message": reason.message});
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use candor_core::report::Provenance;
    use candor_interviewer::rationale::Mark;

    use super::*;

    #[test]
    fn a_models_marks_stand_beside_those_of_the_heuristics() {
        let mut advanced = json!({
            "llmRationale": {"answerDepth": 20.0, "provider": "heuristic"},
            "rubricEvaluation": {"behavioral_response": {"score": 20.0}},
            "notMeasured": {"llmRationale.answerDepth": {}, "numericScores.engagement": {}},
        });
        let mark = |mark: f64| Mark {
            mark,
            quote: "it lost messages".to_owned(),
        };
        let rationale = Rationale {
            depth: mark(70.0),
            correctness: mark(80.0),
            relevance: mark(61.0),
            text: "It names the fault.".to_owned(),
            is_cut: false,
            provenance: Provenance {
                engine: "openai-chat".to_owned(),
                version: "v1".to_owned(),
                model: None,
                model_sha256: None,
                formula: Some("practice-rationale.v1".to_owned()),
                settings: BTreeMap::new(),
            },
        };
        judged(&mut advanced, &rationale, "Example Ltd");
        let told = &advanced["llmRationale"];
        assert_eq!(
            (&told["provider"], &told["prompt"]),
            (&json!("openai"), &json!("practice-rationale.v1"))
        );
        assert_eq!(told["overallLLMJudgeScore"], 70.3);
        assert_eq!(told["heuristic"]["answerDepth"], 20.0);
        assert_eq!(
            advanced["rubricEvaluation"]["behavioral_response"]["score"],
            20.0
        );
        assert_eq!(
            advanced["notMeasured"],
            json!({"numericScores.engagement": {}})
        );
    }
}
