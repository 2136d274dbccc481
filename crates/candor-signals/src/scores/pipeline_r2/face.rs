//! `0.4·engagement + 0.3·eyeContact + 0.2·max(0, 1 − avoid/20) + 0.1·emotion`, each term 0–1.

use candor_core::{
    emotion::Expression,
    measured::{Measured, NotMeasured},
};

use super::PartScore;
use crate::scores::{
    policy::ScorePolicy,
    weighted::{ANY, Weighted, within},
};

/// What the face part rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceInputs {
    /// [`engagement_score`](crate::scores::pipeline_gaze::engagement_score), 0–100.
    pub engagement: Measured<f64>,
    /// Share of the samples with eye contact, 0–1.
    pub eye_contact: Measured<f64>,
    /// Samples with the gaze to a side, of at most 30.
    pub n_avoidances: Measured<f64>,
    /// The most frequent expression.
    pub dominant_expression: Measured<Expression>,
    /// Samples looked at.
    pub n_frames: u32,
    /// Samples with a face.
    pub n_frames_with_face: u32,
    /// [`confidence_score`](crate::scores::pipeline_gaze::confidence_score), 0–100 or 0–1.
    pub confidence: Measured<f64>,
}

/// Computes the part.
pub fn face_score(inputs: &FaceInputs, policy: ScorePolicy) -> PartScore {
    let emotion = policy.allow_emotion().and_then(|()| {
        let label = inputs.dominant_expression.as_ref();
        label
            .map(|label| emotion_points(*label))
            .map_err(NotMeasured::clone)
    });
    let mean = Weighted::mean(
        0.0..=1.0,
        ANY,
        [
            (
                "engagement",
                0.4,
                within(0.0..=100.0, "engagement", inputs.engagement.clone()).map(|e| e / 100.0),
            ),
            (
                "eye_contact",
                0.3,
                within(0.0..=1.0, "eye contact", inputs.eye_contact.clone()),
            ),
            (
                "camera_avoidance",
                0.2,
                within(
                    0.0..=f64::MAX,
                    "camera avoidance",
                    inputs.n_avoidances.clone(),
                )
                .map(|n| (1.0 - n / 20.0).max(0.0)),
            ),
            ("emotion", 0.1, emotion),
        ],
    );
    let share = f64::from(inputs.n_frames_with_face) / f64::from(inputs.n_frames.max(1));
    let confidence = inputs
        .confidence
        .as_ref()
        .map(|value| if *value > 1.01 { value / 100.0 } else { *value });
    let is_reliable = mean.value.is_ok()
        && inputs.n_frames > 10
        && share > 0.6
        && confidence.is_ok_and(|confidence| confidence > 0.5);
    PartScore {
        warnings: mean.warnings("face"),
        score: mean.value.map(|mean| 100.0 * mean),
        is_reliable,
    }
}

/// The documented points of an expression, 0–1.
pub fn emotion_points(label: Expression) -> f64 {
    match label {
        Expression::Happiness => 1.0,
        Expression::Neutral => 0.7,
        Expression::Sadness | Expression::Anger => 0.3,
        Expression::Surprise | Expression::Disgust | Expression::Fear | Expression::Contempt => 0.5,
    }
}
