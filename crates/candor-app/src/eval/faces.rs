//! Faces against reference tracks: presence, landmarks, pose, iris; expression against labels.
//!
//! Reference rows name native frames by `t · fps`; their points are pixels of the native frame,
//! their yaw and pitch have the opposite signs of Candor's.

use std::{collections::BTreeMap, ops::ControlFlow, path::Path};

use candor_core::{
    emotion::Expression,
    media::RgbFrame,
    ports::{ExpressionScores, FaceRequest, FaceSighting, Unwatched},
};
use candor_media::{DecodePlan, Sinks, Tools, VideoPlan, decode, probe};
use candor_signals::face::fit_pose;
use serde::Deserialize;

use super::{
    EvalError, Figure, SuiteReport, material,
    statistics::{median, share},
};
use crate::engines::{Engines, optional};

/// Frames are as wide as in an analysis.
const MAX_WIDTH: u32 = 480;
/// More frames per second than any clip has: every frame is taken.
const EVERY_FRAME: f64 = 1000.0;
const MAX_CLIP_S: f64 = 1800.0;
/// Expression labels hold for spans; a span is right when this share of its frames is.
const SPAN_SHARE: f64 = 0.5;

#[derive(Deserialize)]
struct Reference {
    file: String,
    width: f64,
    fps: f64,
    rows: Vec<Row>,
}

/// One reference frame; all but `t` and `face` are absent without a face.
#[derive(Deserialize)]
struct Row {
    t: f64,
    face: u8,
    #[serde(default)]
    yaw: f64,
    #[serde(default)]
    pitch: f64,
    #[serde(default)]
    roll: f64,
    iris_r: Option<f64>,
    iris_l: Option<f64>,
    nose: Option<[f64; 2]>,
    eye_r: Option<[f64; 2]>,
    eye_l: Option<[f64; 2]>,
    mouth: Option<[f64; 4]>,
    chin: Option<[f64; 2]>,
}

/// `labels.json`: expression spans by clip.
#[derive(Deserialize)]
struct Labels {
    #[serde(default)]
    expression: Vec<(f64, f64, String)>,
}

/// Everything compared so far.
#[derive(Default)]
struct Errors {
    presence: Vec<bool>,
    landmarks: BTreeMap<&'static str, Vec<f64>>,
    pose: [Vec<f64>; 3],
    iris: Vec<f64>,
    spans: Vec<bool>,
}

/// A frame as the networks saw it.
struct Look {
    time_s: f64,
    width: usize,
    height: usize,
    face: Option<FaceSighting>,
    scores: Option<ExpressionScores>,
}

pub(super) fn run(
    data: &Path,
    tools: &Tools,
    engines: &dyn Engines,
) -> Result<SuiteReport, EvalError> {
    let labels: BTreeMap<String, Labels> =
        material::read_json(&data.join("media/video/labels.json")).unwrap_or_default();
    let mut report = SuiteReport::default();
    let mut pooled = Errors::default();
    let references = material::references(
        data,
        ".face.json",
        |reference: &Reference| &reference.file,
        &mut report,
    )?;
    for (reference, clip) in references {
        let looks = look(&clip, tools, engines)?;
        let mut errors = compare(&reference, &looks);
        if let Some(labels) = labels.get(&reference.file) {
            errors.spans = spans(&labels.expression, &looks);
        }
        report.clips.push((reference.file, errors.figures()));
        pooled.take(errors);
    }
    report.figures = pooled.figures();
    Ok(report)
}

/// Looks at every frame of a clip.
fn look(clip: &Path, tools: &Tools, engines: &dyn Engines) -> Result<Vec<Look>, EvalError> {
    let probe = probe(tools, clip)?;
    let mut tracker = engines.face_tracker()?;
    let mut network = optional(engines.expression_network())?;
    let mut looks = Vec::new();
    let mut failure = None;
    let request = FaceRequest {
        iris: true,
        detect: false,
    };
    let mut see = |frame: &RgbFrame| {
        let face = tracker.track(frame, request)?.face;
        let scores = match (&mut network, &face) {
            (Ok(network), Some(face)) => Some(network.classify(frame, face)?),
            _ => None,
        };
        looks.push(Look {
            time_s: frame.time_s,
            width: frame.width,
            height: frame.height,
            face,
            scores,
        });
        Ok(())
    };
    decode(
        tools,
        &DecodePlan {
            probe: &probe,
            audio: true,
            video: Some(VideoPlan {
                fps: EVERY_FRAME,
                max_width: MAX_WIDTH,
            }),
            max_duration_s: MAX_CLIP_S,
        },
        Sinks {
            audio: &mut |_| ControlFlow::Continue(()),
            video: &mut |frame| match see(frame) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failure = Some(error);
                    ControlFlow::Break(())
                }
            },
        },
        &Unwatched,
    )?;
    match failure {
        Some(error) => Err(EvalError::Engine(error)),
        None => Ok(looks),
    }
}

