//! The plane that tells sentences to whoever judges from those of an answer, fitted anew and compared with the one that
//! is shipped. Data: `*.jsonl` with passages, one a line: `{"aside": true, "kind": "…", "sentences": ["…"]}`.
//!
//! Ridge regression on sentence vectors (Hoerl & Kennard 1970) towards 1 and −1, both kinds of equal weight together.
//! Each passage is judged by a plane that was fitted without it and every fifth other one.

use std::path::Path;

use candor_interviewer::{bank, evaluation};
use nalgebra::{DMatrix, DVector};
use serde::Deserialize;

use super::{EvalError, Figure, SuiteReport, material};
use crate::engines::Engines;

/// The embedder knows English.
const LANGUAGE: &str = "en";
/// Weight of the penalty on all but the threshold.
const PENALTY: f64 = 10.0;
/// Parts that are left out in turn.
const PARTS: usize = 5;

#[derive(Deserialize)]
struct Passage {
    aside: bool,
    sentences: Vec<String>,
}

/// A sentence's vector with a one behind it, and what it is.
struct Row {
    passage: usize,
    is_aside: bool,
    vector: Vec<f64>,
}

pub(super) fn run(data: &Path, engines: &dyn Engines) -> Result<SuiteReport, EvalError> {
    let passages = passages(data)?;
    let embedder = engines.embedder()?;
    let mut rows = Vec::new();
    for (at, passage) in passages.iter().enumerate() {
        for sentence in &passage.sentences {
            for vector in embedder.embed(&[sentence])? {
                let mut vector: Vec<f64> = vector.into_iter().map(f64::from).collect();
                vector.push(1.0);
                rows.push(Row {
                    passage: at,
                    is_aside: passage.aside,
                    vector,
                });
            }
        }
    }
    let failed = || EvalError::Data(data.to_owned(), "no plane can be fitted".to_owned());
    let mut found: Vec<(bool, f64)> = Vec::with_capacity(rows.len());
    for part in 0..PARTS {
        let is_here = |row: &&Row| row.passage % PARTS == part;
        let plane = fit(rows.iter().filter(|row| !is_here(row))).ok_or_else(failed)?;
        let here = rows.iter().filter(is_here);
        found.extend(here.map(|row| (row.is_aside, side(&plane, row))));
    }
    let plane = fit(rows.iter()).ok_or_else(failed)?;
    let mut report = SuiteReport {
        figures: figures(&found),
        ..SuiteReport::default()
    };
    let shipped = evaluation::aside_plane();
    let apart = plane
        .iter()
        .zip(shipped)
        .map(|(new, shipped)| (new - shipped).abs());
    report.figures.push(Figure::new(
        "largest difference of a weight from the shipped one",
        (plane.len() == shipped.len()).then(|| apart.fold(0.0, f64::max)),
        "",
        plane.len(),
    ));
    let weights = plane.iter().enumerate();
    let weights = weights.map(|(at, weight)| Figure::new(&at.to_string(), Some(*weight), "", 1));
    report.clips.push(("plane".to_owned(), weights.collect()));
    Ok(report)
}

/// The passages of all files, then the reference answers of the bank.
fn passages(data: &Path) -> Result<Vec<Passage>, EvalError> {
    let mut all = Vec::new();
    for path in material::files(data, ".jsonl") {
        let failed = |error: String| EvalError::Data(path.clone(), error);
        let text = std::fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
        for line in text.lines() {
            all.push(serde_json::from_str(line).map_err(|error| failed(error.to_string()))?);
        }
    }
    if all.is_empty() {
        return Err(EvalError::NoData(data.to_owned()));
    }
    for family in candor_core::interview::RoleFamily::ALL {
        let references = bank::references(family, LANGUAGE);
        for question in bank::shipped(family, LANGUAGE) {
            if let Some(reference) = references.get(&question.id) {
                all.push(Passage {
                    aside: false,
                    sentences: reference.sentences().map(str::to_owned).collect(),
                });
            }
        }
    }
    Ok(all)
}

/// Weights of the plane through `rows`, the threshold last.
fn fit<'a>(rows: impl Iterator<Item = &'a Row> + Clone) -> Option<Vec<f64>> {
    let n_aside = rows.clone().filter(|row| row.is_aside).count() as f64;
    let n = rows.clone().count() as f64;
    let size = rows.clone().next()?.vector.len();
    let mut matrix = DMatrix::<f64>::zeros(size, size);
    let mut target = DVector::<f64>::zeros(size);
    for row in rows {
        let (weight, wanted) = if row.is_aside {
            ((n - n_aside) / n_aside, 1.0)
        } else {
            (1.0, -1.0)
        };
        let vector = DVector::from_column_slice(&row.vector);
        matrix.syger(weight, &vector, &vector, 1.0);
        target.axpy(weight * wanted, &vector, 1.0);
    }
    for at in 0..size - 1 {
        matrix[(at, at)] += PENALTY;
    }
    let solution = matrix.cholesky()?.solve(&target);
    Some(solution.iter().copied().collect())
}

fn side(plane: &[f64], row: &Row) -> f64 {
    plane
        .iter()
        .zip(&row.vector)
        .map(|(weight, value)| weight * value)
        .sum()
}

/// Shares of sentences beyond the bounds that are used.
fn figures(found: &[(bool, f64)]) -> Vec<Figure> {
    let bounds = evaluation::ASIDE_BOUNDS;
    let mut figures = Vec::new();
    for (is_aside, name) in [
        (true, "sentences to whoever judges"),
        (false, "honest sentences"),
    ] {
        let sides: Vec<f64> = found
            .iter()
            .filter(|(which, _)| *which == is_aside)
            .map(|(_, side)| *side)
            .collect();
        let n = sides.len();
        for (bound, what) in bounds {
            let above = sides.iter().filter(|side| **side > bound).count();
            figures.push(Figure::new(
                &format!("{name}: {what} (above {bound})"),
                (n > 0).then(|| 100.0 * above as f64 / n as f64),
                "%",
                n,
            ));
        }
    }
    figures
}
