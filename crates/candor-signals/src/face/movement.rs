//! Smile, raised brows and open mouth relative to the person's resting face; where the head
//! points and how still it is.

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{Event, EventKind},
    span::Span,
};

use super::{
    features::FaceFeatures,
    measurements::{Movement, PoseSummary},
    observer::{Basis, FrameRecord, Part},
    one_euro::OneEuro,
    series,
};

/// Version of the rules.
pub const FORMULA: &str = "face-movement.v1";

/// A mouth this much wider than at rest smiles.
const SMILE: f32 = 0.15;
const MIN_SMILE_S: f64 = 0.5;
/// Brows this much higher than at rest are raised.
const BROW: f32 = 0.12;
/// Points of stability lost for each degree per second.
const STABILITY_PER_DEG_S: f64 = 2.0;
const STABILITY_RATE_HZ: f64 = 5.0;
const MAX_GAP_S: f64 = 0.6;
const MIN_FRAMES: usize = 5;

/// The resting face of a person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest {
    mouth_width: f32,
    mouth_open: f32,
    brow_height: f32,
}

impl Rest {
    /// From the lower fifths of the lengths (the middle for the brows) of a whole recording.
    pub(super) fn of(records: &[FrameRecord]) -> Option<Self> {
        let at = |value: fn(&FaceFeatures) -> f32, part| {
            let values: Vec<f32> = records
                .iter()
                .filter_map(|record| record.face.as_ref().map(value))
                .collect();
            series::quantile(&values, part)
        };
        Some(Self {
            mouth_width: at(|face| face.mouth_width, 0.2)?.max(1e-3),
            mouth_open: at(|face| face.mouth_open, 0.1)?,
            brow_height: at(|face| face.brow_height, 0.5)?.max(1e-3),
        })
    }

    /// How much wider the mouth is than at rest.
    pub(super) fn smile(&self, face: &FaceFeatures) -> f32 {
        face.mouth_width / self.mouth_width - 1.0
    }

    /// How much higher the brows are than at rest.
    pub(super) fn brow(&self, face: &FaceFeatures) -> f32 {
        face.brow_height / self.brow_height - 1.0
    }

    /// How far the lips are open, in parts of the distance of the outer eye corners.
    pub(super) fn mouth(&self, face: &FaceFeatures) -> f32 {
        (face.mouth_open - self.mouth_open).max(0.0)
    }
}

/// What was found.
pub(super) struct Found {
    pub(super) summary: Movement,
    pub(super) rest: Rest,
    smiles: Vec<(Span, f32)>,
}

impl Found {
    pub(super) fn events(&self) -> impl Iterator<Item = Event> {
        self.smiles.iter().map(|(span, widest)| Event {
            kind: EventKind::Smile,
            span: *span,
            value: Some(f64::from(*widest)),
            unit: Some("ratio".to_owned()),
            label: None,
            confidence: Some(self.summary.confidence),
        })
    }
}

pub(super) fn measure(part: &Part<'_>, basis: Basis) -> Measured<Found> {
    let faces: Vec<(f64, f64, FaceFeatures)> = part
        .weighted()
        .filter_map(|(record, weight_s)| Some((record.time_s, weight_s, record.face?)))
        .collect();
    let rest = Rest::of(part.all).filter(|_| faces.len() >= MIN_FRAMES);
    let Some(rest) = rest else {
        return Err(NotMeasured::new(
            "too_short",
            format!("the face was seen in {} frames", faces.len()),
        ));
    };
    let total_s: f64 = faces.iter().map(|face| face.1).sum::<f64>().max(1e-9);
    let share = |of: &dyn Fn(&FaceFeatures) -> f64| {
        faces
            .iter()
            .map(|(_, weight_s, face)| weight_s * of(face))
            .sum::<f64>()
            / total_s
    };
    let smiles = smiles(&faces, &rest);
    Ok(Found {
        summary: Movement {
            smile_ratio: share(&|face| f64::from(u8::from(rest.smile(face) >= SMILE))),
            n_smiles: smiles.len() as u32,
            brow_raise_ratio: share(&|face| f64::from(u8::from(rest.brow(face) >= BROW))),
            mouth_open_mean: share(&|face| f64::from(rest.mouth(face))),
            confidence: basis.confidence(0.7),
        },
        rest,
        smiles,
    })
}

