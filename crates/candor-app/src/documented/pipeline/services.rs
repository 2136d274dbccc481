//! What the face and the voice service answer: flat maps of texts, with lists and objects as JSON.

use candor_core::measured::{Measured, NotMeasured};
use serde_json::{Map, Value, json};

use super::{
    Sheet,
    facts::AnalysisFacts,
    measures::{FaceMeasures, FaceSampling, VoiceMeasures, face, voice},
    rounded,
    scoring::{pick, voice_emotion},
    vocabulary::step_state,
};

/// Frames of the voice service: 512 samples at 16 kHz (documented hop), in seconds.
const FRAME_S: f64 = 512.0 / 16_000.0;

/// `GET /face/status/{jobId}`.
pub fn face_status(analysis: &AnalysisFacts) -> Value {
    let status = service_state(analysis, "face_analyzed");
    let mut fields = echoed(
        analysis,
        &[
            "video_path",
            "sampling_rate",
            "gaze_threshold",
            "max_frames",
        ],
    );
    fields.insert("status".to_owned(), status.into());
    add_error(&mut fields, analysis, "face_analyzed");
    if let Some(report) = analysis.report.as_ref().filter(|_| status == "done") {
        let mut measured = face(
            report,
            FaceSampling::asked(&analysis.request),
            analysis.policy,
        );
        if !analysis.is_own {
            measured.hide_expressions();
        }
        merge(&mut fields, face_scores(&measured));
        add_time(&mut fields, analysis, "face_analyzed");
    }
    texts(fields)
}

/// `GET /voice/status/{jobId}`.
pub fn voice_status(analysis: &AnalysisFacts) -> Value {
    let status = match service_state(analysis, "voice_analyzed") {
        "waiting_result" => "processing",
        other => other,
    };
    let mut fields = echoed(
        analysis,
        &["audio_path", "sampling_rate", "language", "provider"],
    );
    fields.insert("status".to_owned(), status.into());
    add_error(&mut fields, analysis, "voice_analyzed");
    if let Some(report) = analysis.report.as_ref().filter(|_| status == "done") {
        let measured = voice(report, analysis.policy);
        merge(&mut fields, voice_scores(&measured, analysis));
        add_time(&mut fields, analysis, "voice_analyzed");
    }
    texts(fields)
}

/// `faceScores` of documents, and the body of the face service.
pub(super) fn face_scores(face: &FaceMeasures) -> Sheet {
    let counts = |value: fn(&candor_signals::scores::pipeline_gaze::GazeCounts) -> f64| {
        pick(&face.counts, value)
    };
    let whole = |value: Measured<f64>| value.map(|value| value as i64);
    let frames =
        |pick: fn(&(u32, u32)) -> u32| face.frames.as_ref().map(pick).map_err(NotMeasured::clone);
    let mut sheet = Sheet::default();
    sheet
        .measured("confidenceScore", face.confidence.clone().map(two))
        .measured("engagementScore", face.engagement.clone().map(two))
        .measured("eyeContactRatio", counts(|c| c.eye_contact_ratio))
        .measured(
            "cameraAvoidanceCount",
            whole(counts(|c| f64::from(c.n_avoidances))),
        )
        .measured(
            "dominantEmotions",
            face.top_expressions
                .as_ref()
                .map(|top| json!(top.iter().map(|label| label.label()).collect::<Vec<_>>()))
                .map_err(NotMeasured::clone),
        )
        .measured("framesProcessed", frames(|frames| frames.0))
        .measured("framesWithFace", frames(|frames| frames.1))
        .measured("framesWithEmotion", face.frames_with_expression.clone());
    sheet
}

