//! The main job: one recording in, one true report out.
//!
//! `probe → one decode → (speech activity ∥ faces) → voice → words → text → report`; each step is a
//! file below.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use candor_core::{
    measured::Measured,
    ports::{Embedder, EngineError},
    report::{Report, Source, TextBlock},
    transcript::Transcript,
};
use candor_media::{Decoded, MediaError, Probe, Tools, probe};
use candor_signals::{audio::VoiceAnalysis, segments::TimedAnswer, text::TextAnalysis};

use crate::{
    engines::{Engines, optional},
    progress::{Progress, Stage},
};

mod answers;
mod assemble;
mod capture;
mod draft;
mod error;
mod face;
mod output;
mod provenance;
mod recording;
mod settings;
mod text;
mod voice;
mod words;
mod write;

use assemble::Findings;
use capture::Captured;
use draft::Draft;
use output::OutputFolder;

pub use error::AnalyzeError;
pub use output::REPORT;
pub use settings::Settings;

pub(crate) use answers::NOTES as ANSWER_NOTES;
pub(crate) use capture::{Detected, Heard, Seen, listen, look, no_audio};
pub(crate) use provenance::formula;
pub(crate) use recording::source as describe_source;
pub(crate) use voice::analyze as measure_voice;
pub(crate) use words::{Words, find as find_words};

/// Analyses `input` and writes the report and its companions into `folder`; gives the path of
/// `report.json`. Nothing is left in `folder` when it fails.
///
/// # Errors
/// See [`AnalyzeError`].
pub fn analyze(
    input: &Path,
    folder: &Path,
    settings: &Settings,
    tools: &Tools,
    engines: &dyn Engines,
    progress: &dyn Progress,
) -> Result<PathBuf, AnalyzeError> {
    progress.advance(Stage::Probe, 0.0);
    let mut output = OutputFolder::open(folder)?;
    let report = examine(input, &mut output, settings, tools, engines, progress)?;
    progress.advance(Stage::Write, 0.0);
    write::companions(&mut output, &report, input, folder)?;
    if progress.is_cancelled() {
        return Err(EngineError::Cancelled.into());
    }
    let path = output.commit()?;
    progress.advance(Stage::Write, 1.0);
    Ok(path)
}

/// The report alone; nothing is written but samples in a temporary folder.
///
/// # Errors
/// See [`AnalyzeError`].
pub fn examine_alone(
    input: &Path,
    settings: &Settings,
    tools: &Tools,
    engines: &dyn Engines,
    progress: &dyn Progress,
) -> Result<Report, AnalyzeError> {
    progress.advance(Stage::Probe, 0.0);
    let folder = std::env::temp_dir();
    let folder =
        tempfile::tempdir_in(&folder).map_err(|source| AnalyzeError::output(&folder, source))?;
    let mut output = OutputFolder::open(folder.path())?;
    examine(input, &mut output, settings, tools, engines, progress)
}

/// Tone and summary of words alone.
///
/// # Errors
/// What the embedder says.
pub fn text_block(
    transcript: &Transcript,
    embedder: &Measured<Arc<dyn Embedder>>,
) -> Result<TextBlock, AnalyzeError> {
    let analysis = text::analyze(&Ok(transcript.clone()), 0.0, embedder)?;
    Ok(TextBlock {
        sentiment: text::sentiment(&mut Draft::default(), &analysis),
        summary: analysis
            .map(|analysis| analysis.summary)
            .unwrap_or_default(),
    })
}

/// Everything up to the report, with the samples in `output`.
fn examine(
    input: &Path,
    output: &mut OutputFolder,
    settings: &Settings,
    tools: &Tools,
    engines: &dyn Engines,
    progress: &dyn Progress,
) -> Result<Report, AnalyzeError> {
    let probe = open(input, settings, tools)?;
    progress.advance(Stage::Probe, 1.0);
    let wav = probe.audio.is_some().then(|| output.part("audio.wav"));
    let captured = capture::both(&probe, wav.as_deref(), settings, tools, engines, progress)?;
    if captured.audio.is_err() {
        output.discard("audio.wav");
    }
    // The words need minutes, the voice seconds: they share the two cores.
    let (words, voice) = std::thread::scope(|scope| {
        let voice = scope.spawn(|| measure_voice(&captured.audio, progress));
        let words = find_words(&captured.audio, settings, engines, progress);
        (words, voice.join())
    });
    let voice = voice.map_err(|_| EngineError::Failed {
        engine: "candor",
        message: "the voice could not be measured".to_owned(),
    })??;
    let Captured {
        decoded,
        audio,
        video,
    } = captured;
    let gathered = Gathered {
        source: recording::source(
            &probe,
            recording::file_name(&probe),
            recording::hash(&probe)?,
            &decoded,
        ),
        probe,
        decoded,
        detected: audio.ok().and_then(|heard| heard.probabilities.ok()),
        seen: video,
        voice,
        words: words?,
        answers: Vec::new(),
    };
    let (report, _) = write_up(gathered, settings, engines, progress)?;
    Ok(report)
}

/// Finds out what the file holds; refuses one that says itself that it is too long.
///
/// # Errors
/// What is wrong with the recording.
pub(crate) fn open(
    input: &Path,
    settings: &Settings,
    tools: &Tools,
) -> Result<Probe, AnalyzeError> {
    let probe = probe(tools, input)?;
    if probe
        .claimed_duration_s
        .is_some_and(|claimed| claimed > settings.max_duration_s)
    {
        return Err(MediaError::TooLong {
            limit_s: settings.max_duration_s,
        }
        .into());
    }
    Ok(probe)
}

/// Everything that was seen and heard of one recording, before its words are read.
pub(crate) struct Gathered {
    /// What the file holds.
    pub probe: Probe,
    /// The file, as the report names it.
    pub source: Source,
    /// How far it could be decoded.
    pub decoded: Decoded,
    /// Where somebody speaks, where there is sound and a detector.
    pub detected: Option<Detected>,
    /// What was seen; the reason where nothing was looked at.
    pub seen: Measured<Seen>,
    /// The voice.
    pub voice: Measured<VoiceAnalysis>,
    /// What was said.
    pub words: Words,
    /// Answers whose times a client told, in the order of their questions; empty for most recordings.
    pub answers: Vec<TimedAnswer>,
}

/// Reads the words and writes the report; gives the text's measurements beside it.
///
/// # Errors
/// What an engine says.
pub(crate) fn write_up(
    gathered: Gathered,
    settings: &Settings,
    engines: &dyn Engines,
    progress: &dyn Progress,
) -> Result<(Report, Measured<TextAnalysis>), AnalyzeError> {
    let Gathered {
        probe,
        source,
        decoded,
        detected,
        seen,
        voice,
        words,
        answers,
    } = gathered;
    let mut draft = Draft::default();
    recording::notes(&mut draft, &probe, &decoded, settings);
    progress.advance(Stage::Read, 0.0);
    let embedder = match &words.transcript {
        Ok(_) => optional(engines.embedder())?,
        Err(reason) => Err(reason.clone()),
    };
    let text = text::analyze(&words.transcript, decoded.duration_s, &embedder)?;
    let report = Findings {
        settings,
        source,
        decoded: &decoded,
        detected: detected.as_ref(),
        seen: &seen,
        voice: &voice,
        words,
        answers: &answers,
        text: &text,
        embedder: &embedder,
    }
    .report(draft)?;
    progress.advance(Stage::Read, 1.0);
    Ok((report, text))
}
