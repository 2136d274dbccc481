//! The contract's advanced score: numbers, rubric, explanations with their drivers, judge, audits.

use candor_core::measured::Measured;
use candor_signals::scores::practice::{self as formulas, HeadScore};
use serde_json::{Map, Value, json};

use super::{
    FORMULA, Inputs, analysis,
    scored::Scored,
    unmeasured::{Unmeasured, number, round},
};

/// Inputs that an explanation names.
const NAMED: usize = 3;

/// The document.
pub(super) fn document(inputs: &Inputs<'_>, scored: &Scored) -> Value {
    let mut why = Unmeasured::default();
    let heads = [
        ("engagement", &scored.advanced.engagement),
        ("communicationClarity", &scored.advanced.communication),
        ("interviewComprehension", &scored.advanced.comprehension),
        ("overallPerformance", &scored.advanced.overall),
    ];
    let numeric: Map<String, Value> = heads
        .iter()
        .map(|(key, head)| {
            let value = why.put(&format!("numericScores.{key}"), &head.value, 1);
            ((*key).to_owned(), value)
        })
        .collect();
    let explanations: Vec<Value> = heads
        .iter()
        .map(|(key, head)| explanation(key, head))
        .collect();
    for (name, place) in formulas::ADVANCED_INPUTS
        .iter()
        .zip(scored.advanced_inputs.places())
    {
        if let Err(reason) = place {
            why.because(&format!("inputs.{name}"), reason);
        }
    }
    let rubric = rubric(scored, &mut why);
    let judge = judge(scored, &mut why);
    json!({
        "sessionId": inputs.session.session,
        "numericScores": numeric,
        "inputs": inputs_document(scored),
        "rubricEvaluation": rubric,
        "textualExplanations": explanations,
        "llmRationale": judge,
        "fairnessReport": inputs.audits.fairness_document(),
        "model": "linear-v1",
        "note": "the documented linear heads alone; the documented transformer was never trained and is not \
                 rebuilt. Weights are set by hand: an index, no measurement of a person",
        "warnings": analysis::warnings(inputs),
        "notMeasured": why.document(),
        "formulas": {
            "document": FORMULA,
            "advanced": formulas::ADVANCED_FORMULA,
            "judge": formulas::JUDGE_FORMULA,
        },
        "generatedAt": inputs.generated_at,
    })
}

fn inputs_document(scored: &Scored) -> Value {
    let fields: Map<String, Value> = formulas::ADVANCED_INPUTS
        .iter()
        .zip(scored.advanced_inputs.places())
        .map(|(name, place)| ((*name).to_owned(), number(place.ok(), 4)))
        .collect();
    Value::Object(fields)
}

fn explanation(key: &str, head: &HeadScore) -> Value {
    let drivers: Map<String, Value> = head
        .contributions
        .iter()
        .map(|(name, gave)| ((*name).to_owned(), json!(round(*gave, 4))))
        .collect();
    let mut ranked = head.contributions.clone();
    ranked.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let most: Vec<&str> = ranked.iter().take(NAMED).map(|(name, _)| *name).collect();
    let text = match &head.value {
        Ok(score) => {
            let left_out = if head.missing.is_empty() {
                String::new()
            } else {
                format!(
                    " Not measured and left out, the other weights scaled up: {}.",
                    head.missing.join(", ")
                )
            };
            format!(
                "{score:.1} of 100, mostly from {}.{left_out}",
                most.join(", ")
            )
        }
        Err(reason) => format!("No score: {}.", reason.message),
    };
    json!({
        "scoreKey": key,
        "scoreValue": number(head.value.as_ref().ok().copied(), 1),
        "explanation": text,
        "drivers": drivers,
        "missingInputs": analysis::missing(head),
    })
}

fn rubric(scored: &Scored, why: &mut Unmeasured) -> Value {
    let judged =
        |pick: fn(&formulas::Judged) -> f64| scored.judged.as_ref().map(pick).map_err(Clone::clone);
    let rows = [
        (
            "communication",
            "Communication",
            "How clearly it was said: communicationClarity of the advanced scores.",
            scored.advanced.communication.value.clone(),
        ),
        (
            "technical_clarity",
            "Technical clarity",
            "How many key terms of role and field the answer uses, and in how full sentences.",
            judged(|judged| judged.correctness),
        ),
        (
            "behavioral_response",
            "Behavioural response",
            "How much the answer tells: its length and variety of words.",
            judged(|judged| judged.depth),
        ),
        (
            "engagement",
            "Engagement",
            "Contact with the camera and calm of the head: engagement of the advanced scores.",
            scored.advanced.engagement.value.clone(),
        ),
    ];
    let fields: Map<String, Value> = rows
        .into_iter()
        .map(|(key, title, description, score)| {
            (
                key.to_owned(),
                rubric_row(key, title, description, &score, why),
            )
        })
        .collect();
    Value::Object(fields)
}

fn rubric_row(
    key: &str,
    title: &str,
    description: &str,
    score: &Measured<f64>,
    why: &mut Unmeasured,
) -> Value {
    let level = score.as_ref().ok().map(|score| formulas::level(*score));
    let descriptor = match level {
        Some(formulas::Level::Excellent) => "85 and more of 100",
        Some(formulas::Level::Good) => "70 to 85 of 100",
        Some(formulas::Level::NeedsImprovement) => "less than 70 of 100",
        None => "not measured",
    };
    json!({
        "title": title,
        "description": description,
        "score": why.put(&format!("rubricEvaluation.{key}.score"), score, 1),
        "level": level.map(formulas::Level::name),
        "descriptor": descriptor,
    })
}

/// The judge's scores under their documented names; there is no prompt, because no model is asked.
fn judge(scored: &Scored, why: &mut Unmeasured) -> Value {
    let rationale = match &scored.judged {
        Ok(judged) => format!(
            "{} words; {} of {} key terms of role, field and craft are used{}.",
            judged.n_words,
            judged.matched.len(),
            judged.n_terms,
            if judged.matched.is_empty() {
                String::new()
            } else {
                format!(" ({})", judged.matched.join(", "))
            }
        ),
        Err(reason) => format!("Not judged: {}.", reason.message),
    };
    let mut put = |name: &str, pick: fn(&formulas::Judged) -> f64| {
        let value = scored.judged.as_ref().map(pick).map_err(Clone::clone);
        why.put(&format!("llmRationale.{name}"), &value, 1)
    };
    json!({
        "answerDepth": put("answerDepth", |judged| judged.depth),
        "technicalCorrectness": put("technicalCorrectness", |judged| judged.correctness),
        "jobRoleRelevance": put("jobRoleRelevance", |judged| judged.relevance),
        "overallLLMJudgeScore": put("overallLLMJudgeScore", |judged| judged.overall),
        "rationale": rationale,
        "prompt": null,
        "provider": "heuristic",
    })
}
