//! Facial expression over time: smoothed labels, their distribution and changes.
//!
//! Classifiers take speaking mouths for surprise or anger, so while the person speaks those
//! classes count less the more the mouth is open, and such samples weigh less in the smoothing.

use candor_core::{
    emotion::Expression,
    measured::{Measured, NotMeasured},
    ports::ExpressionScores,
    report::{Event, EventKind},
    span::Span,
};

use super::{
    measurements::{ExpressionPoint, ExpressionSummary},
    movement::Rest,
    observer::{Basis, Part},
};

/// Version of the rules.
pub const FORMULA: &str = "expression-smoothing.v1";

/// Classes that an open mouth feigns, and the least share of their probability that is kept.
const FEIGNED: [Expression; 3] = [Expression::Surprise, Expression::Anger, Expression::Fear];
const KEPT: f64 = 0.35;
/// Lips this far open (parts of the distance of the outer eye corners) are wide open.
const WIDE_OPEN: f64 = 0.12;
/// Weight of a sample taken while speaking.
const SPEECH_WEIGHT: f64 = 0.5;
/// Samples further apart are not smoothed together, in seconds.
const MAX_GAP_S: f64 = 3.0;
/// A change holds for so many samples at least.
const MIN_HELD: usize = 2;

struct Sample {
    time_s: f64,
    weight: f64,
    probabilities: [f64; 8],
}

pub(super) fn measure(
    part: &Part<'_>,
    smooth_win: u32,
    basis: Basis,
) -> Measured<ExpressionSummary> {
    let rest = Rest::of(part.all);
    let mut known = [false; 8];
    let mut samples = Vec::new();
    for record in part.records {
        let (Some(face), Some(scores)) = (record.face, record.expression) else {
            continue;
        };
        for (known, score) in known.iter_mut().zip(scores) {
            *known |= score.is_some();
        }
        let speaks = part.speaks_at(record.time_s);
        let open = rest.map_or(0.0, |rest| f64::from(rest.mouth(&face)) / WIDE_OPEN);
        let Some(probabilities) = corrected(&scores, if speaks { open.min(1.0) } else { 0.0 })
        else {
            continue;
        };
        samples.push(Sample {
            time_s: record.time_s,
            weight: if speaks { SPEECH_WEIGHT } else { 1.0 },
            probabilities,
        });
    }
    if samples.is_empty() {
        return Err(NotMeasured::new(
            "no_expression",
            "no frame was classified by an expression network",
        ));
    }
    let smoothed_win = if smooth_win >= 3 && smooth_win % 2 == 1 {
        smooth_win
    } else {
        1
    };
    let timeline = smooth(&samples, smoothed_win as usize / 2);
    let n = timeline.len() as f64;
    let mut counts = [0_u32; 8];
    for point in &timeline {
        counts[place(point.label)] += 1;
    }
    let mut distribution = [None; 8];
    for (index, share) in distribution.iter_mut().enumerate() {
        *share = known[index].then(|| f64::from(counts[index]) / n);
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let dominant = counts.iter().position(|count| *count == most).unwrap_or(0);
    let sureness = timeline.iter().map(|point| point.probability).sum::<f64>() / n;
    Ok(ExpressionSummary {
        n_samples: timeline.len() as u32,
        distribution,
        dominant: Expression::ALL[dominant],
        timeline,
        smoothed_win,
        confidence: basis.confidence(sureness),
    })
}

/// Probabilities with the feigned classes lowered; `None` where the network gave none.
fn corrected(scores: &ExpressionScores, open: f64) -> Option<[f64; 8]> {
    let mut probabilities =
        scores.map(|score| score.map_or(0.0, |score| f64::from(score).max(0.0)));
    for class in FEIGNED {
        probabilities[place(class)] *= 1.0 - (1.0 - KEPT) * open;
    }
    let total: f64 = probabilities.iter().sum();
    (total > 0.0 && total.is_finite()).then(|| probabilities.map(|value| value / total))
}

/// The likeliest label of each sample and its neighbours, up to `reach` to both sides; at the
/// edges the window is shorter.
fn smooth(samples: &[Sample], reach: usize) -> Vec<ExpressionPoint> {
    samples
        .iter()
        .enumerate()
        .map(|(index, sample)| {
            let from = index.saturating_sub(reach);
            let to = (index + reach + 1).min(samples.len());
            let mut sum = [0.0; 8];
            let mut weights = 0.0;
            for near in &samples[from..to] {
                if (near.time_s - sample.time_s).abs() > MAX_GAP_S * reach as f64 {
                    continue;
                }
                weights += near.weight;
                for (total, value) in sum.iter_mut().zip(near.probabilities) {
                    *total += value * near.weight;
                }
            }
            let best = (1..8).fold(
                0,
                |best, next| if sum[next] > sum[best] { next } else { best },
            );
            ExpressionPoint {
                time_s: sample.time_s,
                label: Expression::ALL[best],
                probability: sum[best] / weights,
            }
        })
        .collect()
}

/// Where the smoothed label changes and then holds.
pub(super) fn events(found: &ExpressionSummary) -> Vec<Event> {
    let mut events = Vec::new();
    let mut current: Option<Expression> = None;
    for run in found.timeline.chunk_by(|a, b| a.label == b.label) {
        let (first, last) = (run[0], run[run.len() - 1]);
        if run.len() < MIN_HELD || current == Some(first.label) {
            continue;
        }
        if current.is_some() {
            events.push(Event {
                kind: EventKind::ExpressionChange,
                span: Span::new(first.time_s, last.time_s),
                value: Some(first.probability),
                unit: Some("ratio".to_owned()),
                label: Some(first.label.label().to_owned()),
                confidence: Some(found.confidence),
            });
        }
        current = Some(first.label);
    }
    events
}

/// Place of a class in [`Expression::ALL`].
pub(super) fn place(class: Expression) -> usize {
    Expression::ALL
        .iter()
        .position(|other| *other == class)
        .expect("ALL holds every class")
}
