//! Cuts a recording into speech and silence, from the probabilities of the speech detector.
//!
//! The same probabilities are cut twice: *tight* for boundaries, pauses and speaking time,
//! *padded* for cutting audio for transcription. The state machine is the usual one of Silero
//! VAD: speech begins at a high probability, ends at a lower one that lasts.

use candor_core::{ports::VAD_WINDOW, span::Span};

use super::{reader::RATE_HZ, scan::LEVEL_STEP_S};

/// Identifies the method in provenance.
pub const FORMULA: &str = "speech-activity.v1";

/// Seconds in one window of the detector.
pub const WINDOW_S: f64 = VAD_WINDOW as f64 / RATE_HZ;

/// How probabilities become stretches of speech.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segmentation {
    /// Speech begins in a window with at least this probability.
    pub enter: f32,
    /// Speech ends in a window with less than this probability.
    pub exit: f32,
    /// Shorter speech is dropped, in seconds.
    pub min_speech_s: f64,
    /// Shorter silence is bridged, in seconds.
    pub min_silence_s: f64,
    /// Added on both sides of the speech, in seconds.
    pub padding_s: f64,
}

/// For boundaries, pauses and speaking time. Without hysteresis: a dip below ½ is where a
/// listener hears the gap between two words, and a lower exit glues such words together.
pub const TIGHT: Segmentation = Segmentation {
    enter: 0.5,
    exit: 0.5,
    min_speech_s: 0.1,
    min_silence_s: 0.05,
    padding_s: 0.0,
};

/// For cutting audio for transcription.
pub const PADDED: Segmentation = Segmentation {
    enter: 0.5,
    exit: 0.35,
    min_speech_s: 0.25,
    min_silence_s: 0.1,
    padding_s: 0.03,
};

/// Stretches of speech in order, none overlapping, within `[0, duration_s]`.
///
/// `probabilities[i]` belongs to the samples from `i ·` [`VAD_WINDOW`] on.
pub fn segment(probabilities: &[f32], duration_s: f64, settings: &Segmentation) -> Vec<Span> {
    let at = |window: usize| window as f64 * WINDOW_S;
    let mut spans = Vec::new();
    let mut start: Option<usize> = None;
    let mut quiet_since: Option<usize> = None;
    for (i, &probability) in probabilities.iter().enumerate() {
        match start {
            None if probability >= settings.enter => start = Some(i),
            None => {}
            Some(_) if probability >= settings.enter => quiet_since = None,
            Some(first) => {
                if probability < settings.exit && quiet_since.is_none() {
                    quiet_since = Some(i);
                }
                if let Some(quiet) = quiet_since
                    && at(i + 1 - quiet) + 1e-9 >= settings.min_silence_s
                {
                    spans.push(Span::new(at(first), at(quiet)));
                    (start, quiet_since) = (None, None);
                }
            }
        }
    }
    if let Some(first) = start {
        let end = quiet_since.unwrap_or(probabilities.len());
        spans.push(Span::new(at(first), at(end)));
    }
    spans.retain(|span| span.duration_s() + 1e-9 >= settings.min_speech_s);
    pad(&mut spans, settings.padding_s);
    for span in &mut spans {
        *span = Span::new(
            span.start_s.clamp(0.0, duration_s),
            span.end_s.min(duration_s),
        );
    }
    spans.retain(|span| span.duration_s() > 0.0);
    spans
}

/// Widens the spans; neighbours that would overlap meet in the middle of their gap.
fn pad(spans: &mut [Span], padding_s: f64) {
    for i in 0..spans.len() {
        let room = |gap: f64| padding_s.min(0.5 * gap);
        if i + 1 < spans.len() {
            let gap = spans[i + 1].start_s - spans[i].end_s;
            spans[i].end_s += room(gap);
            spans[i + 1].start_s -= room(gap);
        } else {
            spans[i].end_s += padding_s;
        }
    }
    if let Some(first) = spans.first_mut() {
        first.start_s -= padding_s;
    }
}