/// `voiceScores` of documents, and the body of the voice service.
pub(super) fn voice_scores(voice: &VoiceMeasures, analysis: &AnalysisFacts) -> Sheet {
    let frames = |seconds: Measured<f64>| seconds.map(|s| (s.max(0.0) / FRAME_S).round() as i64);
    let speaking = voice.speaking_s.clone();
    let quiet = speaking
        .clone()
        .and_then(|speaking_s| Ok(voice.duration_s.clone()? - speaking_s));
    let energy = |value: fn(&super::measures::Curve) -> f64| {
        pick(&voice.energy, value).map(|value| rounded(value, 5))
    };
    let pitch = |value: fn(&super::measures::Curve) -> f64| {
        pick(&voice.pitch_hz, value).map(|value| rounded(value, 2))
    };
    let emotion = voice_emotion(analysis.policy).map(|label| label.label());
    let mut sheet = Sheet::default();
    sheet
        .measured("energyMean", energy(|c| c.mean))
        .measured("energyStd", energy(|c| c.sd))
        .measured("energyMax", energy(|c| c.max))
        .measured("energyMin", energy(|c| c.min))
        .measured("pitchMean", pitch(|c| c.mean))
        .measured("pitchStd", pitch(|c| c.sd))
        .measured("pitchMin", pitch(|c| c.min))
        .measured("pitchMax", pitch(|c| c.max))
        .measured(
            "voiceBreakRatio",
            voice.voiced_ratio.clone().map(|v| two(1.0 - v)),
        )
        .measured("vadFrames", frames(speaking.clone()))
        .measured("nonVadFrames", frames(quiet))
        .measured("clippingRatio", voice.clipping_ratio.clone())
        .measured("snrEstimate", voice.snr_db.clone().map(two))
        .measured("dominantEmotion", emotion.clone())
        .measured("emotionScores", emotion.map(|_| json!({})))
        .measured("framesProcessed", frames(voice.duration_s.clone()))
        .measured("framesWithVoice", frames(speaking));
    sheet
}

/// `prosody` of documents.
pub(super) fn prosody(voice: &VoiceMeasures) -> Sheet {
    let found = &voice.prosody;
    let inner = |value: fn(&candor_signals::scores::pipeline_prosody::Prosody) -> Measured<f64>| {
        found.as_ref().map_err(NotMeasured::clone).and_then(value)
    };
    let mut sheet = Sheet::default();
    sheet
        .measured("speechRate", inner(|p| p.words_per_s.clone()).map(two))
        .measured("averagePause", inner(|p| Ok(p.mean_pause_s)).map(two))
        .measured(
            "totalPauses",
            inner(|p| Ok(f64::from(p.n_pauses))).map(|n| n as i64),
        )
        .measured("speechFluencyScore", inner(|p| Ok(p.fluency)))
        .measured(
            "voiceConfidenceScore",
            inner(|p| p.voice_confidence.clone()),
        );
    sheet
}

fn two(value: f64) -> f64 {
    rounded(value, 2)
}

/// State of a service's job: `queued`, `processing`, `waiting_result`, `done` or `failed`. The measurements
/// are read from the report, so a finished step waits until it is written.
fn service_state(analysis: &AnalysisFacts, step: &str) -> &'static str {
    match analysis.state.as_str() {
        "failed" | "cancelled" => return "failed",
        "done" => return "done",
        _ => {}
    }
    match analysis.step(step).map(|step| step_state(&step.state)) {
        Some("in_progress") => "processing",
        Some("done") => "waiting_result",
        Some("error") => "failed",
        _ => "queued",
    }
}

fn echoed(analysis: &AnalysisFacts, names: &[&str]) -> Map<String, Value> {
    let sent = &analysis.request;
    names
        .iter()
        .filter_map(|name| {
            let value = sent.get(*name)?;
            (!value.is_null()).then(|| ((*name).to_owned(), value.clone()))
        })
        .collect()
}

fn add_error(fields: &mut Map<String, Value>, analysis: &AnalysisFacts, step: &str) {
    let own = analysis.step(step).and_then(|step| step.error.clone());
    if let Some(error) = own.or_else(|| analysis.error.clone()) {
        fields.insert("error".to_owned(), error.into());
    }
}

fn add_time(fields: &mut Map<String, Value>, analysis: &AnalysisFacts, step: &str) {
    let took = analysis.step(step).and_then(|step| {
        let took = step.finished_at?.duration_since(step.started_at?);
        Some(two(took.as_secs_f64()))
    });
    fields.insert("processingTimeSec".to_owned(), json!(took));
}

fn merge(fields: &mut Map<String, Value>, sheet: Sheet) {
    if let Value::Object(more) = sheet.finish() {
        fields.extend(more);
    }
}

/// Numbers and truth values as texts; lists and objects stay JSON, unknown values stay `null`.
fn texts(fields: Map<String, Value>) -> Value {
    fields
        .into_iter()
        .map(|(name, value)| {
            let value = match value {
                Value::Number(number) => number.to_string().into(),
                Value::Bool(truth) => truth.to_string().into(),
                other => other,
            };
            (name, value)
        })
        .collect::<Map<_, _>>()
        .into()
}
