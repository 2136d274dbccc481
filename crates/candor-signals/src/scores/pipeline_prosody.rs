//! Prosody of the `pipeline` contract (§9) from the times and confidences of the words.

use candor_core::{
    measured::{Measured, NotMeasured},
    transcript::Transcript,
};

/// Identifier and version of the formulas.
pub const FORMULA: &str = "pipeline-prosody.v1";

/// A gap between words that is longer counts as a pause (documented), in seconds.
pub const PAUSE_S: f64 = 0.3;

/// How the words were spoken.
#[derive(Debug, Clone, PartialEq)]
pub struct Prosody {
    /// Words per second from the first to the last word.
    pub words_per_s: Measured<f64>,
    /// Gaps over [`PAUSE_S`].
    pub n_pauses: u32,
    /// Their mean length in seconds; 0 without a pause.
    pub mean_pause_s: f64,
    /// `round(max(0, 100 − 50·averagePause − 5·totalPauses))`.
    pub fluency: f64,
    /// `round(100·mean word confidence)`; the reason where the recogniser gives none.
    pub voice_confidence: Measured<f64>,
}

/// Measures prosody.
///
/// # Errors
/// `too_few_words` below two words, `no_word_times` where words carry no times,
/// `low_accuracy_transcript` where the words may not feed a score.
pub fn measure(transcript: &Transcript) -> Measured<Prosody> {
    if !transcript.may_score_content() {
        return Err(NotMeasured::new(
            "low_accuracy_transcript",
            "the transcript comes from a fallback recogniser of low accuracy and feeds no score",
        ));
    }
    let n_words = transcript.words().count();
    if n_words < 2 {
        return Err(NotMeasured::new("too_few_words", "fewer than two words"));
    }
    let mut spans: Vec<_> = transcript.words().filter_map(|word| word.span).collect();
    if spans.len() < n_words {
        return Err(NotMeasured::new("no_word_times", "the words have no times"));
    }
    spans.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    let pauses: Vec<f64> = spans
        .windows(2)
        .map(|pair| pair[1].start_s - pair[0].end_s)
        .filter(|gap| *gap > PAUSE_S)
        .collect();
    let mean_pause_s = if pauses.is_empty() {
        0.0
    } else {
        pauses.iter().sum::<f64>() / pauses.len() as f64
    };
    let length_s = spans[spans.len() - 1].end_s - spans[0].start_s;
    let words_per_s = if length_s > 0.0 {
        Ok(n_words as f64 / length_s)
    } else {
        Err(NotMeasured::new("no_word_times", "the words take no time"))
    };
    Ok(Prosody {
        words_per_s,
        n_pauses: u32::try_from(pauses.len()).unwrap_or(u32::MAX),
        mean_pause_s,
        fluency: (100.0 - 50.0 * mean_pause_s - 5.0 * pauses.len() as f64)
            .max(0.0)
            .round(),
        voice_confidence: voice_confidence(transcript),
    })
}

fn voice_confidence(transcript: &Transcript) -> Measured<f64> {
    let known: Vec<f64> = transcript
        .words()
        .filter_map(|word| word.confidence)
        .map(f64::from)
        .collect();
    if known.is_empty() {
        return Err(NotMeasured::new(
            "no_word_confidence",
            "the recogniser gives no confidence for its words",
        ));
    }
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    Ok((100.0 * mean).round().clamp(0.0, 100.0))
}

#[cfg(test)]
mod tests {
    use candor_core::{
        span::Span,
        transcript::{Accuracy, TranscriptSegment, Word},
    };
    use proptest::prelude::*;

    use super::*;

    fn spoken(words: &[(f64, f64, Option<f32>)]) -> Transcript {
        Transcript {
            language: Some("en".to_owned()),
            segments: vec![TranscriptSegment {
                span: None,
                words: words
                    .iter()
                    .map(|&(start_s, end_s, confidence)| Word {
                        text: "word".to_owned(),
                        span: Some(Span { start_s, end_s }),
                        confidence,
                    })
                    .collect(),
            }],
            engine: "given".to_owned(),
            model: None,
            accuracy: Accuracy::Given,
            verbatim: true,
        }
    }

    #[test]
    fn prosody_follows_the_documented_formulas() {
        // Gaps 0.1, 0.5 and 0.7 s: two pauses of 0.6 s on average; 4 words in 2.9 s.
        let found = measure(&spoken(&[
            (1.0, 1.4, Some(0.9)),
            (1.5, 1.9, Some(0.8)),
            (2.4, 2.8, None),
            (3.5, 3.9, Some(0.7)),
        ]))
        .unwrap();
        assert_eq!(found.n_pauses, 2);
        assert!((found.mean_pause_s - 0.6).abs() < 1e-9);
        assert_eq!(found.fluency, 60.0);
        assert_eq!(found.voice_confidence, Ok(80.0));
        assert!((found.words_per_s.unwrap() - 4.0 / 2.9).abs() < 1e-9);
    }

    #[test]
    fn one_word_has_no_prosody_and_unknown_confidence_is_no_number() {
        assert_eq!(
            measure(&spoken(&[(0.0, 1.0, None)])).unwrap_err().code,
            "too_few_words"
        );
        let found = measure(&spoken(&[(0.0, 1.0, None), (1.0, 2.0, None)])).unwrap();
        assert_eq!(
            found.voice_confidence.unwrap_err().code,
            "no_word_confidence"
        );
        assert_eq!(found.fluency, 100.0);
    }

    proptest! {
        #[test]
        fn fluency_stays_within_bounds_and_never_grows_with_a_gap(
            gaps in proptest::collection::vec(0.0f64..3.0, 1..40),
            longer in 0.0f64..3.0,
        ) {
            let words = |gaps: &[f64]| {
                let mut at = 0.0;
                let mut words = vec![(0.0, 0.2, Some(0.5))];
                for gap in gaps {
                    at += 0.2 + gap;
                    words.push((at, at + 0.2, Some(0.5)));
                }
                measure(&spoken(&words)).unwrap().fluency
            };
            let before = words(&gaps);
            prop_assert!((0.0..=100.0).contains(&before));
            // Every gap grows: neither the number nor the mean of pauses can fall.
            let all: Vec<f64> = gaps.iter().map(|gap| gap.max(0.31) + longer).collect();
            let base: Vec<f64> = gaps.iter().map(|gap| gap.max(0.31)).collect();
            prop_assert!(words(&all) <= words(&base));
        }
    }
}
