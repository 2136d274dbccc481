//! Harmonics-to-noise ratio frame by frame.
//!
//! Source: Boersma 1993 for HNR = 10·log10(r / (1 − r)); r is the highest maximum of the forward
//! cross-correlation, as in Praat's "To Harmonicity (cc)" (0.01 s, 75 Hz, silence threshold 0.1,
//! one period per window). The shape of the correlation needs one period only, so the figure
//! follows fast changes of F0 better than an autocorrelation.

use candor_core::ports::{Samples, Watch};
use serde::{Deserialize, Serialize};

use super::{
    error::AudioError,
    interpolation::{DEPTH, SincTable, parabola},
    pitch::frames,
    reader::{RATE_HZ, Reader},
    scan::Scan,
    statistics::dot,
};

/// Identifies the method and its settings in provenance.
pub const FORMULA: &str = "harmonicity-cc.v1";

const FLOOR_HZ: f64 = 75.0;
const STEP_S: f64 = 0.01;
const SILENCE_THRESHOLD: f64 = 0.1;

/// HNR is given between −150 and 150 dB.
const LIMIT_DB: f64 = 150.0;

/// Samples compared, and largest lag.
const WINDOW: usize = 210;

/// Samples on each side over which the local mean is taken (the longest period).
const PERIOD: usize = 213;

/// Lags computed beyond the last one that is searched, for the interpolation.
const N_LAGS: usize = WINDOW + DEPTH + 2;

/// HNR frame by frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HarmonicityTrack {
    /// Middle of the first frame, in seconds.
    pub start_s: f64,
    /// Seconds from frame to frame.
    pub step_s: f64,
    /// HNR in dB; minus infinity in frames that are silent or have no correlation.
    #[serde(with = "crate::packed")]
    hnr_db: Vec<f32>,
}

impl HarmonicityTrack {
    /// Drops all values.
    pub(super) fn clear(&mut self) {
        self.hnr_db.clear();
    }

    /// Time and HNR in dB of the frames that have one.
    pub fn values(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let frames = self.hnr_db.iter().enumerate();
        frames
            .filter(|(_, hnr)| hnr.is_finite())
            .map(|(i, hnr)| (self.start_s + i as f64 * self.step_s, f64::from(*hnr)))
    }
}

/// Measures HNR through the recording. `scan` is that of the same samples.
///
/// # Errors
/// [`AudioError::Cancelled`] when `watch` says so, [`AudioError::Read`] when reading fails.
pub fn track(
    samples: &dyn Samples,
    scan: &Scan,
    watch: &dyn Watch,
) -> Result<HarmonicityTrack, AudioError> {
    let span_s = 2.0 / FLOOR_HZ;
    let (start_s, n_frames) = frames(scan.duration_s, span_s, STEP_S);
    let mut reader = Reader::new(samples);
    let mut correlator = Correlator::new();
    let mut hnr_db = Vec::with_capacity(n_frames);
    for i in 0..n_frames {
        if i % 1_000 == 0 {
            if watch.is_cancelled() {
                return Err(AudioError::Cancelled);
            }
            watch.progress(i as f32 / n_frames as f32);
        }
        let time_s = start_s + i as f64 * STEP_S;
        let strength = correlator.strength(&mut reader, time_s, scan.peak_from_mean)?;
        hnr_db.push(strength.map_or(f32::NEG_INFINITY, |r| decibels(r) as f32));
    }
    Ok(HarmonicityTrack {
        start_s,
        step_s: STEP_S,
        hnr_db,
    })
}

fn decibels(r: f64) -> f64 {
    (10.0 * (r / (1.0 - r)).log10()).clamp(-LIMIT_DB, LIMIT_DB)
}

struct Correlator {
    sinc: SincTable,
    around: Vec<f32>,
    stretch: Vec<f32>,
    correlation: Vec<f32>,
}

impl Correlator {
    fn new() -> Self {
        Self {
            sinc: SincTable::new(),
            around: vec![0.0; 2 * PERIOD],
            stretch: vec![0.0; WINDOW + N_LAGS],
            correlation: vec![0.0; DEPTH + N_LAGS + DEPTH],
        }
    }

