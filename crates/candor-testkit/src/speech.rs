//! Speech engines that need no model.

use candor_core::{
    ports::{EngineError, Samples, SpeechDetector, TranscribeRequest, Transcriber, Watch},
    report::Provenance,
    transcript::Transcript,
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
