//! The Silero network against reference probabilities of labelled clips.

use std::{fs, path::Path, process::Command};

use crate::shared;
use candor_core::ports::{EngineError, SpeechDetector, VAD_WINDOW};
use candor_engines::{
    registry::{Registry, RegistryOptions},
    silero::SileroVad,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    file: String,
    prob: Vec<f32>,
}

fn decode(path: &Path) -> Option<Vec<f32>> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-ac", "1", "-ar", "16000", "-f", "f32le", "pipe:1"])
        .output()
        .ok()?;
    let samples = output.stdout.chunks_exact(4);
    Some(
        samples
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect(),
    )
}

fn probabilities(detector: &mut SileroVad, samples: &[f32]) -> Vec<f32> {
    detector.reset();
    samples
        .chunks(VAD_WINDOW)
        .map(|chunk| {
            let mut window = chunk.to_vec();
            window.resize(VAD_WINDOW, 0.0);
            detector.probability(&window).unwrap()
        })
        .collect()
}

fn biggest_difference(a: &[f32], b: &[f32]) -> f32 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}

#[test]
fn both_variants_give_the_reference_probabilities() {
    let name = "both_variants_give_the_reference_probabilities";
    let Some(models) = shared::models(name, &["silero"]) else {
        return;
    };
    let Some(reference) = shared::dir(name, "reference") else {
        return;
    };
    let Some(media) = shared::dir(name, "media") else {
        return;
    };
    let mut n_clips = 0;
    for file in ["silero_vad.onnx", "silero_vad_16k_op15.onnx"] {
        let mut detector = SileroVad::load(&models.join("silero").join(file)).unwrap();
        let mut paths: Vec<_> = fs::read_dir(&reference)
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        paths.retain(|path| path.to_string_lossy().ends_with(".vad.json"));
        paths.sort();
        for path in paths {
            let wanted: Reference = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            let clip = ["audio", "video", "emodb"]
                .map(|kind| media.join(kind).join(&wanted.file))
                .into_iter()
                .find(|path| path.is_file());
            let Some(samples) = clip.and_then(|clip| decode(&clip)) else {
                eprintln!("SKIPPED: {name}: {} or ffmpeg", wanted.file);
                continue;
            };
            let found = probabilities(&mut detector, &samples);
            let off = biggest_difference(&found, &wanted.prob);
            assert!(
                found.len().abs_diff(wanted.prob.len()) <= 1,
                "{}",
                wanted.file
            );
            eprintln!(
                "{file} {}: {} windows, off by {off:.6}",
                wanted.file,
                found.len()
            );
            assert!(off < 1e-3, "{file} {}: off by {off}", wanted.file);
            n_clips += 1;
        }
    }
    assert!(n_clips > 0);
}

#[test]
fn a_reset_detector_repeats_itself_bit_for_bit_and_survives_bad_samples() {
    let name = "a_reset_detector_repeats_itself_bit_for_bit_and_survives_bad_samples";
    let Some(models) = shared::models(name, &["silero"]) else {
        return;
    };
    let registry = Registry::open(RegistryOptions {
        models_dir: Some(models),
        ..RegistryOptions::default()
    })
    .unwrap();
    let mut detector = SileroVad::open(&registry.find("silero-vad").unwrap()).unwrap();
    let tone: Vec<f32> = (0..16_000).map(|n| (n as f32 * 0.05).sin() * 0.3).collect();
    let first = probabilities(&mut detector, &tone);
    assert_eq!(first, probabilities(&mut detector, &tone));
    detector.reset();
    detector.probability(&[f32::NAN; VAD_WINDOW]).unwrap();
    assert!(
        detector
            .probability(&[0.0; VAD_WINDOW])
            .unwrap()
            .is_finite()
    );
    assert!(matches!(
        detector.probability(&[0.0; 100]),
        Err(EngineError::Input(_))
    ));
    assert_eq!(detector.provenance().model.as_deref(), Some("silero-vad"));
}
