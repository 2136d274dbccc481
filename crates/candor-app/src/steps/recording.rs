//! The recording of an analysis, as its steps get it.

use std::path::PathBuf;

use candor_core::ids::RecordingId;

use crate::{
    AppError,
    jobs::{StepContext, StepError},
    media,
};

/// A copy in the attempt's own folder, for reading only.
///
/// # Errors
/// A permanent error when it is gone, a passing one when the store or the disk fails.
pub(super) async fn copy_to_scratch(
    context: &StepContext,
    id: RecordingId,
) -> Result<PathBuf, StepError> {
    media::local_copy(&context.app, context.organisation, id, &context.scratch)
        .await
        .map_err(|error| match error {
            AppError::NotFound(_) | AppError::Conflict { .. } => gone(),
            error => error.into(),
        })
}

fn gone() -> StepError {
    StepError::permanent(
        "recording_gone",
        "the recording was deleted or never arrived",
    )
}
