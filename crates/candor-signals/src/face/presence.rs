//! Whether there is a face, and whether there is exactly one.

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{Event, EventKind},
    span::Span,
};

use super::{measurements::Presence, observer::Part};

/// Version of the rules.
pub const FORMULA: &str = "face-presence.v1";

/// Shorter stretches without a face are gaps of tracking, not absence.
const MIN_MISSING_S: f64 = 0.5;

pub(super) fn measure(part: &Part<'_>) -> Measured<Presence> {
    if part.records.is_empty() {
        return Err(NotMeasured::new("no_frames", "no frame was looked at"));
    }
    let (mut total_s, mut visible_s) = (0.0, 0.0);
    for (record, weight_s) in part.weighted() {
        total_s += weight_s;
        if record.face.is_some() {
            visible_s += weight_s;
        }
    }
    // A single frame at the very end stands for no time.
    let visible_ratio = if total_s > 0.0 {
        visible_s / total_s
    } else {
        f64::from(u8::from(
            part.records.iter().any(|record| record.face.is_some()),
        ))
    };
    let several = several(part);
    let counted = part.records.iter().any(|record| record.n_faces.is_some());
    let (one_face_ratio, max_faces) = if counted {
        let several_s: f64 = part
            .weighted()
            .filter(|(record, _)| {
                record.face.is_some()
                    && several.iter().any(|(span, _)| span.contains(record.time_s))
            })
            .map(|(_, weight_s)| weight_s)
            .sum();
        let ratio = if total_s > 0.0 {
            (visible_s - several_s) / total_s
        } else {
            visible_ratio
        };
        let floor = u32::from(visible_ratio > 0.0);
        let most = several.iter().map(|(_, n)| *n).max().unwrap_or(floor);
        (Ok(ratio.clamp(0.0, 1.0)), Ok(most))
    } else {
        let reason = NotMeasured::new("not_counted", "faces were not counted");
        (Err(reason.clone()), Err(reason))
    };
    Ok(Presence {
        visible_ratio,
        one_face_ratio,
        max_faces,
        missing: missing(part),
        several,
    })
}

/// Stretches without a face, up to the next frame with one.
fn missing(part: &Part<'_>) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut since = None;
    for record in part.records {
        match (record.face.is_some(), since) {
            (false, None) => since = Some(record.time_s),
            (true, Some(start_s)) => {
                spans.push(Span::new(start_s, record.time_s));
                since = None;
            }
            _ => {}
        }
    }
    if let Some(start_s) = since {
        spans.push(Span::new(start_s, part.within.end_s));
    }
    spans.retain(|span| span.duration_s() >= MIN_MISSING_S);
    spans
}

/// Stretches in which at least two counts in a row gave several faces; a single such count is
/// too often a picture on the wall.
fn several(part: &Part<'_>) -> Vec<(Span, u32)> {
    let counts: Vec<(f64, u8)> = part
        .records
        .iter()
        .filter_map(|record| Some((record.time_s, record.n_faces?)))
        .collect();
    let mut spans = Vec::new();
    let mut start = 0;
    for run in counts.chunk_by(|a, b| (a.1 > 1) == (b.1 > 1)) {
        let next_s = counts
            .get(start + run.len())
            .map_or(part.within.end_s, |next| next.0);
        start += run.len();
        let most = run.iter().map(|(_, n)| *n).max().unwrap_or(0);
        if most > 1 && run.len() > 1 {
            spans.push((Span::new(run[0].0, next_s), u32::from(most)));
        }
    }
    spans
}

/// The events of missing and of several faces.
pub(super) fn events(presence: &Presence) -> Vec<Event> {
    let event = |kind, span, value: Option<f64>| Event {
        kind,
        span,
        value,
        unit: value.map(|_| "count".to_owned()),
        label: None,
        confidence: None,
    };
    let missing = presence
        .missing
        .iter()
        .map(|span| event(EventKind::FaceMissing, *span, None));
    let several = presence
        .several
        .iter()
        .map(|(span, n)| event(EventKind::SeveralFaces, *span, Some(f64::from(*n))));
    missing.chain(several).collect()
}
