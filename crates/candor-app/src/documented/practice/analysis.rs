//! The contract's `AnalysisResult`.

use candor_core::measured::Measured;
use candor_signals::scores::{
    practice::{self as formulas, HeadScore, TimelineInputs},
    weighted::Weighted,
};
use serde_json::{Map, Value, json};

use super::{
    FORMULA, Inputs,
    readings::{EMOTIONS, Frame, HAPPY, NEUTRAL, Part, Readings},
    scored::Scored,
    unmeasured::{Unmeasured, number, round},
};
use crate::analyze::ANSWER_NOTES;

/// The document.
pub(super) fn document(inputs: &Inputs<'_>, readings: &Readings, scored: &Scored) -> Value {
    let session = inputs.session;
    let mut why = Unmeasured::default();
    let summary = summary(scored, &mut why);
    let detailed = detailed(inputs, scored, &mut why);
    let feedback = &scored.feedback;
    let mut messages = feedback.improvements.clone();
    messages.push(feedback.text.clone());
    json!({
        "sessionId": session.session,
        "videoFilePath": session.video,
        "audioFilePath": session.audio,
        "transcriptText": inputs.report.transcript,
        "sessionMeta": {
            "sessionId": session.session,
            "jobRole": session.job_role,
            "domain": session.domain,
            "dateTime": session.started_at,
        },
        "engagementMetrics": {
            "overallEngagement": why.put("engagementMetrics.overallEngagement", &scored.overall_engagement.value, 4),
            "eyeContactRatio": why.put("engagementMetrics.eyeContactRatio", &readings.eye_contact, 4),
            "avgHeadStability": why.put("engagementMetrics.avgHeadStability", &readings.head_stability, 4),
            "avgSpeakingRateWpm": why.put("engagementMetrics.avgSpeakingRateWpm", &readings.wpm, 1),
        },
        "emotionTrajectory": emotions(readings),
        "speechQualityMetrics": {
            "averagePitch": why.put("speechQualityMetrics.averagePitch", &readings.mean_pitch_hz, 1),
            "averagePauseDuration": why.put("speechQualityMetrics.averagePauseDuration", &readings.mean_pause_s, 3),
            "speakingRateWpm": why.put("speechQualityMetrics.speakingRateWpm", &readings.wpm, 1),
            "prosodyScore": why.put("speechQualityMetrics.prosodyScore", &readings.prosody, 4),
        },
        "fusedFeatureVectors": readings.windows.iter().zip(&readings.fused).map(|(part, fused)| window(part, fused)).collect::<Vec<_>>(),
        "fusedVectorInputs": formulas::FUSED_INPUTS,
        "summaryScores": summary,
        "segmentLabels": segments(readings, scored, &mut why),
        "timelineArrays": timelines(readings),
        "feedbackSummary": {
            "strengths": feedback.strengths,
            "improvements": feedback.improvements,
            "suggestedFeedbackText": feedback.text,
        },
        "detailedScores": detailed,
        "feedbackMessages": messages,
        "warnings": warnings(inputs),
        "notMeasured": why.document(),
        "formulas": {
            "document": FORMULA,
            "summary": formulas::FORMULA,
            "modelPredictions": formulas::MODEL_FORMULA,
        },
        "generatedAt": inputs.generated_at,
    })
}

/// What the client asked for and did not get, and which answers could not be placed in the recording.
pub(super) fn warnings<'a>(inputs: &Inputs<'a>) -> Vec<&'a str> {
    let fusion = "useLearnedFusion was asked for and is not used: the documented network was never trained, \
                  so the windows are averaged plainly";
    let notes = inputs.report.candor.notes.iter();
    let of_answers = notes.filter(|note| ANSWER_NOTES.contains(&note.code.as_str()));
    let asked_for = inputs.wishes.learned_fusion.then_some(fusion);
    asked_for
        .into_iter()
        .chain(of_answers.map(|note| note.message.as_str()))
        .collect()
}

fn summary(scored: &Scored, why: &mut Unmeasured) -> Value {
    let mut put = |name: &str, value: &Measured<f64>| {
        let value = why.put(&format!("summaryScores.{name}"), value, 1);
        (name.to_owned(), value)
    };
    let predictions = &scored.predictions;
    let fields: Map<String, Value> = [
        put("engagementScore", &scored.engagement.value),
        put("confidenceScore", &predictions.confidence.value),
        put("speechFluency", &scored.speech.value),
        put("emotionalStability", &scored.emotion.value),
        put("contentRelevanceScore", &scored.content.value),
        put("overallPerformanceScore", &scored.overall.value),
        put(
            "communicationEffectiveness",
            &predictions.communication.value,
        ),
        put("interviewReadiness", &predictions.readiness.value),
    ]
    .into_iter()
    .collect();
    Value::Object(fields)
}

