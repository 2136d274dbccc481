//! A set of engines for use cases under test: what is not given is absent.

use std::sync::Arc;

use candor_app::engines::{ChosenTranscriber, Engines, Unavailable};
use candor_core::{
    measured::NotMeasured,
    media::RgbFrame,
    ports::{Aligner, Embedder, ExpressionNetwork, ExpressionScores, FaceTracker, SpeechDetector},
    transcript::Transcript,
};

use crate::{
    EnergyDetector, EvenAligner, ScriptedExpression, ScriptedFace, ScriptedTranscriber,
    WordEmbedder, faces_view,
};

/// Energy as speech activity, words as embeddings; words, faces and times as scripted.
#[derive(Debug, Clone, Default)]
pub struct FakeEngines {
    /// What is transcribed; `None`: no transcriber.
    pub transcript: Option<Transcript>,
    /// How many faces are in the picture at a time in seconds; `None`: no face models.
    pub faces: Option<fn(f64) -> usize>,
    /// What every face shows at a time in seconds; `None`: no expression network.
    pub expression: Option<fn(f64) -> ExpressionScores>,
    /// How sure the aligner is of every word; `None`: no aligner.
    pub aligner: Option<f32>,
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
        let Some(faces) = self.faces else {
            return absent();
        };
        Ok(Box::new(ScriptedFace(move |frame: &RgbFrame, _| {
            faces_view(frame, faces(frame.time_s))
        })))
    }

    fn expression_network(&self) -> Result<Box<dyn ExpressionNetwork>, Unavailable> {
        match self.expression {
            Some(scores) => Ok(Box::new(ScriptedExpression(scores))),
            None => absent(),
        }
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
        match self.aligner {
            Some(confidence) => Ok(Arc::new(EvenAligner { confidence })),
            None => absent(),
        }
    }
}
