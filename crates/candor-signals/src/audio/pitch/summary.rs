//! Figures that describe a pitch track over stretches of speech.

use candor_core::{
    measured::{Measured, NotMeasured},
    span::Span,
};

use super::PitchTrack;
use crate::audio::statistics::{mean, quantile, standard_deviation};

/// Least voiced time for a summary, in seconds.
pub const MIN_VOICED_S: f64 = 0.3;

/// How high and how lively a voice is. Semitones are counted from the median.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PitchSummary {
    /// Mean F0 in Hz.
    pub mean_hz: f64,
    /// Median F0 in Hz.
    pub median_hz: f64,
    /// Standard deviation in semitones.
    pub sd_st: f64,
    /// Distance from the 5th to the 95th percentile in semitones.
    pub range_st: f64,
    /// 5th percentile in Hz.
    pub low_hz: f64,
    /// 95th percentile in Hz.
    pub high_hz: f64,
    /// Share of the frames within the speech that are voiced, 0 to 1.
    pub voiced_ratio: f64,
    /// Voiced time within the speech, in seconds.
    pub voiced_s: f64,
}

/// Describes `track` over the frames whose middle lies in `speech`.
///
/// # Errors
/// `no_speech` when no frame lies in the speech, `too_short` below [`MIN_VOICED_S`] of voice.
pub fn summarize(track: &PitchTrack, speech: &[Span]) -> Measured<PitchSummary> {
    let mut f0_hz = Vec::new();
    let mut n_frames = 0usize;
    for span in speech {
        let first = ((span.start_s - track.start_s) / track.step_s)
            .ceil()
            .max(0.0) as usize;
        let frames = track.f0_hz.iter().enumerate().skip(first);
        for (_, f0) in frames.take_while(|(i, _)| track.time_s(*i) < span.end_s) {
            n_frames += 1;
            if *f0 > 0.0 {
                f0_hz.push(f64::from(*f0));
            }
        }
    }
    if n_frames == 0 {
        return Err(NotMeasured::new("no_speech", "no speech was found"));
    }
    let voiced_s = f0_hz.len() as f64 * track.step_s;
    if voiced_s + 1e-9 < MIN_VOICED_S {
        return Err(NotMeasured::new(
            "too_short",
            format!("only {voiced_s:.2} s of voiced speech"),
        ));
    }
    let mean_hz = mean(&f0_hz).expect("voiced frames were counted above");
    f0_hz.sort_by(f64::total_cmp);
    let at = |q| quantile(&f0_hz, q).expect("voiced frames were counted above");
    let (low_hz, median_hz, high_hz) = (at(0.05), at(0.5), at(0.95));
    let semitones: Vec<f64> = f0_hz
        .iter()
        .map(|f0| 12.0 * (f0 / median_hz).log2())
        .collect();
    Ok(PitchSummary {
        mean_hz,
        median_hz,
        sd_st: standard_deviation(&semitones).expect("many voiced frames were counted above"),
        range_st: 12.0 * (high_hz / low_hz).log2(),
        low_hz,
        high_hz,
        voiced_ratio: f0_hz.len() as f64 / n_frames as f64,
        voiced_s,
    })
}
