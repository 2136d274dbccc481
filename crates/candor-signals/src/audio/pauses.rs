//! Silent pauses between stretches of speech.
//!
//! A pause lasts 250 ms at least: shorter gaps belong to articulation, and this threshold relates
//! best to how fluent a speaker is (N. H. de Jong & H. R. Bosker, "Choosing a threshold for silent
//! pauses to measure second language fluency", DiSS 2013).

use candor_core::{
    measured::{Measured, NotMeasured},
    span::{Span, total_s},
};

use super::activity::cut;

/// Identifies the definition in provenance.
pub const FORMULA: &str = "pauses-250ms.v1";

/// Shortest pause in seconds.
pub const MIN_PAUSE_S: f64 = 0.25;

/// Pauses of one speaker. Silence before the first and after the last speech is no pause.
#[derive(Debug, Clone, PartialEq)]
pub struct Pauses {
    /// The pauses in order.
    pub spans: Vec<Span>,
    /// Pauses per minute between the first and the last moment of speech.
    pub rate_per_min: f64,
    /// Sum of all pauses in seconds.
    pub total_s: f64,
    /// Mean length in seconds; `no_pauses` when there are none.
    pub mean_s: Measured<f64>,
    /// Longest one in seconds; `no_pauses` when there are none.
    pub longest_s: Measured<f64>,
    /// Pauses of 1 s and more.
    pub n_from_1s: usize,
    /// Pauses of 2.5 s and more.
    pub n_from_2_5s: usize,
}

/// Finds the pauses between `speech` (tight, in order, apart) within `within`.
///
/// # Errors
/// `no_speech` when nobody speaks.
pub fn measure(speech: &[Span], within: Span) -> Measured<Pauses> {
    let speech = cut(speech, within);
    let (Some(first), Some(last)) = (speech.first(), speech.last()) else {
        return Err(NotMeasured::new("no_speech", "no speech was found"));
    };
    let talk_s = last.end_s - first.start_s;
    let spans: Vec<Span> = speech
        .windows(2)
        .map(|pair| Span::new(pair[0].end_s, pair[1].start_s))
        .filter(|gap| at_least(*gap, MIN_PAUSE_S))
        .collect();
    let total_s = total_s(&spans);
    let none = || NotMeasured::new("no_pauses", "there is no pause of 250 ms or more");
    let longest = spans.iter().map(|span| span.duration_s()).reduce(f64::max);
    Ok(Pauses {
        rate_per_min: 60.0 * spans.len() as f64 / talk_s,
        total_s,
        mean_s: if spans.is_empty() {
            Err(none())
        } else {
            Ok(total_s / spans.len() as f64)
        },
        longest_s: longest.ok_or_else(none),
        n_from_1s: spans.iter().filter(|span| at_least(**span, 1.0)).count(),
        n_from_2_5s: spans.iter().filter(|span| at_least(**span, 2.5)).count(),
        spans,
    })
}

/// Speech with the gaps that are no pauses closed: the time of phonation.
pub fn phonation(speech: &[Span]) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::with_capacity(speech.len());
    for span in speech {
        match joined.last_mut() {
            Some(last) if !at_least(Span::new(last.end_s, span.start_s), MIN_PAUSE_S) => {
                last.end_s = span.end_s;
            }
            _ => joined.push(*span),
        }
    }
    joined
}

fn at_least(gap: Span, limit_s: f64) -> bool {
    gap.duration_s() + 1e-9 >= limit_s
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speech_with_gaps(gaps_s: &[f64]) -> Vec<Span> {
        let mut spans = vec![Span::new(2.0, 3.0)];
        for gap_s in gaps_s {
            let start_s = spans.last().unwrap().end_s + gap_s;
            spans.push(Span::new(start_s, start_s + 1.0));
        }
        spans
    }

    #[test]
    fn pauses_are_counted_by_length() {
        let speech = speech_with_gaps(&[0.1, 0.25, 0.9, 1.0, 2.5, 4.0]);
        let found = measure(&speech, Span::new(0.0, 100.0)).unwrap();
        assert_eq!(found.spans.len(), 5);
        assert_eq!((found.n_from_1s, found.n_from_2_5s), (3, 2));
        assert!((found.longest_s.unwrap() - 4.0).abs() < 1e-9);
        assert!((found.mean_s.unwrap() - 8.65 / 5.0).abs() < 1e-9);
        assert!((found.rate_per_min - 60.0 * 5.0 / 15.75).abs() < 1e-9);
    }

    #[test]
    fn silence_at_the_edges_is_no_pause() {
        let found = measure(&[Span::new(5.0, 6.0)], Span::new(0.0, 60.0)).unwrap();
        assert!(found.spans.is_empty());
        assert!(found.rate_per_min.abs() < 1e-12);
        assert_eq!(found.mean_s.unwrap_err().code, "no_pauses");
    }

    #[test]
    fn without_speech_there_are_no_pauses_to_measure() {
        assert_eq!(
            measure(&[], Span::new(0.0, 9.0)).unwrap_err().code,
            "no_speech"
        );
    }

    #[test]
    fn phonation_closes_short_gaps_only() {
        let joined = phonation(&speech_with_gaps(&[0.1, 0.3, 0.2]));
        assert_eq!(joined.len(), 2);
        assert!((total_s(&joined) - 4.3).abs() < 1e-9);
    }
}
