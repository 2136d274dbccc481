//! What was not measured is `null` with a reason, whatever engine or track is missing.

use candor_app::analyze::Settings;
use candor_core::{purpose::Purpose, transcript::Accuracy};
use candor_testkit::{FakeEngines, note_codes, unexplained_nulls};
use serde_json::Value;

use crate::stage::{Stage, TONE, TONE_AND_PICTURE, everything, one_face, words};

/// Figures without a value and without a reason, or the other way round.
fn inconsistent_figures(report: &Value) -> Vec<String> {
    let groups = report["candor"]["measurements"].as_object().unwrap();
    let of_groups = groups.values().flat_map(|group| group.as_object().unwrap());
    let segments = report["candor"]["segments"].as_array().unwrap();
    let of_segments = segments
        .iter()
        .flat_map(|segment| segment["measurements"].as_object().unwrap());
    of_groups
        .chain(of_segments)
        .filter(|(_, figure)| {
            let is_missing = figure["value"].is_null();
            is_missing != figure["reason"]["message"].is_string()
                || is_missing != figure["confidence"].is_null()
                || figure["unit"].as_str().is_none_or(str::is_empty)
        })
        .map(|(name, figure)| format!("{name}: {figure}"))
        .collect()
}

/// Sources of figures and curves that the report does not explain.
fn unknown_sources(report: &Value) -> Vec<String> {
    let provenance = report["candor"]["provenance"].as_object().unwrap();
    let groups = report["candor"]["measurements"].as_object().unwrap();
    let figures = groups.values().flat_map(|group| group.as_object().unwrap());
    let tracks = report["candor"]["tracks"].as_object().unwrap();
    figures
        .chain(tracks)
        .filter(|(_, item)| {
            let source = item["source"].as_str().unwrap();
            // A figure that was refused or lacks its input has no maker.
            let is_made = item["value"].is_number() || item["values"].is_array();
            is_made && !provenance.contains_key(source)
        })
        .map(|(name, item)| format!("{name}: {}", item["source"]))
        .collect()
}

#[test]
fn every_null_has_a_reason_whatever_is_missing() {
    let Some(stage) = Stage::new("every_null_has_a_reason_whatever_is_missing") else {
        return;
    };
    let both = stage.clips.make("both.mkv", TONE_AND_PICTURE);
    let sound = stage.clips.make("sound.wav", TONE);
    let picture = stage.clips.make(
        "picture.mkv",
        "-f lavfi -i testsrc2=size=160x120:rate=10:duration=2 -c:v libx264",
    );
    let full = everything(&words(60), Accuracy::Good);
    let engines = [
        full.clone(),
        everything(&words(60), Accuracy::Low),
        everything("", Accuracy::Good),
        FakeEngines {
            expression: None,
            ..full.clone()
        },
        FakeEngines {
            faces: Some(|_| 0),
            ..full
        },
        FakeEngines {
            faces: Some(one_face),
            ..FakeEngines::default()
        },
        FakeEngines::default(),
    ];
    let settings = [Purpose::Practice, Purpose::Hiring].map(|purpose| Settings {
        purpose,
        ..Settings::default()
    });
    let blind = Settings {
        face: false,
        ..Settings::default()
    };
    for recording in [&both, &sound, &picture] {
        for (index, engines) in engines.iter().enumerate() {
            let blind = (index == 0).then_some(&blind);
            for settings in settings.iter().chain(blind) {
                let report = stage.report(recording, settings, engines);
                let case = format!("{} {settings:?} {engines:?}", recording.display());
                assert_eq!(unexplained_nulls(&report), [""; 0], "{case}");
                assert_eq!(inconsistent_figures(&report), [""; 0], "{case}");
                assert_eq!(unknown_sources(&report), [""; 0], "{case}");
            }
        }
    }
}

#[test]
fn reasons_name_the_cause_and_stand_only_at_missing_fields() {
    let test = "reasons_name_the_cause_and_stand_only_at_missing_fields";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let both = stage.clips.make("both.mkv", TONE_AND_PICTURE);
    let settings = Settings {
        face: false,
        ..Settings::default()
    };
    let report = stage.report(&both, &settings, &everything(&words(60), Accuracy::Good));
    let reasons = report["candor"]["not_measured"].as_object().unwrap();
    for (path, reason) in reasons {
        let pointer = format!("/{}", path.replace('.', "/"));
        let field = report.pointer(&pointer).unwrap();
        assert!(field.is_null(), "{path} is {field}, but: {reason}");
    }
    for path in [
        "nonverbal.nods",
        "nonverbal.emotions.timeline",
        "scores.nonverbal",
    ] {
        assert_eq!(reasons[path]["code"], "switched_off", "{path}");
    }
    let message = reasons["nonverbal.nods"]["message"].as_str().unwrap();
    assert!(message.contains("--no-face"), "{message}");
}

#[test]
fn missing_engines_and_tracks_are_told_in_notes() {
    let Some(stage) = Stage::new("missing_engines_and_tracks_are_told_in_notes") else {
        return;
    };
    let both = stage.clips.make("both.mkv", TONE_AND_PICTURE);
    let sound = stage.clips.make("sound.wav", TONE);
    let settings = Settings::default();
    let codes = |recording, engines: &FakeEngines| {
        let report = stage.report(recording, &settings, engines);
        let codes = note_codes(&report).into_iter().map(str::to_owned);
        codes.collect::<Vec<_>>()
    };
    let full = everything(&words(60), Accuracy::Good);
    assert!(codes(&sound, &full).contains(&"no_video".to_owned()));
    assert!(!codes(&both, &full).contains(&"no_video".to_owned()));
    assert!(codes(&both, &FakeEngines::default()).contains(&"no_face_models".to_owned()));
    let low = everything(&words(60), Accuracy::Low);
    assert!(codes(&sound, &low).contains(&"low_accuracy_transcript".to_owned()));
}
