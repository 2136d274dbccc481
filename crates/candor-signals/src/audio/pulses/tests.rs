use std::f64::consts::PI;

use candor_core::{ports::Unwatched, span::Span};
use proptest::prelude::*;

use super::*;
use crate::audio::{
    harmonicity,
    pitch::{PitchSettings, track},
    scan::scan,
    signals::silence,
    voice_quality::{self, VoiceQuality},
};

/// A train of decaying resonances with random deviations of period and amplitude (shares of the
/// mean), and the true marks.
fn train(period_s: f64, period_share: f64, amplitude_share: f64) -> (Vec<f32>, Vec<Pulse>) {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0
    };
    let mut marks = Vec::new();
    let mut time_s = 0.05;
    while time_s < 1.95 {
        marks.push(Pulse {
            time_s,
            amplitude: (1.0 + amplitude_share * random()) as f32,
        });
        time_s += period_s * (1.0 + period_share * random());
    }
    let mut samples = silence(2.0);
    for mark in &marks {
        let first = (mark.time_s * RATE_HZ).ceil() as usize;
        for (i, sample) in samples.iter_mut().enumerate().skip(first).take(400) {
            let since = (i as f64 + 0.5) / RATE_HZ - mark.time_s;
            let wave = (2.0 * PI * 700.0 * since).sin() * (-since * 500.0).exp();
            *sample += (0.4 * f64::from(mark.amplitude) * wave) as f32;
        }
    }
    (samples, marks)
}

fn measured(samples: &Vec<f32>) -> (Vec<Pulse>, VoiceQuality) {
    let scanned = scan(samples, &Unwatched).unwrap();
    let pitch = track(samples, &scanned, &PitchSettings::default(), &Unwatched).unwrap();
    let pulses = mark_periods(samples, &scanned, &pitch, &Unwatched).unwrap();
    let harmonicity = harmonicity::track(samples, &scanned, &Unwatched).unwrap();
    let quality = voice_quality::measure(&pulses, &harmonicity, &[Span::new(0.0, 9.0)]);
    (pulses, quality)
}

#[test]
fn every_period_of_a_train_is_marked() {
    let (samples, marks) = train(0.008, 0.0, 0.0);
    let (pulses, _) = measured(&samples);
    assert!(pulses.len() + 4 >= marks.len() && pulses.len() <= marks.len() + 1);
    for pair in pulses.windows(2) {
        assert!((pair[1].time_s - pair[0].time_s - 0.008).abs() < 2e-5);
    }
}

#[test]
fn jitter_of_a_train_is_that_of_its_marks() {
    for share in [0.01, 0.03] {
        let (samples, marks) = train(0.0083, share, 0.0);
        let expected = voice_quality::jitter(&marks).unwrap();
        let found = measured(&samples).1.jitter.unwrap();
        assert!(
            (found / expected - 1.0).abs() < 0.1,
            "{found} for {expected}"
        );
    }
}

#[test]
fn shimmer_of_a_train_is_that_of_its_marks() {
    for share in [0.05, 0.2] {
        let (samples, marks) = train(0.0083, 0.0, share);
        let expected = voice_quality::shimmer(&marks).unwrap();
        let found = measured(&samples).1.shimmer.unwrap();
        assert!(
            (found / expected - 1.0).abs() < 0.1,
            "{found} for {expected}"
        );
    }
}

#[test]
fn offset_of_the_recording_changes_nothing() {
    let (samples, _) = train(0.0083, 0.02, 0.1);
    let moved: Vec<f32> = samples.iter().map(|x| x + 0.3).collect();
    let (a, b) = (measured(&samples).1, measured(&moved).1);
    assert!((a.jitter.unwrap() - b.jitter.unwrap()).abs() < 1e-4);
    assert!((a.shimmer.unwrap() - b.shimmer.unwrap()).abs() < 1e-3);
}

#[test]
fn silence_has_no_marks() {
    assert!(measured(&silence(1.0)).0.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn gain_and_shift_change_nothing(gain in 0.02f32..1.0, n_steps in 0usize..100) {
        let (samples, _) = train(0.0083, 0.02, 0.1);
        let mut moved = silence(n_steps as f64 * 0.01);
        moved.extend(samples.iter().map(|x| x * gain));
        let (a, b) = (measured(&samples).1, measured(&moved).1);
        prop_assert!((a.jitter.unwrap() / b.jitter.unwrap() - 1.0).abs() < 0.02);
        prop_assert!((a.shimmer.unwrap() / b.shimmer.unwrap() - 1.0).abs() < 0.02);
        prop_assert!((a.hnr_db.unwrap() - b.hnr_db.unwrap()).abs() < 0.1);
    }
}
