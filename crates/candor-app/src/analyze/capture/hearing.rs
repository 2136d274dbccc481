//! The ears: samples go to disk and, window by window, to the speech detector.

use std::{ops::ControlFlow, path::Path};

use candor_core::ports::{EngineError, SpeechDetector, VAD_WINDOW};
use candor_media::WavWriter;

/// Takes samples: keeps them on disk and asks for the probability of speech window by window.
pub(super) struct Hearing {
    wav: WavWriter,
    detector: Option<Box<dyn SpeechDetector>>,
    window: Vec<f32>,
    probabilities: Vec<f32>,
    failure: Option<HearingFailure>,
}

/// Why the audio could not be taken.
pub(super) enum HearingFailure {
    /// The disk is full or the file is gone.
    Write(std::io::Error),
    /// The detector failed.
    Engine(EngineError),
}

impl Hearing {
    pub(super) fn create(
        path: &Path,
        detector: Option<Box<dyn SpeechDetector>>,
    ) -> std::io::Result<Self> {
        Ok(Self {
            wav: WavWriter::create(path)?,
            detector,
            window: Vec::with_capacity(VAD_WINDOW),
            probabilities: Vec::new(),
            failure: None,
        })
    }

    pub(super) fn take(&mut self, samples: &[f32]) -> ControlFlow<()> {
        if let Err(error) = self.wav.write(samples) {
            self.failure = Some(HearingFailure::Write(error));
            return ControlFlow::Break(());
        }
        for sample in samples {
            self.window.push(*sample);
            if self.window.len() == VAD_WINDOW {
                self.listen()?;
            }
        }
        ControlFlow::Continue(())
    }

    fn listen(&mut self) -> ControlFlow<()> {
        if let Some(detector) = &mut self.detector {
            match detector.probability(&self.window) {
                Ok(probability) => self.probabilities.push(probability),
                Err(error) => {
                    self.failure = Some(HearingFailure::Engine(error));
                    return ControlFlow::Break(());
                }
            }
        }
        self.window.clear();
        ControlFlow::Continue(())
    }

    /// Completes the last window with silence and the file's header; gives the probabilities.
    pub(super) fn finish(mut self) -> Result<Vec<f32>, HearingFailure> {
        if self.failure.is_none() && !self.window.is_empty() {
            self.window.resize(VAD_WINDOW, 0.0);
            // A failure is looked at below.
            let _ = self.listen();
        }
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        self.wav.finish().map_err(HearingFailure::Write)?;
        Ok(self.probabilities)
    }
}
