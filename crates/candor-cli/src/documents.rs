//! Files of strangers are read by this program once more, as a guarded child: `candor read-document` reads one file
//! from standard input and writes what it says. What is in it can break no more than that process.

use std::{
    io::{Read, Write},
    path::PathBuf,
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result};
use candor_core::ports::{DocumentFailure, DocumentReader, DocumentText};
use candor_interviewer::documents::{InProcess, Limits};
use candor_media::guard::{ChildLimits, Guard, run_with_input};
use serde::{Deserialize, Serialize};

use crate::args::ReadDocumentArgs;

/// Longest time of a child, its processor time and its address space.
const TIME: Duration = Duration::from_secs(20);
const MEMORY_BYTES: u64 = 2 << 30;
/// Most bytes of its answer: all characters that are read, escaped.
const OUTPUT_BYTES: usize = 8 << 20;
/// Children at once.
const CHILDREN: usize = 2;

/// What a child writes.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    /// What the file says.
    Text(DocumentText),
    /// Why it says nothing.
    Failure(DocumentFailure),
}

/// Reads each file in a child of its own.
pub struct ChildReader {
    program: PathBuf,
    guard: Guard,
    free: Mutex<usize>,
    freed: Condvar,
}

impl ChildReader {
    /// A reader that starts this very program.
    ///
    /// # Errors
    /// When the system does not say where it is.
    pub fn new() -> Result<Self> {
        Ok(Self {
            program: std::env::current_exe().context("this program does not know where it is")?,
            guard: Guard::find(),
            free: Mutex::new(CHILDREN),
            freed: Condvar::new(),
        })
    }

    fn take_place(&self) -> bool {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_timeout_while(free, TIME, |free| *free == 0);
        let (mut free, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if *free == 0 {
            return false;
        }
        *free -= 1;
        true
    }

    fn give_place(&self) {
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.freed.notify_one();
    }

    fn run(&self, bytes: &[u8], markdown: bool) -> Result<DocumentText, DocumentFailure> {
        let limits = ChildLimits {
            memory_bytes: MEMORY_BYTES,
            cpu: TIME,
        };
        let mut command = self.guard.command(&self.program, limits);
        command.arg("read-document");
        if markdown {
            command.arg("--markdown");
        }
        // A child that was ended, or said too much, met a file that no reader gets through.
        let hard = || DocumentFailure::Refused {
            code: "too_large".to_owned(),
            message: "the file takes too much time or memory to read; save it anew, without large \
                pictures, and send that"
                .to_owned(),
        };
        let output = match run_with_input(command, bytes.to_vec(), TIME, OUTPUT_BYTES) {
            Ok(output) => output,
            Err(candor_media::MediaError::Decode(_)) => return Err(hard()),
            Err(error) => {
                let message = error.to_string();
                return Err(DocumentFailure::Failed { message });
            }
        };
        if !output.success {
            return Err(hard());
        }
        match serde_json::from_slice(&output.stdout) {
            Ok(Said::Text(text)) => Ok(text),
            Ok(Said::Failure(failure)) => Err(failure),
            Err(_) => Err(hard()),
        }
    }
}

impl DocumentReader for ChildReader {
    fn read(&self, bytes: &[u8], file_name: Option<&str>) -> Result<DocumentText, DocumentFailure> {
        if !self.take_place() {
            let message = "too many are being read; try again".to_owned();
            return Err(DocumentFailure::Failed { message });
        }
        let ending = file_name.and_then(|name| name.rsplit_once('.'));
        let markdown = ending.is_some_and(|(_, ending)| {
            ["md", "markdown"].contains(&ending.to_ascii_lowercase().as_str())
        });
        let read = self.run(bytes, markdown);
        self.give_place();
        read
    }
}

/// Runs the command: one file from standard input, its text as JSON to standard output.
///
/// # Errors
/// When either breaks.
pub fn read_here(args: &ReadDocumentArgs) -> Result<()> {
    let most = Limits::default().bytes as u64;
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(most + 1)
        .read_to_end(&mut bytes)?;
    let name = args.markdown.then_some("a.md");
    let said = match InProcess.read(&bytes, name) {
        Ok(text) => Said::Text(text),
        Err(failure) => Said::Failure(failure),
    };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &said)?;
    Ok(out.flush()?)
}
