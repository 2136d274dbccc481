use std::{io, sync::Mutex};

use candor_core::ports::Unwatched;

use super::*;
use crate::audio::signals::{buzz, noise, silence, sum};

/// Two voiced stretches (1–2 s and 3–4.5 s) in faint noise, and what the detector says.
fn recording() -> (Vec<f32>, Vec<f32>) {
    let mut samples = silence(1.0);
    samples.extend(buzz(110.0, 140.0, 0.5, 1.0));
    samples.extend(silence(1.0));
    samples.extend(buzz(180.0, 150.0, 0.3, 1.5));
    samples.extend(silence(1.5));
    let samples = sum(&samples, &noise(0.001, 6.0));
    let probabilities = (0..samples.len().div_ceil(VAD_WINDOW))
        .map(|i| {
            let time_s = i as f64 * vad::WINDOW_S;
            let speaks = (1.0..2.0).contains(&time_s) || (3.0..4.5).contains(&time_s);
            if speaks { 0.95 } else { 0.02 }
        })
        .collect();
    (samples, probabilities)
}

#[test]
fn figures_of_a_construction_are_its_own() {
    let (samples, probabilities) = recording();
    let found = analyze(&samples, &probabilities, &Unwatched).unwrap();
    assert_eq!(found.speech.len(), 2);
    assert!((found.speech[0].start_s - 1.0).abs() < 0.02);
    let figures = &found.figures;
    assert!((figures.activity.speaking_s - 2.5).abs() < 0.06);
    assert!((figures.activity.silence_s - 3.5).abs() < 0.06);
    let pauses = figures.pauses.as_ref().unwrap();
    assert_eq!((pauses.spans.len(), pauses.n_from_1s), (1, 0));
    assert!(figures.pitch.as_ref().unwrap().voiced_ratio > 0.9);
    assert!(figures.quality.jitter.as_ref().unwrap() < &0.02);
    assert!(figures.quality.hnr_db.as_ref().unwrap() > &20.0);
    assert!(found.recording.snr_db.as_ref().unwrap() > &30.0);
    assert!(found.recording.allow_fine().is_ok());
}

#[test]
fn parts_have_their_own_figures() {
    let (samples, probabilities) = recording();
    let found = analyze(&samples, &probabilities, &Unwatched).unwrap();
    let median_hz = |from_s, to_s| {
        let figures = found.figures_within(Span::new(from_s, to_s));
        figures.pitch.unwrap().median_hz
    };
    assert!((median_hz(0.0, 2.5) - 124.0).abs() < 4.0);
    assert!((median_hz(2.5, 6.0) - 164.0).abs() < 4.0);
    let nothing = found.figures_within(Span::new(4.8, 6.0));
    assert_eq!(nothing.pauses.unwrap_err().code, "no_speech");
    assert_eq!(nothing.loudness.unwrap_err().code, "no_speech");
    assert!((nothing.activity.silence_s - 1.2).abs() < 1e-9);
}

#[test]
fn recording_without_speech_gives_reasons_instead_of_figures() {
    for (samples, code) in [(silence(2.0), "silent"), (noise(0.1, 2.0), "no_speech")] {
        let probabilities = vec![0.01; samples.len().div_ceil(VAD_WINDOW)];
        let found = analyze(&samples, &probabilities, &Unwatched).unwrap();
        let figures = &found.figures;
        assert_eq!(figures.pitch.as_ref().unwrap_err().code, code);
        assert_eq!(figures.quality.hnr_db.as_ref().unwrap_err().code, code);
        assert_eq!(figures.articulation_rate.as_ref().unwrap_err().code, code);
        assert_eq!(found.filled_pauses(None).unwrap_err().code, code);
        assert!((figures.activity.silence_s - 2.0).abs() < 1e-9);
    }
}

#[test]
fn empty_recording_is_analysed_to_nothing() {
    let found = analyze(&Vec::new(), &[], &Unwatched).unwrap();
    assert!(found.speech.is_empty() && found.pitch.f0_hz.is_empty());
    assert_eq!(found.recording.reasons[0].code, "silent");
}

#[test]
fn probabilities_of_another_recording_are_refused() {
    let result = analyze(&silence(2.0), &[0.0; 5], &Unwatched);
    assert!(matches!(
        result,
        Err(AudioError::Probabilities {
            expected: 63,
            found: 5
        })
    ));
}

#[test]
fn same_input_gives_the_same_output() {
    let (samples, probabilities) = recording();
    let once = analyze(&samples, &probabilities, &Unwatched).unwrap();
    let again = analyze(&samples, &probabilities, &Unwatched).unwrap();
    assert_eq!(once.figures, again.figures);
    assert_eq!(once.pitch, again.pitch);
    assert_eq!(once.pulses, again.pulses);
}

#[derive(Default)]
struct Recorder(Mutex<Vec<f32>>);

impl Watch for Recorder {
    fn progress(&self, fraction: f32) {
        self.0.lock().unwrap().push(fraction);
    }
    fn is_cancelled(&self) -> bool {
        false
    }
}

#[test]
fn progress_never_goes_back_and_ends_at_one() {
    let (samples, probabilities) = recording();
    let recorder = Recorder::default();
    analyze(&samples, &probabilities, &recorder).unwrap();
    let seen = recorder.0.into_inner().unwrap();
    assert!(seen.windows(2).all(|pair| pair[0] <= pair[1]), "{seen:?}");
    assert_eq!(seen.last(), Some(&1.0));
}

/// Samples that refuse to be read more than 30 s at a time.
struct Blocks(Vec<f32>);

impl Samples for Blocks {
    fn n_samples(&self) -> u64 {
        self.0.n_samples()
    }
    fn read(&self, start: u64, len: usize) -> io::Result<Vec<f32>> {
        if len > 480_000 {
            return Err(io::Error::other("more than a block was asked for"));
        }
        self.0.read(start, len)
    }
}

#[test]
fn long_recording_is_read_in_blocks_with_no_seam_between_them() {
    let samples = buzz(110.0, 220.0, 0.5, 65.0);
    let probabilities = vec![0.9; samples.len().div_ceil(VAD_WINDOW)];
    let found = analyze(&Blocks(samples), &probabilities, &Unwatched).unwrap();
    assert!(found.pitch.f0_hz.iter().all(|f0| *f0 > 0.0));
    for pair in found.pitch.f0_hz.windows(2) {
        assert!((pair[1] / pair[0] - 1.0).abs() < 0.002);
    }
    for pair in found.pulses.windows(2) {
        let period_s = pair[1].time_s - pair[0].time_s;
        let f0_hz = found.pitch.f0_at(pair[0].time_s).unwrap_or(110.0);
        assert!((period_s * f0_hz - 1.0).abs() < 0.02);
    }
}

#[test]
fn unreadable_audio_is_an_error() {
    struct Broken;
    impl Samples for Broken {
        fn n_samples(&self) -> u64 {
            1_000
        }
        fn read(&self, _start: u64, _len: usize) -> io::Result<Vec<f32>> {
            Err(io::Error::other("gone"))
        }
    }
    let result = analyze(&Broken, &[0.0; 2], &Unwatched);
    assert!(matches!(result, Err(AudioError::Read(_))));
}