fn smiles(faces: &[(f64, f64, FaceFeatures)], rest: &Rest) -> Vec<(Span, f32)> {
    let smiling = |face: &FaceFeatures| rest.smile(face) >= SMILE;
    let mut found = Vec::new();
    for run in faces.chunk_by(|a, b| smiling(&a.2) == smiling(&b.2) && b.0 - a.0 <= MAX_GAP_S) {
        let last = &run[run.len() - 1];
        let span = Span::new(run[0].0, last.0 + last.1);
        if smiling(&run[0].2) && span.duration_s() >= MIN_SMILE_S {
            let widest = run
                .iter()
                .map(|face| rest.smile(&face.2))
                .fold(0.0, f32::max);
            found.push((span, widest));
        }
    }
    found
}

/// Mean and spread of the head's angles.
pub(super) fn pose(part: &Part<'_>, basis: Basis) -> Measured<PoseSummary> {
    let poses: Vec<([f32; 3], f64)> = part
        .weighted()
        .filter_map(|(record, weight_s)| Some((record.pose()?, weight_s.max(1e-6))))
        .collect();
    if poses.is_empty() {
        return Err(NotMeasured::new("no_face", "no face was seen"));
    }
    let total_s: f64 = poses.iter().map(|pose| pose.1).sum();
    let mean = |of: &dyn Fn(&[f32; 3]) -> f64| {
        poses
            .iter()
            .map(|(pose, weight)| weight * of(pose))
            .sum::<f64>()
            / total_s
    };
    let [yaw, pitch, roll] = [0, 1, 2].map(|axis| {
        let middle = mean(&|pose| f64::from(pose[axis]));
        let variance = mean(&|pose| (f64::from(pose[axis]) - middle).powi(2));
        (middle, variance.sqrt())
    });
    Ok(PoseSummary {
        yaw_mean_deg: yaw.0,
        pitch_mean_deg: pitch.0,
        roll_mean_deg: roll.0,
        yaw_sd_deg: yaw.1,
        pitch_sd_deg: pitch.1,
        roll_sd_deg: roll.1,
        confidence: basis.confidence(0.9),
    })
}

/// Head angles after the one-euro filter, at the frames' own times.
pub(super) fn filtered_poses(part: &Part<'_>) -> Vec<(f64, [f32; 3])> {
    let mut filters = [OneEuro::default(); 3];
    part.records
        .iter()
        .filter_map(|record| {
            let pose = record.pose()?;
            let mut filtered = [0.0; 3];
            for (axis, filter) in filters.iter_mut().enumerate() {
                filtered[axis] = filter.filter(record.time_s, pose[axis]);
            }
            Some((record.time_s, filtered))
        })
        .collect()
}

/// 100 less twice the root mean square angular speed in degrees per second, at least 0. The speed
/// is taken at 5 Hz, whatever the frame rate.
pub(super) fn stability(part: &Part<'_>) -> Measured<f64> {
    let poses = filtered_poses(part);
    let (mut squares, mut n) = (0.0, 0_u32);
    for stretch in series::stretches(&poses, MAX_GAP_S) {
        let axes = [0, 1, 2].map(|axis| {
            let points: Vec<(f64, f32)> = stretch
                .iter()
                .map(|(time_s, pose)| (*time_s, pose[axis]))
                .collect();
            series::resample(&points, STABILITY_RATE_HZ).1
        });
        for step in 1..axes[0].len() {
            let turn: f64 = axes
                .iter()
                .map(|axis| f64::from(axis[step] - axis[step - 1]).powi(2))
                .sum();
            squares += turn * STABILITY_RATE_HZ.powi(2);
            n += 1;
        }
    }
    if n < MIN_FRAMES as u32 {
        return Err(NotMeasured::new(
            "too_short",
            "the head was followed for less than a second",
        ));
    }
    let speed = (squares / f64::from(n)).sqrt();
    Ok((100.0 - STABILITY_PER_DEG_S * speed).max(0.0))
}
