//! The documented score over what could be measured.

use candor_app::analyze::Settings;
use candor_core::transcript::Accuracy;
use candor_testkit::FakeEngines;
use serde_json::Value;

use crate::stage::{Stage, TONE, TONE_AND_PICTURE, everything, number, words};

fn component<'a>(report: &'a Value, name: &str) -> &'a Value {
    report["candor"]["scores"]["components"]
        .as_array()
        .unwrap()
        .iter()
        .find(|component| component["name"] == name)
        .unwrap_or_else(|| panic!("no component {name}"))
}

/// What a block's measured components give, rescaled to its maximum.
fn rescaled(report: &Value, block: &str, max: f64) -> f64 {
    let parts = report["candor"]["scores"]["components"].as_array().unwrap();
    let measured = parts
        .iter()
        .filter(|part| part["block"] == block && part["points"].is_number());
    let (points, most) = measured.fold((0.0, 0.0), |sum, part| {
        (
            sum.0 + number(&part["points"]),
            sum.1 + number(&part["max"]),
        )
    });
    (points / most * max * 10.0).round() / 10.0
}

#[test]
fn blocks_and_total_are_rescaled_to_what_was_measured() {
    let test = "blocks_and_total_are_rescaled_to_what_was_measured";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let sound = stage.clips.make("sound.wav", TONE);
    let engines = everything(&words(150), Accuracy::Good);
    let report = stage.report(&sound, &Settings::default(), &engines);
    let scores = &report["scores"];
    // 150 words are half way from 50 to 250.
    assert_eq!(scores["verbal"], 20.0);
    assert!(scores["nonverbal"].is_null());
    let paraverbal = rescaled(&report, "paraverbal", 20.0);
    assert_eq!(number(&scores["paraverbal"]), paraverbal);
    let total = ((20.0 + paraverbal) / 60.0 * 1000.0).round() / 10.0;
    assert_eq!(number(&scores["total"]), total);
    let basis = report["candor"]["scores"]["basis"].as_str().unwrap();
    assert!(basis.contains("Missing"), "{basis}");
}

#[test]
fn words_of_low_accuracy_feed_no_score() {
    let Some(stage) = Stage::new("words_of_low_accuracy_feed_no_score") else {
        return;
    };
    let sound = stage.clips.make("sound.wav", TONE);
    let engines = everything(&words(150), Accuracy::Low);
    let report = stage.report(&sound, &Settings::default(), &engines);
    for name in ["words", "wpm", "fillers"] {
        let component = component(&report, name);
        assert!(component["points"].is_null(), "{component}");
        assert_eq!(component["reason"]["code"], "low_accuracy_transcript");
    }
    // Silence is measured without words.
    assert!(component(&report, "silence")["points"].is_number());
    assert!(report["scores"]["verbal"].is_null());
    assert!(
        report["transcript"]
            .as_str()
            .unwrap()
            .starts_with("we built")
    );
}

#[test]
fn variety_of_expression_counts_when_asked_for() {
    let Some(stage) = Stage::new("variety_of_expression_counts_when_asked_for") else {
        return;
    };
    let both = stage.clips.make("both.mkv", TONE_AND_PICTURE);
    let engines = everything(&words(60), Accuracy::Good);
    let settings = Settings {
        emotions_in_score: true,
        ..Settings::default()
    };
    let report = stage.report(&both, &settings, &engines);
    let variety = component(&report, "emotion_variability");
    // The same expression all the time has no variety.
    assert_eq!(variety["points"], 0.0);
    assert_eq!(variety["max"], 10.0);
    let nonverbal = rescaled(&report, "nonverbal", 40.0);
    assert_eq!(number(&report["scores"]["nonverbal"]), nonverbal);
}

#[test]
fn nothing_measured_is_no_score_rather_than_zero() {
    let Some(stage) = Stage::new("nothing_measured_is_no_score_rather_than_zero") else {
        return;
    };
    let silence = stage
        .clips
        .make("silence.wav", "-f lavfi -i anullsrc=r=16000:cl=mono -t 2");
    let report = stage.report(&silence, &Settings::default(), &FakeEngines::default());
    for name in ["verbal", "paraverbal", "nonverbal", "total"] {
        assert!(report["scores"][name].is_null(), "{name}");
        let reason = &report["candor"]["not_measured"][format!("scores.{name}")];
        assert!(reason["message"].is_string(), "{name}");
    }
}
