//! Recordings are looked up, listed, played and deleted.

use std::ops::Range;

use candor_core::{
    access::{Action, Actor},
    ids::{InterviewId, OrganisationId, RecordingId},
};
use candor_store::{
    entities::recordings,
    objects::ObjectStream,
    records::{self, reach::Rows},
};
use sea_orm::Set;
use serde_json::json;

use super::{Recording, RecordingState, now, stage};
use crate::{
    App, AppError, audit,
    paging::{Page, PageRequest},
};

/// What a list of recordings is narrowed to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecordingFilter {
    /// One interview.
    pub interview: Option<InterviewId>,
    /// The client's own id.
    pub external_id: Option<String>,
    /// One state.
    pub state: Option<RecordingState>,
}

/// One recording.
///
/// # Errors
/// [`AppError::NotFound`] when it is not there or out of reach.
pub async fn get_recording(
    app: &App,
    actor: &Actor,
    id: RecordingId,
) -> Result<Recording, AppError> {
    let reach = actor.may(Action::ReadRecordings)?;
    let rows = crate::records::rows(actor, reach)?;
    Recording::read(get_row(app, actor.organisation, rows, id).await?)
}

/// Recordings, newest first.
///
/// # Errors
/// What the store says.
pub async fn list_recordings(
    app: &App,
    actor: &Actor,
    filter: RecordingFilter,
    request: PageRequest,
) -> Result<Page<Recording>, AppError> {
    let reach = actor.may(Action::ReadRecordings)?;
    let rows = crate::records::rows(actor, reach)?;
    let filter = records::recordings::RecordingFilter {
        interview: filter.interview.map(Into::into),
        external_id: filter.external_id,
        state: filter.state.map(|state| state.as_str().to_owned()),
    };
    let found = records::recordings::list(
        app.store.reader(),
        actor.organisation,
        rows,
        &filter,
        request.after,
        request.limit + 1,
    )
    .await?;
    let recordings = found
        .into_iter()
        .map(Recording::read)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(recordings, request, |recording| {
        recording.id.uuid()
    }))
}

/// Opens a recording, or `range` of it, for playback.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Conflict`] when it is not available (yet).
pub async fn open(
    app: &App,
    actor: &Actor,
    id: RecordingId,
    range: Option<Range<u64>>,
) -> Result<ObjectStream, AppError> {
    let reach = actor.may(Action::ReadRecordings)?;
    let rows = crate::records::rows(actor, reach)?;
    let row = get_row(app, actor.organisation, rows, id).await?;
    Ok(app.objects.read(&key_of(&row)?, range).await?.stream)
}

/// Deletes a recording with its media.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Conflict`] when somebody changed it at the same moment.
pub async fn delete_recording(app: &App, actor: &Actor, id: RecordingId) -> Result<(), AppError> {
    let reach = actor.may(Action::WriteRecordings)?;
    let rows = crate::records::rows(actor, reach)?;
    let transaction = app.store.begin().await?;
    let row = records::recordings::find(&transaction, actor.organisation, rows, id)
        .await?
        .ok_or(AppError::NotFound("recording"))?;
    let change = recordings::ActiveModel {
        state: Set("deleted".to_owned()),
        object_key: Set(None),
        source_url: Set(None),
        file_name: Set(None),
        deleted_at: Set(Some(now(app))),
        ..recordings::ActiveModel::default()
    };
    records::recordings::update(&transaction, &row, change, now(app)).await?;
    records::recordings::delete_segments(&transaction, id).await?;
    let entry = audit::Entry {
        organisation: Some(actor.organisation),
        actor: actor.principal,
        action: "recording.deleted",
        subject: Some(id.to_string()),
        details: json!({}),
    };
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    // The row is gone for everybody; what can't be removed now, the sweep removes.
    if let Err(error) = app
        .objects
        .delete_below(&stage::folder(actor.organisation, id))
        .await
    {
        tracing::warn!(recording.id = %id, %error, "media.delete_later");
    }
    tracing::info!(recording.id = %id, "media.deleted");
    Ok(())
}

pub(super) async fn get_row(
    app: &App,
    organisation: OrganisationId,
    rows: Rows,
    id: RecordingId,
) -> Result<recordings::Model, AppError> {
    records::recordings::find(app.store.near(), organisation, rows, id)
        .await?
        .ok_or(AppError::NotFound("recording"))
}

/// The key of a recording that is available.
pub(super) async fn available(
    app: &App,
    organisation: OrganisationId,
    id: RecordingId,
) -> Result<String, AppError> {
    key_of(&get_row(app, organisation, Rows::All, id).await?)
}

fn key_of(row: &recordings::Model) -> Result<String, AppError> {
    row.object_key.clone().ok_or_else(|| {
        AppError::conflict(
            "recording_not_available",
            format!("the recording is {}; it can't be read", row.state),
        )
    })
}
