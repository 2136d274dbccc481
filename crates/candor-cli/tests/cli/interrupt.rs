//! Ctrl-C while a recording is read: nothing half-finished stays, neither files nor children.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Stdio},
};

use candor_testkit::{files_below, skip};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{desk::Desk, every_recording::has_fallback};

/// Command lines of processes that work on `path`.
fn processes_with(path: &Path) -> Vec<String> {
    let path = path.to_str().unwrap();
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("cmdline")).ok())
        .filter(|line| line.contains(path))
        .collect()
}

fn interrupt(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// Interrupts an analysis of `clip` at the first sign of work in `stage` and checks what is left.
fn interrupt_in(desk: &Desk, clip: &Path, stage: &str, flags: &[&str], signal: Signal) {
    let path = clip.canonicalize().unwrap();
    let before = files_below(desk.clips.folder());
    let mut child = desk
        .command(&["analyze", "--progress", "json", "--outdir", "out/deep"])
        .args(flags)
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let is_at_work = |line: String| {
        let line: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
        let fraction = line["fraction"].as_f64().unwrap();
        // Something has come from the decoder, so that it is there.
        let is_begun = stage != "watch" || fraction > 0.0;
        line["stage"] == stage && is_begun && fraction < 1.0
    };
    assert!(lines.any(is_at_work), "{stage} was never begun");
    if stage == "watch" {
        // The decoder works on the clip, beside the command itself.
        assert!(processes_with(&path).len() >= 2);
    }
    interrupt(&child, signal);
    let rest: Vec<String> = lines.collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest:?}");
    let mut printed = String::new();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_to_string(&mut printed).unwrap();
    assert_eq!(printed, "");
    assert_eq!(processes_with(&path), [""; 0]);
    assert_eq!(files_below(desk.clips.folder()), before);
    assert_eq!(desk.temporary_files(), [""; 0]);
}

#[test]
fn an_interrupted_decode_ends_with_130_and_leaves_nothing() {
    let test = "an_interrupted_decode_ends_with_130_and_leaves_nothing";
    let Some(desk) = Desk::with_models(test) else {
        return;
    };
    if !Path::new("/proc/self/cmdline").is_file() {
        skip(test, "/proc");
        return;
    }
    // Long enough to be still read when the signal comes.
    let sound = desk.clips.make(
        "long.wav",
        "-f lavfi -i anoisesrc=duration=3600:sample_rate=8000:amplitude=0.1 -ar 8000 -ac 1",
    );
    desk.clips.make(
        "short.mp4",
        "-f lavfi -i testsrc2=size=320x240:rate=10:duration=5 -c:v libx264",
    );
    let picture = desk
        .clips
        .make("long.mp4", "-stream_loop 240 -i short.mp4 -c copy");
    let flags = ["--stt-model", "none"];
    interrupt_in(&desk, &sound, "watch", &flags, Signal::INT);
    interrupt_in(&desk, &picture, "watch", &flags, Signal::TERM);
}

#[test]
fn an_interrupted_transcription_ends_with_130_and_leaves_nothing() {
    let test = "an_interrupted_transcription_ends_with_130_and_leaves_nothing";
    let Some((desk, media)) = Desk::with_media(test) else {
        return;
    };
    if !has_fallback(&desk) {
        skip(test, "the fallback recogniser's language model");
        return;
    }
    let clip = desk.clips.path("talk.mp3");
    fs::copy(media.join("audio/harvard_list30.mp3"), &clip).unwrap();
    let flags = ["--stt-model", "pocketsphinx"];
    interrupt_in(&desk, &clip, "transcribe", &flags, Signal::INT);
}
