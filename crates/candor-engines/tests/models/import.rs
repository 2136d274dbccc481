//! Imported networks against reference networks, and importers on damaged files.

use std::{fs, path::Path, process::Command};

use crate::shared;
use candor_engines::{
    import::{Names, import_face_api_expression, import_sentence_bert, import_tflite},
    onnx::{Network, Output, float_input},
};
use proptest::prelude::*;

/// Numbers that look random and are the same everywhere.
fn noise(n: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) as f32 / (1 << 24) as f32
    };
    (0..n).map(|_| next()).collect()
}

/// The image in `path` as a square of values from 0 to 1, row by row, red, green, blue.
fn photograph(path: &Path, side: usize) -> Option<Vec<f32>> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-vf", &format!("scale={side}:{side}")])
        .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"])
        .output()
        .ok()?;
    let values = output.stdout.iter().map(|&byte| f32::from(byte) / 255.0);
    Some(values.collect()).filter(|values: &Vec<f32>| values.len() == side * side * 3)
}

fn run(onnx: &Path, input: &str, outputs: &[&str], shape: &[usize], values: &[f32]) -> Vec<Output> {
    Network::load(onnx, &[input], outputs)
        .unwrap()
        .run(vec![float_input(shape, values.to_vec()).unwrap()])
        .unwrap()
}

fn biggest_difference(a: &[Output], b: &[Output]) -> f32 {
    let mut worst: f32 = 0.0;
    for (a, b) in a.iter().zip(b) {
        assert_eq!(a.shape, b.shape);
        for (a, b) in a.values.iter().zip(&b.values) {
            assert!(a.is_finite() && b.is_finite());
            worst = worst.max((a - b).abs());
        }
    }
    worst
}