    /// The highest correlation of the frame with what follows, below 1; `None` where silence is
    /// the better description.
    fn strength(
        &mut self,
        reader: &mut Reader<'_>,
        time_s: f64,
        global_peak: f64,
    ) -> Result<Option<f64>, AudioError> {
        let left = (time_s * RATE_HZ - 0.5).floor() as i64;
        reader.fill(left + 1 - PERIOD as i64, &mut self.around)?;
        let mean = self.around.iter().sum::<f32>() / self.around.len() as f32;
        let half = WINDOW / 2;
        let peak = self.around[PERIOD - half..PERIOD + half]
            .iter()
            .fold(0f32, |peak, value| peak.max((value - mean).abs()));
        if peak <= 0.0 {
            return Ok(None);
        }
        let intensity = (f64::from(peak) / global_peak).min(1.0);
        let silence = (2.0 - intensity / SILENCE_THRESHOLD).max(0.0);
        if silence >= 1.0 {
            return Ok(None);
        }
        let start = ((time_s - 1.0 / FLOOR_HZ) * RATE_HZ - 0.5).floor() as i64;
        reader.fill(start.max(0), &mut self.stretch)?;
        for value in &mut self.stretch {
            *value -= mean;
        }
        self.correlate();
        Ok(self.highest().filter(|r| *r > silence))
    }

    /// Fills `correlation[lag + DEPTH]` for lags from −DEPTH on.
    fn correlate(&mut self) {
        let first = &self.stretch[..WINDOW];
        let own_power = f64::from(dot(first, first));
        let mut power = own_power;
        self.correlation[DEPTH] = 1.0;
        for lag in 1..N_LAGS {
            let gone = f64::from(self.stretch[lag - 1]);
            let new = f64::from(self.stretch[lag - 1 + WINDOW]);
            power = (power + new * new - gone * gone).max(0.0);
            let norm = (own_power * power).sqrt();
            let product = f64::from(dot(first, &self.stretch[lag..lag + WINDOW]));
            let value = if norm > 0.0 { product / norm } else { 0.0 };
            self.correlation[DEPTH + lag] = value as f32;
            if lag <= DEPTH {
                self.correlation[DEPTH - lag] = value as f32;
            }
        }
    }

    fn highest(&self) -> Option<f64> {
        let at = |lag: usize| self.correlation[DEPTH + lag];
        let mut best: Option<f64> = None;
        for lag in 2..WINDOW {
            let (left, middle, right) = (at(lag - 1), at(lag), at(lag + 1));
            if !(middle > 0.0 && middle > left && middle >= right) {
                continue;
            }
            let (offset, _) = parabola(f64::from(left), f64::from(middle), f64::from(right));
            let guess = lag as f64 + offset;
            let (_, height) = self.sinc.maximum(&self.correlation, guess, WINDOW + 1);
            // Interpolation can go above 1; mirrored, it says how far from perfect it is.
            let height = if height > 1.0 { 1.0 / height } else { height };
            if best.is_none_or(|best| height > best) {
                best = Some(height);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use candor_core::ports::Unwatched;

    use super::*;
    use crate::audio::{
        scan::scan,
        signals::{buzz, noise, silence, sum},
    };

    fn mean_hnr(samples: &Vec<f32>) -> f64 {
        let scanned = scan(samples, &Unwatched).unwrap();
        let found = track(samples, &scanned, &Unwatched).unwrap();
        let values: Vec<f64> = found.values().map(|(_, hnr)| hnr).collect();
        values.iter().sum::<f64>() / values.len() as f64
    }

    #[test]
    fn voice_in_noise_has_the_ratio_of_their_powers() {
        let voice = buzz(150.0, 150.0, 0.5, 2.0);
        let power = voice.iter().map(|x| f64::from(x * x)).sum::<f64>() / voice.len() as f64;
        for hnr in [10.0, 20.0] {
            let rms = (power / 10f64.powf(hnr / 10.0)).sqrt();
            let found = mean_hnr(&sum(&voice, &noise(rms, 2.0)));
            assert!((found - hnr).abs() < 1.5, "{found} for {hnr}");
        }
    }

    #[test]
    fn silence_has_no_harmonicity() {
        let scanned = scan(&silence(1.0), &Unwatched).unwrap();
        let found = track(&silence(1.0), &scanned, &Unwatched).unwrap();
        assert_eq!(found.values().count(), 0);
    }
}
