//! The documented part of `report.json`: closed, every field always present.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Details;

/// `report.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Everything that was said; `""` without speech.
    pub transcript: String,
    /// How much was said and how fast.
    pub speech: SpeechBlock,
    /// What the words tell.
    pub text: TextBlock,
    /// What the camera saw.
    pub nonverbal: NonverbalBlock,
    /// Points of the documented formula (variant A) over what could be measured.
    pub scores: ScoreBlock,
    /// Every measurement with unit, time, confidence and provenance.
    pub candor: Details,
}

/// How much was said and how fast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpeechBlock {
    /// Length of the recording in seconds.
    pub duration_sec: Option<f64>,
    /// Words per minute of the whole recording.
    pub wpm: Option<f64>,
    /// Seconds without speech.
    pub silence_sec: Option<f64>,
    /// Hesitations counted in a verbatim transcript.
    pub fillers: Option<u32>,
}

/// What the words tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextBlock {
    /// Tone of the words.
    pub sentiment: SentimentBlock,
    /// The most central sentences, in their own words; `""` without text.
    pub summary: String,
}

/// Tone of the words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SentimentBlock {
    /// `negative`, `neutral` or `positive`.
    pub label: Option<String>,
    /// Share of the evidence that speaks for the label, 0 to 1.
    pub score: Option<f64>,
}

/// What the camera saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NonverbalBlock {
    /// Share of the frames with a face in which the gaze rests on the camera, 0 to 1.
    pub eye_contact_ratio: Option<f64>,
    /// Nods seen.
    pub nods: Option<u32>,
    /// Facial expression (purpose practice only).
    pub emotions: EmotionsBlock,
}

/// Facial expression over the recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmotionsBlock {
    /// Identifier of the network; `None` when none ran.
    pub model: Option<String>,
    /// Frames with a face that were classified.
    pub samples: Option<u32>,
    /// The most frequent label after smoothing.
    pub dominant_emotion: Option<String>,
    /// Share of each label after smoothing, 0 to 1; a class that the network lacks is `null`.
    pub distribution: Option<BTreeMap<String, Option<f64>>>,
    /// Label by label over time.
    pub timeline: Option<Vec<EmotionPoint>>,
    /// Length of the smoothing window in samples.
    pub smoothed_win: u32,
    /// Frames classified per second.
    pub sample_fps: f64,
    /// Frames are scaled down to this width in pixels.
    pub max_width: u32,
}

/// The expression at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmotionPoint {
    /// Seconds from the start.
    pub t: f64,
    /// Label.
    pub e: String,
    /// The same label under its second documented name.
    pub emotion: String,
    /// Calibrated probability of the label, 0 to 1.
    pub prob: f64,
}

/// Points of the documented formula.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreBlock {
    /// 0 to 40.
    pub verbal: Option<f64>,
    /// 0 to 20.
    pub paraverbal: Option<f64>,
    /// 0 to 40.
    pub nonverbal: Option<f64>,
    /// 0 to 100.
    pub total: Option<f64>,
}
