//! The first pass over a recording: level every 10 ms, peak, offset, clipped samples.
//!
//! What it keeps is one `f32` per 10 ms, so an hour of audio takes 1.4 MB.

use candor_core::{
    ports::{Samples, Watch},
    span::Span,
};
use serde::{Deserialize, Serialize};

use super::{
    error::AudioError,
    reader::{RATE_HZ, read_finite},
};

/// Seconds from one level to the next.
pub const LEVEL_STEP_S: f64 = 0.01;

/// Levels are never given below this (16-bit audio ends at −98 dBFS), in dBFS.
pub const LEVEL_FLOOR_DBFS: f64 = -100.0;

/// Samples in one level frame.
const FRAME: usize = 160;

/// Samples read at once (30 s).
const BLOCK: usize = 480_000;

/// Magnitude from which a sample counts as full scale.
const FULL_SCALE: f32 = 0.999;

/// Full-scale samples in a row that make clipping; a loud undistorted wave touches full scale for
/// one or two samples only.
const MIN_RUN: u64 = 3;

/// Clipped runs closer than this become one stretch, in seconds.
const MERGE_S: f64 = 0.1;

/// What one pass over the samples gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scan {
    /// Length in seconds.
    pub duration_s: f64,
    /// Mean of all samples (the offset of the recording).
    pub mean: f64,
    /// Largest magnitude, 1 is full scale.
    pub peak: f64,
    /// Largest distance of a sample from the mean.
    pub peak_from_mean: f64,
    /// Mean square around the overall mean, frame by frame of 10 ms; the last one may be shorter.
    #[serde(with = "crate::packed")]
    pub power: Vec<f32>,
    /// Samples in clipped runs.
    pub n_clipped: u64,
    /// Where the audio is clipped, in order.
    pub clipped: Vec<Span>,
}

impl Scan {
    /// Level of each 10 ms frame in dBFS (0 dBFS = full-scale square wave), smoothed over three
    /// frames with weights ¼ ½ ¼ so that single periods of low voices don't show.
    pub fn levels_dbfs(&self) -> Vec<f32> {
        let at = |i: usize| f64::from(self.power[i]);
        let last = self.power.len().saturating_sub(1);
        (0..self.power.len())
            .map(|i| {
                let around = at(i.saturating_sub(1)) + at((i + 1).min(last));
                decibels(0.5 * at(i) + 0.25 * around) as f32
            })
            .collect()
    }

    /// Mean power over the frames whose middle `takes` accepts (given the time in seconds), and
    /// the number of those frames.
    pub fn mean_power(&self, takes: impl Fn(f64) -> bool) -> (f64, usize) {
        let mut sum = 0.0;
        let mut n = 0;
        for (i, power) in self.power.iter().enumerate() {
            if takes((i as f64 + 0.5) * LEVEL_STEP_S) {
                sum += f64::from(*power);
                n += 1;
            }
        }
        (if n == 0 { 0.0 } else { sum / n as f64 }, n)
    }

    /// Share of samples that are clipped, 0 to 1.
    pub fn clipping_ratio(&self) -> f64 {
        let n_samples = self.duration_s * RATE_HZ;
        if n_samples < 1.0 {
            return 0.0;
        }
        self.n_clipped as f64 / n_samples
    }
}

/// Power relative to full scale in dBFS, not below [`LEVEL_FLOOR_DBFS`].
pub fn decibels(power: f64) -> f64 {
    if power <= 0.0 {
        return LEVEL_FLOOR_DBFS;
    }
    (10.0 * power.log10()).max(LEVEL_FLOOR_DBFS)
}

/// Goes through all samples once.
///
/// # Errors
/// [`AudioError::Cancelled`] when `watch` says so, [`AudioError::Read`] when reading fails.
pub fn scan(samples: &dyn Samples, watch: &dyn Watch) -> Result<Scan, AudioError> {
    let n_samples = samples.n_samples();
    let mut sums: Vec<(f64, f64, usize)> = Vec::with_capacity((n_samples as usize).div_ceil(FRAME));
    let (mut low, mut high) = (0f32, 0f32);
    let mut clipping = Clipping::default();
    let mut start = 0;
    while start < n_samples {
        if watch.is_cancelled() {
            return Err(AudioError::Cancelled);
        }
        let block = read_finite(samples, start, BLOCK)?;
        if block.is_empty() {
            break;
        }
        if start == 0 {
            (low, high) = (block[0], block[0]);
        }
        for frame in block.chunks(FRAME) {
            let (mut sum, mut squares) = (0f64, 0f64);
            for &value in frame {
                low = low.min(value);
                high = high.max(value);
                sum += f64::from(value);
                squares += f64::from(value) * f64::from(value);
            }
            sums.push((sum, squares, frame.len()));
        }
        clipping.add(start, &block);
        start += block.len() as u64;
    }
    clipping.finish(start);

    let n_read = start.max(1) as f64;
    let mean = sums.iter().map(|frame| frame.0).sum::<f64>() / n_read;
    let power = sums
        .iter()
        .map(|&(sum, squares, n)| {
            let n = n as f64;
            (squares / n - 2.0 * mean * sum / n + mean * mean).max(0.0) as f32
        })
        .collect();
    Ok(Scan {
        duration_s: samples.duration_s(),
        mean,
        peak: f64::from(high.max(-low).max(0.0)),
        peak_from_mean: (f64::from(high) - mean).max(mean - f64::from(low)),
        power,
        n_clipped: clipping.n_clipped,
        clipped: clipping.spans,
    })
}

