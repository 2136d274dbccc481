//! Engagement, steadiness of expression, fluency, relevance, their total, and the scores of parts.

use candor_core::measured::{Measured, NotMeasured};

use super::IDEAL_WPM;
use crate::scores::weighted::{HALF, Weighted};

/// Identifier and version of these formulas.
pub const FORMULA: &str = "practice-summary.v1";

/// Words per minute at which speaking counts in full for the overall engagement ratio.
const FULL_ENGAGEMENT_WPM: f64 = 140.0;
/// Mean pause in seconds at which a part's pause term is used up.
const LONG_PAUSE_S: f64 = 1.5;
/// Degrees of yaw at which the head counts as turned away in the timeline.
const TURNED_AWAY_DEG: f64 = 45.0;

/// Arithmetic mean; `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Population variance; `None` for fewer than two values, which can't vary.
pub fn variance(values: &[f64]) -> Option<f64> {
    let mean = mean(values).filter(|_| values.len() > 1)?;
    Some(values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64)
}

/// How the gaze directions of all moments are spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GazeShares {
    /// Share of the most frequent direction, 0 to 1.
    pub dominant: f64,
    /// Share of `center`, 0 to 1.
    pub center: f64,
}

/// `50·dominant share + 50·center share`, 0 to 100.
pub fn gaze_stability(shares: GazeShares) -> f64 {
    (50.0 * shares.dominant + 50.0 * shares.center).clamp(0.0, 100.0)
}

/// `100 − 1.5·mean(|yaw| + |pitch| + |roll|)`, degrees in, 0 to 100 out.
pub fn head_motion(mean_angles_deg: f64) -> f64 {
    (100.0 - 1.5 * mean_angles_deg).clamp(0.0, 100.0)
}

/// What [`engagement`] is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct EngagementInputs {
    /// Share of the time in which the gaze rests on the camera, 0 to 1.
    pub eye_contact_ratio: Measured<f64>,
    /// Spread of the gaze directions.
    pub gaze: Measured<GazeShares>,
    /// Mean of |yaw| + |pitch| + |roll| in degrees.
    pub head_angles_deg: Measured<f64>,
}

/// `.4·eye % + .35·gaze stability + .25·head motion`, 0 to 100.
pub fn engagement(inputs: &EngagementInputs) -> Weighted {
    let eyes = inputs.eye_contact_ratio.clone().map(|ratio| 100.0 * ratio);
    Weighted::mean(
        0.0..=100.0,
        HALF,
        [
            ("eyeContactScore", 0.4, eyes),
            (
                "gazeStabilityScore",
                0.35,
                inputs.gaze.clone().map(gaze_stability),
            ),
            (
                "headMotionScore",
                0.25,
                inputs.head_angles_deg.clone().map(head_motion),
            ),
        ],
    )
}

/// `.5·eye + .3·head stability + .2·min(1, wpm/140)`, 0 to 1.
pub fn overall_engagement(
    eye_contact_ratio: Measured<f64>,
    head_stability: Measured<f64>,
    wpm: Measured<f64>,
) -> Weighted {
    Weighted::mean(
        0.0..=1.0,
        HALF,
        [
            ("eyeContactRatio", 0.5, eye_contact_ratio),
            ("avgHeadStability", 0.3, head_stability),
            (
                "avgSpeakingRateWpm",
                0.2,
                wpm.map(|wpm| wpm / FULL_ENGAGEMENT_WPM),
            ),
        ],
    )
}

/// `100 − min(100, 280·variance of the dominant label's probability + 220·mean variance of all
/// labels)`: a steady face scores high, an expressive one low (the contract's choice, disclosed).
pub fn emotional_stability(dominant_variance: f64, mean_label_variance: f64) -> f64 {
    100.0 - (280.0 * dominant_variance + 220.0 * mean_label_variance).clamp(0.0, 100.0)
}

/// What [`speech_fluency`] is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeechInputs {
    /// Mean pause in seconds; 0 where speech does not stop.
    pub mean_pause_s: Measured<f64>,
    /// Words per minute.
    pub wpm: Measured<f64>,
    /// Variance of the parts' mean pitch in Hz².
    pub pitch_variance: Measured<f64>,
}

/// `.35·(100 − 65·pause) + .45·(100 − 100·|wpm − 135|/135) + .2·(100 − var(pitch)/9)`, each term
/// clamped to 0–100.
pub fn speech_fluency(inputs: &SpeechInputs) -> Weighted {
    let pauses = inputs.mean_pause_s.clone();
    let variance = inputs.pitch_variance.clone();
    Weighted::mean(
        0.0..=100.0,
        HALF,
        [
            (
                "pauseScore",
                0.35,
                pauses.map(|pause_s| 100.0 - 65.0 * pause_s),
            ),
            (
                "speakingRateScore",
                0.45,
                inputs
                    .wpm
                    .clone()
                    .map(|wpm| 100.0 - 100.0 * (wpm - IDEAL_WPM).abs() / IDEAL_WPM),
            ),
            (
                "pitchVarianceScore",
                0.2,
                variance.map(|variance| 100.0 - variance / 9.0),
            ),
        ],
    )
}