fn detailed(inputs: &Inputs<'_>, scored: &Scored, why: &mut Unmeasured) -> Value {
    let components = |block: &str, score: &Weighted, why: &mut Unmeasured| -> Map<String, Value> {
        score
            .terms
            .iter()
            .map(|term| {
                let path = format!("detailedScores.{block}.components.{}", term.name);
                (term.name.to_owned(), why.put(&path, &term.value, 1))
            })
            .collect()
    };
    let engagement = components("engagement", &scored.engagement, why);
    let mut speech = components("speechClarity", &scored.speech, why);
    speech.insert(
        "pitchVariance".to_owned(),
        why.put(
            "detailedScores.speechClarity.components.pitchVariance",
            &scored.advanced_inputs.pitch_variance,
            1,
        ),
    );
    let emotion = &scored.emotion;
    let content = &scored.content;
    let mut score = |block: &str, value: &Measured<f64>, places| {
        why.put(&format!("detailedScores.{block}"), value, places)
    };
    let predictions = &scored.predictions;
    json!({
        "engagement": {
            "score": score("engagement.score", &scored.engagement.value, 1),
            "components": engagement,
        },
        "emotionalRegulation": {
            "score": score("emotionalRegulation.score", &emotion.value, 1),
            "components": {
                "dominantEmotionVariance": score("emotionalRegulation.components.dominantEmotionVariance", &emotion.dominant_variance, 5),
                "averageEmotionVariance": score("emotionalRegulation.components.averageEmotionVariance", &emotion.mean_variance, 5),
            },
            "note": "the documented formula takes an even expression as stable; an expressive face scores lower and is no fault",
        },
        "speechClarity": {
            "score": score("speechClarity.score", &scored.speech.value, 1),
            "components": speech,
        },
        "contentRelevance": {
            "score": score("contentRelevance.score", &content.value, 1),
            "components": {
                "source": content.source,
                "segmentCount": content.n,
                "avgSegmentRelevance": score("contentRelevance.components.avgSegmentRelevance", &content.value.clone().map(|score| score / 100.0), 4),
            },
        },
        "modelPredictions": {
            "confidence": score("modelPredictions.confidence", &predictions.confidence.value, 1),
            "communicationEffectiveness": score("modelPredictions.communicationEffectiveness", &predictions.communication.value, 1),
            "interviewReadiness": score("modelPredictions.interviewReadiness", &predictions.readiness.value, 1),
            "model": "linear-v1",
            "missingInputs": missing(&predictions.confidence),
            "note": formulas::MODEL_NOTE,
        },
        "weights": weights(&scored.overall),
        "biasAudit": inputs.audits.bias_document(),
    })
}

/// The weights of the total as they were used: 0 where the score is missing, the others scaled up.
fn weights(overall: &Weighted) -> Value {
    let fields: Map<String, Value> = overall
        .terms
        .iter()
        .zip([
            "engagement",
            "emotionalRegulation",
            "speechClarity",
            "contentRelevance",
        ])
        .map(|(term, name)| (name.to_owned(), json!(round(term.weight, 4))))
        .collect();
    Value::Object(fields)
}

pub(super) fn missing(head: &HeadScore) -> &[&'static str] {
    &head.missing
}

fn shares(emotions: Option<&[f64; 7]>) -> Value {
    let fields: Map<String, Value> = EMOTIONS
        .iter()
        .enumerate()
        .map(|(place, (label, _))| {
            let share = emotions.map(|emotions| emotions[place]);
            ((*label).to_owned(), number(share, 4))
        })
        .collect();
    Value::Object(fields)
}

/// The most probable label; the first of the alphabet where two are.
fn dominant(emotions: &[f64; 7]) -> &'static str {
    let best = (1..7).fold(0, |best, next| {
        if emotions[next] > emotions[best] {
            next
        } else {
            best
        }
    });
    EMOTIONS[best].0
}

fn emotions(readings: &Readings) -> Vec<Value> {
    readings
        .frames
        .iter()
        .filter_map(|frame| {
            let emotions = frame.emotions.as_ref()?;
            Some(json!({
                "timestamp": round(frame.time_s, 3),
                "dominantEmotion": dominant(emotions),
                "emotionScores": shares(Some(emotions)),
            }))
        })
        .collect()
}

fn known<T: Copy>(value: &Measured<T>) -> Option<T> {
    value.as_ref().ok().copied()
}