/// How far the beginning of speech may move: the detector needs up to three windows to be sure.
const START_REACH_S: (f64, f64) = (0.1, WINDOW_S);

/// How far the end of speech may move.
const END_REACH_S: (f64, f64) = (2.0 * WINDOW_S, WINDOW_S);

/// How far from the boundary the levels of speech and of silence are looked for, in seconds.
const CONTEXT_S: f64 = 0.15;

/// A smaller step in level says nothing about where speech begins, in dB.
const MIN_CONTRAST_DB: f32 = 10.0;

/// Where between silence (0) and speech (1) the level counts as the boundary.
const CROSSING: f32 = 0.4;

/// Anything further below the loudest nearby is no speech, in dB (the silence threshold of
/// de Jong & Wempe 2009); matters where the silence is digital.
const SPEECH_RANGE_DB: f32 = 25.0;

/// Moves each boundary to where the level passes from silence to speech, when that happens
/// clearly and nearby; the detector itself decides in steps of 32 ms and a little late.
///
/// `levels_dbfs` is [`super::scan::Scan::levels_dbfs`]. Spans stay in order and apart.
pub fn refine(spans: &[Span], levels_dbfs: &[f32], duration_s: f64) -> Vec<Span> {
    let mut refined: Vec<Span> = Vec::with_capacity(spans.len());
    for (i, span) in spans.iter().enumerate() {
        let before_s = i.checked_sub(1).map_or(0.0, |last| spans[last].end_s);
        let after_s = spans.get(i + 1).map_or(duration_s, |next| next.start_s);
        let silence = Span::new(before_s.max(span.start_s - CONTEXT_S), span.start_s);
        let speech = Span::new(span.start_s, span.end_s.min(span.start_s + CONTEXT_S));
        let start_s = crossing(levels_dbfs, span.start_s, silence, speech);
        let silence = Span::new(span.end_s, after_s.min(span.end_s + CONTEXT_S));
        let speech = Span::new(span.start_s.max(span.end_s - CONTEXT_S), span.end_s);
        let end_s = crossing(levels_dbfs, span.end_s, silence, speech);
        let earliest = refined.last().map_or(0.0, |last| last.end_s);
        let moved = Span {
            start_s: start_s.unwrap_or(span.start_s).max(earliest),
            end_s: end_s.unwrap_or(span.end_s).min(duration_s),
        };
        let usable = moved.end_s - moved.start_s >= 0.5 * span.duration_s();
        refined.push(if usable {
            moved
        } else {
            Span::new(span.start_s.max(earliest), span.end_s)
        });
    }
    refined
}

/// Where the level passes between `silence` and `speech`, nearest to `boundary_s`.
fn crossing(levels: &[f32], boundary_s: f64, silence: Span, speech: Span) -> Option<f64> {
    let low = frames(levels, silence)?.iter().copied().reduce(f32::min)?;
    let high = frames(levels, speech)?.iter().copied().reduce(f32::max)?;
    if high - low < MIN_CONTRAST_DB {
        return None;
    }
    let limit = (low + CROSSING * (high - low)).max(high - SPEECH_RANGE_DB);
    let begins = silence.start_s < speech.start_s;
    let (earlier_s, later_s) = if begins { START_REACH_S } else { END_REACH_S };
    let reach = Span::new(
        (boundary_s - earlier_s).max(silence.start_s.min(speech.start_s)),
        (boundary_s + later_s + LEVEL_STEP_S).min(silence.end_s.max(speech.end_s)),
    );
    let first = (reach.start_s / LEVEL_STEP_S).round() as usize;
    let window = frames(levels, reach)?;
    let mut best: Option<f64> = None;
    for (i, pair) in window.windows(2).enumerate() {
        let (quiet, loud) = if begins {
            (pair[0], pair[1])
        } else {
            (pair[1], pair[0])
        };
        if quiet < limit && loud >= limit {
            let part = f64::from((limit - pair[0]) / (pair[1] - pair[0]));
            let time_s = ((first + i) as f64 + 0.5 + part) * LEVEL_STEP_S;
            if best.is_none_or(|best| (time_s - boundary_s).abs() < (best - boundary_s).abs()) {
                best = Some(time_s);
            }
        }
    }
    best
}

