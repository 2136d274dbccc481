//! How long the gaze rests on the camera.
//!
//! Cameras sit above or beside the screen and eyes differ, so the camera's place is learnt: the
//! densest mode of the gaze within 20° of the optical axis is the middle of a cone of ± 10°.

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{Event, EventKind},
    span::Span,
};

use super::{
    measurements::EyeContact,
    observer::{Basis, FrameRecord, Part},
    series::median,
};

/// Version of the rules.
pub const FORMULA: &str = "eye-contact-cone.v1";

/// Half the opening of the cone, in degrees.
const CONE_DEG: f32 = 10.0;
/// The cone's axis is sought this close to the optical axis, in degrees.
const SEARCH_DEG: i32 = 20;
/// Width of the kernel with which the densest mode is found, in degrees.
const KERNEL_DEG: f32 = 4.0;
/// A mode that holds a smaller share of the gaze is no camera: the optical axis is taken.
const MIN_MODE_SHARE: f32 = 0.1;
/// The eyes' direction in the head is held so long between two looks at the eyes, in seconds.
const HOLD_S: f64 = 0.6;
/// Narrower eyes (pixels) tell no direction.
const MIN_EYE_PX: f32 = 9.0;
const GOOD_EYE_PX: f64 = 22.0;
/// Eyes whose aspect is below this part of the recording's median are blinking.
const OPEN_PART: f32 = 0.65;
const MIN_OBSERVED_S: f64 = 1.0;
const MIN_SPELL_S: f64 = 0.5;

/// Gaze of one frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct GazePoint {
    pub(super) time_s: f64,
    /// Yaw and pitch relative to the camera, in degrees.
    pub(super) gaze: [f32; 2],
    pub(super) facing: bool,
    weight_s: f64,
}

/// What was found.
pub(super) struct Found {
    pub(super) summary: EyeContact,
    pub(super) points: Vec<GazePoint>,
    spells: Vec<(Span, f32)>,
}

impl Found {
    pub(super) fn events(&self) -> impl Iterator<Item = Event> {
        self.spells.iter().map(|(span, angle)| Event {
            kind: EventKind::LookAway,
            span: *span,
            value: Some(f64::from(*angle)),
            unit: Some("deg".to_owned()),
            label: None,
            confidence: Some(self.summary.confidence),
        })
    }
}

pub(super) fn measure(part: &Part<'_>, basis: Basis) -> Measured<Found> {
    let open = open_eyes(part);
    let seen: Vec<[f32; 2]> = part
        .all
        .iter()
        .filter_map(|record| usable(record, open))
        .collect();
    if seen.is_empty() {
        let small = part
            .records
            .iter()
            .any(|record| record.face.is_some_and(|face| face.eye_px > 0.0));
        return Err(if small {
            NotMeasured::new("eyes_too_small", "the eyes are too small in the picture")
        } else {
            NotMeasured::new("no_iris", "the irises were not looked at")
        });
    }
    let centre = cone_centre(&seen);
    let points = follow(part, centre, open);
    let observed_s: f64 = points.iter().map(|point| point.weight_s).sum();
    if observed_s < MIN_OBSERVED_S {
        return Err(NotMeasured::new(
            "too_short",
            format!("the gaze was seen for {observed_s:.1} s"),
        ));
    }
    let facing_s: f64 = points
        .iter()
        .filter(|point| point.facing)
        .map(|point| point.weight_s)
        .sum();
    let spells = spells(&points, centre);
    let eye_px: Vec<f32> = part
        .records
        .iter()
        .filter_map(|record| record.face.map(|face| face.eye_px))
        .filter(|px| *px > 0.0)
        .collect();
    let eye_px = median(&eye_px).map_or(0.0, f64::from);
    Ok(Found {
        summary: EyeContact {
            ratio: facing_s / observed_s,
            n_spells: spells.len() as u32,
            longest_spell_s: spells
                .iter()
                .map(|(span, _)| span.duration_s())
                .fold(0.0, f64::max),
            centre_yaw_deg: f64::from(centre[0]),
            centre_pitch_deg: f64::from(centre[1]),
            observed_s,
            confidence: basis.confidence((eye_px / GOOD_EYE_PX).min(1.0) * 0.9),
        },
        points,
        spells,
    })
}

