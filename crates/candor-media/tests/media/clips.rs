//! Clips made by ffmpeg's own signal sources, and a collector of what is decoded from them.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use candor_core::ports::Unwatched;
use candor_media::{
    DecodePlan, Decoded, MediaError, Probe, Sinks, Tools, VideoPlan, decode, probe,
};

/// A folder with clips, and the programs that read them.
pub struct Clips {
    made: candor_testkit::Clips,
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
        Some(Self {
            made: candor_testkit::Clips::new(test)?,
            tools: Tools::find().unwrap(),
        })
    }

    pub fn folder(&self) -> &Path {
        self.made.folder()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.made.path(name)
    }

    /// Makes `name` with ffmpeg from `arguments` (words separated by spaces).
    pub fn make(&self, name: &str, arguments: &str) -> PathBuf {
        self.made.make(name, arguments)
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
                audio: true,
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
