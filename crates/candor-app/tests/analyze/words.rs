//! Words that are given, and words that nobody said.

use candor_app::analyze::Settings;
use candor_core::transcript::Accuracy;
use candor_testkit::{FakeEngines, note_codes};
use serde_json::Value;

use crate::stage::{Stage, TONE, everything, said, words};

fn with_transcript(stage: &Stage, name: &str, content: &str) -> Settings {
    Settings {
        transcript: Some(stage.clips.write(name, content)),
        ..Settings::default()
    }
}

fn first_word(report: &Value) -> &Value {
    &report["candor"]["transcript"]["segments"][0]["words"][0]
}

#[test]
fn given_words_get_times_when_the_aligner_finds_them() {
    let Some(stage) = Stage::new("given_words_get_times_when_the_aligner_finds_them") else {
        return;
    };
    let sound = stage.clips.make("sound.wav", TONE);
    let settings = with_transcript(&stage, "given.txt", "We built the bridge over the river.");
    let aligner = |confidence| FakeEngines {
        aligner: confidence,
        ..everything("something else", Accuracy::Good)
    };
    let report = stage.report(&sound, &settings, &aligner(Some(0.9)));
    assert_eq!(report["transcript"], "We built the bridge over the river.");
    assert!(first_word(&report)["span"].is_object());
    assert!(report["candor"]["provenance"]["aligner"].is_object());
    assert!(report["candor"]["provenance"]["transcriber"].is_null());

    let report = stage.report(&sound, &settings, &aligner(Some(0.2)));
    assert!(note_codes(&report).contains(&"transcript_misfit"));
    assert!(first_word(&report)["span"].is_null());

    let report = stage.report(&sound, &settings, &aligner(None));
    assert!(note_codes(&report).contains(&"words_without_times"));
    assert_eq!(report["speech"]["wpm"], 105.0, "7 words in 4 s");
}

#[test]
fn given_times_are_kept_where_words_can_not_be_placed() {
    let test = "given_times_are_kept_where_words_can_not_be_placed";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let sound = stage.clips.make("sound.wav", TONE);
    let settings = with_transcript(
        &stage,
        "given.srt",
        "1\n00:00:00,200 --> 00:00:01,400\nWe built the bridge.\n",
    );
    let engines = FakeEngines {
        aligner: None,
        ..everything("something else", Accuracy::Good)
    };
    let report = stage.report(&sound, &settings, &engines);
    let span = &report["candor"]["transcript"]["segments"][0]["span"];
    assert_eq!(
        (&span["start_s"], &span["end_s"]),
        (&0.2.into(), &1.4.into())
    );
    assert!(report["candor"]["provenance"]["aligner"].is_null());
}

#[test]
fn silence_is_never_transcribed() {
    let Some(stage) = Stage::new("silence_is_never_transcribed") else {
        return;
    };
    let silence = stage
        .clips
        .make("silence.wav", "-f lavfi -i anullsrc=r=16000:cl=mono -t 2");
    let engines = everything("thank you for watching", Accuracy::Good);
    let report = stage.report(&silence, &Settings::default(), &engines);
    assert_eq!(report["transcript"], "");
    assert!(report["candor"]["transcript"].is_null());
    assert_eq!(
        report["candor"]["not_measured"]["speech.wpm"]["code"],
        "no_speech"
    );
}

#[test]
fn a_recogniser_without_words_is_told_apart_from_silence() {
    let test = "a_recogniser_without_words_is_told_apart_from_silence";
    let Some(stage) = Stage::new(test) else {
        return;
    };
    let sound = stage.clips.make("sound.wav", TONE);
    let engines = FakeEngines {
        transcript: Some(said("", Accuracy::Good)),
        ..FakeEngines::default()
    };
    let report = stage.report(&sound, &Settings::default(), &engines);
    assert_eq!(
        report["candor"]["not_measured"]["speech.wpm"]["code"],
        "no_words"
    );
}

#[test]
fn hesitations_are_counted_in_verbatim_words_only() {
    let Some(stage) = Stage::new("hesitations_are_counted_in_verbatim_words_only") else {
        return;
    };
    let sound = stage.clips.make("sound.wav", TONE);
    let mut engines = everything(&format!("um {} uh {}", words(9), words(9)), Accuracy::Good);
    let report = stage.report(&sound, &Settings::default(), &engines);
    assert_eq!(report["speech"]["fillers"], 2);
    engines.transcript.as_mut().unwrap().verbatim = false;
    let report = stage.report(&sound, &Settings::default(), &engines);
    assert!(report["speech"]["fillers"].is_null());
    assert_eq!(
        report["candor"]["not_measured"]["speech.fillers"]["code"],
        "not_verbatim"
    );
}
