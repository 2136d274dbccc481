//! How fast somebody speaks: words per minute, and syllables per second without a transcript.

use candor_core::{
    measured::{Measured, NotMeasured},
    span::{Span, total_s},
};

use super::{activity::Activity, pauses::phonation};

/// Identifies the definitions in provenance.
pub const FORMULA: &str = "pace.v1";

/// Least phonation for an articulation rate, in seconds.
pub const MIN_PHONATION_S: f64 = 1.0;

/// Words per minute.
#[derive(Debug, Clone, PartialEq)]
pub struct WordPace {
    /// Words per minute of the whole stretch, silence included; the `wpm` of the documented
    /// report.
    pub words_per_min: Measured<f64>,
    /// Words per minute of speaking time.
    pub words_per_speaking_min: Measured<f64>,
}

/// Relates a number of words to the time in which they were said.
///
/// # Errors
/// `too_short` for an empty stretch, `no_speech` where words were written down but no speech was
/// heard.
pub fn words(n_words: usize, activity: &Activity) -> WordPace {
    let per_min = |seconds: f64| 60.0 * n_words as f64 / seconds;
    WordPace {
        words_per_min: if activity.duration_s > 0.0 {
            Ok(per_min(activity.duration_s))
        } else {
            Err(NotMeasured::new("too_short", "the recording is empty"))
        },
        words_per_speaking_min: if activity.speaking_s > 0.0 {
            Ok(per_min(activity.speaking_s))
        } else {
            Err(NotMeasured::new("no_speech", "no speech was found"))
        },
    }
}

/// Syllable nuclei per second of phonation (speech with gaps below 250 ms closed).
///
/// # Errors
/// `no_speech` without speech, `too_short` below [`MIN_PHONATION_S`].
pub fn articulation_rate(nuclei_s: &[f64], speech: &[Span]) -> Measured<f64> {
    let phonation = phonation(speech);
    if phonation.is_empty() {
        return Err(NotMeasured::new("no_speech", "no speech was found"));
    }
    let seconds = total_s(&phonation);
    if seconds < MIN_PHONATION_S {
        let message = format!("only {seconds:.2} s of speech");
        return Err(NotMeasured::new("too_short", message));
    }
    let inside = |time_s: &&f64| phonation.iter().any(|span| span.contains(**time_s));
    Ok(nuclei_s.iter().filter(inside).count() as f64 / seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::activity;

    #[test]
    fn words_are_related_to_both_times() {
        let activity = activity::measure(&[Span::new(0.0, 30.0)], Span::new(0.0, 60.0));
        let pace = words(100, &activity);
        assert!((pace.words_per_min.unwrap() - 100.0).abs() < 1e-9);
        assert!((pace.words_per_speaking_min.unwrap() - 200.0).abs() < 1e-9);
    }

    #[test]
    fn pace_without_time_is_not_measured() {
        let pace = words(3, &activity::measure(&[], Span::new(0.0, 0.0)));
        assert!(pace.words_per_min.is_err());
        assert_eq!(pace.words_per_speaking_min.unwrap_err().code, "no_speech");
    }

    #[test]
    fn nuclei_outside_the_speech_do_not_count() {
        let speech = [Span::new(1.0, 2.0), Span::new(3.0, 4.0)];
        let rate = articulation_rate(&[0.5, 1.2, 1.6, 2.5, 3.1, 3.5], &speech).unwrap();
        assert!((rate - 2.0).abs() < 1e-9);
        assert_eq!(
            articulation_rate(&[1.0], &[]).unwrap_err().code,
            "no_speech"
        );
    }
}
