//! Curves for the report: values on an even grid, `None` where nothing was seen.

use std::collections::BTreeMap;

use candor_core::{emotion::Expression, report::Track};

use super::{
    blinks, expression, eye_contact, features, measurements::ExpressionSummary, movement,
    observer::Part, pose, presence,
};

type Tracks = BTreeMap<String, Track>;

/// Seconds between values; longer where a track would get too long.
const STEP_S: f64 = 0.2;
const MAX_VALUES: f64 = 2_400.0;
/// A value is drawn where a frame is this close, in seconds.
const REACH_S: f64 = 0.3;

pub(super) fn presence(part: &Part<'_>, tracks: &mut Tracks) {
    let points = part
        .records
        .iter()
        .map(|record| (record.time_s, f32::from(u8::from(record.face.is_some()))));
    insert(
        part,
        tracks,
        "face_present",
        "ratio",
        presence::FORMULA,
        REACH_S,
        points,
    );
}

pub(super) fn pose(part: &Part<'_>, tracks: &mut Tracks) {
    let poses = movement::filtered_poses(part);
    for (axis, name) in ["head_yaw_deg", "head_pitch_deg", "head_roll_deg"]
        .into_iter()
        .enumerate()
    {
        let points = poses.iter().map(|(time_s, pose)| (*time_s, pose[axis]));
        insert(part, tracks, name, "deg", pose::FORMULA, REACH_S, points);
    }
    let aspects: Vec<(f64, f32)> = part
        .records
        .iter()
        .filter_map(|record| Some((record.time_s, record.face?.eye_aspect?)))
        .collect();
    // Only where the eyes are looked at in every frame is the curve more than a few dots.
    if aspects.len() > part.records.len() / 2 {
        insert(
            part,
            tracks,
            "eye_open",
            "ratio",
            blinks::FORMULA,
            REACH_S,
            aspects.into_iter(),
        );
    }
}

pub(super) fn gaze(part: &Part<'_>, found: &eye_contact::Found, tracks: &mut Tracks) {
    let points = || found.points.iter();
    for (axis, name) in ["gaze_yaw_deg", "gaze_pitch_deg"].into_iter().enumerate() {
        let values = points().map(|point| (point.time_s, point.gaze[axis]));
        insert(
            part,
            tracks,
            name,
            "deg",
            features::GAZE_FORMULA,
            REACH_S,
            values,
        );
    }
    let facing = points().map(|point| (point.time_s, f32::from(u8::from(point.facing))));
    insert(
        part,
        tracks,
        "camera_facing",
        "ratio",
        eye_contact::FORMULA,
        REACH_S,
        facing,
    );
}

pub(super) fn movement(part: &Part<'_>, found: &movement::Found, tracks: &mut Tracks) {
    type Value = fn(&movement::Rest, &features::FaceFeatures) -> f32;
    let curves: [(&str, Value); 3] = [
        ("smile", |rest, face| rest.smile(face)),
        ("brow_raise", |rest, face| rest.brow(face)),
        ("mouth_open", |rest, face| rest.mouth(face)),
    ];
    for (name, value) in curves {
        let points = part
            .records
            .iter()
            .filter_map(|record| Some((record.time_s, value(&found.rest, &record.face?))));
        insert(
            part,
            tracks,
            name,
            "ratio",
            movement::FORMULA,
            REACH_S,
            points,
        );
    }
}

/// The calibrated probabilities as the network gave them, before smoothing.
pub(super) fn expression(part: &Part<'_>, found: &ExpressionSummary, tracks: &mut Tracks) {
    let times: Vec<f64> = found.timeline.iter().map(|point| point.time_s).collect();
    let steps: Vec<f32> = times
        .windows(2)
        .map(|pair| (pair[1] - pair[0]) as f32)
        .collect();
    let reach_s = super::series::median(&steps).map_or(REACH_S, |step| f64::from(step) * 0.75);
    for (index, class) in Expression::ALL.into_iter().enumerate() {
        if found.distribution[index].is_none() {
            continue;
        }
        let points = part
            .records
            .iter()
            .filter_map(|record| Some((record.time_s, record.expression?[index]?)));
        let name = format!("expression_{}", class.label());
        insert(
            part,
            tracks,
            &name,
            "ratio",
            expression::FORMULA,
            reach_s,
            points,
        );
    }
}

/// Puts the nearest of `points` (in order of time) on each place of the grid.
fn insert(
    part: &Part<'_>,
    tracks: &mut Tracks,
    name: &str,
    unit: &str,
    source: &str,
    reach_s: f64,
    points: impl Iterator<Item = (f64, f32)>,
) {
    let points: Vec<(f64, f32)> = points.filter(|point| point.1.is_finite()).collect();
    let duration_s = part.within.duration_s();
    let step_s = (duration_s / (MAX_VALUES - 1.0)).max(STEP_S);
    let reach_s = reach_s.max(step_s / 2.0);
    let n = (duration_s / step_s).floor() as usize + 1;
    let mut values = Vec::with_capacity(n);
    let mut at = 0;
    for index in 0..n {
        let time_s = part.within.start_s + index as f64 * step_s;
        while at + 1 < points.len()
            && (points[at + 1].0 - time_s).abs() <= (points[at].0 - time_s).abs()
        {
            at += 1;
        }
        let near = points
            .get(at)
            .filter(|point| (point.0 - time_s).abs() <= reach_s);
        values.push(near.map(|point| point.1));
    }
    if values.iter().all(Option::is_none) {
        return;
    }
    tracks.insert(
        name.to_owned(),
        Track {
            unit: unit.to_owned(),
            start_s: part.within.start_s,
            step_s,
            values,
            source: source.to_owned(),
        },
    );
}
