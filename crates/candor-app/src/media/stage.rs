//! From a stream to an object that is known to be a recording but belongs to nothing yet.

use std::time::Duration;

use candor_core::ids::{OrganisationId, RecordingId};
use candor_store::{
    objects::{Kept, ObjectWriter, Objects},
    records,
};
use futures::StreamExt;
use rand::RngExt;

use super::{Body, kind};
use crate::{App, AppError, readiness::Disk};

/// Bytes that are taken between two looks at the room that is left.
const LOOK_EVERY: u64 = 8 << 20;

/// A kept object with what was found in it. It is removed again unless it becomes a recording.
#[derive(Debug)]
pub struct Staged {
    object: Option<Kept>,
    objects: Objects,
    pub(super) found: kind::Found,
}

impl Staged {
    /// The object, now somebody else's to remove.
    pub(super) fn claim(mut self) -> Option<Kept> {
        self.object.take()
    }

    /// The object.
    pub(super) fn object(&self) -> Option<&Kept> {
        self.object.as_ref()
    }

    /// Its type, by content.
    pub fn content_type(&self) -> &'static str {
        self.found.content_type
    }

    /// After a write whose outcome is unknown because the database went away in the middle: whether a row
    /// names the object. One that no row names yet is left to [`sweep`](super::sweep), as the write may
    /// still show up.
    pub(super) async fn settle_after(self, app: &App, error: &AppError) -> bool {
        if !error.is_in_doubt() {
            self.discard().await;
            return false;
        }
        let Some(object) = self.claim() else {
            return false;
        };
        let known = records::recordings::known_keys(app.store.writer(), &[object.key]).await;
        known.is_ok_and(|known| !known.is_empty())
    }

    /// Removes it.
    pub async fn discard(mut self) {
        if let Some(object) = self.object.take() {
            remove(&self.objects, &object.key).await;
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let (Some(object), Ok(runtime)) =
            (self.object.take(), tokio::runtime::Handle::try_current())
        {
            let objects = self.objects.clone();
            runtime.spawn(async move { remove(&objects, &object.key).await });
        }
    }
}

/// Takes a stream of at most `limit` bytes into the store and looks into it.
///
/// # Errors
/// [`AppError::TooLarge`], [`AppError::Unsupported`] when it is no recording, [`AppError::Invalid`] when it
/// breaks off or stalls, [`AppError::Unavailable`] when it can't be kept. Nothing is kept then.
pub async fn stage(
    app: &App,
    organisation: OrganisationId,
    recording: RecordingId,
    body: Body<'_>,
    limit: u64,
) -> Result<Staged, AppError> {
    let idle = Duration::from_secs_f64(app.config.limits.idle_s);
    let key = object_key(organisation, recording);
    let kept = take(app, &key, body, limit, idle).await?;
    examine(app, kept).await
}

/// Looks into a kept object; it is removed when it is no recording.
pub(super) async fn examine(app: &App, kept: Kept) -> Result<Staged, AppError> {
    let key = kept.key.clone();
    let mut staged = Staged {
        object: Some(kept),
        objects: app.objects.clone(),
        found: kind::Found {
            content_type: "application/octet-stream",
            duration_s: None,
            has_video: None,
            has_audio: None,
        },
    };
    match look(app, &key).await {
        Ok(found) => {
            staged.found = found;
            Ok(staged)
        }
        Err(error) => {
            staged.discard().await;
            Err(error)
        }
    }
}

/// Writes a stream into one object, whole or not at all.
pub(super) async fn take(
    app: &App,
    key: &str,
    body: Body<'_>,
    limit: u64,
    idle: Duration,
) -> Result<Kept, AppError> {
    let mut writer = app.objects.writer(key);
    match fill(app, &mut writer, body, limit, idle).await {
        Ok(()) => Ok(writer.finish().await?),
        Err(error) => {
            writer.abort().await;
            Err(error)
        }
    }
}

/// Writes a stream to its end, within limits and while there is room.
pub(super) async fn fill(
    app: &App,
    writer: &mut ObjectWriter,
    mut body: Body<'_>,
    limit: u64,
    idle: Duration,
) -> Result<(), AppError> {
    let disk = Disk::of(app);
    disk.require(0)?;
    let mut next_look = LOOK_EVERY;
    loop {
        let chunk = match tokio::time::timeout(idle, body.next()).await {
            Err(_) => {
                return Err(AppError::invalid(
                    "upload_stalled",
                    "file",
                    "nothing came for too long; send it again",
                ));
            }
            Ok(None) => return Ok(()),
            Ok(Some(Err(error))) => return Err(interrupted(error)),
            Ok(Some(Ok(chunk))) => chunk,
        };
        let bytes = writer.bytes() + chunk.len() as u64;
        if bytes > limit {
            return Err(AppError::TooLarge { limit });
        }
        if bytes > next_look {
            disk.require(LOOK_EVERY)?;
            next_look = bytes + LOOK_EVERY;
        }
        writer.write(chunk).await?;
    }
}

/// What a broken stream means. Streams that know better carry an [`AppError`] inside.
pub(super) fn interrupted(error: std::io::Error) -> AppError {
    match error.downcast::<AppError>() {
        Ok(error) => error,
        Err(error) => AppError::invalid(
            "upload_interrupted",
            "file",
            format!("the upload broke off: {error}; send it again"),
        ),
    }
}

async fn look(app: &App, key: &str) -> Result<kind::Found, AppError> {
    let tools = app.tools.clone();
    let look = async |path: std::path::PathBuf| {
        tokio::task::spawn_blocking(move || kind::find(tools.as_ref(), &path))
            .await
            .map_err(AppError::internal)?
    };
    if let Some(path) = app.objects.local_path(key) {
        return look(path).await;
    }
    let folder = tempfile::Builder::new()
        .prefix("look-")
        .tempdir_in(&app.scratch)
        .map_err(AppError::disk)?;
    let path = folder.path().join("recording");
    app.objects.copy_to(key, &path).await?;
    look(path).await
}

/// A key that no other attempt uses.
pub(super) fn object_key(organisation: OrganisationId, recording: RecordingId) -> String {
    format!("{}/{:016x}", folder(organisation, recording), nonce())
}

/// Where the objects of a recording are.
pub(super) fn folder(organisation: OrganisationId, recording: RecordingId) -> String {
    format!(
        "recordings/{}/{}",
        organisation.uuid().simple(),
        recording.uuid().simple()
    )
}

/// A number that tells attempts apart.
pub(super) fn nonce() -> u64 {
    rand::rng().random()
}

/// Removes an object that nothing refers to. When that fails, [`sweep`](super) finds it later.
pub(super) async fn remove(objects: &Objects, key: &str) {
    if let Err(error) = objects.delete(key).await {
        tracing::warn!(key, %error, "media.remove_failed");
    }
}
