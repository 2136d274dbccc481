//! A transcript that the user gives: read, placed in time where it has no times, checked.

use std::path::Path;

use candor_core::{
    measured::Measured,
    ports::{Aligner, EngineError},
    report::{Note, Provenance, Severity},
};
use candor_signals::text::language;

use super::{Words, speech};
use crate::{
    analyze::{AnalyzeError, Settings, capture::Heard},
    engines::{Engines, optional},
    progress::StageWatch,
    transcripts::{self, Fit, with_times},
};

/// Reads the transcript and places its words.
pub(super) fn read(
    path: &Path,
    audio: &Measured<Heard>,
    settings: &Settings,
    engines: &dyn Engines,
    watch: &StageWatch<'_>,
) -> Result<Words, AnalyzeError> {
    let mut transcript =
        transcripts::read(path).map_err(|error| AnalyzeError::Transcript(error.to_string()))?;
    if transcript.language.is_none() {
        transcript.language = settings
            .language
            .clone()
            .or_else(|| language::of(&transcript));
    }
    let mut words = Words {
        transcript: Ok(transcript),
        provenance: Vec::new(),
        notes: Vec::new(),
    };
    if let Ok(heard) = audio {
        place(&mut words, heard, settings, engines, watch)?;
    }
    Ok(words)
}

/// Finds the words in the audio: to give them times, or to see whether given times fit.
fn place(
    words: &mut Words,
    heard: &Heard,
    settings: &Settings,
    engines: &dyn Engines,
    watch: &StageWatch<'_>,
) -> Result<(), AnalyzeError> {
    let Ok(transcript) = words.transcript.clone() else {
        return Ok(());
    };
    let timed = transcript.words().all(|word| word.span.is_some());
    let speech = match speech(heard, settings.speech_only) {
        Ok(speech) if !speech.is_empty() => speech,
        // Words for a recording without speech.
        Ok(_) => {
            words.notes.push(misfit());
            return Ok(());
        }
        Err(_) => return Ok(()),
    };
    let aligner = match optional(engines.aligner())? {
        Ok(aligner) => aligner,
        Err(reason) => {
            if !timed {
                words.notes.push(no_times(&reason.message));
            }
            return Ok(());
        }
    };
    if !knows(aligner.as_ref(), transcript.language.as_deref()) {
        if !timed {
            words.notes.push(no_times(
                "the aligner does not know the language of the transcript",
            ));
        }
        return Ok(());
    }
    let list: Vec<String> = transcript.words().map(|word| word.text.clone()).collect();
    let aligned = match aligner.align(&heard.samples, &speech, &list, watch) {
        Ok(aligned) => aligned,
        Err(EngineError::Input(reason)) => {
            if !timed {
                words.notes.push(no_times(&reason));
            }
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    if Fit::of(&transcript, &aligned).is_some_and(|fit| !fit.is_good()) {
        words.notes.push(misfit());
        return Ok(());
    }
    if !timed {
        let provenance: Provenance = aligner.provenance();
        words.provenance.push(("aligner".to_owned(), provenance));
        words.transcript = Ok(with_times(transcript, &aligned));
    }
    Ok(())
}

fn knows(aligner: &dyn Aligner, language: Option<&str>) -> bool {
    language.is_none_or(|language| aligner.languages().contains(&language))
}

fn misfit() -> Note {
    Note {
        code: "transcript_misfit".to_owned(),
        severity: Severity::Warning,
        message: "The given transcript does not fit the recording: most of its words could not be \
                  heard there. Figures that rest on the words are doubtful."
            .to_owned(),
    }
}

fn no_times(reason: &str) -> Note {
    Note {
        code: "words_without_times".to_owned(),
        severity: Severity::Info,
        message: format!(
            "The words of the given transcript have no times: {reason}. They can't be played or \
             related to the curves."
        ),
    }
}
