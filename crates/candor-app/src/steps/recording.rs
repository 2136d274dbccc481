//! The recording of an analysis, as its steps get it.

use std::path::PathBuf;

use candor_core::ids::RecordingId;
use candor_store::{StoreError, entities::recordings};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::jobs::{StepContext, StepError};

/// Its row.
///
/// # Errors
/// A permanent error when it is gone.
pub(super) async fn get(
    context: &StepContext,
    id: RecordingId,
) -> Result<recordings::Model, StepError> {
    recordings::Entity::find_by_id(id.uuid())
        .filter(recordings::Column::OrganisationId.eq(context.organisation.uuid()))
        .filter(recordings::Column::DeletedAt.is_null())
        .one(context.app.store.writer())
        .await
        .map_err(StoreError::from)?
        .ok_or_else(gone)
}

/// A copy in the attempt's own folder.
///
/// # Errors
/// A permanent error when it is gone, a passing one when the store or the disk fails.
pub(super) async fn copy_to_scratch(
    context: &StepContext,
    id: RecordingId,
) -> Result<PathBuf, StepError> {
    let row = get(context, id).await?;
    let key = row.object_key.ok_or_else(gone)?;
    let bytes = context
        .app
        .objects
        .get(&key)
        .await
        .map_err(|error| match error {
            StoreError::NotFound { .. } => gone(),
            error => error.into(),
        })?;
    let path = context.scratch.join("recording");
    tokio::fs::write(&path, &bytes).await.map_err(|error| {
        StepError::passing("disk", format!("temporary files can't be written: {error}"))
    })?;
    Ok(path)
}

fn gone() -> StepError {
    StepError::permanent("recording_gone", "the recording was deleted or never arrived")
}
