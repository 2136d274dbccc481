//! Recordings with something wrong that are analysed all the same: the report says what it is.

use std::fs;

use candor_testkit::{note_codes, report_in_page, unexplained_nulls};
use serde_json::Value;

use crate::desk::Desk;

/// Analyses `name` and checks what holds of every report: the code of what is wrong is among the
/// notes of the report and of the page, every missing field has a reason, files are complete.
fn analysed(desk: &Desk, name: &str, flags: &[&str], code: &str) -> Value {
    let report = desk.report(&desk.clips.path(name), flags);
    assert!(
        note_codes(&report).contains(&code),
        "{name}: {:?}",
        note_codes(&report)
    );
    let page = fs::read_to_string(desk.clips.path("out/report.html")).unwrap();
    assert_eq!(report_in_page(&page), report, "{name}");
    assert_eq!(unexplained_nulls(&report), [""; 0], "{name}");
    let mut files: Vec<_> = fs::read_dir(desk.clips.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert!(files.iter().all(|file| !file.starts_with('.')), "{files:?}");
    assert_eq!(desk.temporary_files(), [""; 0], "{name}");
    report
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn a_truncated_webm_is_analysed_up_to_the_break() {
    let test = "a_truncated_webm_is_analysed_up_to_the_break";
    let Some(desk) = Desk::with_models(test) else {
        return;
    };
    let whole = desk.clips.make(
        "whole.webm",
        "-f lavfi -i anoisesrc=duration=8:amplitude=0.2 \
         -f lavfi -i testsrc2=size=160x120:rate=10:duration=8 \
         -c:a libopus -c:v libvpx -deadline realtime",
    );
    let bytes = fs::read(whole).unwrap();
    desk.clips.write("cut.webm", &bytes[..bytes.len() / 2]);
    let report = analysed(&desk, "cut.webm", &[], "truncated");
    let length_s = number(&report["speech"]["duration_sec"]);
    assert!((2.0..6.5).contains(&length_s), "{length_s}");
}

#[test]
fn silence_and_noise_are_no_speech() {
    let Some(desk) = Desk::with_models("silence_and_noise_are_no_speech") else {
        return;
    };
    desk.clips
        .make("silence.wav", "-f lavfi -i anullsrc=r=16000:cl=mono -t 3");
    desk.clips.make(
        "noise.wav",
        "-f lavfi -i anoisesrc=duration=3:amplitude=0.1:seed=7",
    );
    for (name, code) in [("silence.wav", "silent"), ("noise.wav", "no_speech")] {
        // A recogniser is there but is not asked to imagine something.
        let report = analysed(&desk, name, &["--stt-model", "pocketsphinx"], code);
        assert_eq!(report["transcript"], "", "{name}");
        assert_eq!(report["speech"]["wpm"], Value::Null, "{name}");
        assert_eq!(number(&report["speech"]["silence_sec"]), 3.0, "{name}");
        for block in ["verbal", "paraverbal", "nonverbal", "total"] {
            assert_eq!(report["scores"][block], Value::Null, "{name} {block}");
        }
        let pitch = &report["candor"]["measurements"]["voice"]["pitch_median_hz"];
        assert_eq!(pitch["value"], Value::Null, "{name}");
    }
}

#[test]
fn a_picture_without_a_face_has_no_figures_of_a_face() {
    let test = "a_picture_without_a_face_has_no_figures_of_a_face";
    let Some(desk) = Desk::with_models(test) else {
        return;
    };
    desk.clips.make(
        "pattern.mp4",
        "-f lavfi -i testsrc2=size=320x240:rate=10:duration=2 -c:v libx264",
    );
    let report = analysed(&desk, "pattern.mp4", &[], "no_face");
    let face = report["candor"]["measurements"]["face"]
        .as_object()
        .unwrap();
    for (name, figure) in face {
        let expected = match name.as_str() {
            "face_presence" | "max_faces" => Some(0.0),
            // No face at any time is not one face at any time.
            "one_face_ratio" => continue,
            _ => None,
        };
        assert_eq!(figure["value"].as_f64(), expected, "{name}");
    }
    assert_eq!(report["nonverbal"]["nods"], Value::Null);
}

#[test]
fn several_faces_are_told_and_the_largest_is_followed() {
    let test = "several_faces_are_told_and_the_largest_is_followed";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    for picture in ["pyfeat_multi_face.jpg", "fdlite_group.jpg"] {
        let input = media.join("images").join(picture);
        let arguments = format!(
            "-loop 1 -framerate 10 -i {} -t 2 -vf scale=640:-2 -c:v libx264 -pix_fmt yuv420p",
            input.display()
        );
        desk.clips.make("group.mp4", &arguments);
        let report = analysed(&desk, "group.mp4", &[], "several_faces");
        let face = &report["candor"]["measurements"]["face"];
        assert!(number(&face["max_faces"]["value"]) >= 2.0, "{picture}");
        assert!(number(&face["face_presence"]["value"]) > 0.9, "{picture}");
        let kinds: Vec<&Value> = report["candor"]["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| &event["kind"])
            .collect();
        assert!(
            kinds.iter().any(|kind| *kind == "several_faces"),
            "{picture}"
        );
    }
}

#[test]
fn a_4k_recording_at_60_frames_per_second_is_analysed() {
    let test = "a_4k_recording_at_60_frames_per_second_is_analysed";
    let Some(desk) = Desk::with_models(test) else {
        return;
    };
    desk.clips.make(
        "large.mp4",
        "-f lavfi -i testsrc2=size=3840x2160:rate=60:duration=1 -c:v libx264 -preset ultrafast",
    );
    let report = analysed(&desk, "large.mp4", &[], "no_face");
    let video = &report["candor"]["source"]["video"];
    assert_eq!(
        (&video["width"], &video["height"]),
        (&3840.into(), &2160.into())
    );
    assert_eq!(number(&video["fps"]), 60.0);
    assert_eq!(number(&report["speech"]["duration_sec"]), 1.0);
}

#[test]
fn telephone_sound_and_a_missing_sound_track_are_told() {
    let test = "telephone_sound_and_a_missing_sound_track_are_told";
    let Some(desk) = Desk::with_models(test) else {
        return;
    };
    desk.clips.make(
        "telephone.wav",
        "-f lavfi -i sine=duration=2 -ar 8000 -ac 1",
    );
    let report = analysed(&desk, "telephone.wav", &[], "narrow_band");
    assert_eq!(report["candor"]["source"]["audio"]["sample_rate_hz"], 8000);
    assert!(note_codes(&report).contains(&"no_video"));

    desk.clips.make(
        "mute.mp4",
        "-f lavfi -i testsrc2=size=160x120:rate=10:duration=2 -c:v libx264",
    );
    let report = analysed(&desk, "mute.mp4", &[], "no_audio");
    assert_eq!(report["speech"]["silence_sec"], Value::Null);
    assert_eq!(
        report["candor"]["not_measured"]["speech.silence_sec"]["code"],
        "no_audio"
    );
    assert!(!desk.clips.path("out/audio.wav").exists());
}

#[test]
fn a_transcript_of_another_recording_is_told() {
    let test = "a_transcript_of_another_recording_is_told";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    fs::copy(media.join("audio/jfk.wav"), desk.clips.path("jfk.wav")).unwrap();
    let other = "He was not an ill disposed young man, unless to be rather cold hearted is to be \
                 ill disposed.";
    let own = "And so my fellow Americans, ask not what your country can do for you, ask what you \
               can do for your country.";
    desk.clips.write("other.txt", other);
    desk.clips.write("own.txt", own);
    let report = analysed(
        &desk,
        "jfk.wav",
        &["--transcript", "other.txt"],
        "transcript_misfit",
    );
    assert_eq!(report["transcript"], other);

    let report = desk.report(&desk.clips.path("jfk.wav"), &["--transcript", "own.txt"]);
    assert!(!note_codes(&report).contains(&"transcript_misfit"));
}
