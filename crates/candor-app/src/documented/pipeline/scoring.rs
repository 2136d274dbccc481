//! Both documented scores of one answer, and the documents that explain them.

use candor_core::{
    emotion::Expression,
    measured::{Measured, NotMeasured},
    report::Report,
};
use candor_interviewer::commentary::FORMULA;
use candor_signals::scores::{
    pipeline_gaze, pipeline_prosody,
    pipeline_r1::{self, R1Inputs, R1Score},
    pipeline_r2::{self, FaceInputs, R2Inputs, R2Score, ScoreWeights, VoiceInputs},
    policy::ScorePolicy,
};
use serde_json::{Value, json};

use super::{
    Sheet, commentary,
    content::AnswerFacts,
    measures::{FaceMeasures, FaceSampling, VoiceMeasures, face, voice},
    rounded,
};

/// Measures and scores of one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// From the picture.
    pub face: FaceMeasures,
    /// From the sound.
    pub voice: VoiceMeasures,
    /// From the words.
    pub content: AnswerFacts,
    /// First revision.
    pub r1: R1Score,
    /// Second revision.
    pub r2: R2Score,
}

/// Scores one answer from its report and the judged content.
pub fn score(
    report: &Report,
    content: AnswerFacts,
    sampling: FaceSampling,
    weights: ScoreWeights,
    policy: ScorePolicy,
) -> Scored {
    let face = face(report, sampling, policy);
    let voice = voice(report, policy);
    let prosody = |pick: fn(&pipeline_prosody::Prosody) -> Measured<f64>| {
        voice
            .prosody
            .as_ref()
            .map_err(NotMeasured::clone)
            .and_then(pick)
    };
    let r1 = pipeline_r1::score(
        &R1Inputs {
            answer_relevance: content.scores.answer_relevance.clone(),
            face_confidence: face.confidence.clone(),
            voice_confidence: prosody(|prosody| prosody.voice_confidence.clone()),
            fluency: prosody(|prosody| Ok(prosody.fluency)),
        },
        policy,
    );
    let counts = |pick: fn(&pipeline_gaze::GazeCounts) -> f64| {
        face.counts.as_ref().map(pick).map_err(NotMeasured::clone)
    };
    let (n_frames, n_frames_with_face) = face.frames.clone().unwrap_or((0, 0));
    let r2 = pipeline_r2::score(
        &R2Inputs {
            face: FaceInputs {
                engagement: face.engagement.clone(),
                eye_contact: counts(|counts| counts.eye_contact_ratio),
                n_avoidances: counts(|counts| f64::from(counts.n_avoidances)),
                dominant_expression: dominant(&face),
                n_frames,
                n_frames_with_face,
                confidence: face.confidence.clone(),
            },
            voice: VoiceInputs {
                fluency: prosody(|prosody| Ok(prosody.fluency)),
                dominant_emotion: voice_emotion(policy),
                words_per_s: prosody(|prosody| prosody.words_per_s.clone()),
                snr_db: voice.snr_db.clone(),
                pitch_sd_hz: pick(&voice.pitch_hz, |pitch| pitch.sd),
                mean_rms: pick(&voice.energy, |energy| energy.mean),
            },
            content: content.scores.clone(),
            weights,
        },
        policy,
    );
    Scored {
        face,
        voice,
        content,
        r1,
        r2,
    }
}

/// The most frequent expression.
pub(super) fn dominant(face: &FaceMeasures) -> Measured<Expression> {
    let top = face.top_expressions.as_ref().map_err(NotMeasured::clone)?;
    top.first()
        .copied()
        .ok_or_else(|| NotMeasured::new("no_expression", "no expression was classified"))
}

/// Emotions are not inferred from the voice: there is no engine for it, and no guess instead.
pub(super) fn voice_emotion(policy: ScorePolicy) -> Measured<Expression> {
    policy.allow_emotion()?;
    Err(NotMeasured::new(
        "no_engine",
        "emotions are not inferred from the voice",
    ))
}

