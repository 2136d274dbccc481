//! What came of a file before a fetch broke off, for the next attempt to go on with.
//!
//! The bytes are an object of their own; a note beside it says what they are. Both lie in the recording's
//! folder: they go with it, and the sweep removes them where no attempt comes any more.

use bytes::Bytes;
use candor_store::{entities::recordings, objects::ObjectWriter};
use serde::{Deserialize, Serialize};

use crate::{
    App,
    media::stage::{folder, remove},
};

/// Which version of a file the bytes are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Version {
    /// Strong entity tag, or the time of the last change.
    pub validator: String,
    /// Size of the whole file, where it was told.
    pub total: Option<u64>,
}

/// The beginning of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Partial {
    /// Where it is.
    pub key: String,
    /// How much it is.
    pub bytes: u64,
    /// Of what.
    pub version: Version,
}

/// What an earlier attempt left. Where it can't be read the fetch begins anew.
pub(super) async fn find(app: &App, row: &recordings::Model) -> Option<Partial> {
    let note = app.objects.get(&note_key(row)).await.ok()?;
    let partial: Partial = serde_json::from_slice(&note).ok()?;
    let bytes = app.objects.stat(&partial.key).await.ok()?;
    (bytes == partial.bytes).then_some(partial)
}

/// Keeps what the writer took, instead of what was kept before. Failing costs only time: the next attempt
/// begins anew.
pub(super) async fn keep(
    app: &App,
    row: &recordings::Model,
    writer: ObjectWriter,
    version: Version,
) {
    if writer.bytes() == 0 {
        return writer.abort().await;
    }
    let before = find(app, row).await;
    let key = writer.key().to_owned();
    let kept = async {
        let object = writer.finish().await?;
        let partial = Partial {
            key: object.key,
            bytes: object.bytes,
            version,
        };
        let note = serde_json::to_vec(&partial).unwrap_or_default();
        app.objects.put(&note_key(row), Bytes::from(note)).await
    };
    match kept.await {
        Ok(()) => {
            if let Some(before) = before {
                remove(&app.objects, &before.key).await;
            }
        }
        Err(error) => {
            tracing::warn!(%error, "media.partial_not_kept");
            remove(&app.objects, &key).await;
        }
    }
}

/// Removes it.
pub(super) async fn clear(app: &App, row: &recordings::Model) {
    if let Some(partial) = find(app, row).await {
        remove(&app.objects, &partial.key).await;
        remove(&app.objects, &note_key(row)).await;
    }
}

fn note_key(row: &recordings::Model) -> String {
    format!(
        "{}/fetched.json",
        folder(row.organisation_id.into(), row.id.into())
    )
}
