//! Where results, progress and explanations go.

use std::fs;

use candor_testkit::{files_below, read_json};
use serde_json::Value;

use crate::desk::Desk;

const SOUND: &str = "-f lavfi -i anoisesrc=duration=1:amplitude=0.1:seed=3";
const PICTURE: &str = "-f lavfi -i testsrc2=size=160x120:rate=10:duration=1 -c:v libx264";

#[test]
fn only_the_report_is_named_and_nothing_else_is_said() {
    let Some(desk) = Desk::new("only_the_report_is_named_and_nothing_else_is_said") else {
        return;
    };
    desk.clips.make("talk.wav", SOUND);
    let outcome = desk.run(&[
        "analyze",
        "talk.wav",
        "--stt-model",
        "none",
        "--outdir",
        "out",
    ]);
    assert_eq!(outcome.code, Some(0));
    assert_eq!(outcome.stdout, "out/report.json\n");
    assert_eq!(outcome.stderr, "");
    assert_eq!(
        files_below(&desk.clips.path("out")),
        ["audio.wav", "report.html", "report.json", "transcript.txt"]
    );
}

#[test]
fn a_folder_is_made_below_outputs_when_none_is_named() {
    let Some(desk) = Desk::new("a_folder_is_made_below_outputs_when_none_is_named") else {
        return;
    };
    desk.clips.make("my.talk.wav", SOUND);
    let mut folders: Vec<String> = (0..2)
        .map(|_| {
            let printed = desk.succeed(&["analyze", "my.talk.wav", "--stt-model", "none"]);
            let folder = printed
                .strip_prefix("outputs/")
                .and_then(|rest| rest.strip_suffix("/report.json\n"))
                .unwrap_or_else(|| panic!("{printed}"));
            let id = folder.strip_prefix("my.talk-").unwrap();
            assert_eq!(id.len(), 8, "{id}");
            assert!(id.chars().all(|digit| digit.is_ascii_hexdigit()), "{id}");
            assert!(desk.clips.path(printed.trim()).is_file());
            folder.to_owned()
        })
        .collect();
    folders.dedup();
    assert_eq!(folders.len(), 2, "every run has a folder of its own");
}

#[test]
fn recordings_of_the_same_name_do_not_touch_each_other() {
    let Some(desk) = Desk::new("recordings_of_the_same_name_do_not_touch_each_other") else {
        return;
    };
    for folder in ["a", "b"] {
        fs::create_dir(desk.clips.path(folder)).unwrap();
    }
    desk.clips.make("a/talk.wav", SOUND);
    desk.clips.make("b/talk.mp4", PICTURE);
    desk.clips.make("b/talk.flac", SOUND);
    let inputs = ["a/talk.wav", "b/talk.mp4", "b/talk.flac"];
    let mut arguments = vec![
        "analyze",
        "--stt-model",
        "none",
        "--outdir",
        "out",
        "--jobs",
        "2",
    ];
    arguments.extend(inputs);
    let printed = desk.succeed(&arguments);
    let paths: Vec<&str> = printed.lines().collect();
    assert_eq!(
        paths,
        [
            "out/talk/report.json",
            "out/talk-2/report.json",
            "out/talk-3/report.json"
        ]
    );
    for (path, input) in paths.iter().zip(inputs) {
        let report = read_json(&desk.clips.path(path));
        let name = input.split_once('/').unwrap().1;
        assert_eq!(report["candor"]["source"]["file_name"], name);
        let has_sound = desk.clips.path(path).with_file_name("audio.wav").is_file();
        assert_eq!(has_sound, report["candor"]["source"]["audio"].is_object());
    }
}

#[test]
fn a_second_recording_in_the_same_folder_leaves_nothing_of_the_first() {
    let test = "a_second_recording_in_the_same_folder_leaves_nothing_of_the_first";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    desk.clips.make("talk.wav", SOUND);
    desk.clips.make("mute.mp4", PICTURE);
    desk.clips.write(
        "words.vtt",
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nhello there\n",
    );
    desk.clips.write("out.txt", "");
    desk.report(&desk.clips.path("talk.wav"), &["--transcript", "words.vtt"]);
    fs::write(desk.clips.path("out/notes.txt"), "my own notes").unwrap();
    desk.report(&desk.clips.path("mute.mp4"), &[]);
    assert_eq!(
        files_below(&desk.clips.path("out")),
        ["notes.txt", "report.html", "report.json", "transcript.txt"]
    );
    let words = fs::read_to_string(desk.clips.path("out/transcript.txt")).unwrap();
    assert_eq!(words, "");
}

#[test]
fn a_refused_recording_leaves_an_earlier_report_alone() {
    let Some(desk) = Desk::new("a_refused_recording_leaves_an_earlier_report_alone") else {
        return;
    };
    desk.clips.make("talk.wav", SOUND);
    desk.report(&desk.clips.path("talk.wav"), &[]);
    let before = fs::read(desk.clips.path("out/report.json")).unwrap();
    desk.clips.write("empty.wav", "");
    desk.refusal("empty.wav", &[]);
    assert_eq!(
        fs::read(desk.clips.path("out/report.json")).unwrap(),
        before
    );
}

#[test]
fn progress_as_json_names_stages_and_ends_when_all_is_done() {
    let test = "progress_as_json_names_stages_and_ends_when_all_is_done";
    let Some(desk) = Desk::with_models(test) else {
        return;
    };
    desk.clips.make("talk.wav", SOUND);
    let outcome = desk.run(&[
        "analyze",
        "talk.wav",
        "--stt-model",
        "none",
        "--outdir",
        "out",
        "--progress",
        "json",
    ]);
    assert_eq!(outcome.code, Some(0));
    assert_eq!(outcome.stdout, "out/report.json\n");
    let lines: Vec<Value> = outcome
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut done = 0.0;
    let mut stages: Vec<&str> = Vec::new();
    for line in &lines {
        assert_eq!(line["recording"], "talk.wav");
        assert!((0.0..=1.0).contains(&line["fraction"].as_f64().unwrap()));
        assert!(line["elapsed_s"].is_number());
        let now = line["done"].as_f64().unwrap();
        assert!(now >= done, "{line}");
        done = now;
        stages.push(line["stage"].as_str().unwrap());
    }
    assert_eq!(done, 1.0);
    stages.dedup();
    assert_eq!(stages.first(), Some(&"probe"));
    assert_eq!(stages.last(), Some(&"write"));
    assert!(stages.contains(&"watch"), "{stages:?}");

    let outcome = desk.run(&[
        "analyze",
        "talk.wav",
        "--stt-model",
        "none",
        "--outdir",
        "out",
        "--progress",
        "off",
    ]);
    assert_eq!(outcome.stderr, "");
}

#[test]
fn names_with_spaces_signs_and_other_letters_are_plain_names() {
    let test = "names_with_spaces_signs_and_other_letters_are_plain_names";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    for name in [
        "Zoë & <b>Şule 100%.wav",
        "-dash.wav",
        "a:b|c.wav",
        "list%d.wav",
    ] {
        let made = desk.clips.make("made.wav", SOUND);
        fs::rename(made, desk.clips.path(name)).unwrap();
        let report = desk.report(&desk.clips.path(name), &[]);
        assert_eq!(report["candor"]["source"]["file_name"], name);
        let page = fs::read_to_string(desk.clips.path("out/report.html")).unwrap();
        assert!(!page.contains("<b>"), "{name}");
    }
}
