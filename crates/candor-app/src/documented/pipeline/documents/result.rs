//! The result document of one answer.

use candor_core::{measured::NotMeasured, transcript::Transcript};
use serde_json::{Map, Value, json};

use super::{scored, time, transcription::words};
use crate::documented::pipeline::{
    Sheet,
    facts::{AnalysisFacts, QuestionFacts, RecordFacts},
    measures::{Curve, no_words},
    rounded,
    scoring::pick,
};

/// Version of the result document (documented).
const RESULT_VERSION: &str = "v1.0.0";

/// The result document (`VideoAnalysis`); `None` until there is a report.
pub fn video_analysis(
    record: &RecordFacts,
    question: &QuestionFacts,
    analysis: &AnalysisFacts,
) -> Option<Value> {
    let report = analysis.report.as_ref()?;
    let scored = scored(analysis)?;
    let content = &scored.content.scores;
    let mut sheet = Sheet::default();
    sheet
        .put("_id", analysis.id.uuid().to_string())
        .put("jobId", analysis.id.uuid().to_string())
        .put("applicationId", record.application["id"].clone())
        .put("videoResponseId", question.video_response_id.clone())
        .put("questionId", question.id.clone())
        .measured("transcript", words(analysis).map(Transcript::text))
        .measured(
            "sentiment",
            report
                .text
                .sentiment
                .label
                .clone()
                .ok_or_else(|| no_words(report)),
        )
        .measured(
            "keywordCoverage",
            content
                .keyword_coverage
                .clone()
                .map(|v| rounded(v / 100.0, 4)),
        )
        .measured("matchingScore", content.answer_relevance.clone());
    let mut face = Sheet::default();
    face.measured(
        "attention",
        scored.face.engagement.clone().map(|v| rounded(v, 2)),
    )
    .measured(
        "eyeContact",
        pick(&scored.face.counts, |c| c.eye_contact_ratio),
    )
    .measured(
        "emotionDistribution",
        scored.face.expressions.clone().map(|shares| {
            shares
                .into_iter()
                .map(|(label, share)| (label.label().to_owned(), json!(share)))
                .collect::<Map<_, _>>()
        }),
    );
    let mut voice = Sheet::default();
    let steadiness = |curve: &Curve| {
        // One minus the coefficient of variation.
        rounded(
            (1.0 - curve.sd / curve.mean.max(f64::EPSILON)).clamp(0.0, 1.0),
            2,
        )
    };
    let words_per_s = scored
        .voice
        .prosody
        .as_ref()
        .map_err(NotMeasured::clone)
        .and_then(|prosody| prosody.words_per_s.clone());
    voice
        .measured(
            "pitchVar",
            pick(&scored.voice.pitch_hz, |c| rounded(c.sd * c.sd, 2)),
        )
        .measured(
            "speakingRate",
            words_per_s.map(|rate| rounded(60.0 * rate, 1)),
        )
        .measured("volumeStability", pick(&scored.voice.energy, steadiness));
    sheet
        .nested("faceScores", face)
        .nested("voiceScores", voice)
        .put("gptFeedback", scored.content.feedback())
        .measured("overallScore", scored.r2.final_score.clone())
        .put("basis", scored.r2.policy.as_str())
        .put("isReliable", scored.r2.is_reliable)
        .put("warnings", json!(scored.r2.warnings))
        .put("version", RESULT_VERSION)
        .put("createdAt", time(analysis.finished_at));
    Some(sheet.finish())
}
