//! The main job: one recording in, one true report out.
//!
//! `probe → one decode → (speech activity ∥ faces) → voice → words → text → report`; each step is a
//! file below.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use candor_core::{
    measured::Measured,
    ports::{Embedder, EngineError},
    purpose::Purpose,
    report::{Report, TextBlock},
    transcript::Transcript,
};
use candor_media::{MediaError, Tools, probe};
use candor_signals::audio::error::AudioError;

use crate::{
    engines::{Engines, optional},
    progress::{Progress, Stage},
};

mod assemble;
mod capture;
mod draft;
mod face;
mod output;
mod provenance;
mod recording;
mod text;
mod voice;
mod words;
mod write;

use assemble::Findings;
use draft::Draft;
use output::OutputFolder;

pub use output::REPORT;

/// What a person may set.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What the analysis is for.
    pub purpose: Purpose,
    /// Whether to look at the picture.
    pub face: bool,
    /// Frames classified per second for the expression.
    pub sample_fps: f64,
    /// Length of the expression's smoothing window in samples (odd, at least 3; less: none).
    pub smooth_win: u32,
    /// Frames are scaled down to this width in pixels.
    pub max_width: u32,
    /// Most entries in the expression's timeline; 0 is no limit.
    pub max_timeline: u32,
    /// Longest recording that is taken, in seconds.
    pub max_duration_s: f64,
    /// Language of the speech (BCP 47 primary subtag); `None` lets the engine find out.
    pub language: Option<String>,
    /// Beam width of the transcription.
    pub beam: u32,
    /// A transcript that is used instead of the engine's.
    pub transcript: Option<PathBuf>,
    /// Whether only stretches of speech are transcribed.
    pub speech_only: bool,
    /// Whether the variety of expressions counts in the documented score (purpose practice only).
    pub emotions_in_score: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            purpose: Purpose::default(),
            face: true,
            sample_fps: 2.0,
            smooth_win: 3,
            max_width: 960,
            max_timeline: 1000,
            max_duration_s: 4.0 * 3600.0,
            language: None,
            beam: 1,
            transcript: None,
            speech_only: true,
            emotions_in_score: false,
        }
    }
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnalyzeError {
    /// The recording can't be analysed.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// An engine is damaged or failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The given transcript can't be read.
    #[error("the transcript can't be used: {0}")]
    Transcript(String),
    /// The output can't be written.
    #[error("{path} can't be written: {source}; choose another folder with --outdir or free space")]
    Output {
        /// What could not be written.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl From<AudioError> for AnalyzeError {
    fn from(error: AudioError) -> Self {
        match error {
            AudioError::Cancelled => Self::Engine(EngineError::Cancelled),
            other => Self::Engine(EngineError::Failed {
                engine: "candor",
                message: other.to_string(),
            }),
        }
    }
}

impl AnalyzeError {
    pub(crate) fn output(path: &Path, source: io::Error) -> Self {
        Self::Output {
            path: path.to_owned(),
            source,
        }
    }

    /// Whether the caller stopped it.
    pub fn is_cancelled(&self) -> bool {
        matches!(
            self,
            Self::Media(MediaError::Cancelled) | Self::Engine(EngineError::Cancelled)
        )
    }
}

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
    progress.advance(Stage::Probe, 1.0);
    let wav = probe.audio.is_some().then(|| output.part("audio.wav"));
    let captured = capture::capture(&probe, wav.as_deref(), settings, tools, engines, progress)?;
    if captured.audio.is_err() {
        output.discard("audio.wav");
    }
    let mut draft = Draft::default();
    recording::notes(&mut draft, &probe, &captured.decoded, settings.purpose);

    // The words need minutes, the voice seconds: they share the two cores.
    let (words, voice) = std::thread::scope(|scope| {
        let voice = scope.spawn(|| voice::analyze(&captured.audio, progress));
        let words = words::find(&captured.audio, settings, engines, progress);
        (words, voice.join())
    });
    let voice = voice.map_err(|_| EngineError::Failed {
        engine: "candor",
        message: "the voice could not be measured".to_owned(),
    })??;
    let words = words?;
    progress.advance(Stage::Read, 0.0);
    let embedder = match &words.transcript {
        Ok(_) => optional(engines.embedder())?,
        Err(reason) => Err(reason.clone()),
    };
    let text = text::analyze(&words.transcript, captured.decoded.duration_s, &embedder)?;
    let report = Findings {
        settings,
        source: recording::source(&probe, &captured.decoded)?,
        captured: &captured,
        voice: &voice,
        words,
        text: &text,
        embedder: &embedder,
    }
    .report(draft);
    progress.advance(Stage::Read, 1.0);
    report
}
