//! Measurements on audio against reference tracks of real recordings: Praat's F0, jitter,
//! shimmer and harmonicity, and hand-labelled speech.
//!
//! The recordings are not part of the project; where they or `ffmpeg` are missing, each test says
//! so and returns.

#[path = "audio_reference/data.rs"]
mod data;

use candor_core::{ports::Unwatched, span::Span};
use candor_signals::audio::{
    analyze, harmonicity,
    pitch::{PitchSettings, track},
    pulses::mark_periods,
    scan::scan,
    syllables::nuclei,
    vad::{TIGHT, refine, segment},
    voice_quality,
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

#[test]
fn voice_quality_agrees_with_praat() {
    let name = "voice_quality_agrees_with_praat";
    let Some(clips) = data::voice_clips(name) else {
        return;
    };
    let mut errors: [Vec<f64>; 3] = Default::default();
    for clip in &clips {
        let (Some(jitter), Some(shimmer), Some(hnr_db)) = (clip.jitter, clip.shimmer, clip.hnr_db)
        else {
            continue;
        };
        let scanned = scan(&clip.samples, &Unwatched).unwrap();
        let settings = PitchSettings::default();
        let pitch = track(&clip.samples, &scanned, &settings, &Unwatched).unwrap();
        let pulses = mark_periods(&clip.samples, &scanned, &pitch, &Unwatched).unwrap();
        let harmonicity = harmonicity::track(&clip.samples, &scanned, &Unwatched).unwrap();
        let everything = [Span::new(0.0, f64::INFINITY)];
        let found = voice_quality::measure(&pulses, &harmonicity, &everything);
        let figures = [
            (found.jitter, jitter),
            (found.shimmer, shimmer),
            (found.hnr_db, hnr_db),
        ];
        let mut line = String::new();
        for (list, (found, expected)) in errors.iter_mut().zip(figures) {
            match found {
                Ok(found) => {
                    list.push((found / expected - 1.0).abs());
                    line += &format!("  {found:9.5} for {expected:9.5}");
                }
                Err(reason) => line += &format!("  {reason}"),
            }
        }
        eprintln!("{:45}{line}", clip.name);
    }
    for (figure, errors) in ["jitter", "shimmer", "HNR"].iter().zip(&errors) {
        let middle = median(errors);
        let worst = errors.iter().copied().fold(0.0, f64::max);
        eprintln!(
            "{name}: {figure}: {} clips, median error {:.3} %, worst {:.2} %",
            errors.len(),
            100.0 * middle,
            100.0 * worst
        );
        assert!(middle <= 0.15);
    }
}

#[test]
fn tight_boundaries_agree_with_hand_labels() {
    let name = "tight_boundaries_agree_with_hand_labels";
    let Some(clips) = data::labelled_clips(name) else {
        return;
    };
    for clip in &clips {
        let scanned = scan(&clip.samples, &Unwatched).unwrap();
        let spans = segment(&clip.probabilities, scanned.duration_s, &TIGHT);
        let refined = refine(&spans, &scanned.levels_dbfs(), scanned.duration_s);
        let (plain, _) = boundary_errors(&clip.speech, &spans);
        let (near, late_ms) = boundary_errors(&clip.speech, &refined);
        eprintln!(
            "{name}: {}: {} stretches for {}; within 100 ms {:.1} % of boundaries (before \
             refinement {:.1} %), median late by {late_ms:.0} ms",
            clip.name,
            spans.len(),
            clip.speech.len(),
            100.0 * near,
            100.0 * plain
        );
        // Times of aligned words are a machine's guess: printed, not judged.
        assert!(near >= 0.9 || !clip.by_hand);
    }
}

/// Share of the labelled boundaries that have a found one of the same kind within 100 ms, and the
/// median lateness of the nearest in ms.
fn boundary_errors(labels: &[Span], found: &[Span]) -> (f64, f64) {
    let nearest = |time_s: f64, of: fn(&Span) -> f64| {
        let distances = found.iter().map(|span| of(span) - time_s);
        distances
            .min_by(|a, b| a.abs().total_cmp(&b.abs()))
            .expect("speech was found")
    };
    let late_s: Vec<f64> = labels
        .iter()
        .flat_map(|label| {
            [
                nearest(label.start_s, |span| span.start_s),
                nearest(label.end_s, |span| span.end_s),
            ]
        })
        .collect();
    if std::env::var_os("CANDOR_TEST_VERBOSE").is_some() {
        let ms: Vec<i64> = late_s
            .iter()
            .map(|late| (late * 1e3).round() as i64)
            .collect();
        eprintln!("{ms:?}");
    }
    let near = late_s.iter().filter(|late| late.abs() <= 0.1).count();
    (near as f64 / late_s.len() as f64, 1e3 * median(&late_s))
}

#[test]
fn syllables_are_counted_as_a_reader_counts_them() {
    let name = "syllables_are_counted_as_a_reader_counts_them";
    let Some(root) = data::root(name) else {
        return;
    };
    // Syllables of the published texts, counted by hand.
    let clips = [
        ("jfk.wav", 28.0),
        ("librivox_austen_0870.wav", 30.0),
        ("librispeech_84-121550-0000.flac", 30.0),
        ("harvard_list30.mp3", 86.0),
        ("grid_bbaf2n.mpg", 6.0),
        ("grid_lbax4n.mpg", 6.0),
        ("grid_sbia1a.mpg", 7.0),
    ];
    let (mut n_found, mut n_expected) = (0.0, 0.0);
    for (clip, expected) in clips {
        let Some(samples) = data::decode(&root, clip) else {
            eprintln!("{name}: {clip} is missing or can't be decoded");
            continue;
        };
        let scanned = scan(&samples, &Unwatched).unwrap();
        let settings = PitchSettings::default();
        let pitch = track(&samples, &scanned, &settings, &Unwatched).unwrap();
        let everything = [Span::new(0.0, scanned.duration_s)];
        let n = nuclei(&scanned, &pitch, &everything).len();
        eprintln!("{name}: {clip}: {n} nuclei for {expected} syllables");
        n_found += n as f64;
        n_expected += expected;
    }
    eprintln!("{name}: {n_found} nuclei for {n_expected} syllables in all");
    assert!((n_found / n_expected - 1.0).abs() <= 0.2);
}

#[test]
fn figures_within_speech_stay_near_those_of_the_whole_recording() {
    let name = "figures_within_speech_stay_near_those_of_the_whole_recording";
    let (Some(clips), Some(root)) = (data::voice_clips(name), data::root(name)) else {
        return;
    };
    let mut errors = Vec::new();
    for clip in &clips {
        let Some(probabilities) = data::probabilities(&root, &clip.name) else {
            continue;
        };
        let found = analyze(&clip.samples, &probabilities, &Unwatched).unwrap();
        let figures = &found.figures;
        let activity = &figures.activity;
        eprintln!(
            "{}: speech {:.2} of {:.2} s, SNR {:.1?}, bandwidth {:?}, {:?} {:?}",
            clip.name,
            activity.speaking_s,
            activity.duration_s,
            found.recording.snr_db,
            found.recording.bandwidth_hz,
            found.recording.verdict,
            found.recording.reasons,
        );
        let pauses = figures.pauses.as_ref().unwrap();
        eprintln!(
            "    {} pauses, {:.1}/min, mean {:.2?}; {:.2?} nuclei/s; {:.2?}",
            pauses.spans.len(),
            pauses.rate_per_min,
            pauses.mean_s,
            figures.articulation_rate,
            figures.loudness
        );
        eprintln!("    {:.2?}", figures.pitch);
        eprintln!("    {:.4?}", figures.quality);
        eprintln!("    {:.2?}", found.filled_pauses(None));
        let quality = &figures.quality;
        for (found, expected) in [
            (&quality.jitter, clip.jitter),
            (&quality.shimmer, clip.shimmer),
            (&quality.hnr_db, clip.hnr_db),
        ] {
            if let (Ok(found), Some(expected)) = (found, expected) {
                errors.push((found / expected - 1.0).abs());
            }
        }
    }
    if errors.is_empty() {
        eprintln!("SKIPPED: {name}: no recordings with probabilities");
        return;
    }
    eprintln!("{name}: median difference {:.2} %", 100.0 * median(&errors));
    assert!(median(&errors) <= 0.15);
}
