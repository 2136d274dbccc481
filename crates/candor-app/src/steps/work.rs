//! Blocking work inside a step: its own thread, its progress, its errors.

use std::sync::Arc;

use candor_core::ports::{EngineError, Watch};
use candor_media::{MediaError, Tools};

use crate::{
    analyze::AnalyzeError,
    jobs::{AttemptWatch, StepContext, StepError},
    progress::{Progress, Stage},
};

/// The progress of an attempt, for functions that report by stage.
pub(super) struct AttemptProgress(pub Arc<AttemptWatch>);

impl Progress for AttemptProgress {
    fn advance(&self, _stage: Stage, fraction: f32) {
        self.0.progress(fraction);
    }

    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// Runs `work` on a thread that may block.
pub(super) async fn blocking<T: Send + 'static>(
    context: &StepContext,
    work: impl FnOnce(&AttemptProgress) -> Result<T, StepError> + Send + 'static,
) -> Result<T, StepError> {
    let progress = AttemptProgress(Arc::clone(&context.watch));
    if progress.is_cancelled() {
        return Err(StepError::Cancelled);
    }
    match tokio::task::spawn_blocking(move || work(&progress)).await {
        Ok(outcome) => outcome,
        Err(error) if error.is_cancelled() => Err(StepError::Cancelled),
        Err(_) => Err(StepError::passing(
            "crashed",
            "the step stopped unexpectedly; the log says where",
        )),
    }
}

/// The programs that decode.
pub(super) fn tools(context: &StepContext) -> Result<Tools, StepError> {
    context.app.tools.clone().ok_or_else(|| {
        StepError::passing(
            "tool_missing",
            "ffmpeg is not installed on the machine of this worker",
        )
    })
}

impl From<AnalyzeError> for StepError {
    fn from(error: AnalyzeError) -> Self {
        if error.is_cancelled() {
            return Self::Cancelled;
        }
        match error {
            AnalyzeError::Media(error) => error.into(),
            AnalyzeError::Engine(error) => error.into(),
            AnalyzeError::Transcript(message) => Self::permanent("unreadable_transcript", message),
            AnalyzeError::Output { source, .. } => Self::passing(
                "disk",
                format!("temporary files can't be written: {source}"),
            ),
        }
    }
}

impl From<MediaError> for StepError {
    /// Paths of this machine stay out of the messages.
    fn from(error: MediaError) -> Self {
        let unreadable = |message: String| Self::permanent("unreadable_recording", message);
        match error {
            MediaError::Cancelled => Self::Cancelled,
            MediaError::NotMedia { detail, .. } => {
                unreadable(format!("the recording can't be read: {detail}"))
            }
            MediaError::Empty(_) => unreadable("the recording is empty".to_owned()),
            MediaError::TooLong { limit_s } => Self::permanent(
                "recording_too_long",
                format!("the recording is longer than the limit of {limit_s:.0} s"),
            ),
            MediaError::ToolMissing(tool) => Self::passing(
                "tool_missing",
                format!("{tool} is not installed on the machine of this worker"),
            ),
            MediaError::Decode(message) => Self::passing(
                "decode_failed",
                format!("the recording could not be decoded: {message}"),
            ),
            MediaError::Io { source, .. } => {
                Self::passing("disk", format!("reading the recording failed: {source}"))
            }
            _ => Self::passing("disk", "the worker's copy of the recording is gone"),
        }
    }
}

impl From<EngineError> for StepError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Cancelled => Self::Cancelled,
            EngineError::Input(message) => Self::permanent("unsuitable_input", message),
            error => Self::passing("engine_failed", error.to_string()),
        }
    }
}