struct Case {
    tflite: &'static str,
    onnx: &'static str,
    side: usize,
    input: &'static str,
    outputs: [&'static str; 2],
    lowest: f32,
}

const fn case(
    tflite: &'static str,
    onnx: &'static str,
    side: usize,
    input: &'static str,
    outputs: [&'static str; 2],
    lowest: f32,
) -> Case {
    Case {
        tflite,
        onnx,
        side,
        input,
        outputs,
        lowest,
    }
}

const FULL_RANGE: [&str; 2] = ["reshaped_regressor_face_4", "reshaped_classifier_face_4"];

const CASES: [Case; 4] = [
    case(
        "face_detection_short_range.tflite",
        "face_detection_short_range.onnx",
        128,
        "input",
        ["regressors", "classificators"],
        -1.0,
    ),
    case(
        "face_detection_full_range.tflite",
        "face_detection_full_range.onnx",
        192,
        "input",
        FULL_RANGE,
        -1.0,
    ),
    case(
        "face_landmark.tflite",
        "face_landmark.onnx",
        192,
        "input_1",
        ["conv2d_20", "conv2d_30"],
        0.0,
    ),
    case(
        "iris_landmark.tflite",
        "iris_landmark.onnx",
        64,
        "input_1",
        ["output_eyes_contours_and_brows", "output_iris"],
        0.0,
    ),
];

#[test]
fn imported_face_networks_give_the_reference_results() {
    let name = "imported_face_networks_give_the_reference_results";
    let Some(models) = shared::models(name, &["mediapipe", "derived"]) else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let made = dir.path().join("made.onnx");
    for case in &CASES {
        let tflite = fs::read(models.join("mediapipe").join(case.tflite)).unwrap();
        fs::write(&made, import_tflite(&tflite, &Names::default()).unwrap()).unwrap();
        let reference = models.join("derived").join(case.onnx);
        let shape = [1, case.side, case.side, 3];
        let mut images = vec![noise(shape.iter().product(), 1)];
        match shared::dir(name, "media/images")
            .and_then(|dir| photograph(&dir.join("fdlite_portrait.jpg"), case.side))
        {
            Some(image) => images.push(image),
            None => eprintln!("SKIPPED: {name}: the photograph or ffmpeg"),
        }
        for image in images {
            let range = 1.0 - case.lowest;
            let values: Vec<f32> = image.iter().map(|v| case.lowest + range * v).collect();
            let ours = run(&made, case.input, &case.outputs, &shape, &values);
            let theirs = run(&reference, case.input, &case.outputs, &shape, &values);
            let off = biggest_difference(&ours, &theirs);
            eprintln!("{}: off by {off:.6}", case.tflite);
            assert!(off < 1e-3, "{}: off by {off}", case.tflite);
        }
    }
}

/// What the reference network gives on an image of slanted stripes (by another runtime: the one in
/// use here does not take that file).
const EXPRESSION_ON_STRIPES: [f32; 7] = [
    0.020_564, 0.000_147, 0.977_583, 0.001_659, 0.0, 0.000_046, 0.0,
];
/// The same on noise.
const EXPRESSION_ON_NOISE: [f32; 7] = [
    0.406_633, 0.085_127, 0.155_236, 0.149_954, 0.008_256, 0.029_754, 0.165_041,
];

#[test]
fn the_imported_expression_network_gives_the_reference_probabilities() {
    let name = "the_imported_expression_network_gives_the_reference_probabilities";
    let Some(models) = shared::models(name, &["face-api"]) else {
        return;
    };
    let read = |file: &str| fs::read(models.join("face-api").join(file)).unwrap();
    let onnx = import_face_api_expression(
        &read("face_expression_model-weights_manifest.json"),
        &read("face_expression_model-shard1"),
    )
    .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let made = dir.path().join("made.onnx");
    fs::write(&made, onnx).unwrap();
    let stripes = (0..3 * 112 * 112).map(|at| {
        let (channel, row, column) = (at / (112 * 112), at / 112 % 112, at % 112);
        ((row * 2 + column + channel * 40) % 256) as f32
    });
    let noise = noise(3 * 112 * 112, 1)
        .into_iter()
        .map(|value| value * 255.0);
    let images = stripes.chain(noise).collect::<Vec<_>>();
    let ours = run(&made, "rgb", &["probs"], &[2, 3, 112, 112], &images);
    let wanted = EXPRESSION_ON_STRIPES.iter().chain(&EXPRESSION_ON_NOISE);
    for (ours, wanted) in ours[0].values.iter().zip(wanted) {
        assert!((ours - wanted).abs() < 1e-3, "{ours} instead of {wanted}");
    }
}

#[test]
fn a_network_stored_without_its_zeros_finds_the_face_that_the_dense_one_finds() {
    let name = "a_network_stored_without_its_zeros_finds_the_face_that_the_dense_one_finds";
    let Some(models) = shared::models(name, &["mediapipe"]) else {
        return;
    };
    let image = shared::dir(name, "media/images")
        .and_then(|dir| photograph(&dir.join("pyfeat_single_face.jpg"), 192));
    let Some(image) = image else {
        eprintln!("SKIPPED: {name}: the photograph or ffmpeg");
        return;
    };
    let values: Vec<f32> = image.iter().map(|value| value * 2.0 - 1.0).collect();
    let names = Names {
        inputs: &["input".to_owned()],
        outputs: &FULL_RANGE.map(str::to_owned),
    };
    let dir = tempfile::tempdir().unwrap();
    let best = |file: &str| {
        let tflite = fs::read(models.join("mediapipe").join(file)).unwrap();
        let made = dir.path().join("made.onnx");
        fs::write(&made, import_tflite(&tflite, &names).unwrap()).unwrap();
        let found = run(&made, "input", &FULL_RANGE, &[1, 192, 192, 3], &values);
        let scores = found[1].values.iter().enumerate();
        let (cell, score) = scores.max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        let shift = &found[0].values[16 * cell..];
        let place = |cell: usize, shift: f32| (cell as f32 + 0.5) * 4.0 + shift;
        (
            place(cell % 48, shift[0]),
            place(cell / 48, shift[1]),
            *score,
        )
    };
    let dense = best("face_detection_full_range.tflite");
    let sparse = best("face_detection_full_range_sparse.tflite");
    assert!(dense.2 > 0.0 && sparse.2 > 0.0, "{dense:?} {sparse:?}");
    let apart = (dense.0 - sparse.0).hypot(dense.1 - sparse.1);
    assert!(apart < 6.0, "{dense:?} {sparse:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_tflite_file_gives_a_network_or_an_error_but_no_panic(
        case in 0..=CASES.len(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        structure_only in any::<bool>(),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let name = "a_damaged_tflite_file_gives_a_network_or_an_error_but_no_panic";
        let Some(models) = shared::models(name, &["mediapipe"]) else {
            return Ok(());
        };
        let sparse = "face_detection_full_range_sparse.tflite";
        let file = CASES.get(case).map_or(sparse, |case| case.tflite);
        let mut bytes = fs::read(models.join("mediapipe").join(file)).unwrap();
        // Most of a file is weights; its tables lie at both ends.
        let tables = bytes.len().min(30_000);
        for (place, value) in flips {
            let len = bytes.len();
            let at = if structure_only { len - 1 - place.index(tables) } else { place.index(len) };
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            let len = cut.index(bytes.len());
            bytes.truncate(len);
        }
        let _ = import_tflite(&bytes, &Names::default());
    }

    #[test]
    fn noise_gives_an_error_in_every_importer(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(import_tflite(&bytes, &Names::default()).is_err());
        prop_assert!(import_face_api_expression(&bytes, &bytes).is_err());
        prop_assert!(import_sentence_bert(&bytes, &bytes).is_err());
    }
}

#[test]
fn a_shard_that_is_too_short_too_long_or_of_another_network_is_refused() {
    let manifest = |shape: &str| {
        format!(
            r#"[{{"weights":[{{"name":"fc/bias","shape":{shape},"dtype":"float32"}}],"paths":["x"]}}]"#
        )
    };
    for (shape, n_bytes) in [
        ("[7]", 27),
        ("[7]", 29),
        ("[7]", 28),
        ("[4000000000,4000000000]", 28),
    ] {
        let made = import_face_api_expression(manifest(shape).as_bytes(), &vec![0; n_bytes]);
        assert!(made.is_err(), "{shape} {n_bytes}");
    }
}
