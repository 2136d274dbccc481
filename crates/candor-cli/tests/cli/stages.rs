//! Single stages: what each prints and writes.

use std::fs;

use serde_json::{Value, json};

use crate::{
    desk::{Desk, refused},
    every_recording::has_fallback,
};

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn extracted_audio_is_16_khz_mono_beside_the_recording() {
    let test = "extracted_audio_is_16_khz_mono_beside_the_recording";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    desk.clips
        .make("talk.mp3", "-f lavfi -i sine=duration=2 -ar 44100 -ac 2");
    assert_eq!(
        desk.succeed(&["stage", "extract-audio", "talk.mp3"]),
        "talk.wav\n"
    );
    let printed = desk.succeed(&["stage", "extract-audio", "talk.mp3", "other.wav"]);
    assert_eq!(printed, "other.wav\n");
    let bytes = fs::read(desk.clips.path("talk.wav")).unwrap();
    assert_eq!(bytes, fs::read(desk.clips.path("other.wav")).unwrap());
    assert_eq!(&bytes[..4], b"RIFF");
    assert_eq!(u16::from_le_bytes([bytes[22], bytes[23]]), 1);
    assert_eq!(
        u32::from_le_bytes([bytes[24], bytes[25], bytes[26], bytes[27]]),
        16_000
    );
    assert!((bytes.len() as f64 / 32_000.0 - 2.0).abs() < 0.1);

    desk.clips.make(
        "mute.mp4",
        "-f lavfi -i testsrc2=size=64x64:duration=1 -c:v libx264",
    );
    let message = refused(&desk.run(&["stage", "extract-audio", "mute.mp4"]));
    assert!(message.contains("no audio"), "{message}");
    let message = refused(&desk.run(&["stage", "extract-audio", "talk.wav"]));
    assert!(message.contains("overwrite"), "{message}");
    assert_eq!(bytes, fs::read(desk.clips.path("talk.wav")).unwrap());
}

#[test]
fn transcribe_writes_the_words_and_prints_what_made_them() {
    let test = "transcribe_writes_the_words_and_prints_what_made_them";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let audio = media.join("audio/librivox_austen_0880.wav");
    let audio = audio.to_str().unwrap();
    let info = desk.json(&["stage", "transcribe", audio, "none.txt", "--model", "none"]);
    assert_eq!(info["vad"], true);
    assert_eq!(info["model"], Value::Null);
    assert_eq!(info["duration"], 2.99);
    assert!(info["reason"].as_str().unwrap().contains("switched off"));
    assert_eq!(fs::read(desk.clips.path("none.txt")).unwrap(), b"");

    if !has_fallback(&desk) {
        candor_testkit::skip(test, "the fallback recogniser's language model");
        return;
    }
    let flags = [
        "--model",
        "pocketsphinx",
        "--compute",
        "float32",
        "--beam",
        "2",
        "--lang",
        "en",
    ];
    let arguments = [&["stage", "transcribe", audio, "words.txt"], &flags[..]].concat();
    let info = desk.json(&[&arguments[..], &["--device", "cpu", "--no-vad"]].concat());
    assert_eq!(
        keys(&info),
        ["beam", "compute", "duration", "language", "model", "vad"]
    );
    assert_eq!((&info["beam"], &info["vad"]), (&json!(2), &json!(false)));
    assert_eq!(
        (&info["compute"], &info["language"]),
        (&json!("float32"), &json!("en"))
    );
    let words = fs::read_to_string(desk.clips.path("words.txt")).unwrap();
    assert!(words.contains("young man"), "{words}");
}

#[test]
fn speech_and_text_print_their_documented_blocks() {
    let test = "speech_and_text_print_their_documented_blocks";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let audio = media.join("audio/jfk.wav");
    let words = "And so my fellow Americans, ask not what your country can do for you, ask what \
                 you can do for your country.";
    desk.clips.write("words.txt", words);
    let speech = desk.json(&["stage", "speech", audio.to_str().unwrap(), "words.txt"]);
    assert_eq!(
        keys(&speech),
        ["duration_sec", "fillers", "silence_sec", "wpm"]
    );
    assert_eq!(speech["duration_sec"], 11.0);
    assert_eq!(speech["wpm"], 120.0);

    desk.clips.write(
        "praise.txt",
        "I love this work. The team was wonderful and the results were great. I am very happy.",
    );
    let text = desk.json(&["stage", "text", "praise.txt"]);
    assert_eq!(keys(&text), ["sentiment", "summary"]);
    assert_eq!(keys(&text["sentiment"]), ["label", "score"]);
    assert_eq!(text["sentiment"]["label"], "positive");
    assert!(!text["summary"].as_str().unwrap().is_empty());
    refused(&desk.run(&["stage", "text", "missing.txt"]));
}

#[test]
fn emotions_and_gaze_print_their_documented_blocks() {
    let test = "emotions_and_gaze_print_their_documented_blocks";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    let video = media.join("video/pyfeat_single_face.mp4");
    let video = video.to_str().unwrap();
    let emotions = desk.json(&[
        "stage",
        "emotions",
        video,
        "--sample-fps",
        "4",
        "--smooth-win",
        "0",
        "--max-timeline",
        "2",
        "--max-width",
        "480",
    ]);
    assert_eq!(
        keys(&emotions),
        [
            "distribution",
            "dominant_emotion",
            "max_width",
            "model",
            "sample_fps",
            "samples",
            "smoothed_win",
            "timeline"
        ]
    );
    assert_eq!(emotions["timeline"].as_array().unwrap().len(), 2);
    assert_eq!(emotions["sample_fps"], 4.0);
    let gaze = desk.json(&["stage", "gaze", video]);
    assert_eq!(keys(&gaze), ["eye_contact_ratio", "nods"]);
    // Steady eye contact by the clip's label.
    assert!(gaze["eye_contact_ratio"].as_f64().unwrap() > 0.8);
    assert!(gaze["nods"].is_u64());
    assert_eq!(desk.temporary_files(), [""; 0]);
}
