//! Syllable nuclei from level and voicing, in any language and without a transcript.
//!
//! Source: N. H. de Jong & T. Wempe, "Praat script to detect syllable nuclei and measure speech
//! rate automatically", Behavior Research Methods 41 (2009): a peak of intensity is a nucleus when
//! it is not more than 25 dB below the loudest, stands at least 2 dB above the dips around it,
//! and is voiced.

use candor_core::span::Span;

use super::{
    pauses::phonation,
    pitch::PitchTrack,
    scan::{LEVEL_STEP_S, Scan, decibels},
    statistics::quantile,
};

/// Identifies the method and its settings in provenance.
pub const FORMULA: &str = "syllable-nuclei.v1";

/// How far below the loudest (99th percentile) a nucleus may be, in dB.
const RANGE_DB: f64 = 25.0;

/// How far a nucleus stands above the dips around it, in dB.
const MIN_DIP_DB: f64 = 2.0;

/// Weights of the smoothing window reach this many frames to each side: as wide as the
/// intensity window of the source (50 Hz floor).
const REACH: usize = 4;

/// A peak counts as voiced when most frames this close to it are, in steps of the pitch track.
const VOICED_REACH: usize = 1;

/// Times of the syllable nuclei within `speech` (tight, in order), in seconds, in order.
pub fn nuclei(scan: &Scan, pitch: &PitchTrack, speech: &[Span]) -> Vec<f64> {
    let intensity = intensity_db(&scan.power);
    let stretches = phonation(speech);
    let frames_of = |span: &Span| {
        let first = (span.start_s / LEVEL_STEP_S).round() as usize;
        let end = (span.end_s / LEVEL_STEP_S).round() as usize;
        first.min(intensity.len())..end.min(intensity.len())
    };
    let mut heard: Vec<f64> = stretches
        .iter()
        .flat_map(|span| intensity[frames_of(span)].iter().copied())
        .collect();
    heard.sort_by(f64::total_cmp);
    let Some(loudest) = quantile(&heard, 0.99) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for span in &stretches {
        let range = frames_of(span);
        let first = range.start;
        for peak in peaks(&intensity[range], loudest - RANGE_DB) {
            let time_s = ((first + peak) as f64 + 0.5) * LEVEL_STEP_S;
            if is_voiced(pitch, time_s) {
                found.push(time_s);
            }
        }
    }
    found
}

/// Level of each frame under a Hann window, in dBFS.
fn intensity_db(power: &[f32]) -> Vec<f64> {
    let weight = |distance: usize| {
        let phase = distance as f64 / (REACH + 1) as f64;
        0.5 + 0.5 * (std::f64::consts::PI * phase).cos()
    };
    let weights: Vec<f64> = (0..=REACH).map(weight).collect();
    (0..power.len())
        .map(|i| {
            let low = i.saturating_sub(REACH);
            let high = (i + REACH + 1).min(power.len());
            let (mut sum, mut total) = (0.0, 0.0);
            for (j, value) in power[low..high].iter().enumerate() {
                let weight = weights[(low + j).abs_diff(i)];
                sum += weight * f64::from(*value);
                total += weight;
            }
            decibels(sum / total)
        })
        .collect()
}

/// Indices of the maxima above `floor` that are at least [`MIN_DIP_DB`] above the dips between
/// them.
fn peaks(intensity: &[f64], floor: f64) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    let mut highest: Option<usize> = None;
    // The lowest frame since the last peak was settled; nothing before the first one.
    let mut lowest = f64::NEG_INFINITY;
    for (i, &level) in intensity.iter().enumerate() {
        match highest {
            None => {
                lowest = lowest.min(level);
                if level >= lowest + MIN_DIP_DB || lowest == f64::NEG_INFINITY {
                    highest = Some(i);
                }
            }
            Some(top) if level > intensity[top] => highest = Some(i),
            Some(top) if level <= intensity[top] - MIN_DIP_DB => {
                if intensity[top] >= floor {
                    found.push(top);
                }
                highest = None;
                lowest = level;
            }
            Some(_) => {}
        }
    }
    // The end of a stretch of speech is a dip.
    if let Some(top) = highest
        && intensity[top] >= floor
    {
        found.push(top);
    }
    found
}

fn is_voiced(pitch: &PitchTrack, time_s: f64) -> bool {
    let Some(nearest) = pitch.nearest(time_s) else {
        return false;
    };
    let low = nearest.saturating_sub(VOICED_REACH);
    let high = (nearest + VOICED_REACH + 1).min(pitch.f0_hz.len());
    let n_voiced = pitch.f0_hz[low..high]
        .iter()
        .filter(|f0| **f0 > 0.0)
        .count();
    2 * n_voiced > high - low
}

#[cfg(test)]
mod tests {
    use candor_core::ports::Unwatched;

    use super::*;
    use crate::audio::{
        pitch::{PitchSettings, track},
        scan::scan,
        signals::{buzz, noise},
    };

    /// `n` bumps per second for two seconds.
    fn bumps(carrier: &[f32], per_second: f64) -> Vec<f32> {
        let shape = |i: usize| {
            let phase = i as f64 / 16_000.0 * per_second;
            0.55 - 0.45 * (2.0 * std::f64::consts::PI * phase).cos()
        };
        let samples = carrier.iter().enumerate();
        samples.map(|(i, x)| x * shape(i) as f32).collect()
    }

    fn count(samples: &Vec<f32>, speech: Span) -> usize {
        let scanned = scan(samples, &Unwatched).unwrap();
        let pitch = track(samples, &scanned, &PitchSettings::default(), &Unwatched).unwrap();
        nuclei(&scanned, &pitch, &[speech]).len()
    }

    #[test]
    fn every_voiced_bump_is_a_nucleus() {
        let carrier = buzz(120.0, 140.0, 0.5, 2.0);
        for per_second in [3, 5, 7] {
            let samples = bumps(&carrier, f64::from(per_second));
            let n = count(&samples, Span::new(0.0, 2.0));
            assert_eq!(n, 2 * per_second as usize);
        }
    }

    #[test]
    fn noise_bumps_and_steady_vowels_are_no_series_of_nuclei() {
        assert_eq!(count(&bumps(&noise(0.1, 2.0), 4.0), Span::new(0.0, 2.0)), 0);
        assert_eq!(count(&buzz(120.0, 120.0, 0.5, 2.0), Span::new(0.2, 1.8)), 1);
    }

    #[test]
    fn only_speech_is_searched() {
        let samples = bumps(&buzz(120.0, 140.0, 0.5, 2.0), 4.0);
        assert_eq!(count(&samples, Span::new(0.5, 1.5)), 4);
    }
}
