use candor_core::{ports::Unwatched, span::Span};
use proptest::prelude::*;

use super::*;
use crate::audio::{
    scan::scan,
    signals::{buzz, noise, silence, sum, tone},
};

fn track_of(samples: &Vec<f32>) -> PitchTrack {
    let scanned = scan(samples, &Unwatched).unwrap();
    track(samples, &scanned, &PitchSettings::default(), &Unwatched).unwrap()
}

#[test]
fn tone_has_its_frequency_everywhere() {
    for hz in [80.0, 123.4, 220.0, 333.3, 480.0] {
        let found = track_of(&tone(hz, 0.3, 0.5));
        for f0 in &found.f0_hz {
            assert!((f64::from(*f0) / hz - 1.0).abs() < 0.002, "{f0} for {hz}");
        }
    }
}

#[test]
fn glide_is_followed() {
    let found = track_of(&buzz(100.0, 300.0, 0.5, 2.0));
    for (i, f0) in found.f0_hz.iter().enumerate() {
        let true_hz = 100.0 * 3f64.powf(found.time_s(i) / 2.0);
        assert!((f64::from(*f0) / true_hz - 1.0).abs() < 0.01);
    }
}

#[test]
fn noise_and_silence_are_unvoiced() {
    let found = track_of(&noise(0.1, 2.0));
    let n_voiced = found.values().flatten().count();
    assert!(n_voiced * 20 < found.f0_hz.len(), "{n_voiced} voiced");
    assert_eq!(track_of(&silence(1.0)).values().flatten().count(), 0);
}

#[test]
fn frames_are_centred_in_the_recording() {
    let found = track_of(&silence(1.0));
    assert_eq!(found.f0_hz.len(), 97);
    assert!((found.start_s - 0.02).abs() < 1e-9);
    let found = track_of(&silence(1.005));
    assert!((found.start_s - 0.0225).abs() < 1e-9);
}

#[test]
fn recording_shorter_than_a_window_has_no_frames() {
    assert!(track_of(&silence(0.03)).f0_hz.is_empty());
    assert!(track_of(&Vec::new()).f0_hz.is_empty());
}

#[test]
fn steady_vowel_has_little_spectral_change_and_a_switch_has_much() {
    let mut samples = buzz(120.0, 120.0, 0.5, 0.5);
    samples.extend(tone(120.0, 0.3, 0.5));
    let found = track_of(&samples);
    let near = |time_s: f64| found.spectral_change_db[found.nearest(time_s).unwrap()];
    assert!(near(0.3) < 0.5, "{}", near(0.3));
    assert!(near(0.52) > 3.0, "{}", near(0.52));
}

#[test]
fn f0_between_frames_is_interpolated() {
    let found = PitchTrack {
        start_s: 0.02,
        step_s: 0.01,
        f0_hz: vec![100.0, 110.0, 0.0],
        spectral_change_db: vec![0.0; 3],
    };
    assert!((found.f0_at(0.0225).unwrap() - 102.5).abs() < 1e-4);
    assert!((found.f0_at(0.033).unwrap() - 110.0).abs() < 1e-4);
    assert_eq!(found.f0_at(0.039), None);
    assert_eq!(found.f0_at(0.0), None);
}

#[test]
fn summary_of_a_glide_has_its_range() {
    let found = track_of(&buzz(100.0, 200.0, 0.5, 2.0));
    let summary = summarize(&found, &[Span::new(0.0, 2.0)]).unwrap();
    assert!((summary.median_hz - 141.4).abs() < 2.0);
    assert!((summary.range_st - 0.9 * 12.0).abs() < 0.3);
    assert!((summary.sd_st - 12.0 / 12f64.sqrt()).abs() < 0.2);
    assert!(summary.voiced_ratio > 0.99);
}

#[test]
fn summary_without_voice_says_why() {
    let found = track_of(&silence(1.0));
    let speech = [Span::new(0.0, 1.0)];
    assert_eq!(summarize(&found, &[]).unwrap_err().code, "no_speech");
    assert_eq!(summarize(&found, &speech).unwrap_err().code, "too_short");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn gain_changes_nothing(gain in 0.01f32..0.9, hz in 90.0f64..300.0) {
        let samples = sum(&buzz(hz, hz * 1.2, 0.5, 0.6), &noise(0.02, 0.6));
        let scaled: Vec<f32> = samples.iter().map(|x| x * gain).collect();
        let (a, b) = (track_of(&samples), track_of(&scaled));
        for (x, y) in a.f0_hz.iter().zip(&b.f0_hz) {
            prop_assert!((x - y).abs() <= 0.01 * x.max(*y).min(1.0) + 0.05, "{x} {y}");
        }
    }

    #[test]
    fn silence_in_front_shifts_the_track(n_steps in 1usize..200) {
        let samples = buzz(110.0, 160.0, 0.5, 0.6);
        let mut later = silence(n_steps as f64 * 0.01);
        later.extend_from_slice(&samples);
        let (a, b) = (track_of(&samples), track_of(&later));
        prop_assert_eq!(a.f0_hz.len() + n_steps, b.f0_hz.len());
        // The first frames see the onset from outside.
        for i in 5..a.f0_hz.len() {
            prop_assert!((a.f0_hz[i] - b.f0_hz[i + n_steps]).abs() < 0.05);
        }
    }
}
