//! The contract's linear heads: model predictions over the mean fused vector, and the advanced scores
//! over three small embeddings. Weights are the contract's, set by hand and trained on nothing.

use candor_core::measured::{Measured, NotMeasured};

use super::{IDEAL_WPM, logistic, mean};
use crate::scores::weighted::HALF;

/// Identifier and version of the model predictions.
pub const MODEL_FORMULA: &str = "practice-heads.linear-v1";
/// Identifier and version of the advanced scores.
pub const ADVANCED_FORMULA: &str = "practice-advanced.linear-v1";
/// What readers of the predictions have to know.
pub const MODEL_NOTE: &str = "hand-set heuristics: logistic heads with the documented weights over raw \
    units, not trained on any data; an index, no measurement of a person";

/// Names of the fused vector's ten places, in the contract's order.
pub const FUSED_INPUTS: [&str; 10] = [
    "happy",
    "neutral",
    "sad",
    "speakingRateWpm",
    "pitchHz",
    "pauseDurationS",
    "semanticRelevance",
    "sentiment",
    "answerCoherence",
    "gazeCenter",
];
/// What one place of the fused vector amounts to in ordinary speech; only used to tell how much of a head is
/// missing when an input is, because the places have different units.
const FUSED_SCALE: [f64; 10] = [1.0, 1.0, 1.0, IDEAL_WPM, 165.0, 1.0, 1.0, 1.0, 1.0, 1.0];

/// One window as ten numbers; `None` where nothing was measured.
pub type FusedVector = [Option<f64>; 10];

/// Mean of each place over the windows in which it was measured.
pub fn mean_vector(windows: &[FusedVector]) -> FusedVector {
    std::array::from_fn(|place| {
        let known: Vec<f64> = windows.iter().filter_map(|window| window[place]).collect();
        mean(&known)
    })
}

/// Weights and bias of one head.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head<const N: usize> {
    /// One weight for each input.
    pub weights: [f64; N],
    /// Bias.
    pub bias: f64,
}

/// Confidence over the fused vector.
pub const CONFIDENCE: Head<10> = Head {
    weights: [
        0.45, 0.32, -0.3, 0.004, 0.001, -0.25, 0.28, 0.35, 0.24, 0.42,
    ],
    bias: -0.15,
};
/// Communication effectiveness over the fused vector.
pub const COMMUNICATION: Head<10> = Head {
    weights: [
        0.28, 0.22, -0.18, 0.005, 0.0006, -0.2, 0.55, 0.26, 0.5, 0.25,
    ],
    bias: -0.12,
};
/// Interview readiness over the fused vector.
pub const READINESS: Head<10> = Head {
    weights: [0.3, 0.25, -0.22, 0.004, 0.0008, -0.18, 0.4, 0.22, 0.4, 0.35],
    bias: -0.10,
};

/// A head's score with what each input gave.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadScore {
    /// 0 to 100, or why there is none.
    pub value: Measured<f64>,
    /// Name and weight · input of each measured input, in the order of the inputs.
    pub contributions: Vec<(&'static str, f64)>,
    /// Inputs that were left out.
    pub missing: Vec<&'static str>,
}

impl<const N: usize> Head<N> {
    /// `100·logistic(bias + Σ weight·input)` over the measured inputs, the sum scaled up by the share of
    /// the weights (in ordinary amounts) that was measured.
    pub fn score(
        &self,
        names: &[&'static str; N],
        scale: &[f64; N],
        inputs: &[Option<f64>; N],
    ) -> HeadScore {
        let amount = |i: usize| self.weights[i].abs() * scale[i];
        let all: f64 = (0..N).map(amount).sum();
        let (mut sum, mut known) = (0.0, 0.0);
        let (mut contributions, mut missing) = (Vec::new(), Vec::new());
        for (i, input) in inputs.iter().enumerate() {
            match input.filter(|input| input.is_finite()) {
                Some(input) => {
                    sum += self.weights[i] * input;
                    known += amount(i);
                    contributions.push((names[i], self.weights[i] * input));
                }
                None => missing.push(names[i]),
            }
        }
        let share = known / all;
        let value = if share >= HALF {
            Ok(100.0 * logistic(self.bias + sum / share))
        } else {
            Err(NotMeasured::new(
                "too_few_inputs",
                format!(
                    "less than half of its inputs was measured; missing: {}",
                    missing.join(", ")
                ),
            ))
        };
        HeadScore {
            value,
            contributions,
            missing,
        }
    }
}

/// The three predictions over the mean fused vector.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelPredictions {
    /// `confidenceScore`.
    pub confidence: HeadScore,
    /// `communicationEffectiveness`.
    pub communication: HeadScore,
    /// `interviewReadiness`.
    pub readiness: HeadScore,
}

/// Predicts from the mean fused vector.
pub fn model_predictions(mean: &FusedVector) -> ModelPredictions {
    let score = |head: &Head<10>| head.score(&FUSED_INPUTS, &FUSED_SCALE, mean);
    ModelPredictions {
        confidence: score(&CONFIDENCE),
        communication: score(&COMMUNICATION),
        readiness: score(&READINESS),
    }
}

