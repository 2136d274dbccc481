//! A set of engines for use cases under test: what is not given is absent.

use std::sync::Arc;

use candor_app::engines::{ChosenTranscriber, Engines, Unavailable};
use candor_core::{
    measured::NotMeasured,
    ports::{Aligner, Embedder, ExpressionNetwork, FaceTracker, SpeechDetector},
    transcript::Transcript,
};

use crate::{EnergyDetector, ScriptedTranscriber, WordEmbedder};

/// Energy as speech activity, words as embeddings, a scripted transcript, no face.
#[derive(Debug, Clone, Default)]
pub struct FakeEngines {
    /// What is transcribed; `None`: no transcriber.
    pub transcript: Option<Transcript>,
}

fn absent<T>() -> Result<T, Unavailable> {
    Err(Unavailable::Absent(NotMeasured::new(
        "no_model",
        "no such engine in this test",
    )))
}

impl Engines for FakeEngines {
    fn speech_detector(&self) -> Result<Box<dyn SpeechDetector>, Unavailable> {
        Ok(Box::new(EnergyDetector))
    }

    fn face_tracker(&self) -> Result<Box<dyn FaceTracker>, Unavailable> {
        absent()
    }

    fn expression_network(&self) -> Result<Box<dyn ExpressionNetwork>, Unavailable> {
        absent()
    }

    fn embedder(&self) -> Result<Arc<dyn Embedder>, Unavailable> {
        Ok(Arc::new(WordEmbedder))
    }

    fn transcriber(&self) -> Result<ChosenTranscriber, Unavailable> {
        match &self.transcript {
            Some(transcript) => Ok(ChosenTranscriber {
                engine: Arc::new(ScriptedTranscriber(transcript.clone())),
                note: None,
            }),
            None => absent(),
        }
    }

    fn aligner(&self) -> Result<Arc<dyn Aligner>, Unavailable> {
        absent()
    }
}