fn frames(levels: &[f32], span: Span) -> Option<&[f32]> {
    let first = (span.start_s / LEVEL_STEP_S).round() as usize;
    let end = ((span.end_s / LEVEL_STEP_S).round() as usize).min(levels.len());
    levels.get(first..end).filter(|frames| !frames.is_empty())
}

#[cfg(test)]
mod tests {
    use candor_core::ports::Unwatched;
    use proptest::prelude::*;

    use super::*;
    use crate::audio::{
        scan::scan,
        signals::{buzz, silence},
    };

    fn windows(runs: &[(usize, f32)]) -> Vec<f32> {
        let run = |&(n, probability): &(usize, f32)| vec![probability; n];
        runs.iter().flat_map(run).collect()
    }

    #[test]
    fn speech_begins_and_ends_with_its_windows() {
        let probabilities = windows(&[(10, 0.1), (20, 0.9), (10, 0.1)]);
        let spans = segment(&probabilities, 1.28, &TIGHT);
        assert_eq!(spans, [Span::new(0.32, 0.96)]);
        let spans = segment(&probabilities, 1.28, &PADDED);
        assert!((spans[0].start_s - 0.29).abs() < 1e-9);
        assert!((spans[0].end_s - 0.99).abs() < 1e-9);
    }

    #[test]
    fn single_quiet_window_is_bridged_and_two_are_not() {
        let one = windows(&[(10, 0.9), (1, 0.1), (10, 0.9)]);
        assert_eq!(segment(&one, 0.672, &TIGHT).len(), 1);
        let two = windows(&[(10, 0.9), (2, 0.1), (10, 0.9)]);
        assert_eq!(segment(&two, 0.704, &TIGHT).len(), 2);
    }

    #[test]
    fn click_is_no_speech() {
        assert!(segment(&windows(&[(9, 0.0), (3, 0.9), (9, 0.0)]), 0.672, &TIGHT).is_empty());
        assert!(segment(&[], 0.0, &TIGHT).is_empty());
    }

    #[test]
    fn speech_up_to_the_end_ends_with_the_recording() {
        let spans = segment(&windows(&[(2, 0.0), (10, 0.9)]), 0.38, &PADDED);
        assert!((spans[0].end_s - 0.38).abs() < 1e-9);
    }

    #[test]
    fn boundary_moves_to_the_step_in_level() {
        let mut samples = silence(0.5);
        samples.extend(buzz(120.0, 140.0, 0.4, 0.5));
        samples.extend(silence(0.5));
        let levels = scan(&samples, &Unwatched).unwrap().levels_dbfs();
        let spans = refine(&[Span::new(0.544, 0.976)], &levels, 1.5);
        assert!((spans[0].start_s - 0.5).abs() < 0.012, "{:?}", spans);
        assert!((spans[0].end_s - 1.0).abs() < 0.012, "{:?}", spans);
    }

    #[test]
    fn boundary_without_a_step_stays() {
        let levels = vec![-30.0; 150];
        let spans = [Span::new(0.544, 0.96)];
        assert_eq!(refine(&spans, &levels, 1.5), spans);
    }

    proptest! {
        #[test]
        fn spans_are_in_order_and_inside(
            probabilities in proptest::collection::vec(0.0f32..1.0, 0..300),
            levels in proptest::collection::vec(-90.0f32..0.0, 960),
        ) {
            let duration_s = probabilities.len() as f64 * WINDOW_S - 0.01;
            for settings in [TIGHT, PADDED] {
                let spans = segment(&probabilities, duration_s, &settings);
                for spans in [refine(&spans, &levels, duration_s), spans] {
                    let mut last_s = 0.0;
                    for span in &spans {
                        prop_assert!(span.start_s >= last_s && span.end_s > span.start_s);
                        last_s = span.end_s;
                    }
                    prop_assert!(last_s <= duration_s.max(0.0));
                }
            }
        }
    }
}
