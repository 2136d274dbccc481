//! Recordings that are refused: exit 2, a short reason, nothing written.

use std::{
    fs::{self, OpenOptions},
    io::{Seek, SeekFrom, Write},
    process::Command,
};

use crate::desk::{Desk, refused};

/// Two seconds of sound in a container that everybody reads.
const SOUND: &str = "-f lavfi -i sine=duration=2 -bitexact";

#[test]
fn paths_without_a_recording_are_refused() {
    let Some(desk) = Desk::new("paths_without_a_recording_are_refused") else {
        return;
    };
    fs::create_dir(desk.clips.path("folder.mp4")).unwrap();
    desk.clips.write("empty.mp4", "");
    // Nobody writes into it: opening it would wait for ever.
    let pipe = desk.clips.path("pipe.mp4");
    assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    for (input, word) in [
        ("pipe.mp4", "not a file"),
        ("missing.mp4", "no such file"),
        ("folder.mp4", "not a file"),
        ("empty.mp4", "empty"),
    ] {
        let message = desk.refusal(input, &[]);
        assert!(message.contains(word), "{message}");
        assert!(message.contains(input), "{message}");
    }
}

#[test]
fn text_under_the_name_of_a_video_is_refused_as_text() {
    let Some(desk) = Desk::new("text_under_the_name_of_a_video_is_refused_as_text") else {
        return;
    };
    let minutes = "Minutes of the meeting: everybody agreed.\n".repeat(50);
    desk.clips.write("minutes.mp4", minutes);
    let message = desk.refusal("minutes.mp4", &[]);
    assert!(message.contains("text file"), "{message}");
}

#[test]
fn an_mp4_without_its_index_is_refused_with_advice() {
    let Some(desk) = Desk::new("an_mp4_without_its_index_is_refused_with_advice") else {
        return;
    };
    let whole = desk.clips.make(
        "whole.mp4",
        "-f lavfi -i testsrc2=size=160x120:duration=2 -c:v libx264",
    );
    let bytes = fs::read(&whole).unwrap();
    desk.clips.write("cut.mp4", &bytes[..bytes.len() * 3 / 4]);
    let message = desk.refusal("cut.mp4", &[]);
    assert!(message.contains("index (moov atom)"), "{message}");
    assert!(message.contains("repair"), "{message}");
}

#[test]
fn a_recording_of_no_length_is_refused() {
    let Some(desk) = Desk::new("a_recording_of_no_length_is_refused") else {
        return;
    };
    let whole = fs::read(desk.clips.make("whole.wav", SOUND)).unwrap();
    desk.clips.write("header.wav", &whole[..44]);
    let message = desk.refusal("header.wav", &[]);
    assert!(message.contains("header.wav"), "{message}");
}

#[test]
fn a_recording_over_the_limit_is_refused_whether_it_tells_its_length_or_not() {
    let test = "a_recording_over_the_limit_is_refused_whether_it_tells_its_length_or_not";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    desk.clips.make("told.wav", SOUND);
    // As browsers record: the header comes before the length is known.
    desk.clips.make(
        "untold.webm",
        "-f lavfi -i sine=duration=4 -f lavfi -i testsrc2=size=160x120:rate=10:duration=4 \
         -c:a libopus -c:v libvpx -live 1 -f webm",
    );
    for input in ["told.wav", "untold.webm"] {
        let message = desk.refusal(input, &["--max-duration", "1"]);
        assert!(message.contains("longer than 1 s"), "{message}");
        assert!(message.contains("--max-duration"), "{message}");
    }
}

#[test]
fn four_hours_are_the_limit_when_none_is_given() {
    let Some(desk) = Desk::new("four_hours_are_the_limit_when_none_is_given") else {
        return;
    };
    let path = desk.clips.make(
        "day.wav",
        "-f lavfi -i sine=duration=1 -ar 8000 -c:a pcm_u8 -bitexact",
    );
    // A file with a hole: as long as it says, without taking the space.
    let n_bytes: u32 = 8000 * (4 * 3600 + 10);
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(40)).unwrap();
    file.write_all(&n_bytes.to_le_bytes()).unwrap();
    file.set_len(44 + u64::from(n_bytes)).unwrap();
    let message = desk.refusal("day.wav", &[]);
    assert!(message.contains("longer than 14400 s"), "{message}");
}

#[test]
fn a_transcript_that_can_not_be_read_is_refused() {
    let Some(desk) = Desk::new("a_transcript_that_can_not_be_read_is_refused") else {
        return;
    };
    desk.clips.make("talk.wav", SOUND);
    desk.clips.write("broken.json", "{\"segments\": 1");
    for file in ["missing.txt", "broken.json"] {
        let message = desk.refusal("talk.wav", &["--transcript", file]);
        assert!(message.contains("transcript"), "{message}");
    }
}

#[test]
fn one_bad_recording_among_several_does_not_stop_the_others() {
    let test = "one_bad_recording_among_several_does_not_stop_the_others";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    desk.clips.make("good.wav", SOUND);
    desk.clips.write("bad.wav", "");
    let outcome = desk.run(&[
        "analyze",
        "bad.wav",
        "good.wav",
        "--stt-model",
        "none",
        "--outdir",
        "out",
    ]);
    assert_eq!(outcome.code, Some(2));
    assert_eq!(outcome.stdout, "out/good/report.json\n");
    assert!(outcome.stderr.contains("bad.wav"), "{}", outcome.stderr);
    assert!(outcome.stderr.lines().count() <= 6);
    assert!(desk.clips.path("out/good/report.json").is_file());
    assert!(!desk.clips.path("out/bad").exists());
}

#[test]
fn a_command_without_a_recording_or_with_an_unknown_recogniser_is_refused() {
    let test = "a_command_without_a_recording_or_with_an_unknown_recogniser_is_refused";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    refused(&desk.run(&["analyze"]));
    desk.clips.make("talk.wav", SOUND);
    let message = refused(&desk.run(&["analyze", "talk.wav", "--stt-model", "parrot"]));
    assert!(message.contains("parrot"), "{message}");
}
