//! Jitter, shimmer and harmonics-to-noise ratio of a voice.
//!
//! Definitions: Praat manual, "Voice 2. Jitter", "Voice 3. Shimmer", "Voice 4. Additive noise"
//! (local variants). Periods count between 0.1 and 20 ms when neighbouring ones differ by a
//! factor of 1.3 at most; amplitudes when they differ by a factor of 1.6 at most.

use candor_core::{
    measured::{Measured, NotMeasured},
    span::Span,
};

use super::{harmonicity::HarmonicityTrack, pulses::Pulse, statistics::mean};

/// Identifies the method and its settings in provenance.
pub const FORMULA: &str = "voice-quality-local.v1";

/// Fewest periods for jitter and shimmer.
pub const MIN_PERIODS: usize = 30;

/// Least frames (10 ms) with a harmonicity for its mean.
pub const MIN_HNR_FRAMES: usize = 30;

const SHORTEST_PERIOD_S: f64 = 1e-4;
const LONGEST_PERIOD_S: f64 = 0.02;
const MAX_PERIOD_FACTOR: f64 = 1.3;
const MAX_AMPLITUDE_FACTOR: f64 = 1.6;

/// How regular a voice is.
#[derive(Debug, Clone, PartialEq)]
pub struct VoiceQuality {
    /// Jitter (local): mean difference of neighbouring periods over the mean period, as a ratio.
    pub jitter: Measured<f64>,
    /// Shimmer (local): mean difference of neighbouring amplitudes over the mean amplitude, as a
    /// ratio.
    pub shimmer: Measured<f64>,
    /// Mean harmonics-to-noise ratio in dB over the frames that are not silent.
    pub hnr_db: Measured<f64>,
}

/// Measures the voice within `speech` (pulses and frames whose time lies in one of the spans,
/// which are in order).
///
/// # Errors
/// Each figure is `too_short` where fewer than [`MIN_PERIODS`] periods or [`MIN_HNR_FRAMES`]
/// frames are there.
pub fn measure(pulses: &[Pulse], harmonicity: &HarmonicityTrack, speech: &[Span]) -> VoiceQuality {
    let mut inside = Inside::new(speech);
    let chosen: Vec<Pulse> = pulses
        .iter()
        .copied()
        .filter(|pulse| inside.has(pulse.time_s))
        .collect();
    let mut inside = Inside::new(speech);
    let hnr: Vec<f64> = harmonicity
        .values()
        .filter(|(time_s, _)| inside.has(*time_s))
        .map(|(_, hnr)| hnr)
        .collect();
    VoiceQuality {
        jitter: jitter(&chosen),
        shimmer: shimmer(&chosen),
        hnr_db: if hnr.len() < MIN_HNR_FRAMES {
            Err(too_short(hnr.len(), "frames of voice"))
        } else {
            Ok(mean(&hnr).expect("frames were counted above"))
        },
    }
}

/// Jitter (local) of a series of period marks, as a ratio.
///
/// # Errors
/// `too_short` with fewer than [`MIN_PERIODS`] pairs of comparable periods.
pub fn jitter(pulses: &[Pulse]) -> Measured<f64> {
    let mut differences = Vec::new();
    for triple in pulses.windows(3) {
        if let Some((before, after)) = comparable_periods(triple) {
            differences.push((before - after).abs());
        }
    }
    if differences.len() < MIN_PERIODS {
        return Err(too_short(differences.len(), "periods of voice"));
    }
    let period_s = mean(&periods(pulses)).expect("comparable periods are periods");
    Ok(mean(&differences).expect("differences were counted above") / period_s)
}

/// Shimmer (local) of a series of period marks, as a ratio.
///
/// # Errors
/// `too_short` with fewer than [`MIN_PERIODS`] pairs of comparable amplitudes.
pub fn shimmer(pulses: &[Pulse]) -> Measured<f64> {
    let peaks: Vec<Pulse> = pulses
        .windows(3)
        .filter(|triple| comparable_periods(triple).is_some() && triple[1].amplitude > 0.0)
        .map(|triple| triple[1])
        .collect();
    let mut differences = Vec::new();
    for pair in peaks.windows(2) {
        let (a, b) = (f64::from(pair[0].amplitude), f64::from(pair[1].amplitude));
        let apart_s = pair[1].time_s - pair[0].time_s;
        if is_period(apart_s) && factor(a, b) <= MAX_AMPLITUDE_FACTOR {
            differences.push((a - b).abs());
        }
    }
    if differences.len() < MIN_PERIODS {
        return Err(too_short(differences.len(), "periods of voice"));
    }
    let amplitudes: Vec<f64> = peaks.iter().map(|peak| f64::from(peak.amplitude)).collect();
    let amplitude = mean(&amplitudes).expect("peaks were counted above");
    Ok(mean(&differences).expect("differences were counted above") / amplitude)
}

