//! Answer similarity against human grades: short-answer data in the columns
//! `id,question,desired_answer,student_answer,score_avg`.

use std::path::{Path, PathBuf};

use candor_signals::text::similarity::cosine;
use serde::Deserialize;

use super::{
    EvalError, Figure, SuiteReport, material,
    statistics::{line, pearson, spearman},
};
use crate::engines::Engines;

#[derive(Deserialize)]
struct Row {
    question: String,
    desired_answer: String,
    student_answer: String,
    score_avg: f64,
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
        let mut graded = Vec::with_capacity(rows.len());
        for row in &rows {
            let vectors = embedder.embed(&[&row.desired_answer, &row.student_answer])?;
            let alike = cosine(&vectors[0], &vectors[1]).clamp(-1.0, 1.0);
            graded.push((row.question.as_str(), alike, row.score_avg));
        }
        let figures = figures(&graded);
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

/// Correlation of similarity and grade, and the error of a line that was fitted without the
/// answer's own question.
fn figures(graded: &[(&str, f64, f64)]) -> Vec<Figure> {
    let pairs: Vec<(f64, f64)> = graded.iter().map(|row| (row.1, row.2)).collect();
    let mut squares = Vec::new();
    for (question, alike, grade) in graded {
        let others: Vec<(f64, f64)> = graded
            .iter()
            .filter(|row| row.0 != *question)
            .map(|row| (row.1, row.2))
            .collect();
        if let Some((slope, intercept)) = line(&others) {
            squares.push((slope * alike + intercept - grade).powi(2));
        }
    }
    let rmse =
        (!squares.is_empty()).then(|| (squares.iter().sum::<f64>() / squares.len() as f64).sqrt());
    vec![
        Figure::new(
            "Pearson r of similarity and grade",
            pearson(&pairs),
            "",
            pairs.len(),
        ),
        Figure::new(
            "Spearman rho of similarity and grade",
            spearman(&pairs),
            "",
            pairs.len(),
        ),
        Figure::new(
            "RMSE after leave-one-question-out calibration",
            rmse,
            "points",
            squares.len(),
        ),
    ]
}
