//! Nods and head shakes: oscillations of pitch and yaw.
//!
//! A swing is the way from one turning point of the angle to the next. Two or more swings in a
//! row, each as fast as half a cycle of 0.7–4 Hz and as wide as 2.5° above the floor, are one
//! gesture. The floor is what the head does anyway while its owner speaks. Angles are relative to
//! the ray from the camera, so a shaking camera makes no nods.

use std::ops::Range;

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{Event, EventKind},
    span::Span,
};

use super::{
    measurements::Gestures,
    observer::{Basis, Part},
    series,
};

/// Version of the rules.
pub const FORMULA: &str = "nods-swings.v1";

/// Length of half a cycle at 4 Hz and at 0.7 Hz, in seconds.
const HALF_CYCLE_S: [f64; 2] = [0.125, 0.714];
const MIN_SWING_DEG: f32 = 2.5;
/// Swings below this are noise and count for no floor.
const NOISE_DEG: f32 = 0.6;
const MAX_FLOOR_DEG: f32 = 2.5;
/// The floor of speech that is too short to show its own.
const USUAL_FLOOR_DEG: f32 = 1.5;
/// So many swings make a floor.
const MIN_FLOOR_SWINGS: usize = 8;
/// Frames further apart are not one movement, in seconds.
const MAX_GAP_S: f64 = 0.45;
const RATE_HZ: f64 = 40.0;
/// The other axis may move this much of the gesture's own amplitude.
const CROSS_TALK: f32 = 0.8;
/// Part of half a sine's length that lies between 10 % and 90 % of its height.
const INNER_PART: f64 = 0.59;
const MIN_OBSERVED_S: f64 = 1.0;

struct Gesture {
    kind: EventKind,
    span: Span,
    amplitude_deg: f32,
}

/// What was found.
pub(super) struct Found {
    pub(super) nods: Gestures,
    pub(super) shakes: Gestures,
    gestures: Vec<Gesture>,
}

impl Found {
    pub(super) fn events(&self) -> impl Iterator<Item = Event> {
        self.gestures.iter().map(|gesture| Event {
            kind: gesture.kind,
            span: gesture.span,
            value: Some(f64::from(gesture.amplitude_deg)),
            unit: Some("deg".to_owned()),
            label: None,
            confidence: Some(self.nods.confidence),
        })
    }
}

pub(super) fn measure(part: &Part<'_>, basis: Basis) -> Measured<Found> {
    let poses: Vec<(f64, [f32; 3])> = part
        .records
        .iter()
        .filter_map(|record| Some((record.time_s, record.pose()?)))
        .collect();
    let stretches = series::stretches(&poses, MAX_GAP_S);
    let observed_s: f64 = stretches
        .iter()
        .map(|stretch| stretch[stretch.len() - 1].0 - stretch[0].0)
        .sum();
    if observed_s < MIN_OBSERVED_S {
        return Err(NotMeasured::new(
            "too_short",
            format!("the head was followed for {observed_s:.1} s"),
        ));
    }
    let curves: Vec<[Curve; 2]> = stretches
        .iter()
        .map(|stretch| [Curve::of(stretch, 1), Curve::of(stretch, 0)])
        .collect();
    let mut gestures = Vec::new();
    for (axis, kind) in [(0, EventKind::Nod), (1, EventKind::Shake)] {
        let floor = speech_floor(part, curves.iter().map(|curve| &curve[axis]));
        for pair in &curves {
            gestures.extend(find(part, &pair[axis], &pair[1 - axis], floor, kind));
        }
    }
    gestures.sort_by(|a, b| a.span.start_s.total_cmp(&b.span.start_s));
    let confidence = basis.confidence(0.8);
    let summary = |kind| {
        let amplitudes: Vec<f32> = gestures
            .iter()
            .filter(|gesture| gesture.kind == kind)
            .map(|gesture| gesture.amplitude_deg)
            .collect();
        let n = amplitudes.len() as f64;
        Gestures {
            count: amplitudes.len() as u32,
            per_min: n * 60.0 / observed_s,
            mean_amplitude_deg: (n > 0.0)
                .then(|| amplitudes.iter().copied().map(f64::from).sum::<f64>() / n),
            confidence,
        }
    };
    Ok(Found {
        nods: summary(EventKind::Nod),
        shakes: summary(EventKind::Shake),
        gestures,
    })
}

/// One angle over a stretch at an even rate.
struct Curve {
    start_s: f64,
    values: Vec<f32>,
}

/// The way between two turning points: indices of the points, the width in degrees (with sign),
/// and the length of half a cycle that fits its inner part.
struct Swing {
    at: Range<usize>,
    degrees: f32,
    half_cycle_s: f64,
}

impl Curve {
    fn of(stretch: &[(f64, [f32; 3])], angle: usize) -> Self {
        let points: Vec<(f64, f32)> = stretch
            .iter()
            .map(|(time_s, angles)| (*time_s, angles[angle]))
            .collect();
        let (start_s, values) = series::resample(&points, RATE_HZ);
        Self { start_s, values }
    }

