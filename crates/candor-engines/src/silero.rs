//! Speech activity by the Silero network.
//!
//! The network sees 512 samples at 16 kHz together with the last 64 samples before them, and hands
//! a state from window to window.

use std::{collections::BTreeMap, path::Path};

use candor_core::{
    media::SAMPLE_RATE_HZ,
    ports::{EngineError, SpeechDetector, VAD_WINDOW},
    report::Provenance,
};
use rten::Value;

use crate::{
    onnx::{ENGINE, ENGINE_VERSION, Network, Output, float_input, int_input},
    registry::{NETWORK, ResolvedModel},
};

/// Samples of the previous window that the network sees again.
const CONTEXT: usize = 64;
/// Shape of the state: two layers, one recording, 128 units.
const STATE: [usize; 3] = [2, 1, 128];

/// A [`SpeechDetector`] on the Silero network.
pub struct SileroVad {
    network: Network,
    state: Vec<f32>,
    context: [f32; CONTEXT],
    provenance: Provenance,
}

impl SileroVad {
    /// Loads the model `silero-vad` that the registry found.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the file is no Silero network.
    pub fn open(model: &ResolvedModel) -> Result<Self, EngineError> {
        let mut detector = Self::load(model.get(NETWORK)?)?;
        let provenance = &mut detector.provenance;
        provenance.model = Some(model.id.clone());
        provenance.model_sha256 = Some(model.sha256.clone());
        provenance
            .settings
            .insert("variant".to_owned(), model.variant.clone());
        Ok(detector)
    }

    /// Loads the network in `path` and tries it once.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the file is no Silero network.
    pub fn load(path: &Path) -> Result<Self, EngineError> {
        let network = Network::load(path, &["input", "state", "sr"], &["output", "stateN"])?;
        let mut detector = Self {
            network,
            state: vec![0.0; STATE.iter().product()],
            context: [0.0; CONTEXT],
            provenance: Provenance {
                engine: ENGINE.to_owned(),
                version: ENGINE_VERSION.to_owned(),
                model: None,
                model_sha256: None,
                formula: None,
                settings: BTreeMap::from([("window".to_owned(), VAD_WINDOW.to_string())]),
            },
        };
        detector.probability(&[0.0; VAD_WINDOW])?;
        detector.reset();
        Ok(detector)
    }
}

impl SpeechDetector for SileroVad {
    fn probability(&mut self, window: &[f32]) -> Result<f32, EngineError> {
        if window.len() != VAD_WINDOW {
            return Err(EngineError::Input(format!(
                "a window of {} samples instead of {VAD_WINDOW}",
                window.len()
            )));
        }
        let mut samples = Vec::with_capacity(CONTEXT + VAD_WINDOW);
        samples.extend_from_slice(&self.context);
        // One bad sample must not poison the state of every later window.
        samples.extend(window.iter().map(|s| if s.is_finite() { *s } else { 0.0 }));
        self.context.copy_from_slice(&samples[VAD_WINDOW..]);
        let inputs = vec![
            float_input(&[1, CONTEXT + VAD_WINDOW], samples)?,
            float_input(&STATE, std::mem::take(&mut self.state))?,
            sample_rate()?,
        ];
        let ran = self.network.run(inputs).and_then(unpack);
        match ran {
            Ok((probability, state)) => {
                self.state = state;
                Ok(probability)
            }
            Err(error) => {
                self.reset();
                Err(error)
            }
        }
    }

    fn reset(&mut self) {
        self.state = vec![0.0; STATE.iter().product()];
        self.context = [0.0; CONTEXT];
    }

    fn provenance(&self) -> Provenance {
        self.provenance.clone()
    }
}

fn sample_rate() -> Result<Value, EngineError> {
    int_input(&[], vec![SAMPLE_RATE_HZ as i32])
}

fn unpack(outputs: Vec<Output>) -> Result<(f32, Vec<f32>), EngineError> {
    let [output, state] = <[Output; 2]>::try_from(outputs).map_err(|_| strange("outputs"))?;
    if state.values.len() != STATE.iter().product::<usize>() {
        return Err(strange("state"));
    }
    match output.values[..] {
        [probability] if probability.is_finite() => Ok((probability.clamp(0.0, 1.0), state.values)),
        _ => Err(strange("probability")),
    }
}

fn strange(what: &str) -> EngineError {
    EngineError::Failed {
        engine: ENGINE,
        message: format!("the network's {what} is not what a Silero network gives"),
    }
}
