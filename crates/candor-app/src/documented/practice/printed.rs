//! The contract's `Report` as the printed one says it.

use candor_interviewer::export::{PracticePart, PracticeReport, PracticeScore};
use serde_json::Value;

/// Names of the scores, in the order in which they are read.
const SCORES: [(&str, &str); 8] = [
    ("overallPerformanceScore", "Overall performance"),
    ("communicationEffectiveness", "Communication effectiveness"),
    ("contentRelevanceScore", "Content relevance"),
    ("speechFluency", "Speech fluency"),
    ("engagementScore", "Engagement"),
    ("confidenceScore", "Confidence index"),
    ("interviewReadiness", "Interview readiness"),
    ("emotionalStability", "Evenness of expression"),
];
/// Reasons of single parts and points, which their tables tell by what they leave out.
const OF_PARTS: [&str; 4] = [
    "summaryScores.",
    "segmentLabels",
    "timelineArrays",
    "fusedFeatureVectors",
];

/// What is printed of a [`report`](super::report()).
pub fn printed(report: &Value) -> PracticeReport {
    let meta = &report["sessionMetadata"];
    let fact = |name, value: &Value| {
        let value = value.as_str().unwrap_or("not known");
        (name, value.to_owned())
    };
    let improvements = texts(&report["improvements"]);
    let feedback = texts(&report["feedbackMessages"]);
    PracticeReport {
        facts: vec![
            fact("Role", &meta["jobRole"]),
            fact("Field", &meta["domain"]),
            fact("Held", &meta["interviewDateTime"]),
            fact("Report made", &meta["reportGeneratedAt"]),
            fact("Session", &meta["sessionId"]),
        ],
        scores: SCORES
            .iter()
            .map(|(key, name)| score(report, key, name))
            .collect(),
        parts: list(&report["segmentSummaries"]).iter().map(part).collect(),
        feedback: feedback
            .into_iter()
            .filter(|text| !improvements.contains(text))
            .collect(),
        strengths: texts(&report["strengths"]),
        improvements,
        not_measured: not_measured(&report["notMeasured"]),
        formulas: fields(&report["formulas"])
            .filter_map(|(name, version)| Some((spaced(name), version.as_str()?.to_owned())))
            .collect(),
    }
}

fn score(report: &Value, key: &str, name: &str) -> PracticeScore {
    let reason = || {
        report["notMeasured"][format!("summaryScores.{key}")]["message"]
            .as_str()
            .unwrap_or("the analysis has no value for it")
            .to_owned()
    };
    PracticeScore {
        name: name.to_owned(),
        value: report["overallScores"][key].as_f64().ok_or_else(reason),
    }
}

fn part(segment: &Value) -> PracticePart {
    let scores = &segment["scores"];
    PracticePart {
        label: segment["label"].as_str().unwrap_or_default().to_owned(),
        start_s: segment["startTime"].as_f64(),
        end_s: segment["endTime"].as_f64(),
        engagement: scores["engagement"].as_f64(),
        fluency: scores["speechFluency"].as_f64(),
        relevance: scores["textRelevance"].as_f64(),
    }
}

fn not_measured(reasons: &Value) -> Vec<(String, String)> {
    let told = fields(reasons).filter(|(path, _)| !OF_PARTS.iter().any(|of| path.starts_with(of)));
    told.filter_map(|(path, reason)| {
        let name = path.rsplit('.').next().unwrap_or(path);
        Some((spaced(name), reason["message"].as_str()?.to_owned()))
    })
    .collect()
}

fn fields(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn texts(value: &Value) -> Vec<String> {
    let texts = list(value).iter().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// `avgHeadStability` as "Avg head stability".
fn spaced(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    for (at, c) in key.chars().enumerate() {
        if at == 0 {
            out.extend(c.to_uppercase());
        } else if c.is_uppercase() {
            out.push(' ');
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_printed_is_what_the_report_says() {
        let printed = printed(&json!({
            "sessionMetadata": {"jobRole": "Nurse", "domain": "Health"},
            "overallScores": {"speechFluency": 61.5, "engagementScore": null},
            "segmentSummaries": [{
                "label": "Part 1", "startTime": 0.0, "endTime": 3.0,
                "scores": {"engagement": null, "speechFluency": 70.2, "textRelevance": 12.0},
                "dominantEmotion": "happy",
            }],
            "feedbackMessages": ["Speak more slowly.", "All in all fine."],
            "strengths": [], "improvements": ["Speak more slowly."],
            "notMeasured": {
                "summaryScores.engagementScore": {"message": "no face"},
                "engagementMetrics.avgHeadStability": {"message": "no face"},
                "segmentLabels.0.engagementScore": {"message": "no face"},
            },
            "formulas": {"modelPredictions": "v1"},
        }));
        let score = |name: &str| {
            let mut scores = printed.scores.iter();
            scores
                .find(|score| score.name == name)
                .map(|score| score.value.clone())
        };
        assert_eq!(score("Speech fluency"), Some(Ok(61.5)));
        assert_eq!(score("Engagement"), Some(Err("no face".to_owned())));
        assert_eq!(printed.feedback, ["All in all fine."]);
        assert_eq!(
            printed.not_measured,
            [("Avg head stability".to_owned(), "no face".to_owned())]
        );
        assert_eq!(
            printed.formulas,
            [("Model predictions".to_owned(), "v1".to_owned())]
        );
        assert_eq!(printed.parts[0].engagement, None);
        assert_eq!(printed.facts[2], ("Held", "not known".to_owned()));
    }
}