/// Collects runs of full-scale samples of one sign.
#[derive(Default)]
struct Clipping {
    run: u64,
    positive: bool,
    n_clipped: u64,
    spans: Vec<Span>,
}

impl Clipping {
    fn add(&mut self, start: u64, block: &[f32]) {
        for (i, &value) in block.iter().enumerate() {
            let full = value.abs() >= FULL_SCALE;
            if self.run > 0 && (!full || (value > 0.0) != self.positive) {
                self.finish(start + i as u64);
            }
            if full {
                self.run += 1;
                self.positive = value > 0.0;
            }
        }
    }

    /// Ends a run before the sample `end`.
    fn finish(&mut self, end: u64) {
        if self.run >= MIN_RUN {
            self.n_clipped += self.run;
            let span = Span::new((end - self.run) as f64 / RATE_HZ, end as f64 / RATE_HZ);
            match self.spans.last_mut() {
                Some(last) if span.start_s - last.end_s < MERGE_S => last.end_s = span.end_s,
                _ => self.spans.push(span),
            }
        }
        self.run = 0;
    }
}

#[cfg(test)]
mod tests {
    use candor_core::ports::Unwatched;

    use super::*;
    use crate::audio::signals::tone;

    #[test]
    fn full_scale_sine_has_minus_three_decibels_and_no_clipping() {
        let sound = scan(&tone(200.0, 1.0, 1.0), &Unwatched).unwrap();
        let levels = sound.levels_dbfs();
        assert_eq!(levels.len(), 100);
        assert!(levels.iter().all(|level| (level + 3.01).abs() < 0.02));
        assert_eq!(sound.n_clipped, 0);
        assert!((sound.peak - 1.0).abs() < 1e-3);
    }

    #[test]
    fn offset_does_not_count_as_level() {
        let samples: Vec<f32> = tone(200.0, 0.1, 1.0).iter().map(|x| x + 0.3).collect();
        let sound = scan(&samples, &Unwatched).unwrap();
        assert!((sound.mean - 0.3).abs() < 1e-4);
        assert!((sound.levels_dbfs()[50] + 23.01).abs() < 0.05);
        assert!((sound.peak_from_mean - 0.1).abs() < 1e-3);
    }

    #[test]
    fn clipped_stretch_is_found_with_its_samples() {
        let mut samples = vec![0.0; 16_000];
        samples[4_000..4_040].fill(1.0);
        samples[4_100..4_110].fill(-1.0);
        samples[12_000..12_002].fill(1.0);
        let sound = scan(&samples, &Unwatched).unwrap();
        assert_eq!(sound.n_clipped, 50);
        assert_eq!(sound.clipped.len(), 1);
        assert!((sound.clipped[0].start_s - 0.25).abs() < 1e-9);
        assert!((sound.clipped[0].end_s - 4_110.0 / 16_000.0).abs() < 1e-9);
    }

    #[test]
    fn clipping_over_a_block_border_is_one_run() {
        let mut samples = vec![0.0; BLOCK + 100];
        samples[BLOCK - 2..BLOCK + 2].fill(1.0);
        assert_eq!(scan(&samples, &Unwatched).unwrap().n_clipped, 4);
    }

    #[test]
    fn silence_has_the_floor_level_and_nothing_has_no_levels() {
        let sound = scan(&vec![0.0; 1_600], &Unwatched).unwrap();
        assert!(sound.levels_dbfs().iter().all(|level| *level == -100.0));
        assert!(scan(&Vec::new(), &Unwatched).unwrap().power.is_empty());
    }

    struct Cancelled;
    impl Watch for Cancelled {
        fn progress(&self, _fraction: f32) {}
        fn is_cancelled(&self) -> bool {
            true
        }
    }

    #[test]
    fn cancelling_stops_the_scan() {
        let result = scan(&vec![0.0; 1_600], &Cancelled);
        assert!(matches!(result, Err(AudioError::Cancelled)));
    }
}
