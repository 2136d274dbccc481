//! Gives the words of a given transcript the times at which an aligner found them, and tells
//! whether the transcript fits the recording at all.

use candor_core::{ports::AlignedWord, span::Span, transcript::Transcript};

/// Least share of words, weighted by confidence, at which a transcript fits its recording. Right
/// texts reach 0.85 and more, texts of other recordings 0.4 at most.
const LEAST_FIT: f64 = 0.6;

/// How well a given transcript and its recording belong together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Share of the words that were found, 0 to 1.
    pub placed_ratio: f64,
    /// Mean confidence of those that were found, 0 to 1; 0 when none was.
    pub mean_confidence: f64,
}

impl Fit {
    /// The fit of an alignment; words without a letter or digit (a lone dash) don't count.
    /// `None` without words.
    pub fn of(transcript: &Transcript, aligned: &[AlignedWord]) -> Option<Self> {
        let spoken: Vec<&AlignedWord> = transcript
            .words()
            .zip(aligned)
            .filter(|(word, _)| word.text.chars().any(char::is_alphanumeric))
            .map(|(_, aligned)| aligned)
            .collect();
        let placed: Vec<f64> = spoken
            .iter()
            .filter(|word| word.span.is_some())
            .map(|word| f64::from(word.confidence))
            .collect();
        let n_placed = placed.len() as f64;
        (!spoken.is_empty()).then(|| Self {
            placed_ratio: n_placed / spoken.len() as f64,
            mean_confidence: placed.iter().sum::<f64>() / n_placed.max(1.0),
        })
    }

    /// Whether the transcript is one of this recording.
    pub fn is_good(self) -> bool {
        self.placed_ratio * self.mean_confidence >= LEAST_FIT
    }
}

/// `transcript` with the times of `aligned`, one entry for each of its words in order. Words that
/// were not found have no time; a segment reaches from its first to its last word that was found,
/// and keeps its own time when none was.
pub fn with_times(mut transcript: Transcript, aligned: &[AlignedWord]) -> Transcript {
    let mut aligned = aligned.iter();
    for segment in &mut transcript.segments {
        for (word, aligned) in segment.words.iter_mut().zip(aligned.by_ref()) {
            word.span = aligned.span;
            word.confidence = aligned.span.map(|_| aligned.confidence);
        }
        let found = || segment.words.iter().filter_map(|word| word.span);
        if let (Some(first), Some(last)) = (found().next(), found().next_back()) {
            segment.span = Some(Span::new(first.start_s, last.end_s));
        }
    }
    transcript
}