/// One figure of something that may not have been measured.
pub(super) fn pick<T>(found: &Measured<T>, value: impl Fn(&T) -> f64) -> Measured<f64> {
    found.as_ref().map(value).map_err(Clone::clone)
}

/// `evaluationResult`: the total of the second revision with its parts, and what was measured in sentences. What the
/// original has a language model say about a person is not written.
pub fn evaluation(scored: &Scored) -> Value {
    let two = |value: &Measured<f64>| value.clone().map(|value| rounded(value, 2));
    let mut parts = Sheet::default();
    parts
        .measured("face", two(&scored.r2.face))
        .measured("voice", two(&scored.r2.voice))
        .measured("llm", two(&scored.r2.llm));
    let mut sheet = Sheet::default();
    sheet
        .measured("finalScore", scored.r2.final_score.clone())
        .nested("breakdown", parts)
        .put("isReliable", scored.r2.is_reliable)
        .put("reliability", scored.r2.is_reliable)
        .put("improvementSuggestions", json!(scored.content.weaknesses))
        .put("warnings", json!(scored.r2.warnings))
        .put("basis", scored.r2.policy.as_str())
        .put("formula", pipeline_r2::FORMULA);
    for (name, text) in commentary::fields(commentary::commentary(scored)) {
        sheet.put(&name, text);
    }
    sheet
        .put("commentary", FORMULA)
        .measured::<Value>("recommendation", Err(no_verdict()));
    sheet.finish()
}

/// People decide; a program says what was measured, judges no person and makes no recommendation.
fn no_verdict() -> NotMeasured {
    NotMeasured::new(
        "no_verdict",
        "people decide: no person is judged and no recommendation made",
    )
}

/// `aiResult`: what was found about the answer, in the words of the first revision.
pub(super) fn first_result(scored: &Scored) -> Sheet {
    let content = &scored.content;
    let prosody = |pick: fn(&pipeline_prosody::Prosody) -> Measured<f64>| {
        let found = scored.voice.prosody.as_ref();
        found.map_err(NotMeasured::clone).and_then(pick)
    };
    let two = |value: Measured<f64>| value.map(|value| rounded(value, 2));
    let mut voice = Sheet::default();
    voice
        .measured("speechFluency", two(prosody(|found| Ok(found.fluency))))
        .measured(
            "speechRate",
            two(prosody(|found| found.words_per_s.clone())),
        )
        .measured("averagePause", two(prosody(|found| Ok(found.mean_pause_s))))
        .measured::<&str>(
            "emotionDetected",
            voice_emotion(scored.r1.policy).map(|label| label.label()),
        );
    let mut face = Sheet::default();
    face.measured("attention", two(scored.face.engagement.clone()))
        .measured(
            "dominantEmotion",
            dominant(&scored.face).map(|label| label.label()),
        );
    let mut sheet = Sheet::default();
    sheet
        .measured(
            "answerRelevanceScore",
            two(content.scores.answer_relevance.clone()),
        )
        .measured("answerCoverage", two(content.scores.completeness.clone()))
        .put("detectedKeywords", json!(content.keywords))
        .put("strengths", json!(content.strengths))
        .put("weaknesses", json!(content.weaknesses))
        .nested("voiceAnalysisSummary", voice)
        .nested("faceAnalysisSummary", face)
        .measured("overallScore", scored.r1.overall.clone())
        .put("notes", Value::Null);
    for name in [
        "softSkillsAssessment",
        "technicalSkillsAssessment",
        "personalityAssessment",
        "recommendation",
    ] {
        sheet.measured::<Value>(name, Err(no_verdict()));
    }
    sheet
}

/// `scoring.r1`: the total of the first revision with its parts.
pub fn first_revision(scored: &Scored) -> Value {
    let mut sheet = Sheet::default();
    sheet
        .measured("communication", scored.r1.communication.clone())
        .measured("overall", scored.r1.overall.clone())
        .put("warnings", json!(scored.r1.warnings))
        .put("basis", scored.r1.policy.as_str())
        .put("formula", pipeline_r1::FORMULA);
    sheet.finish()
}