/// Mean relevance of the parts, 0 to 100.
///
/// # Errors
/// `no_parts` when none was compared.
pub fn content_relevance(relevances: &[f64]) -> Measured<f64> {
    mean(relevances)
        .map(|mean| (100.0 * mean).clamp(0.0, 100.0))
        .ok_or_else(|| NotMeasured::new("no_parts", "no part of the answer could be compared"))
}

/// `.3 engagement + .2 emotional + .25 speech + .25 content`, 0 to 100.
pub fn overall(
    engagement: Measured<f64>,
    emotional: Measured<f64>,
    speech: Measured<f64>,
    content: Measured<f64>,
) -> Weighted {
    Weighted::mean(
        0.0..=100.0,
        HALF,
        [
            ("engagementScore", 0.3, engagement),
            ("emotionalStability", 0.2, emotional),
            ("speechFluency", 0.25, speech),
            ("contentRelevanceScore", 0.25, content),
        ],
    )
}

/// `.8·(1 − min(|wpm − 135|/135, 1)) + .2·(1 − min(pause/1.5, 1))`, 0 to 1.
pub fn fluency_ratio(wpm: Measured<f64>, pause_s: Measured<f64>) -> Weighted {
    Weighted::mean(
        0.0..=1.0,
        HALF,
        [
            (
                "speakingRate",
                0.8,
                wpm.map(|wpm| 1.0 - (wpm - IDEAL_WPM).abs() / IDEAL_WPM),
            ),
            (
                "pauseDuration",
                0.2,
                pause_s.map(|pause_s| 1.0 - pause_s / LONG_PAUSE_S),
            ),
        ],
    )
}

/// What the scores of one part are made from.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentInputs {
    /// Words per minute.
    pub wpm: Measured<f64>,
    /// Mean pause in seconds.
    pub pause_s: Measured<f64>,
    /// Mean probability of `happy`, 0 to 1.
    pub happy: Measured<f64>,
    /// Mean probability of `neutral`, 0 to 1.
    pub neutral: Measured<f64>,
    /// Tone of the words, −1 to 1.
    pub sentiment: Measured<f64>,
    /// Similarity to the question or, without one, to role and domain, −1 to 1.
    pub relevance: Measured<f64>,
}

/// Scores of one part, 0 to 100.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentScores {
    /// `100·(.4·happy + .3·neutral + .3·(sentiment + 1)/2)`.
    pub engagement: Measured<f64>,
    /// 100 · [`fluency_ratio`].
    pub fluency: Measured<f64>,
    /// 100 · relevance.
    pub relevance: Measured<f64>,
}

/// Scores one part.
pub fn segment(inputs: &SegmentInputs) -> SegmentScores {
    let engagement = Weighted::mean(
        0.0..=1.0,
        HALF,
        [
            ("happy", 0.4, inputs.happy.clone()),
            ("neutral", 0.3, inputs.neutral.clone()),
            ("sentiment", 0.3, inputs.sentiment.clone().map(unit)),
        ],
    );
    SegmentScores {
        engagement: engagement.value.map(percent),
        fluency: fluency_ratio(inputs.wpm.clone(), inputs.pause_s.clone())
            .value
            .map(percent),
        relevance: inputs.relevance.clone().map(percent),
    }
}

/// What one point of the engagement timeline is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineInputs {
    /// 1 where the gaze rests on the camera, else 0; a share over longer stretches.
    pub center: Measured<f64>,
    /// Yaw of the head in degrees.
    pub yaw_deg: Measured<f64>,
    /// Tone of the words, −1 to 1.
    pub sentiment: Measured<f64>,
}

/// `happy + .2·neutral`, clamped to 0–1.
///
/// # Errors
/// Why the expression is unknown.
pub fn timeline_engagement(happy: Measured<f64>, neutral: Measured<f64>) -> Measured<f64> {
    Ok((happy? + 0.2 * neutral?).clamp(0.0, 1.0))
}

/// `.4·[center] + .2·(1 − min(|yaw|/45, 1)) + .4·(sentiment + 1)/2`, 0 to 1.
pub fn timeline_confidence(inputs: &TimelineInputs) -> Weighted {
    let yaw = inputs.yaw_deg.clone();
    Weighted::mean(
        0.0..=1.0,
        HALF,
        [
            ("center", 0.4, inputs.center.clone()),
            (
                "headYaw",
                0.2,
                yaw.map(|yaw| 1.0 - yaw.abs() / TURNED_AWAY_DEG),
            ),
            ("sentiment", 0.4, inputs.sentiment.clone().map(unit)),
        ],
    )
}

fn unit(sentiment: f64) -> f64 {
    (sentiment.clamp(-1.0, 1.0) + 1.0) / 2.0
}

fn percent(ratio: f64) -> f64 {
    (100.0 * ratio).clamp(0.0, 100.0)
}

/// Standard deviation of the pitch at which a voice counts as fully lively, in semitones.
const LIVELY_ST: f64 = 4.0;

/// Liveliness of the voice, 0 to 1: the pitch's standard deviation in semitones over 4. The contract
/// clamps a deviation in decibels, which gives 1 for every voice.
pub fn prosody(pitch_sd_st: f64) -> f64 {
    (pitch_sd_st / LIVELY_ST).clamp(0.0, 1.0)
}
