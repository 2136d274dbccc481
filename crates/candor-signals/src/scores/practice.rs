//! Scores of the `practice` contract: summary, detailed and advanced scores of one practised
//! interview, computed by the documented linear formulas.
//!
//! The contract's untrained networks (learned fusion, transformer) are not rebuilt: the linear heads
//! stand alone. Where an input was not measured its term is left out, the weights of the others are
//! scaled up to the same total, and the reason is kept beside the score; a score of which less than half
//! of the weight was measured is none.

pub mod fairness;
mod feedback;
mod heads;
mod judge;
mod summary;

pub use feedback::{Feedback, Level, Verdict, feedback, level};
pub use heads::{
    ADVANCED_FORMULA, ADVANCED_INPUTS, Advanced, AdvancedInputs, FUSED_INPUTS, FusedVector, Head,
    HeadScore, MODEL_FORMULA, MODEL_NOTE, ModelPredictions, advanced, mean_vector,
    model_predictions,
};
pub use judge::{JUDGE_FORMULA, JudgeInputs, Judged, judge};
pub use summary::{
    EngagementInputs, FORMULA, GazeShares, SegmentInputs, SegmentScores, SpeechInputs,
    TimelineInputs, content_relevance, emotional_stability, engagement, fluency_ratio,
    gaze_stability, head_motion, mean, overall, overall_engagement, prosody, segment,
    speech_fluency, timeline_confidence, timeline_engagement, variance,
};

/// Words per minute that the contract takes as ideal.
pub const IDEAL_WPM: f64 = 135.0;

/// Logistic function.
fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests;
