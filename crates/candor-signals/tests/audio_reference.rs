//! Measurements on audio against reference tracks of real recordings: Praat's F0, jitter,
//! shimmer and harmonicity, and hand-labelled speech.
//!
//! The recordings are not part of the project; where they or `ffmpeg` are missing, each test says
//! so and returns.

#[path = "audio_reference/data.rs"]
mod data;

use candor_core::ports::Unwatched;
use candor_signals::audio::{
    pitch::{PitchSettings, track},
    scan::scan,
};

/// A sorted copy's middle value.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

#[test]
fn pitch_agrees_with_praat() {
    let name = "pitch_agrees_with_praat";
    let Some(clips) = data::voice_clips(name) else {
        return;
    };
    let (mut errors, mut n_disagree, mut n_frames) = (Vec::new(), 0usize, 0usize);
    for clip in &clips {
        let scanned = scan(&clip.samples, &Unwatched).unwrap();
        let found = track(
            &clip.samples,
            &scanned,
            &PitchSettings::default(),
            &Unwatched,
        )
        .unwrap();
        let (mut clip_errors, mut clip_disagree) = (Vec::new(), 0usize);
        for (i, &expected) in clip.f0_hz.iter().enumerate() {
            let time_s = clip.t0_s + i as f64 * clip.step_s;
            let Some(frame) = found.nearest(time_s) else {
                continue;
            };
            let f0 = f64::from(found.f0_hz[frame]);
            n_frames += 1;
            if (f0 > 0.0) != (expected > 0.0) {
                clip_disagree += 1;
            } else if expected > 0.0 {
                clip_errors.push((f0 / expected - 1.0).abs());
            }
        }
        let gross = clip_errors.iter().filter(|error| **error > 0.2).count();
        eprintln!(
            "{:45} voiced in both {:6} gross {:4} voicing differs {:4} of {}",
            clip.name,
            clip_errors.len(),
            gross,
            clip_disagree,
            clip.f0_hz.len()
        );
        n_disagree += clip_disagree;
        errors.extend(clip_errors);
    }
    let gross = errors.iter().filter(|error| **error > 0.2).count() as f64 / errors.len() as f64;
    let disagree = n_disagree as f64 / n_frames as f64;
    let middle = median(&errors);
    eprintln!(
        "{name}: {} clips, median error {:.4} %, gross errors {:.3} %, voicing differs {:.3} %",
        clips.len(),
        100.0 * middle,
        100.0 * gross,
        100.0 * disagree
    );
    assert!(middle <= 0.01);
    assert!(gross <= 0.05);
    assert!(disagree <= 0.12);
}
