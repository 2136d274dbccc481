//! What was said: a given transcript, or the transcriber's words.

use candor_core::{
    measured::{Measured, NotMeasured},
    ports::{EngineError, Samples, TranscribeRequest},
    report::{Note, Provenance},
    span::Span,
    transcript::Transcript,
};
use candor_signals::audio::vad::{self, PADDED};
use serde::{Deserialize, Serialize};

use super::{AnalyzeError, Settings, capture::Heard};
use crate::{
    engines::{Engines, optional},
    progress::{Progress, Stage, StageWatch},
};

mod given;

/// The words and what has to be said about them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Words {
    pub transcript: Measured<Transcript>,
    /// Which engines wrote or placed them, by provenance key.
    pub provenance: Vec<(String, Provenance)>,
    pub notes: Vec<Note>,
}

/// Finds out what was said.
pub(crate) fn find(
    audio: &Measured<Heard>,
    settings: &Settings,
    engines: &dyn Engines,
    progress: &dyn Progress,
) -> Result<Words, AnalyzeError> {
    let watch = StageWatch {
        progress,
        stage: Stage::Transcribe,
    };
    match &settings.transcript {
        Some(path) => given::read(path, audio, settings, engines, &watch),
        None => transcribe(audio, settings, engines, &watch),
    }
}

fn transcribe(
    audio: &Measured<Heard>,
    settings: &Settings,
    engines: &dyn Engines,
    watch: &StageWatch<'_>,
) -> Result<Words, AnalyzeError> {
    let unmeasured = |reason: &NotMeasured| Words {
        transcript: Err(reason.clone()),
        provenance: Vec::new(),
        notes: Vec::new(),
    };
    let heard = match audio {
        Ok(heard) => heard,
        Err(reason) => return Ok(unmeasured(reason)),
    };
    let speech = match speech(heard, settings.speech_only) {
        Ok(speech) => speech,
        Err(reason) => return Ok(unmeasured(&reason)),
    };
    if speech.is_empty() {
        // Nothing to write down; no engine is asked to imagine something.
        return Ok(unmeasured(&NotMeasured::new(
            "no_speech",
            "no speech was found in the recording",
        )));
    }
    let chosen = match optional(engines.transcriber())? {
        Ok(chosen) => chosen,
        Err(reason) => return Ok(unmeasured(&reason)),
    };
    let request = TranscribeRequest {
        speech,
        language: settings.language.clone(),
        beam: settings.beam,
    };
    let outcome = chosen.engine.transcribe(&heard.samples, &request, watch);
    let provenance = vec![("transcriber".to_owned(), chosen.engine.provenance())];
    let notes = chosen.note.into_iter().collect();
    match outcome {
        Ok(transcript) if transcript.words().next().is_none() => Ok(Words {
            transcript: Err(NotMeasured::new(
                "no_words",
                "speech was found, but the recogniser made out no words",
            )),
            provenance,
            notes,
        }),
        Ok(transcript) => Ok(Words {
            transcript: Ok(transcript),
            provenance,
            notes,
        }),
        // E.g. a language that the engine doesn't know: everything else can still be measured.
        Err(EngineError::Input(message)) => Ok(Words {
            transcript: Err(NotMeasured::new("unsuitable_engine", message)),
            provenance,
            notes,
        }),
        Err(error) => Err(error.into()),
    }
}

/// Where somebody speaks, padded for cutting; everything when silence is to be heard too.
fn speech(heard: &Heard, speech_only: bool) -> Measured<Vec<Span>> {
    if !speech_only {
        return Ok(vec![Span::new(0.0, heard.samples.duration_s())]);
    }
    let (probabilities, _) = heard.probabilities.as_ref().map_err(Clone::clone)?;
    Ok(vad::segment(
        probabilities,
        heard.samples.duration_s(),
        &PADDED,
    ))
}