fn compare(reference: &Reference, looks: &[Look]) -> Errors {
    let mut errors = Errors::default();
    let mut differences = [const { Vec::new() }; 3];
    for row in &reference.rows {
        let Some(look) = looks.get((row.t * reference.fps).round() as usize) else {
            continue;
        };
        errors.presence.push(look.face.is_some() == (row.face > 0));
        let Some(face) = look.face.as_ref().filter(|_| row.face > 0) else {
            continue;
        };
        errors.landmarks(row, face, reference.width / look.width as f64);
        errors.iris(row, face);
        if let Some(pose) = fit_pose(&face.mesh, look.width, look.height) {
            let found = [pose.yaw_deg, pose.pitch_deg, pose.roll_deg];
            let expected = [-row.yaw, -row.pitch, row.roll];
            for axis in 0..3 {
                differences[axis].push(f64::from(found[axis]) - expected[axis]);
            }
        }
    }
    // Each method has its own idea of "straight ahead": a constant offset per clip is no error.
    for (axis, differences) in differences.iter().enumerate() {
        if let Some(offset) = median(differences) {
            errors.pose[axis].extend(differences.iter().map(|value| (value - offset).abs()));
        }
    }
    errors
}

impl Errors {
    fn landmarks(&mut self, row: &Row, face: &FaceSighting, scale: f64) {
        let (Some(eye_r), Some(eye_l)) = (row.eye_r, row.eye_l) else {
            return;
        };
        let between = distance(eye_r, eye_l);
        let mouth = row.mouth.map(|m| ([m[0], m[1]], [m[2], m[3]]));
        // Group, where it should be, index in the mesh.
        for (group, expected, index) in [
            ("eyes", Some(eye_r), 33),
            ("eyes", Some(eye_l), 263),
            ("nose", row.nose, 1),
            ("mouth", mouth.map(|corners| corners.0), 61),
            ("mouth", mouth.map(|corners| corners.1), 291),
            ("chin", row.chin, 152),
        ] {
            if let Some(expected) = expected {
                let [x, y, _] = face.mesh[index].map(|value| f64::from(value) * scale);
                let error = distance([x, y], expected) / between;
                self.landmarks.entry(group).or_default().push(error);
            }
        }
    }

    /// Place of the iris along the eye, from the image's left corner to its right one.
    fn iris(&mut self, row: &Row, face: &FaceSighting) {
        for (expected, eye, left, right) in [
            (row.iris_r, face.right_eye, 0, 8),
            (row.iris_l, face.left_eye, 8, 0),
        ] {
            let (Some(expected), Some(eye)) = (expected, eye) else {
                continue;
            };
            let ([ax, ay], [bx, by]) = (eye.outline[left], eye.outline[right]);
            let [x, y] = eye.iris[0];
            let along = (x - ax) * (bx - ax) + (y - ay) * (by - ay);
            let place = along / ((bx - ax).powi(2) + (by - ay).powi(2));
            self.iris.push((f64::from(place) - expected).abs());
        }
    }

    fn take(&mut self, other: Self) {
        self.presence.extend(other.presence);
        for (group, errors) in other.landmarks {
            self.landmarks.entry(group).or_default().extend(errors);
        }
        for (all, one) in self.pose.iter_mut().zip(other.pose) {
            all.extend(one);
        }
        self.iris.extend(other.iris);
        self.spans.extend(other.spans);
    }

    fn figures(&self) -> Vec<Figure> {
        let percent = |ratio: Option<f64>| ratio.map(|ratio| ratio * 100.0);
        let of_distance = |name: &str, errors: &[f64]| {
            Figure::new(name, percent(median(errors)), "% IOD", errors.len())
        };
        let all: Vec<f64> = self.landmarks.values().flatten().copied().collect();
        let mut figures = vec![
            Figure::new(
                "face presence right",
                percent(share(&self.presence, |right| *right)),
                "%",
                self.presence.len(),
            ),
            of_distance("landmarks, median error", &all),
        ];
        for (group, errors) in &self.landmarks {
            figures.push(of_distance(&format!("landmarks of the {group}"), errors));
        }
        for (name, errors) in ["yaw", "pitch", "roll"].iter().zip(&self.pose) {
            figures.push(Figure::new(
                &format!("head {name}, median error after offset"),
                median(errors),
                "deg",
                errors.len(),
            ));
        }
        figures.push(Figure::new(
            "iris position, median error",
            median(&self.iris),
            "eye widths",
            self.iris.len(),
        ));
        figures.push(Figure::new(
            "labelled expression spans found",
            percent(share(&self.spans, |right| *right)),
            "%",
            self.spans.len(),
        ));
        figures
    }
}

/// Whether most frames of each labelled span show its expression.
fn spans(labels: &[(f64, f64, String)], looks: &[Look]) -> Vec<bool> {
    labels
        .iter()
        .filter_map(|(start_s, end_s, label)| {
            let expected = match label.as_str() {
                "happy" => Expression::Happiness,
                "neutral" => Expression::Neutral,
                _ => return None,
            };
            let inside: Vec<bool> = looks
                .iter()
                .filter(|look| look.time_s >= *start_s && look.time_s < *end_s)
                .filter_map(|look| Some(likeliest(&look.scores?) == expected))
                .collect();
            Some(share(&inside, |right| *right).unwrap_or(0.0) > SPAN_SHARE)
        })
        .collect()
}

fn likeliest(scores: &ExpressionScores) -> Expression {
    let mut best = 0;
    for (index, score) in scores.iter().enumerate() {
        if score > &scores[best] {
            best = index;
        }
    }
    Expression::ALL[best]
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}
