//! Faces: how many, how long, and what they show.

use candor_app::analyze::Settings;
use candor_core::transcript::Accuracy;
use candor_testkit::{FakeEngines, note_codes};
use serde_json::Value;

use crate::stage::{Stage, TONE_AND_PICTURE, everything, number, words};

fn seen(faces: fn(f64) -> usize) -> FakeEngines {
    FakeEngines {
        faces: Some(faces),
        ..everything(&words(20), Accuracy::Good)
    }
}

fn value(report: &Value, name: &str) -> f64 {
    number(&report["candor"]["measurements"]["face"][name]["value"])
}

#[test]
fn presence_and_number_of_faces_are_told() {
    let Some(stage) = Stage::new("presence_and_number_of_faces_are_told") else {
        return;
    };
    let both = stage.clips.make("both.mkv", TONE_AND_PICTURE);
    let settings = Settings::default();

    let report = stage.report(&both, &settings, &seen(|_| 0));
    assert!(note_codes(&report).contains(&"no_face"));
    assert_eq!(value(&report, "face_presence"), 0.0);
    assert!(report["nonverbal"]["emotions"]["samples"].is_null());

    let half = |time_s| usize::from(time_s < 2.0);
    let report = stage.report(&both, &settings, &seen(half));
    assert!(note_codes(&report).contains(&"face_often_missing"));
    assert!((value(&report, "face_presence") - 0.5).abs() < 0.06);
    let missing = report["candor"]["events"].as_array().unwrap();
    assert!(missing.iter().any(|event| event["kind"] == "face_missing"));
    let points = report["nonverbal"]["emotions"]["timeline"]
        .as_array()
        .unwrap();
    assert!(!points.is_empty());
    assert!(points.iter().all(|point| number(&point["t"]) < 2.0));

    let report = stage.report(&both, &settings, &seen(|_| 2));
    assert!(note_codes(&report).contains(&"several_faces"));
    assert_eq!(value(&report, "max_faces"), 2.0);
}

#[test]
fn the_timeline_is_cut_after_the_shares_are_taken() {
    let Some(stage) = Stage::new("the_timeline_is_cut_after_the_shares_are_taken") else {
        return;
    };
    let both = stage.clips.make("both.mkv", TONE_AND_PICTURE);
    let emotions = |max_timeline| {
        let settings = Settings {
            max_timeline,
            ..Settings::default()
        };
        stage.report(&both, &settings, &seen(|_| 1))["nonverbal"]["emotions"].clone()
    };
    let (whole, cut) = (emotions(0), emotions(3));
    assert_eq!(whole["samples"], 8, "two a second for four seconds");
    assert_eq!(whole["timeline"].as_array().unwrap().len(), 8);
    assert_eq!(cut["timeline"].as_array().unwrap().len(), 3);
    assert_eq!(cut["samples"], whole["samples"]);
    assert_eq!(cut["distribution"], whole["distribution"]);
    assert_eq!(whole["distribution"]["happiness"], 1.0);
    assert!(whole["distribution"]["contempt"].is_null());
}

#[test]
fn a_missing_expression_network_leaves_everything_else_measured() {
    let test = "a_missing_expression_network_leaves_everything_else_measured";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let both = stage.clips.make("both.mkv", TONE_AND_PICTURE);
    let engines = FakeEngines {
        expression: None,
        ..seen(|_| 1)
    };
    let report = stage.report(&both, &Settings::default(), &engines);
    assert!(report["nonverbal"]["emotions"]["model"].is_null());
    assert_eq!(
        report["candor"]["not_measured"]["nonverbal.emotions.model"]["code"],
        "no_model"
    );
    assert_eq!(value(&report, "face_presence"), 1.0);
}
