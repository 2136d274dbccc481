//! How long somebody speaks, is silent, and takes to answer.

use candor_core::{
    measured::{Measured, NotMeasured},
    span::{Span, total_s},
};

/// Speaking time and silence within a stretch of a recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Activity {
    /// Length of the stretch in seconds.
    pub duration_s: f64,
    /// Seconds of speech (tight).
    pub speaking_s: f64,
    /// Seconds without speech: the length less the speaking time, never below 0. This is what
    /// the documented report calls `silence_sec`.
    pub silence_s: f64,
    /// Speaking time over length, 0 to 1; 0 for an empty stretch.
    pub speech_ratio: f64,
}

/// Measures `speech` (tight, in order, apart) within `within`.
pub fn measure(speech: &[Span], within: Span) -> Activity {
    let duration_s = within.duration_s();
    let speaking_s = total_s(&cut(speech, within)).min(duration_s);
    Activity {
        duration_s,
        speaking_s,
        silence_s: (duration_s - speaking_s).max(0.0),
        speech_ratio: if duration_s > 0.0 {
            speaking_s / duration_s
        } else {
            0.0
        },
    }
}

/// Seconds from the end of a question to the first speech; 0 when the answer has begun already.
///
/// # Errors
/// `no_speech` when nobody speaks after the question.
pub fn response_latency_s(speech: &[Span], question_end_s: f64) -> Measured<f64> {
    speech
        .iter()
        .find(|span| span.end_s > question_end_s)
        .map(|span| (span.start_s - question_end_s).max(0.0))
        .ok_or_else(|| NotMeasured::new("no_speech", "nobody speaks after the question"))
}

/// The parts of `spans` that lie within `within`.
pub(super) fn cut(spans: &[Span], within: Span) -> Vec<Span> {
    spans
        .iter()
        .filter(|span| span.overlap_s(within) > 0.0)
        .map(|span| {
            Span::new(
                span.start_s.max(within.start_s),
                span.end_s.min(within.end_s),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEECH: [Span; 2] = [
        Span {
            start_s: 1.0,
            end_s: 3.0,
        },
        Span {
            start_s: 4.0,
            end_s: 5.0,
        },
    ];

    #[test]
    fn speaking_time_and_silence_add_up() {
        let found = measure(&SPEECH, Span::new(0.0, 6.0));
        assert!((found.speaking_s - 3.0).abs() < 1e-12);
        assert!((found.silence_s - 3.0).abs() < 1e-12);
        assert!((found.speech_ratio - 0.5).abs() < 1e-12);
        let part = measure(&SPEECH, Span::new(2.0, 4.5));
        assert!((part.speaking_s - 1.5).abs() < 1e-12);
        assert!(measure(&[], Span::new(0.0, 0.0)).speech_ratio.abs() < 1e-12);
    }

    #[test]
    fn latency_counts_from_the_end_of_the_question() {
        assert!((response_latency_s(&SPEECH, 3.2).unwrap() - 0.8).abs() < 1e-12);
        assert!(response_latency_s(&SPEECH, 2.0).unwrap().abs() < 1e-12);
        assert_eq!(
            response_latency_s(&SPEECH, 5.0).unwrap_err().code,
            "no_speech"
        );
    }
}
