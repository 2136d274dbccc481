//! `candor eval`: measured figures against labelled data. It informs; it never gates a build.
//!
//! The data folder holds `media/` (clips, `INDEX.tsv`, `align/*.words.json`) and `reference/`
//! (`*.vad.json`, `*.voice.json`, `*.face.json`), as described in `docs/EVALUATION.md`. The suites of answers have
//! data of their own, see `docs/QUALITY.md`.

use std::path::Path;

use candor_core::ports::EngineError;
use candor_media::{MediaError, Tools};
use serde::Serialize;

use crate::engines::{Engines, Unavailable};

mod activity;
mod answers;
mod asides;
mod faces;
mod interview;
mod material;
mod statistics;
mod voice;
mod words;

/// Every suite in the order in which `all` runs them.
pub const SUITES: [&str; 8] = [
    "vad",
    "f0",
    "words",
    "wer",
    "face",
    "answers",
    "interview",
    "asides",
];

/// One measured figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// The figure; `None` when there was nothing to take it from.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: &'static str,
    /// How many items (frames, words, clips) it rests on.
    pub n: usize,
}

impl Figure {
    fn new(name: &str, value: Option<f64>, unit: &'static str, n: usize) -> Self {
        Self {
            name: name.to_owned(),
            value: value.filter(|value| value.is_finite()),
            unit,
            n,
        }
    }
}

/// What one suite found.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SuiteReport {
    /// Its name.
    pub suite: String,
    /// Figures over all clips.
    pub figures: Vec<Figure>,
    /// Figures by clip.
    pub clips: Vec<(String, Vec<Figure>)>,
    /// What could not be evaluated, and why.
    pub skipped: Vec<String>,
}

/// Why a suite gave no figures.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// There is no such suite.
    #[error("there is no suite {0}; there are {list}", list = SUITES.join(", "))]
    UnknownSuite(String),
    /// The data folder lacks what the suite needs.
    #[error("{0} holds no data for this suite")]
    NoData(std::path::PathBuf),
    /// Data can't be read.
    #[error("{0} can't be read: {1}")]
    Data(std::path::PathBuf, String),
    /// A clip can't be decoded.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// An engine is missing.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// An engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Runs a suite on the data in `data`.
///
/// # Errors
/// See [`EvalError`].
pub fn run(
    suite: &str,
    data: &Path,
    tools: &Tools,
    engines: &dyn Engines,
) -> Result<SuiteReport, EvalError> {
    let mut report = match suite {
        "vad" => activity::run(data, tools, engines),
        "f0" => voice::run(data, tools),
        "words" => words::times(data, tools, engines),
        "wer" => words::errors(data, tools, engines),
        "face" => faces::run(data, tools, engines),
        "answers" => answers::run(data, engines),
        "interview" => interview::run(data, engines),
        "asides" => asides::run(data, engines),
        other => Err(EvalError::UnknownSuite(other.to_owned())),
    }?;
    suite.clone_into(&mut report.suite);
    Ok(report)
}
