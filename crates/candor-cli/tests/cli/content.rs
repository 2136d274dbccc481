//! What was said, where it is known.

use std::fs;

use candor_testkit::note_codes;
use serde_json::Value;

use crate::desk::Desk;

fn words(report: &Value) -> Vec<&Value> {
    report["candor"]["transcript"]["segments"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|segment| segment["words"].as_array().unwrap())
        .collect()
}

#[test]
fn a_given_text_gets_word_times_and_the_pace_of_its_words() {
    let test = "a_given_text_gets_word_times_and_the_pace_of_its_words";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let text = media.join("audio/harvard_list30.txt");
    let report = desk.report(
        &media.join("audio/harvard_list30.mp3"),
        &["--transcript", text.to_str().unwrap()],
    );
    let given = fs::read_to_string(&text).unwrap();
    let n_given = given.split_whitespace().count();
    let words = words(&report);
    assert_eq!(words.len(), n_given);
    let placed: Vec<(f64, f64)> = words
        .iter()
        .filter_map(|word| {
            let span = word["span"].as_object()?;
            Some((span["start_s"].as_f64()?, span["end_s"].as_f64()?))
        })
        .collect();
    assert!(placed.len() * 20 >= n_given * 19, "{} placed", placed.len());
    assert!(placed.iter().all(|(start_s, end_s)| start_s < end_s));
    assert!(placed.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    let duration_s = report["speech"]["duration_sec"].as_f64().unwrap();
    let expected = n_given as f64 / (duration_s / 60.0);
    let wpm = report["speech"]["wpm"].as_f64().unwrap();
    assert!((wpm / expected - 1.0).abs() < 0.05, "{wpm} for {expected}");
    assert!(!note_codes(&report).contains(&"transcript_misfit"));

    // The first words of the recording by its published alignment.
    let published = candor_testkit::read_json(&media.join("audio/harvard_list30.words.json"));
    for (word, published) in words.iter().zip(published["words"].as_array().unwrap()) {
        if let (Some(start_s), Some(expected_s)) = (
            word["span"]["start_s"].as_f64(),
            published["start"].as_f64(),
        ) {
            assert!((start_s - expected_s).abs() < 0.5, "{word} {published}");
        }
    }
    for (ending, mark) in [("vtt", "WEBVTT"), ("srt", "-->"), ("json", "\"words\"")] {
        let file = desk.clips.path(&format!("out/transcript.{ending}"));
        assert!(fs::read_to_string(file).unwrap().contains(mark), "{ending}");
    }
}

#[test]
fn figures_of_a_known_speech_are_those_of_its_words() {
    let test = "figures_of_a_known_speech_are_those_of_its_words";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let text = "And so my fellow Americans, ask not what your country can do for you, ask what \
                you can do for your country.";
    let file = desk.clips.write("jfk.txt", text);
    let report = desk.report(
        &media.join("audio/jfk.wav"),
        &["--transcript", file.to_str().unwrap()],
    );
    assert_eq!(report["transcript"], text);
    // 22 words in 11 seconds.
    assert_eq!(report["speech"]["duration_sec"], 11.0);
    assert_eq!(report["speech"]["wpm"], 120.0);
    assert_eq!(report["candor"]["transcript"]["accuracy"], "given");
    // The text does not say whether hesitations were left out.
    assert!(report["speech"]["fillers"].is_null());
    assert_eq!(report["candor"]["text"]["language"], "en");
    let keywords = report["candor"]["text"]["keywords"].as_array().unwrap();
    assert!(keywords.iter().any(|keyword| keyword["term"] == "country"));
    assert_eq!(report["scores"]["verbal"], 0.0, "22 words are below 50");
    let scores = report["candor"]["scores"]["components"].as_array().unwrap();
    let wpm = scores.iter().find(|part| part["name"] == "wpm").unwrap();
    assert_eq!(wpm["points"], 12.0);
}
