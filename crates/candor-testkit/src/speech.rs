//! Speech engines that need no model.

use candor_core::{
    ports::{
        AlignedWord, Aligner, EngineError, Samples, SpeechDetector, TranscribeRequest, Transcriber,
        Watch,
    },
    report::Provenance,
    span::Span,
    transcript::{Accuracy, Transcript, TranscriptSegment, Word},
};

/// Calls a window speech when it is louder than −40 dBFS.
#[derive(Debug, Clone, Copy, Default)]
pub struct EnergyDetector;

impl SpeechDetector for EnergyDetector {
    fn probability(&mut self, window: &[f32]) -> Result<f32, EngineError> {
        let power = window.iter().map(|s| s * s).sum::<f32>() / window.len().max(1) as f32;
        Ok(if power > 1e-4 { 0.99 } else { 0.01 })
    }

    fn reset(&mut self) {}

    fn provenance(&self) -> Provenance {
        provenance("test-energy")
    }
}

/// Gives a transcript that was written before.
#[derive(Debug, Clone)]
pub struct ScriptedTranscriber(pub Transcript);

impl Transcriber for ScriptedTranscriber {
    fn transcribe(
        &self,
        _samples: &dyn Samples,
        _request: &TranscribeRequest,
        watch: &dyn Watch,
    ) -> Result<Transcript, EngineError> {
        if watch.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        watch.progress(1.0);
        Ok(self.0.clone())
    }

    fn provenance(&self) -> Provenance {
        provenance("test-script")
    }
}

/// Finds every word of a text, one after the other, evenly over the speech, equally sure of each.
#[derive(Debug, Clone, Copy)]
pub struct EvenAligner {
    /// How sure it is, 0 to 1.
    pub confidence: f32,
}

impl Aligner for EvenAligner {
    fn languages(&self) -> &[&str] {
        &["en"]
    }

    fn align(
        &self,
        _samples: &dyn Samples,
        speech: &[Span],
        words: &[String],
        _watch: &dyn Watch,
    ) -> Result<Vec<AlignedWord>, EngineError> {
        let start_s = speech.first().map_or(0.0, |span| span.start_s);
        let end_s = speech.last().map_or(0.0, |span| span.end_s);
        let step_s = (end_s - start_s) / words.len().max(1) as f64;
        Ok((0..words.len())
            .map(|index| AlignedWord {
                span: Some(Span::new(
                    start_s + index as f64 * step_s,
                    start_s + (index as f64 + 0.8) * step_s,
                )),
                confidence: self.confidence,
            })
            .collect())
    }

    fn provenance(&self) -> Provenance {
        provenance("test-even")
    }
}

/// A transcript whose segments each hold a text said evenly over a span, of the given accuracy.
pub fn timed_words(parts: &[(Span, &str)], accuracy: Accuracy) -> Transcript {
    let segments = parts.iter().map(|(span, text)| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let step_s = span.duration_s() / words.len().max(1) as f64;
        TranscriptSegment {
            span: Some(*span),
            words: words
                .iter()
                .enumerate()
                .map(|(index, word)| Word {
                    text: (*word).to_owned(),
                    span: Some(Span::new(
                        span.start_s + index as f64 * step_s,
                        span.start_s + (index as f64 + 0.8) * step_s,
                    )),
                    confidence: Some(0.9),
                })
                .collect(),
        }
    });
    Transcript {
        language: Some("en".to_owned()),
        segments: segments.collect(),
        engine: "test-script".to_owned(),
        model: None,
        accuracy,
        verbatim: true,
    }
}

/// Provenance of a fake.
pub(crate) fn provenance(engine: &str) -> Provenance {
    Provenance {
        engine: engine.to_owned(),
        version: "0".to_owned(),
        model: None,
        model_sha256: None,
        formula: None,
        settings: std::collections::BTreeMap::new(),
    }
}
