//! What the camera saw in recordings whose content is known.

use candor_testkit::note_codes;
use serde_json::Value;

use crate::desk::Desk;

/// Times and labels of the expression's timeline.
fn timeline(report: &Value) -> Vec<(f64, &str)> {
    report["nonverbal"]["emotions"]["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| {
            assert_eq!(point["e"], point["emotion"]);
            let probability = point["prob"].as_f64().unwrap();
            assert!((0.0..=1.0).contains(&probability));
            (point["t"].as_f64().unwrap(), point["e"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn a_smile_is_found_where_it_is_and_nothing_where_no_face_is() {
    let test = "a_smile_is_found_where_it_is_and_nothing_where_no_face_is";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let report = desk.report(&media.join("video/pyfeat_single_face.mp4"), &[]);
    let labels = timeline(&report);
    assert!(labels.contains(&(0.0, "neutral")), "{labels:?}");
    assert!(labels.contains(&(1.5, "happiness")), "{labels:?}");
    let emotions = &report["nonverbal"]["emotions"];
    assert_eq!(emotions["dominant_emotion"], "happiness");
    assert_eq!(emotions["samples"], labels.len());
    assert!(emotions["distribution"]["contempt"].is_null());

    let report = desk.report(&media.join("video/pyfeat_face_noface.mov"), &[]);
    let labels = timeline(&report);
    assert!(labels.contains(&(1.5, "happiness")), "{labels:?}");
    // The cut to a title without a face is at 2.4 s.
    assert!(
        labels.iter().all(|(time_s, _)| *time_s <= 2.45),
        "{labels:?}"
    );
    assert!(note_codes(&report).contains(&"face_often_missing"));

    let report = desk.report(&media.join("video/pyfeat_no_face.mp4"), &[]);
    let emotions = &report["nonverbal"]["emotions"];
    for name in ["samples", "timeline", "distribution", "dominant_emotion"] {
        assert!(emotions[name].is_null(), "{name}");
    }
    assert!(report["nonverbal"]["eye_contact_ratio"].is_null());
}

#[test]
fn the_same_recording_gives_the_same_report_byte_for_byte() {
    let test = "the_same_recording_gives_the_same_report_byte_for_byte";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let video = media.join("video/pyfeat_single_face.mp4");
    let audio = media.join("audio/librivox_austen_0880.wav");
    let analyse = |folder: &str, jobs: &str| {
        desk.succeed(&[
            "analyze",
            "--jobs",
            jobs,
            video.to_str().unwrap(),
            audio.to_str().unwrap(),
            "--stt-model",
            "pocketsphinx",
            "--outdir",
            folder,
        ]);
        ["pyfeat_single_face", "librivox_austen_0880"].map(|name| {
            ["report.json", "report.html", "audio.wav"].map(|file| {
                std::fs::read(desk.clips.path(&format!("{folder}/{name}/{file}"))).unwrap()
            })
        })
    };
    assert!(analyse("first", "2") == analyse("other", "1"));
}

#[test]
fn both_spellings_and_environment_names_of_the_flags_act_alike() {
    let test = "both_spellings_and_environment_names_of_the_flags_act_alike";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let video = media.join("video/pyfeat_single_face.mp4");
    let (fps, win) = (["--sample-fps", "4"], ["--smooth-win", "5"]);
    let documented = [fps, win, ["--max-width", "320"], ["--max-timeline", "3"]].concat();
    let coded = [
        fps,
        win,
        ["--emo-max-width", "320"],
        ["--emo-max-timeline", "3"],
    ]
    .concat();
    let first = desk.report(&video, &documented);
    let second = desk.report(&video, &coded);
    assert_eq!(first, second);
    let emotions = &first["nonverbal"]["emotions"];
    assert_eq!(emotions["sample_fps"], 4.0);
    assert_eq!(emotions["smoothed_win"], 5);
    assert_eq!(emotions["max_width"], 320);
    assert_eq!(timeline(&first).len(), 3);
    // The limit on the timeline leaves the distribution alone.
    assert!(emotions["samples"].as_u64().unwrap() > 6);

    let printed = desk
        .command(&[
            "analyze",
            "--video",
            video.to_str().unwrap(),
            "--outdir",
            "env",
        ])
        .env("EMO_SAMPLE_FPS", "4")
        .env("EMO_SMOOTH_WIN", "5")
        .env("EMO_MAX_WIDTH", "320")
        .env("EMO_MAX_TIMELINE", "3")
        .env("STT_MODEL", "none")
        .output()
        .unwrap();
    assert!(printed.status.success());
    let third = candor_testkit::read_json(&desk.clips.path("env/report.json"));
    assert_eq!(first, third);
}

#[test]
fn variety_of_expression_counts_only_when_asked_for() {
    let test = "variety_of_expression_counts_only_when_asked_for";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let video = media.join("video/pyfeat_single_face.mp4");
    let has_variety = |flags: &[&str], variable: &str| {
        let arguments = [
            &["analyze", video.to_str().unwrap(), "--outdir", "out"][..],
            &["--stt-model", "none"],
            flags,
        ]
        .concat();
        let done = desk
            .command(&arguments)
            .env("EMOTIONS_IN_SCORE", variable)
            .status()
            .unwrap();
        assert!(done.success());
        let report = candor_testkit::read_json(&desk.clips.path("out/report.json"));
        report["candor"]["scores"]["components"]
            .as_array()
            .unwrap()
            .iter()
            .any(|component| component["name"] == "emotion_variability")
    };
    assert!(has_variety(&[], "1"));
    assert!(has_variety(&[], "yes"));
    assert!(!has_variety(&[], "0"));
    assert!(has_variety(&["--emotions-in-score"], "0"));
    assert!(!has_variety(&["--purpose", "hiring"], "1"));
}
