//! Labelled clips: where they are and what is decoded from them.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use candor_core::{
    ports::{Unwatched, VAD_WINDOW},
    span::Span,
};
use candor_media::{DecodePlan, Probe, Sinks, Tools, decode, probe};
use serde::de::DeserializeOwned;

use super::{EvalError, SuiteReport};
use crate::engines::Engines;

/// No labelled clip is longer, in seconds.
const MAX_CLIP_S: f64 = 1800.0;

/// The files in `folder` whose name ends in `ending`, in order of name.
pub(super) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    found.sort();
    found
}

/// The reference files with `ending` whose clips are there, each with its clip; the others are
/// named in `report` as skipped.
pub(super) fn references<T: DeserializeOwned>(
    data: &Path,
    ending: &str,
    clip_name: impl Fn(&T) -> &str,
    report: &mut SuiteReport,
) -> Result<Vec<(T, PathBuf)>, EvalError> {
    let paths = files(&data.join("reference"), ending);
    if paths.is_empty() {
        return Err(EvalError::NoData(data.to_owned()));
    }
    let mut found = Vec::new();
    for path in paths {
        let reference: T = read_json(&path)?;
        match clip(data, clip_name(&reference)) {
            Some(clip) => found.push((reference, clip)),
            None => report
                .skipped
                .push(format!("{}: no such clip", clip_name(&reference))),
        }
    }
    Ok(found)
}

/// Reads a JSON file.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, EvalError> {
    let text =
        fs::read_to_string(path).map_err(|e| EvalError::Data(path.to_owned(), e.to_string()))?;
    // Python writes numbers that it does not have as `NaN`, which JSON does not know.
    let text = text.replace(":NaN", ":null").replace(": NaN", ": null");
    serde_json::from_str(&text).map_err(|e| EvalError::Data(path.to_owned(), e.to_string()))
}

/// Finds a clip by its file name in the folders of `media`.
pub(super) fn clip(data: &Path, name: &str) -> Option<PathBuf> {
    ["audio", "video", "emodb", "images"]
        .iter()
        .map(|folder| data.join("media").join(folder).join(name))
        .find(|path| path.is_file())
}

/// The row of `INDEX.tsv` for a file name.
pub(super) fn index_row(data: &Path, name: &str) -> Option<String> {
    let index = fs::read_to_string(data.join("media/INDEX.tsv")).ok()?;
    index
        .lines()
        .find(|line| {
            line.split('\t')
                .next()
                .is_some_and(|path| path.ends_with(&format!("/{name}")))
        })
        .map(str::to_owned)
}

/// Decodes a clip to 16 kHz mono, from its first sample on: the references know no picture.
pub(super) fn samples(path: &Path, tools: &Tools) -> Result<Vec<f32>, EvalError> {
    let probe = Probe {
        video: None,
        ..probe(tools, path)?
    };
    let mut samples = Vec::new();
    decode(
        tools,
        &DecodePlan {
            probe: &probe,
            audio: true,
            video: None,
            max_duration_s: MAX_CLIP_S,
        },
        Sinks {
            audio: &mut |block| {
                samples.extend_from_slice(block);
                ControlFlow::Continue(())
            },
            video: &mut |_| ControlFlow::Continue(()),
        },
        &Unwatched,
    )?;
    Ok(samples)
}

/// Probability of speech in each window.
pub(super) fn probabilities(samples: &[f32], engines: &dyn Engines) -> Result<Vec<f32>, EvalError> {
    let mut detector = engines.speech_detector()?;
    samples
        .chunks(VAD_WINDOW)
        .map(|window| {
            let mut whole = window.to_vec();
            whole.resize(VAD_WINDOW, 0.0);
            Ok(detector.probability(&whole)?)
        })
        .collect()
}

/// Stretches labelled `speech` in an index row of the form `start,end,label ; …`.
pub(super) fn labelled_speech(row: &str) -> Vec<Span> {
    let Some((_, labels)) = row.split_once("segments (start end label): ") else {
        return Vec::new();
    };
    labels
        .split('\t')
        .next()
        .unwrap_or_default()
        .split(';')
        .filter_map(|label| {
            let mut fields = label.trim().split(',');
            let start_s = fields.next()?.parse().ok()?;
            let end_s = fields.next()?.parse().ok()?;
            (fields.next()? == "speech").then_some(Span::new(start_s, end_s))
        })
        .collect()
}
