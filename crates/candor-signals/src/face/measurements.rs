//! What [`super::FaceObserver::finish`] gives. Shares are shares of time: a frame counts for the
//! time until the next one, because the pace of looking varies.

use std::collections::BTreeMap;

use candor_core::{
    emotion::Expression,
    measured::Measured,
    report::{Event, Track},
    span::Span,
};

/// All that was measured on the face of one recording.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceMeasurements {
    /// How many frames were looked at.
    pub n_frames: usize,
    /// Whether there is a face, and how many.
    pub presence: Measured<Presence>,
    /// Size and place of the face, light, sharpness.
    pub framing: Measured<Framing>,
    /// Where the head points.
    pub pose: Measured<PoseSummary>,
    /// How long the gaze rests on the camera.
    pub eye_contact: Measured<EyeContact>,
    /// Nods.
    pub nods: Measured<Gestures>,
    /// Head shakes.
    pub shakes: Measured<Gestures>,
    /// Blinks.
    pub blinks: Measured<Blinks>,
    /// Smiles, raised brows, open mouth.
    pub movement: Measured<Movement>,
    /// 100 = still, 0 = 50 °/s and more (root mean square).
    pub head_stability: Measured<f64>,
    /// Facial expression; refused unless the purpose allows it.
    pub expression: Measured<ExpressionSummary>,
    /// Curves by name; `source` is the formula's version.
    pub tracks: BTreeMap<String, Track>,
    /// What happened when, in order of time.
    pub events: Vec<Event>,
}

/// Whether there is a face.
#[derive(Debug, Clone, PartialEq)]
pub struct Presence {
    /// Share of time with a face, 0 to 1.
    pub visible_ratio: f64,
    /// Share of time with exactly one face, 0 to 1; needs counts of faces.
    pub one_face_ratio: Measured<f64>,
    /// Most faces seen in two counts in a row.
    pub max_faces: Measured<u32>,
    /// Where no face is seen for half a second or longer.
    pub missing: Vec<Span>,
    /// Where several faces are seen, and how many.
    pub several: Vec<(Span, u32)>,
}

/// Size and place of the face, light, sharpness: medians over the recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Framing {
    /// Height of the face in parts of the picture's height.
    pub face_height_ratio: f64,
    /// Width of the face in pixels of the analysed frames.
    pub face_width_px: f64,
    /// Horizontal distance of the face from the middle, −0.5 (image left) to 0.5.
    pub offset_x: f64,
    /// Vertical distance of the face from the middle, −0.5 (top) to 0.5.
    pub offset_y: f64,
    /// Mean luma of the face, 0 to 255.
    pub luma: Measured<f64>,
    /// Share of the face that is black or burnt out, 0 to 1.
    pub clipped_ratio: Measured<f64>,
    /// Sharpness; see [`super::FaceLight::sharpness`].
    pub sharpness: Measured<f64>,
    /// How far face size and light allow fine measurements, 0 to 1.
    pub quality: f64,
}

/// Where the head points: degrees relative to the camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoseSummary {
    /// Mean yaw; > 0 = image right.
    pub yaw_mean_deg: f64,
    /// Mean pitch; > 0 = up.
    pub pitch_mean_deg: f64,
    /// Mean roll; > 0 = clockwise in the image.
    pub roll_mean_deg: f64,
    /// Standard deviation of yaw.
    pub yaw_sd_deg: f64,
    /// Standard deviation of pitch.
    pub pitch_sd_deg: f64,
    /// Standard deviation of roll.
    pub roll_sd_deg: f64,
    /// 0 to 1.
    pub confidence: f64,
}

/// How long the gaze rests on the camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EyeContact {
    /// Share of the time with a known gaze in which it rests in the cone, 0 to 1.
    pub ratio: f64,
    /// Spells of looking away, half a second or longer.
    pub n_spells: u32,
    /// The longest spell in seconds; 0 without one.
    pub longest_spell_s: f64,
    /// Yaw of the cone's axis in degrees: the camera as this person's gaze shows it.
    pub centre_yaw_deg: f64,
    /// Pitch of the cone's axis in degrees.
    pub centre_pitch_deg: f64,
    /// Seconds in which the gaze was known.
    pub observed_s: f64,
    /// 0 to 1.
    pub confidence: f64,
}

/// Nods or shakes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gestures {
    /// How many.
    pub count: u32,
    /// How many in a minute of visible face.
    pub per_min: f64,
    /// Mean amplitude in degrees, turning point to turning point; `None` without a gesture.
    pub mean_amplitude_deg: Option<f64>,
    /// 0 to 1.
    pub confidence: f64,
}

/// Blinks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Blinks {
    /// How many.
    pub count: u32,
    /// How many in a minute of visible eyes.
    pub per_min: f64,
    /// Mean length in milliseconds; `None` without a blink.
    pub mean_ms: Option<f64>,
    /// 0 to 1.
    pub confidence: f64,
}

/// Smiles, raised brows, open mouth: relative to the person's own resting face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Movement {
    /// Share of time with a smile, 0 to 1.
    pub smile_ratio: f64,
    /// Smiles of half a second or longer.
    pub n_smiles: u32,
    /// Share of time with raised brows, 0 to 1.
    pub brow_raise_ratio: f64,
    /// Mean opening of the lips in parts of the distance of the outer eye corners.
    pub mouth_open_mean: f64,
    /// 0 to 1.
    pub confidence: f64,
}

/// The expression at one moment, smoothed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpressionPoint {
    /// Seconds from the start.
    pub time_s: f64,
    /// The label.
    pub label: Expression,
    /// Its smoothed, calibrated probability, 0 to 1.
    pub probability: f64,
}

/// Facial expression over the recording.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpressionSummary {
    /// Frames that were classified.
    pub n_samples: u32,
    /// Share of the smoothed labels in the order of [`Expression::ALL`], sum 1; `None` for a class
    /// that the network lacks.
    pub distribution: [Option<f64>; 8],
    /// The most frequent label; of equals the first in [`Expression::ALL`].
    pub dominant: Expression,
    /// Label by label over time, in full.
    pub timeline: Vec<ExpressionPoint>,
    /// Window that was used, in samples; 1 = no smoothing.
    pub smoothed_win: u32,
    /// Mean probability of the labels times the quality of the picture, 0 to 1.
    pub confidence: f64,
}
