//! Where nothing can be written, and models that are damaged.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use candor_testkit::{files_below, models_dir, skip};

use crate::desk::{Desk, outcome, refused};

#[test]
fn a_folder_that_can_not_be_written_is_refused_before_any_work() {
    let test = "a_folder_that_can_not_be_written_is_refused_before_any_work";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    desk.clips.make("talk.wav", "-f lavfi -i sine=duration=1");
    desk.clips.write("occupied", "a file, not a folder");
    for folder in ["occupied/out", "occupied", "/proc/out"] {
        let message = desk.refusal("talk.wav", &["--outdir", folder]);
        assert!(message.contains(folder), "{message}");
        assert!(message.contains("--outdir"), "{message}");
    }
}

/// Runs the command with its output on a file system of `size` that is gone with the process;
/// lists what is left there on the last line of its output. `None` where that is not permitted.
fn on_a_small_disk(desk: &Desk, size: &str, recording: &str) -> Option<(i32, String, String)> {
    fs::create_dir_all(desk.clips.path("disk")).unwrap();
    let script = "mount -t tmpfs -o size=$1 tmpfs disk || exit 99
        $2 analyze $3 --stt-model none --outdir disk/out
        code=$?
        find disk -mindepth 1
        exit $code";
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--map-root-user", "sh", "-c", script, "sh"])
        .args([size, env!("CARGO_BIN_EXE_candor"), recording]);
    let candor = desk.command(&[]);
    command.current_dir(desk.clips.folder());
    for (name, value) in candor.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.output().ok()?;
    let code = output.status.code()?;
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let found = (code, text(output.stdout), text(output.stderr));
    // 99: no mount; 1 with unshare's own words: no namespace.
    let forbidden = code == 99 || found.2.contains("unshare");
    (!forbidden).then_some(found)
}

#[test]
fn a_full_disk_is_refused_and_nothing_half_written_stays_there() {
    let test = "a_full_disk_is_refused_and_nothing_half_written_stays_there";
    let Some(desk) = Desk::new(test) else {
        return;
    };
    desk.clips.make("long.wav", "-f lavfi -i sine=duration=10");
    desk.clips.make("short.wav", "-f lavfi -i sine=duration=1");
    // Too small for the samples; big enough for them, but not for the report.
    for (size, recording) in [("64k", "long.wav"), ("48k", "short.wav")] {
        let Some((code, stdout, stderr)) = on_a_small_disk(&desk, size, recording) else {
            skip(test, "mounting a small disk is not permitted");
            return;
        };
        assert_eq!((code, stdout.as_str()), (2, ""), "{recording}: {stderr}");
        assert!(stderr.contains("free space"), "{stderr}");
        assert!(stderr.lines().count() <= 6, "{stderr}");
    }
    assert_eq!(desk.temporary_files(), [""; 0]);
}

/// Copies the named models of the machine, and gives the copy's folder.
fn copy_models(desk: &Desk, names: &[&str]) -> PathBuf {
    let from = models_dir().unwrap();
    let to = desk.clips.path("models");
    for name in files_below(&from) {
        let path = from.join(&name);
        if path.is_file() && names.iter().any(|wanted| name.starts_with(wanted)) {
            let copy = to.join(&name);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(path, copy).unwrap();
        }
    }
    to
}

fn flip_a_byte(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_model_with_a_flipped_bit_is_refused_with_the_command_that_mends_it() {
    let test = "a_model_with_a_flipped_bit_is_refused_with_the_command_that_mends_it";
    let Some(desk) = Desk::with_models(test) else {
        return;
    };
    desk.clips.make(
        "talk.mkv",
        "-f lavfi -i sine=duration=1 -f lavfi -i testsrc2=size=160x120:duration=1 \
         -c:v libx264 -c:a pcm_s16le",
    );
    for (id, folder, file) in [
        ("silero-vad", "silero", "silero/silero_vad.onnx"),
        ("iris", "derived", "derived/iris_landmark.onnx"),
    ] {
        let models = copy_models(&desk, &[folder]);
        let damaged = models.join(file);
        if !damaged.is_file() {
            skip(test, file);
            return;
        }
        // Another variant of the model would do instead.
        for name in files_below(&models) {
            if name.ends_with("16k_op15.onnx") {
                fs::remove_file(models.join(name)).unwrap();
            }
        }
        flip_a_byte(&damaged);
        let run =
            |arguments: &[&str]| outcome(desk.command(arguments).env("CANDOR_MODELS_DIR", &models));
        let message = refused(&run(&[
            "analyze",
            "talk.mkv",
            "--stt-model",
            "none",
            "--outdir",
            "out",
        ]));
        assert!(
            message.contains(&format!("candor models pull {id}")),
            "{message}"
        );
        assert!(message.contains("damaged"), "{message}");
        assert!(!desk.clips.path("out").exists());
        assert_eq!(desk.temporary_files(), [""; 0]);

        let verified = run(&["models", "verify", id]);
        assert_eq!(verified.code, Some(2), "{}", verified.stderr);
        assert!(verified.stdout.contains(id), "{}", verified.stdout);
        fs::remove_dir_all(&models).unwrap();
    }
}
