//! Clips made by ffmpeg's own signal sources, and a collector of what is decoded from them.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::Command,
};

use candor_core::ports::Unwatched;
use candor_media::{
    DecodePlan, Decoded, MediaError, Probe, Sinks, Tools, VideoPlan, decode, probe,
};

/// A folder with clips.
pub struct Clips {
    pub folder: tempfile::TempDir,
    pub tools: Tools,
}

/// What was decoded.
pub struct Taken {
    pub probe: Probe,
    pub decoded: Decoded,
    pub samples: Vec<f32>,
    pub frame_times: Vec<f64>,
    pub frame_size: (usize, usize),
    pub first_frame: Vec<u8>,
}

impl Clips {
    /// `None`, after naming the test as skipped, where ffmpeg is not installed.
    pub fn new(test: &str) -> Option<Self> {
        match Tools::find() {
            Ok(tools) => Some(Self {
                folder: tempfile::tempdir().unwrap(),
                tools,
            }),
            Err(error) => {
                eprintln!("SKIPPED: {test}: {error}");
                None
            }
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes `name` with ffmpeg from `arguments` (words separated by spaces).
    pub fn make(&self, name: &str, arguments: &str) -> PathBuf {
        let path = self.path(name);
        let output = Command::new("ffmpeg")
            .current_dir(self.folder.path())
            .args(["-v", "error", "-y", "-nostdin"])
            .args(arguments.split_whitespace())
            .arg(&path)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        path
    }

    pub fn take(&self, path: &Path) -> Result<Taken, MediaError> {
        self.take_within(path, 60.0)
    }

    pub fn take_within(&self, path: &Path, max_duration_s: f64) -> Result<Taken, MediaError> {
        let probe = probe(&self.tools, path)?;
        let mut samples = Vec::new();
        let mut frame_times = Vec::new();
        let mut frame_size = (0, 0);
        let mut first_frame = Vec::new();
        let decoded = decode(
            &self.tools,
            &DecodePlan {
                probe: &probe,
                video: Some(VideoPlan {
                    fps: 10.0,
                    max_width: 480,
                }),
                max_duration_s,
            },
            Sinks {
                audio: &mut |block| {
                    samples.extend_from_slice(block);
                    ControlFlow::Continue(())
                },
                video: &mut |frame| {
                    frame_times.push(frame.time_s);
                    frame_size = (frame.width, frame.height);
                    if first_frame.is_empty() {
                        first_frame.clone_from(&frame.pixels);
                    }
                    ControlFlow::Continue(())
                },
            },
            &Unwatched,
        )?;
        Ok(Taken {
            probe,
            decoded,
            samples,
            frame_times,
            frame_size,
            first_frame,
        })
    }
}
