//! Purpose hiring, with engines that would tell everything.

use candor_app::analyze::Settings;
use candor_core::{purpose::Purpose, transcript::Accuracy};
use candor_testkit::note_codes;
use serde_json::Value;

use crate::stage::{Stage, TONE_AND_PICTURE, everything, number, words};

fn hiring() -> Settings {
    Settings {
        purpose: Purpose::Hiring,
        emotions_in_score: true,
        ..Settings::default()
    }
}

#[test]
fn hiring_keeps_the_words_and_hides_face_and_voice() {
    let Some(stage) = Stage::new("hiring_keeps_the_words_and_hides_face_and_voice") else {
        return;
    };
    let both = stage.clips.make("both.mkv", TONE_AND_PICTURE);
    let engines = everything(&format!("um {} uh", words(150)), Accuracy::Given);
    let practice = stage.report(&both, &Settings::default(), &engines);
    let hiring = stage.report(&both, &hiring(), &engines);

    // What is hidden in hiring is there in practice, so that hiding is not mere absence.
    assert!(practice["nonverbal"]["emotions"]["timeline"].is_array());
    assert!(practice["speech"]["fillers"].is_u64());
    assert_eq!(
        practice["nonverbal"]["emotions"]["dominant_emotion"],
        "happiness"
    );
    for path in [
        "/nonverbal/emotions/timeline",
        "/nonverbal/emotions/dominant_emotion",
        "/nonverbal/emotions/distribution",
        "/nonverbal/emotions/samples",
        "/nonverbal/eye_contact_ratio",
        "/nonverbal/nods",
        "/speech/fillers",
        "/speech/wpm",
        "/speech/silence_sec",
        "/scores/paraverbal",
        "/scores/nonverbal",
    ] {
        assert!(hiring.pointer(path).unwrap().is_null(), "{path}");
    }
    assert_eq!(hiring["transcript"], practice["transcript"]);
    assert_eq!(hiring["text"], practice["text"]);
    let verbal = number(&hiring["scores"]["verbal"]);
    assert!((number(&hiring["scores"]["total"]) - verbal * 2.5).abs() < 0.06);
    assert!(note_codes(&hiring).contains(&"purpose_hiring"));

    let text = hiring.to_string();
    assert!(!text.contains("happiness"));
    assert!(!text.contains("\"filler\""));
    let voice = hiring["candor"]["measurements"]["voice"]
        .as_object()
        .unwrap();
    assert!(voice.values().all(|figure| figure["value"].is_null()));
    let tracks = hiring["candor"]["tracks"].as_object().unwrap();
    assert!(
        tracks.keys().all(|name| name == "face_present"),
        "{:?}",
        tracks.keys()
    );
    assert!(hiring["candor"]["measurements"]["face"]["face_presence"]["value"].is_number());
}

#[test]
fn pace_and_hesitations_of_the_text_are_hidden_in_hiring_too() {
    let test = "pace_and_hesitations_of_the_text_are_hidden_in_hiring_too";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let both = stage.clips.make("both.mkv", TONE_AND_PICTURE);
    let engines = everything(&format!("um {} uh", words(60)), Accuracy::Given);
    let hiring = stage.report(&both, &hiring(), &engines);
    let told = |name: &str| {
        [
            "minute",
            "hesitation",
            "filler",
            "discourse",
            "wpm",
            "speak",
            "pause",
            "latency",
        ]
        .iter()
        .any(|part| name.contains(part))
    };
    let text = hiring["candor"]["measurements"]["text"]
        .as_object()
        .unwrap();
    let segments = hiring["candor"]["segments"].as_array().unwrap();
    let figures: Vec<(&String, &Value)> = segments
        .iter()
        .flat_map(|segment| segment["measurements"].as_object().unwrap())
        .chain(text)
        .collect();
    assert!(figures.iter().any(|(name, _)| told(name)));
    for (name, figure) in figures {
        if told(name) {
            assert!(figure["value"].is_null(), "{name}: {figure}");
        }
    }
}
