//! Word times of the forced alignment against labelled times; word errors of the transcriber.

use std::{
    fs,
    path::{Path, PathBuf},
};

use candor_core::{
    ports::{Samples, TranscribeRequest, Unwatched},
    span::Span,
};
use candor_media::Tools;
use candor_signals::{audio::vad, text::tokens::count_words};
use serde::Deserialize;

use super::{
    EvalError, Figure, SuiteReport, material,
    statistics::{median, share},
};
use crate::{engines::Engines, transcripts::wer::WordErrors};

/// Unit of the corpus alignments (`start end word` per line).
const CORPUS_UNITS_PER_S: f64 = 25_000.0;

/// A clip with its words and their times.
struct Labelled {
    clip: PathBuf,
    name: String,
    words: Vec<String>,
    times: Vec<Span>,
}

/// `*.words.json`: `t` or `alignedWord`, `start` and `end` in seconds.
#[derive(Deserialize)]
struct WordsFile {
    words: Vec<WordEntry>,
}

#[derive(Deserialize)]
struct WordEntry {
    #[serde(alias = "t")]
    word: String,
    start: Option<f64>,
    end: Option<f64>,
}

/// Forced alignment of the labelled words.
pub(super) fn times(
    data: &Path,
    tools: &Tools,
    engines: &dyn Engines,
) -> Result<SuiteReport, EvalError> {
    let clips = labelled(data)?;
    let aligner = engines.aligner()?;
    let mut report = SuiteReport::default();
    let (mut all, mut placed, mut paces) = (Vec::new(), Vec::new(), Vec::new());
    for clip in clips {
        let samples = material::samples(&clip.clip, tools)?;
        let speech = speech(&samples, engines)?;
        let aligned = aligner.align(&samples, &speech, &clip.words, &Unwatched)?;
        let mut distances = Vec::new();
        for (found, label) in aligned.iter().zip(&clip.times) {
            placed.push(found.span.is_some());
            if let Some(span) = found.span {
                distances.push((span.start_s - label.start_s).abs() * 1000.0);
                distances.push((span.end_s - label.end_s).abs() * 1000.0);
            }
        }
        let words_per_min =
            f64::from(count_words(&clip.words.join(" "))) * 60.0 / samples.duration_s();
        let given_per_min = clip.words.len() as f64 * 60.0 / samples.duration_s();
        paces.push((words_per_min / given_per_min - 1.0).abs() * 100.0);
        report.clips.push((
            clip.name,
            vec![Figure::new(
                "median distance",
                median(&distances),
                "ms",
                distances.len(),
            )],
        ));
        all.extend(distances);
    }
    report.figures = vec![
        Figure::new(
            "median distance of word boundaries",
            median(&all),
            "ms",
            all.len(),
        ),
        Figure::new(
            "within 80 ms",
            share(&all, |ms| *ms <= 80.0),
            "ratio",
            all.len(),
        ),
        Figure::new(
            "words placed",
            share(&placed, |placed| *placed),
            "ratio",
            placed.len(),
        ),
        Figure::new(
            "largest error of words per minute",
            paces.iter().copied().reduce(f64::max),
            "%",
            paces.len(),
        ),
    ];
    Ok(report)
}

/// Word error rate of the transcriber on the clips whose words are known.
pub(super) fn errors(
    data: &Path,
    tools: &Tools,
    engines: &dyn Engines,
) -> Result<SuiteReport, EvalError> {
    let clips = labelled(data)?;
    let transcriber = engines.transcriber()?.engine;
    let mut report = SuiteReport::default();
    let (mut wrong, mut total) = (0, 0);
    for clip in clips {
        let samples = material::samples(&clip.clip, tools)?;
        let request = TranscribeRequest {
            speech: speech(&samples, engines)?,
            language: Some("en".to_owned()),
            beam: 1,
        };
        let transcript = transcriber.transcribe(&samples, &request, &Unwatched)?;
        let found = WordErrors::between(&clip.words.join(" "), &transcript.text());
        wrong += found.n_errors();
        total += found.n_reference;
        report.clips.push((
            clip.name,
            vec![Figure::new(
                "word error rate",
                found.rate(),
                "ratio",
                found.n_reference,
            )],
        ));
    }
    let rate = (total > 0).then(|| wrong as f64 / total as f64);
    let engine = transcriber.provenance().engine;
    report.figures = vec![Figure::new(
        &format!("word error rate of {engine}"),
        rate,
        "ratio",
        total,
    )];
    Ok(report)
}

fn speech(samples: &[f32], engines: &dyn Engines) -> Result<Vec<Span>, EvalError> {
    let probabilities = material::probabilities(samples, engines)?;
    let duration_s = samples.len() as f64 / f64::from(candor_core::media::SAMPLE_RATE_HZ);
    Ok(vad::segment(&probabilities, duration_s, &vad::PADDED))
}

/// Every clip with word times, in order of name.
fn labelled(data: &Path) -> Result<Vec<Labelled>, EvalError> {
    let mut clips = Vec::new();
    for folder in ["media/align", "media/audio"] {
        for path in material::files(&data.join(folder), ".words.json") {
            let stem = name_without(&path, ".words.json");
            let clip = material::clip(data, &stem)
                .or_else(|| material::clip(data, &format!("{stem}.mp3")))
                .or_else(|| material::clip(data, &format!("{stem}.wav")));
            if let Some(clip) = clip {
                clips.push(from_json(&path, clip)?);
            }
        }
    }
    for path in material::files(&data.join("media/video"), ".align") {
        let clip = path.with_extension("mpg");
        if clip.is_file() {
            clips.push(from_corpus(&path, clip)?);
        }
    }
    if clips.is_empty() {
        return Err(EvalError::NoData(data.to_owned()));
    }
    Ok(clips)
}

fn from_json(path: &Path, clip: PathBuf) -> Result<Labelled, EvalError> {
    let file: WordsFile = material::read_json(path)?;
    let timed: Vec<(String, Span)> = file
        .words
        .into_iter()
        .filter_map(|word| Some((word.word, Span::new(word.start?, word.end?))))
        .collect();
    Ok(Labelled::new(path, clip, timed))
}

/// Reads `start end word` lines; `sil` and `sp` are silence.
fn from_corpus(path: &Path, clip: PathBuf) -> Result<Labelled, EvalError> {
    let text =
        fs::read_to_string(path).map_err(|e| EvalError::Data(path.to_owned(), e.to_string()))?;
    let timed = text
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace();
            let start = fields.next()?.parse::<f64>().ok()?;
            let end = fields.next()?.parse::<f64>().ok()?;
            let word = fields.next()?;
            let span = Span::new(start / CORPUS_UNITS_PER_S, end / CORPUS_UNITS_PER_S);
            (!["sil", "sp"].contains(&word)).then(|| (word.to_owned(), span))
        })
        .collect();
    Ok(Labelled::new(path, clip, timed))
}

impl Labelled {
    fn new(label: &Path, clip: PathBuf, timed: Vec<(String, Span)>) -> Self {
        let (words, times) = timed.into_iter().unzip();
        Self {
            name: label
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            clip,
            words,
            times,
        }
    }
}

fn name_without(path: &Path, ending: &str) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(ending).unwrap_or(&name).to_owned()
}
