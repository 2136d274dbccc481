//! The contract's `Report`: what an analysis found, for a page or a PDF. It says nothing that the analysis
//! does not say; what was not measured stays `null` with its reason.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

/// Who and what a report is about.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportAbout {
    /// Name that stands in it.
    pub user_name: String,
    /// `pdf`, or what else the client asked for; the document is the same.
    pub format: String,
    /// Pictures of charts by name, as `data:image/…` URLs; `None`: not asked for.
    pub charts: Option<BTreeMap<String, String>>,
    /// When it is made.
    pub made_at: Timestamp,
}

/// The report of an `AnalysisResult`.
pub fn report(analysis: &Value, about: &ReportAbout) -> Value {
    let meta = &analysis["sessionMeta"];
    json!({
        "title": format!(
            "Interview practice report: {} in {}",
            meta["jobRole"].as_str().unwrap_or_default(),
            meta["domain"].as_str().unwrap_or_default(),
        ),
        "generatedAt": about.made_at,
        "sessionMetadata": {
            "sessionId": meta["sessionId"],
            "userName": about.user_name,
            "jobRole": meta["jobRole"],
            "domain": meta["domain"],
            "interviewDateTime": meta["dateTime"],
            "reportGeneratedAt": about.made_at,
            "requestedFormat": about.format,
        },
        "overallScores": analysis["summaryScores"],
        "detailedScores": analysis["detailedScores"],
        "segmentSummaries": list(&analysis["segmentLabels"]).iter().map(segment).collect::<Vec<_>>(),
        "feedbackMessages": analysis["feedbackMessages"],
        "strengths": analysis["feedbackSummary"]["strengths"],
        "improvements": analysis["feedbackSummary"]["improvements"],
        "chartSnapshots": about.charts,
        "notMeasured": analysis["notMeasured"],
        "formulas": analysis["formulas"],
    })
}

fn segment(label: &Value) -> Value {
    json!({
        "segmentId": label["segmentId"],
        "label": label["label"],
        "startTime": label["startTime"],
        "endTime": label["endTime"],
        "scores": {
            "engagement": label["engagementScore"],
            "speechFluency": label["speechFluency"],
            "textRelevance": label["textRelevanceScore"],
        },
        "dominantEmotion": label["dominantEmotion"],
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_what_the_analysis_says_and_no_more() {
        let analysis = json!({
            "sessionMeta": {"sessionId": "s", "jobRole": "<b>Nurse</b>", "domain": "A&E", "dateTime": "t"},
            "summaryScores": {"engagementScore": null, "speechFluency": 61.5},
            "detailedScores": {"engagement": {"score": null}},
            "segmentLabels": [{
                "segmentId": "segment-1", "label": "Part 1", "startTime": 0.0, "endTime": 3.0,
                "engagementScore": null, "speechFluency": 70.2, "textRelevanceScore": 12.0,
                "dominantEmotion": null, "emotionAverages": {},
            }],
            "feedbackMessages": ["Speak more slowly."],
            "feedbackSummary": {"strengths": [], "improvements": ["Speak more slowly."]},
            "notMeasured": {"summaryScores.engagementScore": {"code": "no_face", "message": "m"}},
        });
        let about = ReportAbout {
            user_name: "Zoë <i>".to_owned(),
            format: "pdf".to_owned(),
            charts: None,
            made_at: Timestamp::UNIX_EPOCH,
        };
        let made = report(&analysis, &about);
        assert_eq!(
            made["title"],
            "Interview practice report: <b>Nurse</b> in A&E"
        );
        assert_eq!(made["sessionMetadata"]["userName"], "Zoë <i>");
        assert_eq!(made["overallScores"], analysis["summaryScores"]);
        assert_eq!(
            made["segmentSummaries"][0]["scores"],
            json!({"engagement": null, "speechFluency": 70.2, "textRelevance": 12.0})
        );
        assert_eq!(made["chartSnapshots"], Value::Null);
        assert_eq!(made["notMeasured"], analysis["notMeasured"]);
    }
}
