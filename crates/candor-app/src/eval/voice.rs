//! Pitch and voice quality against Praat's tracks.

use std::path::Path;

use candor_core::{
    ports::{EngineError, Unwatched},
    span::Span,
};
use candor_media::Tools;
use candor_signals::audio::{
    error::AudioError,
    harmonicity,
    pitch::{self, PitchSettings},
    pulses::mark_periods,
    scan::scan,
    voice_quality,
};
use serde::Deserialize;

use super::{
    EvalError, Figure, SuiteReport, material,
    statistics::{median, share},
};

/// A relative error of F0 above this is gross.
const GROSS: f64 = 0.2;

#[derive(Deserialize)]
struct Reference {
    file: String,
    t0: f64,
    step: f64,
    f0: Vec<f64>,
    jitter_local: Option<f64>,
    shimmer_local: Option<f64>,
    hnr_db: Option<f64>,
}

/// Errors of one clip or of all together.
#[derive(Default)]
struct Errors {
    f0: Vec<f64>,
    voicing: Vec<bool>,
    quality: [Vec<f64>; 3],
}

pub(super) fn run(data: &Path, tools: &Tools) -> Result<SuiteReport, EvalError> {
    let mut report = SuiteReport::default();
    let mut pooled = Errors::default();
    let references = material::references(
        data,
        ".voice.json",
        |reference: &Reference| &reference.file,
        &mut report,
    )?;
    for (reference, clip) in references {
        let errors = compare(&material::samples(&clip, tools)?, &reference)?;
        report.clips.push((reference.file, figures(&errors)));
        pooled.f0.extend(errors.f0);
        pooled.voicing.extend(errors.voicing);
        for (all, one) in pooled.quality.iter_mut().zip(errors.quality) {
            all.extend(one);
        }
    }
    report.figures = figures(&pooled);
    Ok(report)
}

fn compare(samples: &[f32], reference: &Reference) -> Result<Errors, EvalError> {
    let samples = samples.to_vec();
    let scanned = scan(&samples, &Unwatched).map_err(failed)?;
    let track =
        pitch::track(&samples, &scanned, &PitchSettings::default(), &Unwatched).map_err(failed)?;
    let mut errors = Errors::default();
    for (i, expected) in reference.f0.iter().enumerate() {
        let Some(frame) = track.nearest(reference.t0 + i as f64 * reference.step) else {
            continue;
        };
        let found = f64::from(track.f0_hz[frame]);
        errors.voicing.push((found > 0.0) == (*expected > 0.0));
        if found > 0.0 && *expected > 0.0 {
            errors.f0.push((found / expected - 1.0).abs());
        }
    }
    let pulses = mark_periods(&samples, &scanned, &track, &Unwatched).map_err(failed)?;
    let harmonicity = harmonicity::track(&samples, &scanned, &Unwatched).map_err(failed)?;
    let quality = voice_quality::measure(&pulses, &harmonicity, &[Span::new(0.0, f64::INFINITY)]);
    let pairs = [
        (quality.jitter, reference.jitter_local),
        (quality.shimmer, reference.shimmer_local),
        (quality.hnr_db, reference.hnr_db),
    ];
    for (list, pair) in errors.quality.iter_mut().zip(pairs) {
        if let (Ok(found), Some(expected)) = pair {
            list.push((found / expected - 1.0).abs());
        }
    }
    Ok(errors)
}

fn figures(errors: &Errors) -> Vec<Figure> {
    let percent = |ratio: Option<f64>| ratio.map(|ratio| ratio * 100.0);
    let quality =
        |name: &str, list: &[f64]| Figure::new(name, percent(median(list)), "%", list.len());
    vec![
        Figure::new(
            "F0 median error",
            percent(median(&errors.f0)),
            "%",
            errors.f0.len(),
        ),
        Figure::new(
            "F0 gross errors (over 20 %)",
            percent(share(&errors.f0, |error| *error > GROSS)),
            "%",
            errors.f0.len(),
        ),
        Figure::new(
            "voicing disagreement",
            percent(share(&errors.voicing, |agrees| !agrees)),
            "%",
            errors.voicing.len(),
        ),
        quality("jitter median error", &errors.quality[0]),
        quality("shimmer median error", &errors.quality[1]),
        quality("HNR median error", &errors.quality[2]),
    ]
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
pub(super) fn failed(error: AudioError) -> EvalError {
    EvalError::Engine(EngineError::Failed {
        engine: "candor",
        message: error.to_string(),
    })
}
