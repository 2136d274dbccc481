//! Score of the `pipeline` contract, second revision (§9): face, voice and content.
//!
//! The documented guesses for missing inputs are not used: a term without its input is left out, the
//! other weights are renormalised, and a warning says so. Engagement is 0–100 throughout (the original
//! divided a 0–100 value by 5), the SNR is in real dB, and one enumeration names the expressions.

mod content;
mod face;
mod voice;

use candor_core::measured::Measured;
use serde::{Deserialize, Serialize};

pub use content::{ContentInputs, content_score};
pub use face::{FaceInputs, emotion_points, face_score};
pub use voice::{VoiceInputs, rate_points, signal_points, voice_score};

use super::{
    policy::ScorePolicy,
    weighted::{ANY, Weighted},
};

/// Identifier and version of the formula.
pub const FORMULA: &str = "pipeline-r2.v1";

/// What a total under [`ScorePolicy::ContentOnly`] says of itself.
pub const CONTENT_ONLY: &str = "only the content of the answer counts because the purpose is hiring; \
     face and voice give no points and the weights are renormalised";
/// What a total under [`ScorePolicy::DocumentedWithoutEmotion`] says of itself.
pub const WITHOUT_EMOTION: &str = "emotions may not be inferred here; \
     their terms are left out and the weights are renormalised";

/// Weights of the three parts; they need not add up to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreWeights {
    /// Of the face.
    pub face: f64,
    /// Of the voice.
    pub voice: f64,
    /// Of the content.
    pub llm: f64,
}

impl Default for ScoreWeights {
    /// The documented weights.
    fn default() -> Self {
        Self {
            face: 0.2,
            voice: 0.2,
            llm: 0.6,
        }
    }
}

/// What goes into the score.
#[derive(Debug, Clone, PartialEq)]
pub struct R2Inputs {
    /// From the picture.
    pub face: FaceInputs,
    /// From the sound.
    pub voice: VoiceInputs,
    /// From the words.
    pub content: ContentInputs,
    /// How the three are weighed.
    pub weights: ScoreWeights,
}

/// One part of the score.
#[derive(Debug, Clone, PartialEq)]
pub struct PartScore {
    /// 0–100.
    pub score: Measured<f64>,
    /// Whether enough was measured to rely on it.
    pub is_reliable: bool,
    /// What was left out and why.
    pub warnings: Vec<String>,
}

/// The score with everything that explains it.
#[derive(Debug, Clone, PartialEq)]
pub struct R2Score {
    /// 0–100, whole.
    pub final_score: Measured<f64>,
    /// 0–100; under [`ScorePolicy::ContentOnly`] the reason why there is none.
    pub face: Measured<f64>,
    /// 0–100; under [`ScorePolicy::ContentOnly`] the reason why there is none.
    pub voice: Measured<f64>,
    /// 0–100.
    pub llm: Measured<f64>,
    /// Whether all parts that count are reliable.
    pub is_reliable: bool,
    /// What it rests on.
    pub policy: ScorePolicy,
    /// What was left out and why.
    pub warnings: Vec<String>,
}

/// Computes the score.
pub fn score(inputs: &R2Inputs, policy: ScorePolicy) -> R2Score {
    let content = content_score(&inputs.content);
    let refused = policy.allow_behaviour().err();
    let (face, voice) = match &refused {
        Some(reason) => {
            let none = PartScore {
                score: Err(reason.clone()),
                is_reliable: false,
                warnings: Vec::new(),
            };
            (none.clone(), none)
        }
        None => (
            face_score(&inputs.face, policy),
            voice_score(&inputs.voice, policy),
        ),
    };
    let weight = |weight: f64| {
        if weight.is_finite() {
            weight.max(0.0)
        } else {
            0.0
        }
    };
    let total = Weighted::mean(
        0.0..=100.0,
        ANY,
        [
            ("face", weight(inputs.weights.face), face.score.clone()),
            ("voice", weight(inputs.weights.voice), voice.score.clone()),
            ("llm", weight(inputs.weights.llm), content.score.clone()),
        ],
    );
    let content_counts = content.score.as_ref().is_ok_and(|score| *score > 10.0);
    let behaviour_reliable = refused.is_some() || (face.is_reliable && voice.is_reliable);
    let mut warnings = Vec::new();
    match policy {
        ScorePolicy::ContentOnly => warnings.push(CONTENT_ONLY.to_owned()),
        ScorePolicy::DocumentedWithoutEmotion => warnings.push(WITHOUT_EMOTION.to_owned()),
        ScorePolicy::Documented => {}
    }
    if refused.is_none() {
        warnings.extend(total.warnings("final"));
    }
    warnings.extend(face.warnings);
    warnings.extend(voice.warnings);
    warnings.extend(content.warnings);
    R2Score {
        // Without the answer there is no total: how somebody looks and sounds is no substitute for it.
        final_score: content.score.clone().and(total.value.map(f64::round)),
        face: face.score,
        voice: voice.score,
        llm: content.score,
        is_reliable: behaviour_reliable && content_counts,
        policy,
        warnings,
    }
}

#[cfg(test)]
mod tests;