fn speech_features(part: &Part) -> Value {
    json!({
        "pitch": number(known(&part.pitch_hz), 1),
        "pause_duration": number(known(&part.pause_s), 3),
        "speaking_rate": number(known(&part.wpm), 1),
        "prosody_score": number(known(&part.prosody), 4),
    })
}

fn window(part: &Part, fused: &formulas::FusedVector) -> Value {
    let head = known(&part.head);
    let angle = |axis: usize| number(head.map(|head| head[axis]), 2);
    json!({
        "startTime": round(part.span.start_s, 3),
        "endTime": round(part.span.end_s, 3),
        "facialEmotionScores": shares(part.emotions.as_ref().ok()),
        "headPose": {"yaw": angle(0), "pitch": angle(1), "roll": angle(2)},
        "gazeDirection": part.direction.unwrap_or("unknown"),
        "speechFeatures": speech_features(part),
        "textScores": {
            "semantic_relevance": number(known(&part.relevance), 4),
            "sentiment_score": number(known(&part.sentiment), 4),
            "answer_coherence": number(known(&part.coherence), 4),
        },
        "fusedVector": fused.iter().map(|place| number(*place, 4)).collect::<Vec<_>>(),
    })
}

fn segments(readings: &Readings, scored: &Scored, why: &mut Unmeasured) -> Vec<Value> {
    readings
        .labelled
        .iter()
        .zip(&scored.parts)
        .enumerate()
        .map(|(i, (labelled, scores))| {
            let part = &labelled.part;
            let answer: Map<String, Value> = labelled
                .answer
                .iter()
                .map(|(name, value, places)| {
                    let path = format!("segmentLabels.{i}.answerMetrics.{name}");
                    ((*name).to_owned(), why.put(&path, value, *places))
                })
                .collect();
            let mut put = |name: &str, value: &Measured<f64>| {
                why.put(&format!("segmentLabels.{i}.{name}"), value, 1)
            };
            let mut segment = json!({
                "segmentId": format!("segment-{}", i + 1),
                "label": labelled.label,
                "basis": labelled.basis,
                "startTime": round(part.span.start_s, 3),
                "endTime": round(part.span.end_s, 3),
                "engagementScore": put("engagementScore", &scores.engagement),
                "speechFluency": put("speechFluency", &scores.fluency),
                "textRelevanceScore": put("textRelevanceScore", &scores.relevance),
                "dominantEmotion": part.emotions.as_ref().ok().map(dominant),
                "emotionAverages": shares(part.emotions.as_ref().ok()),
                "speechQualityMetrics": speech_features(part),
            });
            if !answer.is_empty() {
                segment["answerMetrics"] = Value::Object(answer);
            }
            segment
        })
        .collect()
}

fn timelines(readings: &Readings) -> Value {
    json!({
        "emotionTimeline": emotions(readings),
        "engagementTimeline": readings.windows.iter().map(engagement_point).collect::<Vec<_>>(),
        "speechTimeline": readings.windows.iter().map(speech_point).collect::<Vec<_>>(),
        "gazeHeadPoseTimeline": readings.frames.iter().map(gaze_point).collect::<Vec<_>>(),
    })
}

fn engagement_point(part: &Part) -> Value {
    let share = |place: usize| part.emotions.clone().map(|shares| shares[place]);
    let engagement = formulas::timeline_engagement(share(HAPPY), share(NEUTRAL));
    let confidence = formulas::timeline_confidence(&TimelineInputs {
        center: part.center.clone(),
        yaw_deg: part.head.clone().map(|[yaw, ..]| yaw),
        sentiment: part.sentiment.clone(),
    });
    json!({
        "timestamp": round(part.span.start_s, 3),
        "engagement": number(known(&engagement), 4),
        "confidence": number(known(&confidence.value), 4),
    })
}

fn speech_point(part: &Part) -> Value {
    let fluency = formulas::fluency_ratio(part.wpm.clone(), part.pause_s.clone());
    json!({
        "timestamp": round(part.span.start_s, 3),
        "speakingRate": number(known(&part.wpm), 1),
        "pitch": number(known(&part.pitch_hz), 1),
        "pauseDuration": number(known(&part.pause_s), 3),
        "fluency": number(known(&fluency.value), 4),
    })
}

fn gaze_point(frame: &Frame) -> Value {
    let angle = |axis: usize| number(frame.head.map(|head| head[axis]), 2);
    json!({
        "timestamp": round(frame.time_s, 3),
        "headYaw": angle(0),
        "headPitch": angle(1),
        "headRoll": angle(2),
        "eyeContact": frame.facing.map(u8::from),
        "gazeDirection": frame.direction.unwrap_or("unknown"),
    })
}