    fn time_s(&self, index: usize) -> f64 {
        self.start_s + index as f64 / RATE_HZ
    }

    /// Swings between turning points, where a turn counts from `min_deg` on.
    fn swings(&self, min_deg: f32) -> Vec<Swing> {
        let values = &self.values;
        let Some(first) = values.first() else {
            return Vec::new();
        };
        let mut pivots: Vec<usize> = Vec::new();
        // The lowest and highest points since the last pivot; `rising` once the direction is known.
        let (mut low, mut high, mut rising) = ((0, *first), (0, *first), None);
        for (index, value) in values.iter().copied().enumerate() {
            if value > high.1 {
                high = (index, value);
            }
            if value < low.1 {
                low = (index, value);
            }
            if rising != Some(false) && high.1 - value >= min_deg {
                pivots.push(high.0);
                (rising, low) = (Some(false), (index, value));
                high = low;
            } else if rising != Some(true) && value - low.1 >= min_deg {
                pivots.push(low.0);
                (rising, high) = (Some(true), (index, value));
                low = high;
            }
            if rising == Some(true) {
                low = high;
            } else if rising == Some(false) {
                high = low;
            }
        }
        match rising {
            Some(true) => pivots.push(high.0),
            Some(false) => pivots.push(low.0),
            None => {}
        }
        pivots
            .windows(2)
            .filter(|pair| pair[1] > pair[0])
            .map(|pair| self.swing(pair[0], pair[1]))
            .collect()
    }

    /// Resting before and after a movement is not part of it: the length is taken from the way
    /// between 10 % and 90 %.
    fn swing(&self, from: usize, to: usize) -> Swing {
        let degrees = self.values[to] - self.values[from];
        let part = |index: usize| (self.values[index] - self.values[from]) / degrees;
        let late = (from..=to).find(|index| part(*index) >= 0.9).unwrap_or(to);
        let early = (from..=late)
            .rev()
            .find(|index| part(*index) <= 0.1)
            .unwrap_or(from);
        Swing {
            at: early..late,
            degrees,
            half_cycle_s: (late - early) as f64 / RATE_HZ / INNER_PART,
        }
    }

    /// Highest less lowest value in `at`.
    fn width(&self, at: &Range<usize>) -> f32 {
        let values = &self.values[at.start.min(self.values.len())..at.end.min(self.values.len())];
        let high = values.iter().copied().fold(f32::MIN, f32::max);
        let low = values.iter().copied().fold(f32::MAX, f32::min);
        (high - low).max(0.0)
    }
}

fn in_band(swing: &Swing) -> bool {
    (HALF_CYCLE_S[0]..=HALF_CYCLE_S[1]).contains(&swing.half_cycle_s)
}

/// The middle width of fast swings while speaking.
fn speech_floor<'a>(part: &Part<'_>, curves: impl Iterator<Item = &'a Curve>) -> f32 {
    let mut widths = Vec::new();
    for curve in curves {
        for swing in curve.swings(NOISE_DEG) {
            if in_band(&swing) && part.speaks_at(curve.time_s(swing.at.start)) {
                widths.push(swing.degrees.abs());
            }
        }
    }
    if widths.len() < MIN_FLOOR_SWINGS {
        return USUAL_FLOOR_DEG;
    }
    series::median(&widths).unwrap_or(0.0).min(MAX_FLOOR_DEG)
}

fn find(
    part: &Part<'_>,
    curve: &Curve,
    other: &Curve,
    floor: f32,
    kind: EventKind,
) -> Vec<Gesture> {
    // Turning points are those of the smallest swing that may count; a swing while speaking must
    // be wider by the floor.
    let swings = curve.swings(MIN_SWING_DEG);
    let counts = |swing: &Swing| {
        let floor = if part.speaks_at(curve.time_s(swing.at.start)) {
            floor
        } else {
            0.0
        };
        in_band(swing) && swing.degrees.abs() >= MIN_SWING_DEG + floor
    };
    let close = |a: &Swing, b: &Swing| {
        (b.at.start.saturating_sub(a.at.end)) as f64 / RATE_HZ <= HALF_CYCLE_S[1]
    };
    let mut gestures = Vec::new();
    for run in swings.chunk_by(|a, b| counts(a) && counts(b) && close(a, b)) {
        if run.len() < 2 || !run.iter().all(counts) {
            continue;
        }
        let at = run[0].at.start..run[run.len() - 1].at.end + 1;
        let widths: Vec<f32> = run.iter().map(|swing| swing.degrees.abs()).collect();
        let amplitude_deg = series::median(&widths).unwrap_or(0.0);
        if other.width(&at) > CROSS_TALK * curve.width(&at) {
            continue;
        }
        gestures.push(Gesture {
            kind,
            span: Span::new(curve.time_s(at.start), curve.time_s(at.end - 1)),
            amplitude_deg,
        });
    }
    gestures
}
