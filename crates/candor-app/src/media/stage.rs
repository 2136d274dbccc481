//! From a stream to an object that is known to be a recording but belongs to nothing yet.

use std::time::Duration;

use candor_core::ids::{OrganisationId, RecordingId};
use candor_store::objects::{Kept, Objects};
use futures::StreamExt;
use rand::RngExt;

use super::{Body, kind};
use crate::{App, AppError};

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
    stage_within(app, organisation, recording, body, limit, idle).await
}

/// The same with another longest silence.
pub(super) async fn stage_within(
    app: &App,
    organisation: OrganisationId,
    recording: RecordingId,
    body: Body<'_>,
    limit: u64,
    idle: Duration,
) -> Result<Staged, AppError> {
    let key = object_key(organisation, recording);
    let kept = take(app, &key, body, limit, idle).await?;
    let mut staged = Staged {
        object: Some(kept.clone()),
        objects: app.objects.clone(),
        found: kind::Found {
            content_type: "application/octet-stream",
            duration_s: None,
            has_video: None,
            has_audio: None,
        },
    };
    match look(app, &kept.key).await {
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
    mut body: Body<'_>,
    limit: u64,
    idle: Duration,
) -> Result<Kept, AppError> {
    let mut writer = app.objects.writer(key);
    let error = loop {
        let chunk = match tokio::time::timeout(idle, body.next()).await {
            Err(_) => {
                break AppError::invalid(
                    "upload_stalled",
                    "file",
                    "nothing came for too long; send it again",
                );
            }
            Ok(None) => return Ok(writer.finish().await?),
            Ok(Some(Err(error))) => break interrupted(error),
            Ok(Some(Ok(chunk))) => chunk,
        };
        if writer.bytes() + chunk.len() as u64 > limit {
            break AppError::TooLarge { limit };
        }
        if let Err(error) = writer.write(chunk).await {
            break error.into();
        }
    };
    writer.abort().await;
    Err(error)
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
        .map_err(|source| AppError::Unavailable {
            retry_after_s: 5,
            source: source.into(),
        })?;
    let path = folder.path().join("recording");
    app.objects.copy_to(key, &path).await?;
    look(path).await
}

/// A key that no other attempt uses.
fn object_key(organisation: OrganisationId, recording: RecordingId) -> String {
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
