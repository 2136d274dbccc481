//! The picture moment by moment, from the curves of a report.

use std::collections::BTreeMap;

use candor_core::{
    report::{Report, Track},
    span::Span,
};
use candor_signals::scores::practice as formulas;

use super::{EMOTIONS, Frame};

/// Moments `1/frame_fps` apart.
pub(super) fn frames(report: &Report, frame_fps: f64) -> Vec<Frame> {
    let tracks = &report.candor.tracks;
    let value = |name: &str, time_s: f64| at(tracks.get(name)?, time_s);
    let middle = gaze_middle(tracks);
    let n = (report.candor.source.duration_s * frame_fps).floor() as usize + 1;
    (0..n)
        .map(|i| {
            let time_s = i as f64 / frame_fps;
            let head =
                ["head_yaw_deg", "head_pitch_deg", "head_roll_deg"].map(|name| value(name, time_s));
            let facing = value("camera_facing", time_s).map(|facing| facing >= 0.5);
            let gaze = value("gaze_yaw_deg", time_s).zip(value("gaze_pitch_deg", time_s));
            Frame {
                time_s,
                emotions: emotions(|name| value(name, time_s)),
                head: all(head),
                facing,
                direction: facing.and_then(|facing| direction(facing, gaze?, middle)),
            }
        })
        .filter(|frame| frame.time_s < report.candor.source.duration_s)
        .collect()
}

/// Where the camera is, as this person's gaze shows it: mean gaze while facing it.
fn gaze_middle(tracks: &BTreeMap<String, Track>) -> (f64, f64) {
    let Some(facing) = tracks.get("camera_facing") else {
        return (0.0, 0.0);
    };
    let mean = |name: &str| {
        let values: Vec<f64> = (0..facing.values.len())
            .filter(|i| facing.values[*i].is_some_and(|facing| facing >= 0.5))
            .filter_map(|i| at(tracks.get(name)?, facing.start_s + i as f64 * facing.step_s))
            .collect();
        formulas::mean(&values).unwrap_or(0.0)
    };
    (mean("gaze_yaw_deg"), mean("gaze_pitch_deg"))
}

fn direction(facing: bool, gaze: (f64, f64), middle: (f64, f64)) -> Option<&'static str> {
    if facing {
        return Some("center");
    }
    let (yaw, pitch) = (gaze.0 - middle.0, gaze.1 - middle.1);
    Some(match (yaw.abs() >= pitch.abs(), yaw > 0.0, pitch > 0.0) {
        (true, true, _) => "right",
        (true, false, _) => "left",
        (false, _, true) => "up",
        (false, _, false) => "down",
    })
}

/// The seven documented labels, adding up to 1.
fn emotions(value: impl Fn(&str) -> Option<f64>) -> Option<[f64; 7]> {
    let shares = all(EMOTIONS.map(|(_, track)| value(track)))?;
    let total: f64 = shares.iter().sum();
    (total > 0.0).then(|| shares.map(|share| share / total))
}

fn all<const N: usize>(values: [Option<f64>; N]) -> Option<[f64; N]> {
    values
        .iter()
        .all(Option::is_some)
        .then(|| values.map(|value| value.unwrap_or(f64::NAN)))
}

/// The value of a curve at a moment.
fn at(track: &Track, time_s: f64) -> Option<f64> {
    let place = ((time_s - track.start_s) / track.step_s).round();
    if place < 0.0 {
        return None;
    }
    track
        .values
        .get(place as usize)
        .copied()
        .flatten()
        .map(f64::from)
}

/// The known values of a curve within a span.
pub(super) fn within(track: &Track, span: Span) -> impl Iterator<Item = f64> {
    track
        .values
        .iter()
        .enumerate()
        .filter(move |(i, _)| span.contains(track.start_s + *i as f64 * track.step_s))
        .filter_map(|(_, value)| value.map(f64::from))
}
