//! Fundamental frequency of the voice, by autocorrelation and a cheapest path through candidates.
//!
//! Source: P. Boersma, "Accurate short-term analysis of the fundamental frequency and the
//! harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17 (1993), 97–110. The settings
//! are those of Praat's "To Pitch (ac)", against which the tracks are checked. Works block by
//! block: an hour takes as much memory as a minute, apart from the result.

mod candidates;
mod path;
mod summary;

use candor_core::ports::{Samples, Watch};
use serde::{Deserialize, Serialize};

use self::{candidates::FrameAnalysis, path::PathSearch};
use super::{
    error::AudioError,
    reader::{RATE_HZ, Reader},
    scan::Scan,
};

pub use self::summary::{MIN_VOICED_S, PitchSummary, summarize};

/// Identifies the method and its settings in provenance.
pub const FORMULA: &str = "pitch-ac.v1";

/// Settings of the analysis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PitchSettings {
    /// Lowest F0 in Hz; three of its periods make one analysis window.
    pub floor_hz: f64,
    /// Highest F0 in Hz.
    pub ceiling_hz: f64,
    /// Seconds from frame to frame.
    pub step_s: f64,
    /// Frames whose peak is below this share of the recording's peak tend to be unvoiced.
    pub silence_threshold: f64,
    /// Strength that a candidate has to beat to be voiced, 0 to 1.
    pub voicing_threshold: f64,
    /// Preference for high candidates, per octave.
    pub octave_cost: f64,
    /// Price of a jump by one octave between frames.
    pub octave_jump_cost: f64,
    /// Price of a change between voiced and unvoiced.
    pub voiced_unvoiced_cost: f64,
}

impl Default for PitchSettings {
    /// 75–500 Hz every 10 ms.
    fn default() -> Self {
        Self {
            floor_hz: 75.0,
            ceiling_hz: 500.0,
            step_s: 0.01,
            silence_threshold: 0.03,
            voicing_threshold: 0.45,
            octave_cost: 0.01,
            octave_jump_cost: 0.35,
            voiced_unvoiced_cost: 0.14,
        }
    }
}

/// F0 frame by frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PitchTrack {
    /// Middle of the first frame, in seconds.
    pub start_s: f64,
    /// Seconds from frame to frame.
    pub step_s: f64,
    /// F0 in Hz; 0 where the frame is unvoiced (nothing is unknown here: every frame was heard).
    #[serde(with = "crate::packed")]
    pub f0_hz: Vec<f32>,
    /// How much the shape of the short-term spectrum changed during the 30 ms before the frame:
    /// rms difference in dB over [`N_BANDS`] bands, overall level removed. Infinite where there
    /// is nothing to compare with.
    #[serde(with = "crate::packed")]
    pub spectral_change_db: Vec<f32>,
}

/// Bands from 150 Hz to 4 kHz, evenly spaced in mel, for the spectral change.
pub const N_BANDS: usize = 12;

impl PitchTrack {
    /// Middle of frame `i`, in seconds.
    pub fn time_s(&self, i: usize) -> f64 {
        self.start_s + i as f64 * self.step_s
    }

    /// F0 of each frame, `None` where unvoiced.
    pub fn values(&self) -> impl Iterator<Item = Option<f32>> + '_ {
        self.f0_hz.iter().map(|&f0| (f0 > 0.0).then_some(f0))
    }

    /// Index of the frame nearest to `time_s`; `None` outside the track.
    pub fn nearest(&self, time_s: f64) -> Option<usize> {
        let position = ((time_s - self.start_s) / self.step_s).round();
        (position >= 0.0 && position < self.f0_hz.len() as f64).then_some(position as usize)
    }

    /// F0 at `time_s`, interpolated between voiced neighbours; `None` where the nearest frame is
    /// unvoiced or outside.
    pub fn f0_at(&self, time_s: f64) -> Option<f64> {
        let voiced = |i: i64| {
            usize::try_from(i)
                .ok()
                .and_then(|i| self.f0_hz.get(i))
                .filter(|f0| **f0 > 0.0)
                .map(|f0| f64::from(*f0))
        };
        let position = (time_s - self.start_s) / self.step_s;
        let near = position.round() as i64;
        let part = position - near as f64;
        let value = voiced(near)?;
        let far = if part < 0.0 { near - 1 } else { near + 1 };
        Some(voiced(far).map_or(value, |other| value + part.abs() * (other - value)))
    }
}

/// Frames worked on at once (30 s).
const BLOCK_FRAMES: usize = 3_000;

/// Tracks F0 through the recording. `scan` is that of the same samples.
///
/// Frames are centred in the recording as Praat does it: the first one lies at half a window plus
/// half of what the steps leave over. A recording shorter than one window (40 ms) has no frames.
///
/// # Errors
/// [`AudioError::Cancelled`] when `watch` says so, [`AudioError::Read`] when reading fails.
pub fn track(
    samples: &dyn Samples,
    scan: &Scan,
    settings: &PitchSettings,
    watch: &dyn Watch,
) -> Result<PitchTrack, AudioError> {
    let window_s = 3.0 / settings.floor_hz;
    let (start_s, n_frames) = frames(scan.duration_s, window_s, settings.step_s);
    let mut track = PitchTrack {
        start_s,
        step_s: settings.step_s,
        f0_hz: Vec::with_capacity(n_frames),
        spectral_change_db: Vec::with_capacity(n_frames),
    };
    let mut analysis = FrameAnalysis::new(settings, scan.peak_from_mean);
    let mut search = PathSearch::new(settings);
    let mut reader = Reader::new(samples);
    let mut window = vec![0.0; analysis.window_len()];
    for i in 0..n_frames {
        if i % BLOCK_FRAMES == 0 {
            if watch.is_cancelled() {
                return Err(AudioError::Cancelled);
            }
            watch.progress(i as f32 / n_frames as f32);
            search.settle(&mut track.f0_hz);
        }
        let left = (track.time_s(i) * RATE_HZ - 0.5).floor() as i64;
        reader.fill(left + 1 - window.len() as i64 / 2, &mut window)?;
        let frame = analysis.analyse(&window);
        search.push(frame.intensity, frame.candidates);
        track.spectral_change_db.push(frame.spectral_change_db);
    }
    search.finish(&mut track.f0_hz);
    Ok(track)
}

/// Time of the first frame and number of frames of short-term analysis with frames centred in the
/// recording.
pub(super) fn frames(duration_s: f64, window_s: f64, step_s: f64) -> (f64, usize) {
    if duration_s < window_s {
        return (0.5 * duration_s, 0);
    }
    // The tiny surplus keeps a duration that is a multiple of the step from losing a frame.
    let n = ((duration_s - window_s) / step_s + 1e-9).floor() as usize + 1;
    (0.5 * (duration_s - (n - 1) as f64 * step_s), n)
}

#[cfg(test)]
mod tests;
