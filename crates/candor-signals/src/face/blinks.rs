//! Blinks: short dips of the eye aspect ratio (Soukupová & Čech 2016).

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{Event, EventKind},
    span::Span,
};

use super::{
    measurements::Blinks,
    observer::{Basis, Part},
    series,
};

/// Version of the rules.
pub const FORMULA: &str = "blinks-ear.v1";

/// A blink lasts 80–400 ms: fewer frames per second miss too many.
const MIN_RATE_HZ: f64 = 25.0;
const LENGTH_S: [f64; 2] = [0.08, 0.4];
/// Below this part of the open eye's aspect an eye is closing.
const CLOSING: f32 = 0.7;
/// The open eye is the median of the neighbourhood, this far to both sides, in seconds.
const NEIGHBOURHOOD_S: f64 = 1.5;
/// Frames further apart are not one movement.
const MAX_GAP_S: f64 = 0.1;
const MIN_OBSERVED_S: f64 = 2.0;

/// What was found.
pub(super) struct Found {
    pub(super) summary: Blinks,
    spans: Vec<Span>,
}

impl Found {
    pub(super) fn events(&self) -> impl Iterator<Item = Event> {
        self.spans.iter().map(|span| Event {
            kind: EventKind::Blink,
            span: *span,
            value: Some(span.duration_s() * 1000.0),
            unit: Some("ms".to_owned()),
            label: None,
            confidence: Some(self.summary.confidence),
        })
    }
}

pub(super) fn measure(part: &Part<'_>, basis: Basis) -> Measured<Found> {
    let points: Vec<(f64, f32)> = part
        .records
        .iter()
        .filter_map(|record| Some((record.time_s, record.face?.eye_aspect?)))
        .collect();
    let stretches = series::stretches(&points, MAX_GAP_S);
    let observed_s: f64 = stretches
        .iter()
        .map(|stretch| stretch[stretch.len() - 1].0 - stretch[0].0)
        .sum();
    let steps: usize = stretches.iter().map(|stretch| stretch.len() - 1).sum();
    let rate_hz = if observed_s > 0.0 {
        steps as f64 / observed_s
    } else {
        0.0
    };
    // Five per cent for clocks: 24.98 frames per second are 25.
    if rate_hz < MIN_RATE_HZ * 0.95 {
        return Err(NotMeasured::new(
            "frame_rate_too_low",
            format!(
                "the eyes were looked at {:.0} times a second; blinks need 25",
                points.len() as f64 / part.within.duration_s().max(1e-3)
            ),
        ));
    }
    if observed_s < MIN_OBSERVED_S {
        return Err(NotMeasured::new(
            "too_short",
            format!("the eyes were followed for {observed_s:.1} s"),
        ));
    }
    let spans: Vec<Span> = stretches
        .iter()
        .flat_map(|stretch| dips(stretch))
        .filter(|span| (LENGTH_S[0]..=LENGTH_S[1]).contains(&span.duration_s()))
        .collect();
    let n = spans.len() as f64;
    Ok(Found {
        summary: Blinks {
            count: spans.len() as u32,
            per_min: n * 60.0 / observed_s,
            mean_ms: (n > 0.0)
                .then(|| spans.iter().map(|span| span.duration_s()).sum::<f64>() / n * 1000.0),
            confidence: basis.confidence(0.8),
        },
        spans,
    })
}

/// Stretches in which the eyes are closing, closed or opening, with interpolated ends.
fn dips(points: &[(f64, f32)]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut since: Option<f64> = None;
    let (mut begin, mut end) = (0, 0);
    let mut before: Option<(f64, f32)> = None;
    for (time_s, aspect) in points.iter().copied() {
        while points[begin].0 < time_s - NEIGHBOURHOOD_S {
            begin += 1;
        }
        while end < points.len() && points[end].0 <= time_s + NEIGHBOURHOOD_S {
            end += 1;
        }
        let near: Vec<f32> = points[begin..end].iter().map(|point| point.1).collect();
        let open = series::median(&near).unwrap_or(aspect);
        // Positive while the eye is more closed than open.
        let depth = CLOSING * open - aspect;
        if let Some((before_s, before_depth)) = before {
            let crossing = || {
                let part = f64::from(before_depth / (before_depth - depth));
                before_s + part * (time_s - before_s)
            };
            if before_depth <= 0.0 && depth > 0.0 {
                since = Some(crossing());
            } else if before_depth > 0.0
                && depth <= 0.0
                && let Some(start_s) = since.take()
            {
                spans.push(Span::new(start_s, crossing()));
            }
        }
        before = Some((time_s, depth));
    }
    spans
}