/// The least aspect of eyes that are open, for this person.
fn open_eyes(part: &Part<'_>) -> f32 {
    let aspects: Vec<f32> = part
        .all
        .iter()
        .filter_map(|record| record.face?.eye_aspect)
        .collect();
    median(&aspects).map_or(0.0, |aspect| aspect * OPEN_PART)
}

/// The gaze of a frame in which open eyes themselves were looked at.
fn usable(record: &FrameRecord, open: f32) -> Option<[f32; 2]> {
    let face = record.face?;
    let sees = face.eye_px >= MIN_EYE_PX && face.eye_aspect.is_some_and(|aspect| aspect >= open);
    face.gaze.filter(|_| sees)
}

/// The densest place of the gaze near the optical axis, on a grid of one degree; of equally dense
/// places the one nearest to the axis.
fn cone_centre(seen: &[[f32; 2]]) -> [f32; 2] {
    let mut best = (f32::MIN, i32::MAX, [0.0_f32; 2]);
    for yaw in -SEARCH_DEG..=SEARCH_DEG {
        for pitch in -SEARCH_DEG..=SEARCH_DEG {
            let from_axis = yaw * yaw + pitch * pitch;
            if from_axis > SEARCH_DEG * SEARCH_DEG {
                continue;
            }
            let centre = [yaw as f32, pitch as f32];
            let density: f32 = seen
                .iter()
                .map(|gaze| (-0.5 * (angle(*gaze, centre) / KERNEL_DEG).powi(2)).exp())
                .sum();
            let better = density > best.0 * (1.0 + 1e-5);
            let equal_but_nearer = density >= best.0 * (1.0 - 1e-5) && from_axis < best.1;
            if best.1 == i32::MAX || better || equal_but_nearer {
                best = (density, from_axis, centre);
            }
        }
    }
    let inside = seen
        .iter()
        .filter(|gaze| angle(**gaze, best.2) <= CONE_DEG)
        .count();
    if inside as f32 >= MIN_MODE_SHARE * seen.len() as f32 {
        best.2
    } else {
        [0.0; 2]
    }
}

/// Gaze of every frame: between looks at the eyes they are taken to rest in the head.
fn follow(part: &Part<'_>, centre: [f32; 2], open: f32) -> Vec<GazePoint> {
    let mut held: Option<(f64, [f32; 2])> = None;
    let mut points = Vec::new();
    for (record, weight_s) in part.weighted() {
        let Some([yaw, pitch, _]) = record.pose() else {
            held = None;
            continue;
        };
        if let Some(gaze) = usable(record, open) {
            held = Some((record.time_s, [gaze[0] - yaw, gaze[1] - pitch]));
        }
        let Some((since_s, in_head)) = held else {
            continue;
        };
        if record.time_s - since_s > HOLD_S {
            continue;
        }
        let gaze = [in_head[0] + yaw, in_head[1] + pitch];
        points.push(GazePoint {
            time_s: record.time_s,
            gaze,
            facing: angle(gaze, centre) <= CONE_DEG,
            weight_s,
        });
    }
    points
}

/// Stretches of looking away with their largest angle from the cone's axis.
fn spells(points: &[GazePoint], centre: [f32; 2]) -> Vec<(Span, f32)> {
    let mut spells = Vec::new();
    for run in points.chunk_by(|a, b| a.facing == b.facing && b.time_s - a.time_s <= HOLD_S) {
        let (first, last) = (run[0], run[run.len() - 1]);
        let span = Span::new(first.time_s, last.time_s + last.weight_s);
        if first.facing || span.duration_s() < MIN_SPELL_S {
            continue;
        }
        let widest = run
            .iter()
            .map(|point| angle(point.gaze, centre))
            .fold(0.0, f32::max);
        spells.push((span, widest));
    }
    spells
}

fn angle(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}
