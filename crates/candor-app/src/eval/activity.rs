//! Speech activity: probabilities against the reference, boundaries against hand labels.

use std::path::Path;

use candor_core::{ports::Unwatched, span::Span};
use candor_media::Tools;
use candor_signals::audio::{scan::scan, vad};
use serde::Deserialize;

use super::{
    EvalError, Figure, SuiteReport, material,
    statistics::{median, share},
};
use crate::engines::Engines;

/// A boundary this near counts as found, in seconds.
const NEAR_S: f64 = 0.1;

#[derive(Deserialize)]
struct Reference {
    file: String,
    prob: Vec<f64>,
}

pub(super) fn run(
    data: &Path,
    tools: &Tools,
    engines: &dyn Engines,
) -> Result<SuiteReport, EvalError> {
    let mut report = SuiteReport::default();
    let (mut differences, mut offsets) = (Vec::new(), Vec::new());
    let references = material::references(
        data,
        ".vad.json",
        |reference: &Reference| &reference.file,
        &mut report,
    )?;
    for (reference, clip) in references {
        let samples = material::samples(&clip, tools)?;
        let found = material::probabilities(&samples, engines)?;
        let clip_differences: Vec<f64> = found
            .iter()
            .zip(&reference.prob)
            .map(|(found, expected)| (f64::from(*found) - expected).abs())
            .collect();
        let mut figures = vec![Figure::new(
            "largest difference of probabilities",
            clip_differences.iter().copied().reduce(f64::max),
            "",
            clip_differences.len(),
        )];
        let labels = material::labelled_speech(
            &material::index_row(data, &reference.file).unwrap_or_default(),
        );
        if !labels.is_empty() {
            let clip_offsets = boundary_offsets(&samples, &found, &labels)?;
            figures.push(near(&clip_offsets));
            offsets.extend(clip_offsets);
        }
        differences.extend(clip_differences);
        report.clips.push((reference.file, figures));
    }
    let absolute: Vec<f64> = offsets.iter().map(|offset| offset.abs()).collect();
    report.figures = vec![
        Figure::new(
            "probabilities within 0.001 of the reference",
            share(&differences, |difference| *difference <= 1e-3),
            "ratio",
            differences.len(),
        ),
        Figure::new(
            "largest difference of probabilities",
            differences.iter().copied().reduce(f64::max),
            "",
            differences.len(),
        ),
        near(&offsets),
        Figure::new(
            "median distance of tight boundaries",
            median(&absolute).map(|s| s * 1000.0),
            "ms",
            absolute.len(),
        ),
    ];
    Ok(report)
}

fn near(offsets: &[f64]) -> Figure {
    Figure::new(
        "tight boundaries within 100 ms of the labels",
        share(offsets, |offset| offset.abs() <= NEAR_S),
        "ratio",
        offsets.len(),
    )
}

/// Distance from each labelled boundary to the nearest found one of its kind, in seconds.
fn boundary_offsets(
    samples: &[f32],
    probabilities: &[f32],
    labels: &[Span],
) -> Result<Vec<f64>, EvalError> {
    let samples = samples.to_vec();
    let scanned = scan(&samples, &Unwatched).map_err(super::voice::failed)?;
    let spans = vad::segment(probabilities, scanned.duration_s, &vad::TIGHT);
    let spans = vad::refine(&spans, &scanned.levels_dbfs(), scanned.duration_s);
    let nearest = |time_s: f64, boundary: fn(&Span) -> f64| {
        spans
            .iter()
            .map(|span| boundary(span) - time_s)
            .min_by(|a, b| a.abs().total_cmp(&b.abs()))
            .unwrap_or(f64::INFINITY)
    };
    Ok(labels
        .iter()
        .flat_map(|label| {
            [
                nearest(label.start_s, |span| span.start_s),
                nearest(label.end_s, |span| span.end_s),
            ]
        })
        .collect())
}
