//! Resumable uploads: parts are safe as soon as they are acknowledged, whatever breaks.

use bytes::Bytes;
use candor_core::{
    access::{Action, Actor},
    ids::{RecordingId, UploadId},
};
use candor_store::{entities::uploads, records};
use jiff::{SignedDuration, Timestamp};
use sea_orm::Set;
use serde::{Deserialize, Serialize};

use super::{
    NewRecording, now,
    receive::{self, Plan},
};
use crate::{App, AppError, readiness::Disk};

mod append;
mod finish;

pub use append::{Checksum, append_upload};
pub(super) use finish::finish;

/// What is said when an upload begins.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUpload {
    /// Size, where it is known already.
    pub bytes_total: Option<u64>,
    /// What it becomes.
    pub recording: NewRecording,
    /// The client's description in its own form, given back as it came.
    pub text: Option<String>,
}

/// A resumable upload.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// Identifier.
    pub id: UploadId,
    /// Bytes that are safe; the next ones begin here.
    pub offset: u64,
    /// Size, where it is known.
    pub bytes_total: Option<u64>,
    /// The client's description.
    pub text: Option<String>,
    /// The recording it became.
    pub recording: Option<RecordingId>,
    /// Removed after this time.
    pub expires_at: Timestamp,
}

/// What the row holds besides: everything that was settled at the beginning.
#[derive(Debug, Serialize, Deserialize)]
struct Settled {
    plan: Plan,
    text: Option<String>,
}

/// Where the bytes are.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Storage {
    /// Name below the upload's folder, and size.
    parts: Vec<(String, u64)>,
}

/// Begins an upload.
///
/// # Errors
/// [`AppError::ConsentRequired`], [`AppError::TooLarge`], [`AppError::NotFound`] for an interview out of
/// reach.
pub async fn create_upload(app: &App, actor: &Actor, new: NewUpload) -> Result<Upload, AppError> {
    actor.may(Action::WriteRecordings)?;
    if let Some(bytes) = new.bytes_total {
        check_total(app, bytes)?;
    }
    Disk::of(app).require(new.bytes_total.unwrap_or(0))?;
    let plan = receive::plan(app, app.store.writer(), actor, new.recording).await?;
    let at = now(app);
    let row = uploads::Model {
        id: UploadId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        principal: actor.principal.to_string(),
        recording_id: None,
        bytes_total: new.bytes_total.and_then(|bytes| i64::try_from(bytes).ok()),
        bytes_received: 0,
        metadata: json(&Settled {
            plan,
            text: new.text,
        })?,
        state: "open".to_owned(),
        storage: json(&Storage::default())?,
        expires_at: expiry(app).into(),
        created_at: at,
        updated_at: at,
        version: 1,
    };
    records::uploads::insert(app.store.writer(), row.clone()).await?;
    view(&row)
}

/// How far an upload is.
///
/// # Errors
/// [`AppError::NotFound`] when it is unknown, expired, ended or somebody else's.
pub async fn get_upload(app: &App, actor: &Actor, id: UploadId) -> Result<Upload, AppError> {
    view(&get_row(app, actor, id).await?)
}

/// Ends an upload and removes its parts; a recording it became already stays.
///
/// # Errors
/// [`AppError::NotFound`] like [`get_upload`].
pub async fn delete_upload(app: &App, actor: &Actor, id: UploadId) -> Result<(), AppError> {
    let row = get_row(app, actor, id).await?;
    records::uploads::delete(app.store.writer(), actor.organisation, id).await?;
    clear(app, &row).await;
    Ok(())
}

async fn get_row(app: &App, actor: &Actor, id: UploadId) -> Result<uploads::Model, AppError> {
    actor.may(Action::WriteRecordings)?;
    let principal = actor.principal.to_string();
    records::uploads::find(app.store.writer(), actor.organisation, &principal, id)
        .await?
        .filter(|row| row.state != "ended" && row.expires_at > now(app))
        .ok_or(AppError::NotFound("upload"))
}

fn check_total(app: &App, bytes: u64) -> Result<(), AppError> {
    let limit = app.config.limits.upload_bytes;
    if bytes > limit {
        return Err(AppError::TooLarge { limit });
    }
    if bytes == 0 {
        return Err(AppError::invalid(
            "empty_upload",
            "Upload-Length",
            "a recording has at least one byte",
        ));
    }
    Ok(())
}

fn expiry(app: &App) -> Timestamp {
    let hours = app.config.limits.upload_hours;
    app.clock.now() + SignedDuration::from_secs_f64(hours * 3600.0)
}

/// Where the parts are.
pub(super) fn folder(row: &uploads::Model) -> String {
    format!(
        "uploads/{}/{}",
        row.organisation_id.simple(),
        row.id.simple()
    )
}

/// Removes the parts; what can't be removed now, the sweep removes.
pub(super) async fn clear(app: &App, row: &uploads::Model) {
    if let Err(error) = app.objects.delete_below(&folder(row)).await {
        tracing::warn!(%error, "media.clear_later");
    }
}

fn json(value: &impl Serialize) -> Result<serde_json::Value, AppError> {
    serde_json::to_value(value).map_err(AppError::internal)
}

fn settled(row: &uploads::Model) -> Result<Settled, AppError> {
    serde_json::from_value(row.metadata.clone()).map_err(AppError::internal)
}

fn storage(row: &uploads::Model) -> Result<Storage, AppError> {
    serde_json::from_value(row.storage.clone()).map_err(AppError::internal)
}

fn view(row: &uploads::Model) -> Result<Upload, AppError> {
    Ok(Upload {
        id: row.id.into(),
        offset: row.bytes_received.unsigned_abs(),
        bytes_total: row.bytes_total.map(i64::unsigned_abs),
        text: settled(row)?.text,
        recording: row.recording_id.map(Into::into),
        expires_at: row.expires_at.into(),
    })
}
