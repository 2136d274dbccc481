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

use crate::desk::Desk;

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

#[test]
fn an_interrupted_analysis_ends_with_130_and_leaves_nothing() {
    let test = "an_interrupted_analysis_ends_with_130_and_leaves_nothing";
    let Some(desk) = Desk::with_models(test) else {
        return;
    };
    if !Path::new("/proc/self/cmdline").is_file() {
        skip(test, "/proc");
        return;
    }
    // Long enough to be still read when the signal comes.
    let clip = desk.clips.make(
        "long.wav",
        "-f lavfi -i anoisesrc=duration=3600:sample_rate=8000:amplitude=0.1 -ar 8000 -ac 1",
    );
    let path = clip.canonicalize().unwrap();
    let before = files_below(desk.clips.folder());
    for signal in [Signal::INT, Signal::TERM] {
        let mut child = desk
            .command(&["analyze", "--progress", "json", "--outdir", "out/deep"])
            .arg(&path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let is_read = |line: &str| {
            let line: Value = serde_json::from_str(line).unwrap();
            line["stage"] == "watch" && line["fraction"].as_f64().unwrap() > 0.0
        };
        let reading = lines.by_ref().any(|line| is_read(&line.unwrap()));
        assert!(reading);
        // The decoder works on the clip, beside the command itself.
        assert!(processes_with(&path).len() >= 2);
        interrupt(&child, signal);
        let rest: Vec<String> = lines.map(Result::unwrap).collect();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{rest:?}");
        let mut printed = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut printed)
            .unwrap();
        assert_eq!(printed, "");
        assert_eq!(processes_with(&path), [""; 0]);
        assert_eq!(files_below(desk.clips.folder()), before);
        assert_eq!(desk.temporary_files(), [""; 0]);
    }
}