/// Names of the twelve inputs of the advanced heads: vision, audio, text.
pub const ADVANCED_INPUTS: [&str; 12] = [
    "eyeContact",
    "overallEngagement",
    "gazeCenterRatio",
    "headStillness",
    "speakingRate",
    "pauses",
    "prosody",
    "pitchSteadiness",
    "contentRelevance",
    "semanticRelevance",
    "answerCoherence",
    "sentiment",
];

/// Engagement over the advanced inputs.
pub const ADVANCED_ENGAGEMENT: Head<12> = Head {
    weights: [
        0.9, 0.65, 0.55, 0.25, 0.15, 0.18, 0.08, 0.12, 0.2, 0.15, 0.2, 0.18,
    ],
    bias: -0.72,
};
/// Clarity of communication over the advanced inputs.
pub const ADVANCED_COMMUNICATION: Head<12> = Head {
    weights: [
        0.22, 0.18, 0.2, 0.08, 0.68, 0.75, 0.42, 0.66, 0.3, 0.34, 0.2, 0.24,
    ],
    bias: -0.78,
};
/// Comprehension over the advanced inputs.
pub const ADVANCED_COMPREHENSION: Head<12> = Head {
    weights: [
        0.18, 0.2, 0.12, 0.06, 0.2, 0.28, 0.16, 0.14, 0.74, 0.62, 0.5, 0.7,
    ],
    bias: -0.8,
};
/// Overall performance over the advanced inputs.
pub const ADVANCED_OVERALL: Head<12> = Head {
    weights: [
        0.36, 0.3, 0.26, 0.12, 0.34, 0.36, 0.24, 0.3, 0.42, 0.38, 0.31, 0.36,
    ],
    bias: -0.84,
};

/// What the advanced scores are made from, in measured units.
#[derive(Debug, Clone, PartialEq)]
pub struct AdvancedInputs {
    /// Share of the time in which the gaze rests on the camera, 0 to 1.
    pub eye_contact_ratio: Measured<f64>,
    /// `engagementMetrics.overallEngagement`, 0 to 1.
    pub overall_engagement: Measured<f64>,
    /// Share of moments that look at the centre, 0 to 1.
    pub center_ratio: Measured<f64>,
    /// Mean of |yaw| + |pitch| + |roll| in degrees.
    pub head_angles_deg: Measured<f64>,
    /// Words per minute.
    pub wpm: Measured<f64>,
    /// Mean pause in seconds.
    pub mean_pause_s: Measured<f64>,
    /// Liveliness of the voice, 0 to 1.
    pub prosody: Measured<f64>,
    /// Variance of the parts' mean pitch in Hz².
    pub pitch_variance: Measured<f64>,
    /// `contentRelevanceScore`/100.
    pub content_relevance: Measured<f64>,
    /// Mean relevance of the windows, 0 to 1.
    pub semantic_relevance: Measured<f64>,
    /// Mean coherence of neighbouring passages, 0 to 1.
    pub coherence: Measured<f64>,
    /// Mean tone of the words, −1 to 1.
    pub sentiment: Measured<f64>,
}

impl AdvancedInputs {
    /// The twelve places, each 0 to 1.
    pub fn places(&self) -> [Measured<f64>; 12] {
        let from = |value: &Measured<f64>, place: fn(f64) -> f64| {
            value.clone().map(|value| place(value).clamp(0.0, 1.0))
        };
        [
            from(&self.eye_contact_ratio, |ratio| ratio),
            from(&self.overall_engagement, |ratio| ratio),
            from(&self.center_ratio, |ratio| ratio),
            from(&self.head_angles_deg, |angles| 1.0 - angles / 30.0),
            from(&self.wpm, |wpm| 1.0 - (wpm - IDEAL_WPM).abs() / IDEAL_WPM),
            from(&self.mean_pause_s, |pause_s| 1.0 - pause_s / 1.4),
            from(&self.prosody, |prosody| prosody),
            from(&self.pitch_variance, |variance| 1.0 - variance / 220.0),
            from(&self.content_relevance, |relevance| relevance),
            from(&self.semantic_relevance, |relevance| relevance),
            from(&self.coherence, |coherence| coherence),
            from(&self.sentiment, |sentiment| (sentiment + 1.0) / 2.0),
        ]
    }
}

/// The advanced scores by the linear heads alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Advanced {
    /// `numericScores.engagement`.
    pub engagement: HeadScore,
    /// `numericScores.communicationClarity`.
    pub communication: HeadScore,
    /// `numericScores.interviewComprehension`.
    pub comprehension: HeadScore,
    /// `numericScores.overallPerformance`.
    pub overall: HeadScore,
}

/// Computes the advanced scores.
pub fn advanced(inputs: &AdvancedInputs) -> Advanced {
    let places = inputs.places().map(Result::ok);
    let score = |head: &Head<12>| head.score(&ADVANCED_INPUTS, &[1.0; 12], &places);
    Advanced {
        engagement: score(&ADVANCED_ENGAGEMENT),
        communication: score(&ADVANCED_COMMUNICATION),
        comprehension: score(&ADVANCED_COMPREHENSION),
        overall: score(&ADVANCED_OVERALL),
    }
}
