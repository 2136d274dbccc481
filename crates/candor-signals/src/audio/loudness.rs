//! How loud somebody speaks, how much that varies, and whether it fades.
//!
//! Levels are relative to digital full scale: comparable within a recording and between
//! recordings made in the same way, but not sound pressure.

use candor_core::{
    measured::{Measured, NotMeasured},
    span::Span,
};

use super::{
    scan::{LEVEL_STEP_S, Scan, decibels},
    statistics::{mean, quantile, standard_deviation},
};

/// Identifies the definitions in provenance.
pub const FORMULA: &str = "loudness.v1";

/// Least speech for these figures, in seconds.
pub const MIN_SPEECH_S: f64 = 0.3;

/// Least time from first to last speech for a slope, in seconds.
pub const MIN_SLOPE_S: f64 = 20.0;

/// Level of the speech.
#[derive(Debug, Clone, PartialEq)]
pub struct Loudness {
    /// Level of the mean power of the speech, in dBFS.
    pub mean_dbfs: f64,
    /// Standard deviation of the 10 ms levels within the speech, in dB.
    pub sd_db: f64,
    /// Distance from the 5th to the 95th percentile of the 10 ms levels, in dB.
    pub range_db: f64,
    /// Change of level over the speech in dB per minute (least squares); negative when the
    /// speaker fades. `too_short` below [`MIN_SLOPE_S`].
    pub slope_db_per_min: Measured<f64>,
}

/// Describes the frames whose middle lies in `speech` (tight, in order).
///
/// `levels_dbfs` is [`Scan::levels_dbfs`] of the same scan.
///
/// # Errors
/// `no_speech` without speech, `too_short` below [`MIN_SPEECH_S`].
pub fn measure(scan: &Scan, levels_dbfs: &[f32], speech: &[Span]) -> Measured<Loudness> {
    let mut times_s = Vec::new();
    let mut levels = Vec::new();
    let mut power = 0.0;
    for span in speech {
        let first = (span.start_s / LEVEL_STEP_S).round() as usize;
        let end = ((span.end_s / LEVEL_STEP_S).round() as usize).min(levels_dbfs.len());
        let frames = levels_dbfs.iter().zip(&scan.power).enumerate();
        for (i, (level, frame_power)) in frames.take(end).skip(first) {
            times_s.push((i as f64 + 0.5) * LEVEL_STEP_S);
            levels.push(f64::from(*level));
            power += f64::from(*frame_power);
        }
    }
    if levels.is_empty() {
        return Err(NotMeasured::new("no_speech", "no speech was found"));
    }
    let seconds = levels.len() as f64 * LEVEL_STEP_S;
    if seconds + 1e-9 < MIN_SPEECH_S {
        let message = format!("only {seconds:.2} s of speech");
        return Err(NotMeasured::new("too_short", message));
    }
    let slope_db_per_min = slope(&times_s, &levels);
    let sd_db = standard_deviation(&levels).expect("many levels were counted above");
    let mean_dbfs = decibels(power / levels.len() as f64);
    levels.sort_by(f64::total_cmp);
    let at = |q| quantile(&levels, q).expect("many levels were counted above");
    Ok(Loudness {
        mean_dbfs,
        sd_db,
        range_db: at(0.95) - at(0.05),
        slope_db_per_min,
    })
}

/// Least-squares slope per minute.
fn slope(times_s: &[f64], levels: &[f64]) -> Measured<f64> {
    let (first, last) = (times_s[0], times_s[times_s.len() - 1]);
    if last - first < MIN_SLOPE_S {
        let message = format!("only {:.1} s from first to last speech", last - first);
        return Err(NotMeasured::new("too_short", message));
    }
    let mean_time = mean(times_s).expect("there are levels");
    let mean_level = mean(levels).expect("there are levels");
    let (mut product, mut square) = (0.0, 0.0);
    for (time, level) in times_s.iter().zip(levels) {
        product += (time - mean_time) * (level - mean_level);
        square += (time - mean_time).powi(2);
    }
    Ok(60.0 * product / square)
}

#[cfg(test)]
mod tests {
    use candor_core::ports::Unwatched;
    use proptest::prelude::*;

    use super::*;
    use crate::audio::{scan::scan, signals::tone};

    fn loudness(samples: &Vec<f32>, speech: &[Span]) -> Measured<Loudness> {
        let scanned = scan(samples, &Unwatched).unwrap();
        measure(&scanned, &scanned.levels_dbfs(), speech)
    }

    #[test]
    fn steady_tone_has_its_level_and_no_variation() {
        let found = loudness(&tone(200.0, 0.1, 25.0), &[Span::new(0.0, 25.0)]).unwrap();
        assert!((found.mean_dbfs + 23.01).abs() < 0.02);
        assert!(found.sd_db < 0.05 && found.range_db < 0.1);
        assert!(found.slope_db_per_min.unwrap().abs() < 0.1);
    }

    #[test]
    fn fading_tone_has_its_slope() {
        let samples: Vec<f32> = tone(200.0, 0.5, 30.0)
            .iter()
            .enumerate()
            .map(|(i, x)| x * 10f32.powf(-(i as f32) / 16_000.0 / 60.0 * 12.0 / 20.0))
            .collect();
        let found = loudness(&samples, &[Span::new(0.0, 12.0), Span::new(14.0, 30.0)]).unwrap();
        assert!((found.slope_db_per_min.unwrap() + 12.0).abs() < 0.05);
    }

    #[test]
    fn short_speech_is_not_measured() {
        let samples = tone(200.0, 0.1, 1.0);
        assert_eq!(loudness(&samples, &[]).unwrap_err().code, "no_speech");
        let short = [Span::new(0.0, 0.1)];
        assert_eq!(loudness(&samples, &short).unwrap_err().code, "too_short");
        let medium = loudness(&samples, &[Span::new(0.0, 1.0)]).unwrap();
        assert_eq!(medium.slope_db_per_min.unwrap_err().code, "too_short");
    }

    proptest! {
        #[test]
        fn gain_moves_the_level_only(gain_db in -30.0f64..0.0) {
            let gain = 10f64.powf(gain_db / 20.0) as f32;
            let samples: Vec<f32> = tone(150.0, 0.5, 6.0)
                .iter()
                .enumerate()
                .map(|(i, x)| x * (0.6 + 0.4 * (i as f32 / 3_000.0).sin()))
                .collect();
            let quieter: Vec<f32> = samples.iter().map(|x| x * gain).collect();
            let speech = [Span::new(0.0, 6.0)];
            let (a, b) = (loudness(&samples, &speech).unwrap(), loudness(&quieter, &speech).unwrap());
            prop_assert!((b.mean_dbfs - a.mean_dbfs - gain_db).abs() < 0.01);
            prop_assert!((b.sd_db - a.sd_db).abs() < 0.01);
            prop_assert!((b.range_db - a.range_db).abs() < 0.01);
        }
    }
}