/// The periods before and after the middle one of three marks, when both are periods of one voice.
fn comparable_periods(triple: &[Pulse]) -> Option<(f64, f64)> {
    let before = triple[1].time_s - triple[0].time_s;
    let after = triple[2].time_s - triple[1].time_s;
    let fit = is_period(before) && is_period(after) && factor(before, after) <= MAX_PERIOD_FACTOR;
    fit.then_some((before, after))
}

/// Every interval that is a period and like at least one of its neighbours.
fn periods(pulses: &[Pulse]) -> Vec<f64> {
    let intervals: Vec<f64> = pulses
        .windows(2)
        .map(|pair| pair[1].time_s - pair[0].time_s)
        .collect();
    let like = |a: Option<&f64>, b: f64| a.is_some_and(|a| factor(*a, b) <= MAX_PERIOD_FACTOR);
    (0..intervals.len())
        .filter(|&i| {
            let before = i.checked_sub(1).and_then(|before| intervals.get(before));
            let alone = intervals.len() == 1;
            is_period(intervals[i])
                && (alone || like(before, intervals[i]) || like(intervals.get(i + 1), intervals[i]))
        })
        .map(|i| intervals[i])
        .collect()
}

fn is_period(interval_s: f64) -> bool {
    (SHORTEST_PERIOD_S..=LONGEST_PERIOD_S).contains(&interval_s)
}

fn factor(a: f64, b: f64) -> f64 {
    if a > b { a / b } else { b / a }
}

fn too_short(n: usize, what: &str) -> NotMeasured {
    NotMeasured::new("too_short", format!("only {n} {what}"))
}

/// Asks for rising times whether they lie in one of the spans.
struct Inside<'a> {
    spans: &'a [Span],
}

impl<'a> Inside<'a> {
    fn new(spans: &'a [Span]) -> Self {
        Self { spans }
    }

    fn has(&mut self, time_s: f64) -> bool {
        while let Some((first, rest)) = self.spans.split_first() {
            if time_s < first.end_s {
                return time_s >= first.start_s;
            }
            self.spans = rest;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks with periods that alternate by ±`jitter`/2 and amplitudes that alternate likewise.
    fn alternating(jitter: f64, shimmer: f64) -> Vec<Pulse> {
        let mut time_s = 0.0;
        (0..200)
            .map(|i| {
                let sign = if i % 2 == 0 { 0.5 } else { -0.5 };
                time_s += 0.008 * (1.0 + sign * jitter);
                Pulse {
                    time_s,
                    amplitude: (0.2 * (1.0 + sign * shimmer)) as f32,
                }
            })
            .collect()
    }

    #[test]
    fn alternating_periods_have_their_jitter() {
        for expected in [0.005, 0.02, 0.1] {
            let found = jitter(&alternating(expected, 0.0)).unwrap();
            assert!((found / expected - 1.0).abs() < 0.01, "{found}");
        }
    }

    #[test]
    fn alternating_amplitudes_have_their_shimmer() {
        for expected in [0.01, 0.1, 0.3] {
            let found = shimmer(&alternating(0.0, expected)).unwrap();
            assert!((found / expected - 1.0).abs() < 0.01, "{found}");
        }
    }

    #[test]
    fn gap_between_stretches_is_no_period() {
        let mut pulses = alternating(0.02, 0.05);
        let later: Vec<Pulse> = pulses
            .iter()
            .map(|pulse| Pulse {
                time_s: pulse.time_s + 5.0,
                amplitude: pulse.amplitude,
            })
            .collect();
        let once = jitter(&pulses).unwrap();
        pulses.extend(later);
        assert!((jitter(&pulses).unwrap() / once - 1.0).abs() < 0.01);
        assert!((shimmer(&pulses).unwrap() - 0.05).abs() < 0.001);
    }

    #[test]
    fn few_periods_are_not_measured() {
        assert_eq!(
            jitter(&alternating(0.0, 0.0)[..20]).unwrap_err().code,
            "too_short"
        );
        assert_eq!(shimmer(&[]).unwrap_err().code, "too_short");
    }
}
