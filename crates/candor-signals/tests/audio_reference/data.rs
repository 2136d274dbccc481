//! Finds and decodes the recordings with reference tracks.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use candor_core::span::Span;
use serde_json::Value;

/// A recording with what Praat measured on it.
pub struct VoiceClip {
    pub name: String,
    pub samples: Vec<f32>,
    pub t0_s: f64,
    pub step_s: f64,
    /// 0 where unvoiced.
    pub f0_hz: Vec<f64>,
    pub jitter: Option<f64>,
    pub shimmer: Option<f64>,
    pub hnr_db: Option<f64>,
}

/// A recording with the detector's probabilities and labelled speech.
pub struct LabelledClip {
    pub name: String,
    pub samples: Vec<f32>,
    pub probabilities: Vec<f32>,
    pub speech: Vec<Span>,
    /// Whether a person set the boundaries.
    pub by_hand: bool,
}

/// The recordings with hand-labelled segments and those with word times (whose stretches of
/// speech end where no word follows for 0.3 s), where the probabilities are known.
pub fn labelled_clips(test: &str) -> Option<Vec<LabelledClip>> {
    let root = root(test)?;
    let index = fs::read_to_string(root.join("media/INDEX.tsv")).unwrap_or_default();
    let mut clips = Vec::new();
    for path in files(&root.join("reference"), ".vad.json") {
        let reference = read_json(&path);
        let name = reference["file"]
            .as_str()
            .expect("names its file")
            .to_owned();
        let prefix = format!("media/audio/{name}\t");
        let row = index.lines().find(|line| line.starts_with(&prefix));
        let words = root
            .join("media/audio")
            .join(&name)
            .with_extension("words.json");
        let speech = if words.is_file() {
            merged_words(&read_json(&words))
        } else {
            labelled_speech(row.unwrap_or_default())
        };
        let Some(samples) = decode(&root, &name).filter(|_| !speech.is_empty()) else {
            continue;
        };
        let probabilities = numbers(&reference["prob"]).into_iter().map(|p| p as f32);
        clips.push(LabelledClip {
            probabilities: probabilities.collect(),
            name,
            samples,
            speech,
            by_hand: !words.is_file(),
        });
    }
    if clips.is_empty() {
        eprintln!("SKIPPED: {test}: no labelled recordings");
        return None;
    }
    Some(clips)
}

/// Reads `start,end,speech` from the label list of an index row.
fn labelled_speech(row: &str) -> Vec<Span> {
    let Some((_, labels)) = row.split_once("segments (start end label): ") else {
        return Vec::new();
    };
    let labels = labels.split('\t').next().unwrap_or_default();
    let parse = |label: &str| {
        let mut fields = label.trim().split(',');
        let start_s = fields.next()?.parse().ok()?;
        let end_s = fields.next()?.parse().ok()?;
        (fields.next()? == "speech").then_some(Span::new(start_s, end_s))
    };
    labels.split(';').filter_map(parse).collect()
}

fn merged_words(reference: &Value) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for word in reference["words"].as_array().expect("lists its words") {
        let (Some(start_s), Some(end_s)) = (word["start"].as_f64(), word["end"].as_f64()) else {
            continue;
        };
        match spans.last_mut() {
            Some(last) if start_s - last.end_s < 0.3 => last.end_s = end_s,
            _ => spans.push(Span::new(start_s, end_s)),
        }
    }
    spans
}

/// The folder with `media` and `reference`, or a line that says that test `test` is skipped.
pub fn root(test: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let root = std::env::var_os("CANDOR_SHARED").map_or(beside, PathBuf::from);
    if !root.join("reference").is_dir() {
        eprintln!("SKIPPED: {test}: no reference data at {}", root.display());
        return None;
    }
    if Command::new("ffmpeg").arg("-version").output().is_err() {
        eprintln!("SKIPPED: {test}: no ffmpeg");
        return None;
    }
    Some(root)
}

/// Every recording with a Praat track, in order of name.
pub fn voice_clips(test: &str) -> Option<Vec<VoiceClip>> {
    let root = root(test)?;
    let mut clips = Vec::new();
    for path in files(&root.join("reference"), ".voice.json") {
        let reference = read_json(&path);
        let name = reference["file"]
            .as_str()
            .expect("names its file")
            .to_owned();
        let Some(samples) = decode(&root, &name) else {
            eprintln!("{test}: {name} is missing or can't be decoded");
            continue;
        };
        let number = |key: &str| reference[key].as_f64();
        clips.push(VoiceClip {
            samples,
            t0_s: number("t0").expect("has a start"),
            step_s: number("step").expect("has a step"),
            f0_hz: numbers(&reference["f0"]),
            jitter: number("jitter_local"),
            shimmer: number("shimmer_local"),
            hnr_db: number("hnr_db"),
            name,
        });
    }
    if clips.is_empty() {
        eprintln!("SKIPPED: {test}: no recordings");
        return None;
    }
    Some(clips)
}

/// The detector's probabilities for a recording, when they are there.
pub fn probabilities(root: &Path, name: &str) -> Option<Vec<f32>> {
    let path = root.join("reference").join(format!("{name}.vad.json"));
    let values = path.is_file().then(|| numbers(&read_json(&path)["prob"]))?;
    Some(values.into_iter().map(|value| value as f32).collect())
}

/// Decodes a recording of `media` to 16 kHz mono.
pub fn decode(root: &Path, name: &str) -> Option<Vec<f32>> {
    let path = ["audio", "video"]
        .iter()
        .map(|folder| root.join("media").join(folder).join(name))
        .find(|path| path.is_file())?;
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(path)
        .args(["-ac", "1", "-ar", "16000", "-f", "s16le", "pipe:1"])
        .output()
        .ok()?;
    let samples: Vec<f32> = output
        .stdout
        .chunks_exact(2)
        .map(|bytes| f32::from(i16::from_le_bytes([bytes[0], bytes[1]])) / 32_768.0)
        .collect();
    (!samples.is_empty()).then_some(samples)
}

/// The files of `folder` that end in `ending`, in order.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    paths.sort();
    paths
}

/// Reads JSON in which undefined values may be written as `NaN`.
pub fn read_json(path: &Path) -> Value {
    let text = fs::read_to_string(path)
        .expect("was listed")
        .replace("NaN", "null");
    serde_json::from_str(&text).expect("is JSON")
}

/// The numbers of a JSON list.
pub fn numbers(list: &Value) -> Vec<f64> {
    let values = list.as_array().expect("is a list").iter();
    values
        .map(|value| value.as_f64().expect("is a number"))
        .collect()
}
