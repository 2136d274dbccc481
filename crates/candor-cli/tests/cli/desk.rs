//! A working folder of its own in which the command is run, with models where there are some.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use candor_testkit::{Clips, files_below, models_dir, read_json, shared_dir, skip};
use serde_json::Value;

/// Settings of the machine that would change what a test sees.
const VARIABLES: [&str; 15] = [
    "CANDOR_FFMPEG",
    "CANDOR_FFPROBE",
    "CANDOR_LOG",
    "CANDOR_PRLIMIT",
    "CANDOR_SETPRIV",
    "EMO_MAX_TIMELINE",
    "EMO_MAX_WIDTH",
    "EMO_SAMPLE_FPS",
    "EMO_SMOOTH_WIN",
    "EMOTIONS_IN_SCORE",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "STT_BEAM",
    "STT_LANG",
    "STT_MODEL",
];

/// What a run of the command gave.
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Where the command is run: recordings lie in its folder, data and temporary files elsewhere.
pub struct Desk {
    pub clips: Clips,
    data: tempfile::TempDir,
    temporary: tempfile::TempDir,
}

impl Desk {
    /// `None`, after naming `test` as skipped, where ffmpeg is not installed.
    pub fn new(test: &str) -> Option<Self> {
        Some(Self {
            clips: Clips::new(test)?,
            data: tempfile::tempdir().unwrap(),
            temporary: tempfile::tempdir().unwrap(),
        })
    }

    /// As [`Self::new`], and also skipped where there are no models.
    pub fn with_models(test: &str) -> Option<Self> {
        if models_dir().is_none() {
            skip(test, "no models; set CANDOR_MODELS_DIR");
            return None;
        }
        Self::new(test)
    }

    /// As [`Self::with_models`], with the folder of labelled media.
    pub fn with_media(test: &str) -> Option<(Self, PathBuf)> {
        let Some(shared) = shared_dir() else {
            skip(test, "no labelled media; set CANDOR_SHARED");
            return None;
        };
        Some((Self::with_models(test)?, shared.join("media")))
    }

    /// The command, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_candor"));
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        if let Some(models) = models_dir() {
            command.env("CANDOR_MODELS_DIR", models.canonicalize().unwrap());
        }
        command
            .args(arguments)
            .current_dir(self.clips.folder())
            .env("CANDOR_DATA_DIR", self.data.path())
            .env("TMPDIR", self.temporary.path())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        outcome(&mut self.command(arguments))
    }

    /// Runs the command, which must succeed, and gives its standard output.
    pub fn succeed(&self, arguments: &[&str]) -> String {
        let outcome = self.run(arguments);
        assert_eq!(outcome.code, Some(0), "{arguments:?}: {}", outcome.stderr);
        outcome.stdout
    }

    /// Runs the command, which must succeed and print JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let text = self.succeed(arguments);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The report on `recording`, written to the folder `out`, without words unless `flags` give
    /// some.
    pub fn report(&self, recording: &Path, flags: &[&str]) -> Value {
        let mut arguments = vec!["analyze", recording.to_str().unwrap(), "--outdir", "out"];
        if !flags.contains(&"--stt-model") {
            arguments.extend(["--stt-model", "none"]);
        }
        arguments.extend(flags);
        assert_eq!(self.succeed(&arguments), "out/report.json\n");
        read_json(&self.clips.path("out/report.json"))
    }

    /// Runs `analyze` on `input` into the folder `out`, checks that it is refused as promised, and
    /// gives what it says.
    pub fn refusal(&self, input: &str, flags: &[&str]) -> String {
        let before = files_below(self.clips.folder());
        let mut arguments = vec!["analyze", input, "--stt-model", "none"];
        if !flags.contains(&"--outdir") {
            arguments.extend(["--outdir", "out"]);
        }
        arguments.extend(flags);
        let message = refused(&self.run(&arguments));
        assert_eq!(files_below(self.clips.folder()), before, "{input}");
        assert_eq!(self.temporary_files(), [""; 0], "{input}");
        message
    }

    /// What is left in the folder for temporary files.
    pub fn temporary_files(&self) -> Vec<String> {
        files_below(self.temporary.path())
    }
}

/// Runs `command` to its end.
pub fn outcome(command: &mut Command) -> Outcome {
    let output = command.output().unwrap();
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Checks the form of a refusal and gives its message.
pub fn refused(outcome: &Outcome) -> String {
    let message = &outcome.stderr;
    assert_eq!(outcome.code, Some(2), "{message}");
    assert_eq!(outcome.stdout, "");
    assert!(message.starts_with("error: "), "{message}");
    assert!((1..=6).contains(&message.lines().count()), "{message}");
    message.clone()
}
