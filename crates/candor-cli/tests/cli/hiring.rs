//! Purpose hiring: the report rests on content; nothing is inferred from face or voice.

use std::fs;

use candor_testkit::{note_codes, unexplained_nulls};
use serde_json::Value;

use crate::desk::Desk;

const TRANSCRIPT: &str = "WEBVTT\n\n00:00:00.700 --> 00:00:02.300\num set white with p two soon\n";

/// Names and values of a group's figures.
fn figures<'a>(report: &'a Value, group: &str) -> Vec<(&'a str, &'a Value)> {
    report["candor"]["measurements"][group]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, figure)| (name.as_str(), figure))
        .collect()
}

#[test]
fn hiring_observes_neither_emotion_nor_behaviour() {
    let test = "hiring_observes_neither_emotion_nor_behaviour";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let video = media.join("video/grid_id2_swwp2s.mpg");
    desk.clips.write("words.vtt", TRANSCRIPT);
    let report = desk.report(
        &video,
        &["--purpose", "hiring", "--transcript", "words.vtt"],
    );
    assert!(note_codes(&report).contains(&"purpose_hiring"));
    assert_eq!(unexplained_nulls(&report), [""; 0]);
    let reasons = &report["candor"]["not_measured"];

    let emotions = &report["nonverbal"]["emotions"];
    for name in [
        "model",
        "samples",
        "dominant_emotion",
        "distribution",
        "timeline",
    ] {
        assert!(emotions[name].is_null(), "{name}");
        let reason = &reasons[format!("nonverbal.emotions.{name}")];
        assert_eq!(reason["code"], "purpose_hiring", "{name}");
    }
    for path in [
        "nonverbal.eye_contact_ratio",
        "nonverbal.nods",
        "speech.wpm",
        "speech.silence_sec",
        "speech.fillers",
    ] {
        assert_eq!(reasons[path]["code"], "purpose_hiring", "{path}");
    }

    let voice = figures(&report, "voice");
    assert!(!voice.is_empty());
    for (name, figure) in voice {
        assert!(figure["value"].is_null(), "{name}");
        assert_eq!(figure["reason"]["code"], "purpose_hiring", "{name}");
    }
    let quality = ["face_presence", "one_face_ratio", "max_faces"];
    let picture = [
        "face_height_ratio",
        "face_offset_x",
        "face_offset_y",
        "face_luma",
        "face_sharpness",
    ];
    for (name, figure) in figures(&report, "face") {
        if !quality.contains(&name) && !picture.contains(&name) {
            assert!(figure["value"].is_null(), "{name}");
            assert_eq!(figure["reason"]["code"], "purpose_hiring", "{name}");
        }
    }
    let tracks: Vec<&String> = report["candor"]["tracks"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert!(
        tracks.iter().all(|name| *name == "face_present"),
        "{tracks:?}"
    );
    for event in report["candor"]["events"].as_array().unwrap() {
        let kind = event["kind"].as_str().unwrap();
        assert!(
            ["clipping", "face_missing", "several_faces", "speech"].contains(&kind),
            "{kind}"
        );
    }
    for segment in report["candor"]["segments"].as_array().unwrap() {
        for (name, figure) in segment["measurements"].as_object().unwrap() {
            assert!(
                name == "n_words" || figure["value"].is_null(),
                "{name}: {figure}"
            );
        }
    }
    for key in ["face-expression", "expression", "pitch", "gaze"] {
        let entry = &report["candor"]["provenance"][key];
        assert!(entry["model"].is_null(), "{key}: {entry}");
    }

    let scores = &report["scores"];
    assert!(scores["verbal"].is_number());
    assert!(scores["paraverbal"].is_null() && scores["nonverbal"].is_null());
    assert_eq!(report["candor"]["scores"]["policy"], "content_only");
    let rescaled = scores["verbal"].as_f64().unwrap() / 40.0 * 100.0;
    assert!((scores["total"].as_f64().unwrap() - rescaled).abs() < 0.06);
}

#[test]
fn hiring_and_practice_agree_on_content() {
    let Some((desk, media)) = Desk::with_media("hiring_and_practice_agree_on_content") else {
        return;
    };
    let audio = media.join("audio/jfk.wav");
    let words = desk.clips.write(
        "words.txt",
        "And so my fellow Americans, ask not what your country can do for you, ask what you can \
         do for your country.",
    );
    let words = words.to_str().unwrap();
    let hiring = desk.report(&audio, &["--transcript", words, "--purpose", "hiring"]);
    let page = fs::read_to_string(desk.clips.path("out/report.html")).unwrap();
    assert!(page.contains("purpose_hiring"));
    let practice = desk.report(&audio, &["--transcript", words, "--purpose", "practice"]);
    assert_eq!(hiring["transcript"], practice["transcript"]);
    assert_eq!(hiring["text"], practice["text"]);
    assert_eq!(hiring["scores"]["verbal"], practice["scores"]["verbal"]);
    assert!(practice["speech"]["wpm"].is_number());
}
