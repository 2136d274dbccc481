//! Candidates for filled pauses ("uh", "um", "euh") by sound alone: long vowels with flat pitch
//! and an unmoving mouth.
//!
//! Source: M. Goto, K. Itou & S. Hayamizu, "A real-time filled pause detection system for
//! spontaneous speech recognition", Eurospeech 1999: filled pauses show little change of F0 and
//! little deformation of the spectral envelope. A drawn-out vowel within a word sounds the same,
//! so words with times rule candidates out.

use candor_core::span::Span;

use super::{
    pitch::PitchTrack,
    scan::LEVEL_STEP_S,
    statistics::{mean, standard_deviation},
};

/// Identifies the method and its settings in provenance.
pub const FORMULA: &str = "filled-pauses.v1";

/// Shortest candidate in seconds.
pub const MIN_LENGTH_S: f64 = 0.2;

/// Largest change of the spectrum in 30 ms within a candidate, in dB.
const MAX_SPECTRAL_CHANGE_DB: f32 = 2.5;

/// Largest step of F0 from frame to frame, in semitones.
const MAX_STEP_ST: f64 = 0.35;

/// Largest standard deviation of F0 within a candidate, in semitones.
const MAX_SD_ST: f64 = 0.7;

/// Largest standard deviation of the level within a candidate, in dB.
const MAX_LEVEL_SD_DB: f64 = 3.0;

/// Share of a candidate that words may cover.
const MAX_COVERED: f64 = 0.5;

/// A stretch that sounds like a filled pause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FilledPause {
    /// When it is.
    pub span: Span,
    /// Its mean F0 in Hz.
    pub f0_hz: f64,
    /// 0 to 1: grows with length and steadiness, halved where no word times could confirm it.
    pub confidence: f64,
}

/// Finds candidates within `speech` (tight), in order. `words` are the times of the words that
/// were written down, fillers included, in order; `None` where they are not known.
///
/// `levels_dbfs` is [`super::scan::Scan::levels_dbfs`].
pub fn find(
    pitch: &PitchTrack,
    levels_dbfs: &[f32],
    speech: &[Span],
    words: Option<&[Span]>,
) -> Vec<FilledPause> {
    let mut found = Vec::new();
    let mut first = 0;
    for i in 0..=pitch.f0_hz.len() {
        if i < pitch.f0_hz.len() && continues(pitch, first, i) {
            continue;
        }
        found.extend(candidate(pitch, levels_dbfs, first, i));
        first = i;
    }
    found.retain(|pause| covered(pause.span, speech) > 0.5);
    match words {
        Some(words) => found.retain(|pause| covered(pause.span, words) <= MAX_COVERED),
        None => {
            for pause in &mut found {
                pause.confidence *= 0.5;
            }
        }
    }
    found
}

/// Whether frame `i` goes on with the steady vowel that began at `first`.
fn continues(pitch: &PitchTrack, first: usize, i: usize) -> bool {
    let f0 = f64::from(pitch.f0_hz[i]);
    if f0 <= 0.0 || pitch.spectral_change_db[i] > MAX_SPECTRAL_CHANGE_DB {
        return false;
    }
    if i == first {
        return true;
    }
    let before = f64::from(pitch.f0_hz[i - 1]);
    before > 0.0 && (12.0 * (f0 / before).log2()).abs() <= MAX_STEP_ST
}

/// Judges the frames `first..end`.
fn candidate(
    pitch: &PitchTrack,
    levels_dbfs: &[f32],
    first: usize,
    end: usize,
) -> Option<FilledPause> {
    let length_s = (end - first) as f64 * pitch.step_s;
    if length_s + 1e-9 < MIN_LENGTH_S {
        return None;
    }
    let f0: Vec<f64> = pitch.f0_hz[first..end]
        .iter()
        .map(|f0| f64::from(*f0))
        .collect();
    let f0_hz = mean(&f0)?;
    let semitones: Vec<f64> = f0.iter().map(|f0| 12.0 * (f0 / f0_hz).log2()).collect();
    let sd_st = standard_deviation(&semitones).filter(|sd| *sd <= MAX_SD_ST)?;
    let half_s = 0.5 * pitch.step_s;
    let span = Span::new(pitch.time_s(first) - half_s, pitch.time_s(end - 1) + half_s);
    let levels: Vec<f64> = levels_dbfs
        .iter()
        .take((span.end_s / LEVEL_STEP_S) as usize)
        .skip((span.start_s / LEVEL_STEP_S) as usize)
        .map(|level| f64::from(*level))
        .collect();
    standard_deviation(&levels).filter(|sd| *sd <= MAX_LEVEL_SD_DB)?;
    let long = (length_s / 0.4).min(1.0);
    let flat = 1.0 - 0.5 * sd_st / MAX_SD_ST;
    Some(FilledPause {
        span,
        f0_hz,
        confidence: long * flat,
    })
}

/// Share of `span` that lies within `spans`.
fn covered(span: Span, spans: &[Span]) -> f64 {
    let shared: f64 = spans.iter().map(|other| span.overlap_s(*other)).sum();
    shared / span.duration_s()
}

#[cfg(test)]
mod tests {
    use candor_core::ports::Unwatched;

    use super::*;
    use crate::audio::{
        pitch::{PitchSettings, track},
        scan::scan,
        signals::{buzz, silence},
    };

    /// A rising vowel, silence, a flat vowel of 0.45 s from 1.0 s on, silence.
    fn recording() -> Vec<f32> {
        let mut samples = buzz(110.0, 170.0, 0.5, 0.5);
        samples.extend(silence(0.5));
        samples.extend(buzz(120.0, 121.0, 0.4, 0.45));
        samples.extend(silence(0.5));
        samples
    }

    fn found(words: Option<&[Span]>) -> Vec<FilledPause> {
        let samples = recording();
        let scanned = scan(&samples, &Unwatched).unwrap();
        let pitch = track(&samples, &scanned, &PitchSettings::default(), &Unwatched).unwrap();
        let speech = [Span::new(0.0, 0.5), Span::new(1.0, 1.45)];
        find(&pitch, &scanned.levels_dbfs(), &speech, words)
    }

    #[test]
    fn long_flat_vowel_is_found_and_a_glide_is_not() {
        let pauses = found(Some(&[Span::new(0.0, 0.5)]));
        assert_eq!(pauses.len(), 1);
        assert!((pauses[0].span.start_s - 1.0).abs() < 0.08);
        assert!((pauses[0].f0_hz - 120.5).abs() < 1.0);
        assert!(pauses[0].confidence > 0.8);
    }

    #[test]
    fn vowel_within_a_word_is_no_filled_pause() {
        assert!(found(Some(&[Span::new(0.9, 1.5)])).is_empty());
    }

    #[test]
    fn candidates_without_words_are_less_sure() {
        let pauses = found(None);
        assert_eq!(pauses.len(), 1);
        assert!(pauses[0].confidence <= 0.5);
    }
}
