//! Parts of a recording have figures of their own.

use candor_app::analyze::Settings;
use candor_core::{span::Span, transcript::Accuracy};
use candor_testkit::{FakeEngines, timed_words};
use serde_json::Value;

use crate::stage::{Stage, number, one_face, words};

/// 80 seconds: speech for 30 s, silence for 10 s, quieter speech for 40 s.
const TWO_ANSWERS: &str = "-f lavfi -i \
    aevalsrc=sin(2*PI*180*t)*(0.5*lt(t\\,30)+0.05*gt(t\\,40))*lt(mod(t\\,3)\\,2.5):s=16000:d=80 \
    -f lavfi -i testsrc2=size=64x48:rate=5:duration=80 -c:v libx264 -c:a pcm_s16le";

fn figure<'a>(segment: &'a Value, name: &str) -> &'a Value {
    let figure = &segment["measurements"][name];
    assert!(figure.is_object(), "no figure {name}: {segment}");
    &figure["value"]
}

#[test]
fn each_segment_is_measured_on_its_own_part() {
    let Some(stage) = Stage::new("each_segment_is_measured_on_its_own_part") else {
        return;
    };
    let recording = stage.clips.make("two.mkv", TWO_ANSWERS);
    let (first, second) = (words(90), words(40));
    let engines = FakeEngines {
        transcript: Some(timed_words(
            &[
                (Span::new(0.0, 29.0), &first),
                (Span::new(42.0, 79.0), &second),
            ],
            Accuracy::Good,
        )),
        faces: Some(|time_s| if time_s < 40.0 { one_face(time_s) } else { 0 }),
        ..FakeEngines::default()
    };
    let report = stage.report(&recording, &Settings::default(), &engines);
    let segments = report["candor"]["segments"].as_array().unwrap();
    assert_eq!(segments.len(), 2, "{segments:?}");
    assert_eq!(segments[1]["basis"], "silence");
    assert_eq!(number(&segments[0]["span"]["start_s"]), 0.0);
    assert_eq!(segments[0]["span"]["end_s"], segments[1]["span"]["start_s"]);
    let border_s = number(&segments[1]["span"]["start_s"]);
    assert!((29.0..43.0).contains(&border_s), "{border_s}");

    assert_eq!(number(figure(&segments[0], "n_words")), 90.0);
    assert_eq!(number(figure(&segments[1], "n_words")), 40.0);
    let level = |segment| number(figure(segment, "loudness_mean_dbfs"));
    let step_db = level(&segments[0]) - level(&segments[1]);
    assert!((step_db - 20.0).abs() < 1.0, "{step_db} dB");
    let presence = |segment| number(figure(segment, "face_presence"));
    assert!(presence(&segments[0]) > 0.9);
    assert!(presence(&segments[1]) < 0.2);
    for name in ["speaking_s", "words_per_minute"] {
        assert_ne!(
            figure(&segments[0], name),
            figure(&segments[1], name),
            "{name}"
        );
    }
    for segment in segments {
        for measured in segment["measurements"].as_object().unwrap().values() {
            assert_eq!(measured["span"], segment["span"]);
        }
    }
}

#[test]
fn a_short_recording_is_one_segment() {
    let Some(stage) = Stage::new("a_short_recording_is_one_segment") else {
        return;
    };
    let recording = stage.clips.make("short.wav", crate::stage::TONE);
    let report = stage.report(&recording, &Settings::default(), &FakeEngines::default());
    let segments = report["candor"]["segments"].as_array().unwrap();
    assert_eq!(segments.len(), 1);
    assert_eq!(segments[0]["basis"], "whole");
}
