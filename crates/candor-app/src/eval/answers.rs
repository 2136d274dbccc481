//! Short answers against human grades: data in the columns `id,question,desired_answer,student_answer,score_avg`.
//!
//! Three scorings of the same rows: the evaluator's agreement, and as floors the plain cosine of the two answers and a
//! ridge regression on four features, predicted for each question from the others. Neither the agreement nor the cosine
//! is fitted to the data; only the error needs a line, which is fitted without the answer's own question.

use std::path::{Path, PathBuf};

use candor_core::ports::{Embedder, EngineError};
use candor_interviewer::{evaluation::short_answer, words};
use candor_signals::text::similarity::cosine;
use serde::Deserialize;

use super::{
    EvalError, Figure, SuiteReport, material,
    statistics::{line, pearson, spearman},
};
use crate::engines::Engines;

mod ridge;

/// The data are in English.
const LANGUAGE: &str = "en";

#[derive(Deserialize)]
struct Row {
    question: String,
    desired_answer: String,
    student_answer: String,
    score_avg: f64,
}

/// A graded answer: its question, its grade, and what each scoring says of it.
struct Graded {
    question: String,
    grade: f64,
    agreement: f64,
    features: [f64; 4],
}

pub(super) fn run(data: &Path, engines: &dyn Engines) -> Result<SuiteReport, EvalError> {
    let tables = tables(data);
    if tables.is_empty() {
        return Err(EvalError::NoData(data.to_owned()));
    }
    let embedder = engines.embedder()?;
    let mut report = SuiteReport::default();
    for path in tables {
        let rows = read(&path)?;
        let graded: Result<Vec<Graded>, EngineError> =
            rows.into_iter().map(|row| grade(row, &*embedder)).collect();
        let figures = figures(&graded?);
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        report.figures.clone_from(&figures);
        report.clips.push((name, figures));
    }
    Ok(report)
}

/// The file itself, or every table of graded answers below the folder.
fn tables(data: &Path) -> Vec<PathBuf> {
    if data.is_file() {
        return vec![data.to_owned()];
    }
    ["answers", "media/text", "text", "."]
        .iter()
        .flat_map(|folder| material::files(&data.join(folder), ".csv"))
        .collect()
}

fn read(path: &Path) -> Result<Vec<Row>, EvalError> {
    let failed = |error: csv::Error| EvalError::Data(path.to_owned(), error.to_string());
    let mut reader = csv::Reader::from_path(path).map_err(failed)?;
    reader
        .deserialize()
        .map(|row| row.map_err(failed))
        .collect()
}

fn grade(row: Row, embedder: &dyn Embedder) -> Result<Graded, EngineError> {
    let (asked, wanted, said) = (&row.question, &row.desired_answer, &row.student_answer);
    let vectors = embedder.embed(&[wanted, said])?;
    let alike = cosine(&vectors[0], &vectors[1]).clamp(-1.0, 1.0);
    let [asked_stems, wanted_stems, said_stems] =
        [asked, wanted, said].map(|text| words::stems(text, LANGUAGE));
    let share = |wanted: Vec<&String>| {
        let n = wanted
            .iter()
            .filter(|stem| said_stems.contains(**stem))
            .count();
        n as f64 / wanted.len().max(1) as f64
    };
    Ok(Graded {
        agreement: short_answer::agreement(asked, wanted, said, LANGUAGE, Some(embedder))?,
        features: [
            alike,
            share(wanted_stems.iter().collect()),
            share(wanted_stems.difference(&asked_stems).collect()),
            (said.split_whitespace().count() as f64).ln_1p(),
        ],
        grade: row.score_avg,
        question: row.question,
    })
}

fn figures(graded: &[Graded]) -> Vec<Figure> {
    let of = |value: &dyn Fn(&Graded) -> f64| -> Vec<Scored<'_>> {
        let scored = graded.iter().map(|row| Scored {
            question: &row.question,
            score: value(row),
            grade: row.grade,
        });
        scored.collect()
    };
    let mut figures = described("agreement", &of(&|row| row.agreement));
    figures.extend(described("floor, cosine", &of(&|row| row.features[0])));
    figures.extend(described("floor, four-feature ridge", &ridged(graded)));
    figures
}

/// An answer with one score.
struct Scored<'a> {
    question: &'a str,
    score: f64,
    grade: f64,
}

/// Grades that a ridge regression predicts for each question from the answers to the others.
fn ridged(graded: &[Graded]) -> Vec<Scored<'_>> {
    let predicted = graded.iter().map(|row| {
        let others: Vec<([f64; 4], f64)> = graded
            .iter()
            .filter(|other| other.question != row.question)
            .map(|other| (other.features, other.grade))
            .collect();
        Scored {
            question: &row.question,
            score: ridge::predict(&others, row.features).unwrap_or(f64::NAN),
            grade: row.grade,
        }
    });
    predicted.filter(|row| row.score.is_finite()).collect()
}

/// Correlation of score and grade, and the error of a line that was fitted without the answer's own question.
fn described(name: &str, scored: &[Scored<'_>]) -> Vec<Figure> {
    let pairs: Vec<(f64, f64)> = scored.iter().map(|row| (row.score, row.grade)).collect();
    let mut squares = Vec::new();
    for row in scored {
        let others: Vec<(f64, f64)> = scored
            .iter()
            .filter(|other| other.question != row.question)
            .map(|other| (other.score, other.grade))
            .collect();
        if let Some((slope, intercept)) = line(&others) {
            squares.push((slope * row.score + intercept - row.grade).powi(2));
        }
    }
    let rmse =
        (!squares.is_empty()).then(|| (squares.iter().sum::<f64>() / squares.len() as f64).sqrt());
    vec![
        Figure::new(
            &format!("Pearson r ({name})"),
            pearson(&pairs),
            "",
            pairs.len(),
        ),
        Figure::new(
            &format!("Spearman rho ({name})"),
            spearman(&pairs),
            "",
            pairs.len(),
        ),
        Figure::new(&format!("RMSE ({name})"), rmse, "points", squares.len()),
    ]
}
