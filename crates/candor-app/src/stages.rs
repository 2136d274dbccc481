//! Single stages of the analysis, with the documented output of each.

use std::{fs, ops::ControlFlow, path::Path};

use candor_core::{
    report::{Report, TextBlock},
    transcript::Transcript,
};
use candor_media::{DecodePlan, MediaError, Sinks, Tools, WavWriter, decode, probe};
use serde::Serialize;

use crate::{
    analyze::{AnalyzeError, Settings, examine_alone, text_block},
    engines::{Engines, optional},
    progress::{Progress, Stage, StageWatch},
    transcripts::{self, TranscriptFormat},
};

/// What `transcribe` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TranscribeInfo {
    /// Language of the words; `null` when unknown.
    pub language: Option<String>,
    /// Length in seconds.
    pub duration: f64,
    /// The engine and model that made the words.
    pub model: Option<String>,
    /// Number format that was asked for.
    pub compute: String,
    /// Beam width.
    pub beam: u32,
    /// Whether only speech was transcribed.
    pub vad: bool,
    /// Why there are no words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What `gaze` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gaze {
    /// Share of the frames with a face in which the gaze rests on the camera.
    pub eye_contact_ratio: Option<f64>,
    /// Nods seen.
    pub nods: Option<u32>,
}

/// Writes a recording's audio as 16 kHz mono WAV.
///
/// # Errors
/// See [`AnalyzeError`].
pub fn extract_audio(
    input: &Path,
    out: &Path,
    settings: &Settings,
    tools: &Tools,
    progress: &dyn Progress,
) -> Result<(), AnalyzeError> {
    let probe = probe(tools, input)?;
    if probe.audio.is_none() {
        return Err(MediaError::NotMedia {
            path: probe.path,
            detail: "it holds no audio track".to_owned(),
        }
        .into());
    }
    let part = out.with_extension("wav.part");
    let failed = |source| AnalyzeError::output(out, source);
    let mut wav = WavWriter::create(&part).map_err(failed)?;
    let mut failure = None;
    let outcome = decode(
        tools,
        &DecodePlan {
            probe: &probe,
            audio: true,
            video: None,
            max_duration_s: settings.max_duration_s,
        },
        Sinks {
            audio: &mut |samples| match wav.write(samples) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failure = Some(error);
                    ControlFlow::Break(())
                }
            },
            video: &mut |_| ControlFlow::Continue(()),
        },
        &StageWatch {
            progress,
            stage: Stage::Watch,
        },
    );
    let written = match (outcome, failure) {
        (Err(error), _) => Err(error.into()),
        (_, Some(error)) => Err(failed(error)),
        (Ok(_), None) => wav
            .finish()
            .and_then(|_| fs::rename(&part, out))
            .map_err(failed),
    };
    if written.is_err() {
        // The error itself is what matters.
        let _ = fs::remove_file(&part);
    }
    written
}

/// Writes down the words of a recording as plain text.
///
/// # Errors
/// See [`AnalyzeError`].
pub fn transcribe(
    input: &Path,
    out: &Path,
    compute: &str,
    settings: &Settings,
    tools: &Tools,
    engines: &dyn Engines,
    progress: &dyn Progress,
) -> Result<TranscribeInfo, AnalyzeError> {
    let report = examine_alone(input, settings, tools, engines, progress)?;
    let transcript = report.candor.transcript.as_ref();
    let text = transcript
        .and_then(|transcript| transcripts::write(transcript, TranscriptFormat::Text).ok())
        .unwrap_or_default();
    fs::write(out, text).map_err(|source| AnalyzeError::output(out, source))?;
    Ok(TranscribeInfo {
        language: transcript.and_then(|transcript| transcript.language.clone()),
        duration: report.candor.source.duration_s,
        model: transcript.map(|transcript| match &transcript.model {
            Some(model) => format!("{} {model}", transcript.engine),
            None => transcript.engine.clone(),
        }),
        compute: compute.to_owned(),
        beam: settings.beam,
        vad: settings.speech_only,
        reason: transcript
            .is_none()
            .then(|| reason(&report, "scores.verbal")),
    })
}

fn reason(report: &Report, path: &str) -> String {
    report.candor.not_measured.get(path).map_or_else(
        || "no words were found".to_owned(),
        |reason| reason.message.clone(),
    )
}

/// Tone and summary of a transcript file.
///
/// # Errors
/// See [`AnalyzeError`].
pub fn text(path: &Path, engines: &dyn Engines) -> Result<TextBlock, AnalyzeError> {
    let transcript = read(path)?;
    let embedder = optional(engines.embedder())?;
    text_block(&transcript, &embedder)
}

/// Eye contact and nods of a report.
pub fn gaze(report: &Report) -> Gaze {
    Gaze {
        eye_contact_ratio: report.nonverbal.eye_contact_ratio,
        nods: report.nonverbal.nods,
    }
}

fn read(path: &Path) -> Result<Transcript, AnalyzeError> {
    transcripts::read(path).map_err(|error| AnalyzeError::Transcript(error.to_string()))
}
