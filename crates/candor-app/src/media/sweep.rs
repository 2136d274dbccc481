//! Clearing up: abandoned uploads, ended live recordings, and objects that nothing refers to.

use std::{collections::BTreeMap, time::Duration};

use candor_core::ids::UploadId;
use candor_store::{StoreError, entities::recordings, objects::Listed, records};
use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use sea_orm::Set;
use uuid::Uuid;

use super::{RecordingState, now, stage, uploads};
use crate::{App, AppError};

/// Rows and objects that are looked at together.
const BATCH: usize = 200;

/// Age below which an object may belong to something that is not written down yet.
const LEAST_AGE_S: f64 = 3600.0;

/// A finish that nobody works on any more is taken up after this time.
const FINISH_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads past their time, removed.
    pub uploads_expired: usize,
    /// Uploads whose bytes were all there and that became recordings now.
    pub uploads_finished: usize,
    /// Live recordings that nobody went on with, failed.
    pub live_expired: usize,
    /// Objects without a row, removed.
    pub objects_removed: usize,
    /// Files of killed writers, removed.
    pub files_removed: usize,
}

/// Clears up once; call it about every hour. Safe beside other sweeps.
///
/// # Errors
/// What the stores say; what was done stays done.
pub async fn sweep(app: &App) -> Result<Swept, AppError> {
    let mut swept = Swept::default();
    let hours = app.config.limits.upload_hours;
    let age_s = (hours * 3600.0).max(LEAST_AGE_S);
    let before = app.clock.now() - SignedDuration::from_secs_f64(age_s);
    finish_uploads(app, &mut swept).await?;
    expire_uploads(app, &mut swept).await?;
    expire_live(app, &mut swept).await?;
    remove_orphans(app, before, &mut swept).await?;
    swept.objects_removed += crate::documents::expire_resumes(app).await?;
    swept.files_removed = app
        .objects
        .clear_unfinished(Duration::from_secs_f64(age_s))
        .await?;
    if swept != Swept::default() {
        tracing::info!(?swept, "media.swept");
    }
    Ok(swept)
}

async fn finish_uploads(app: &App, swept: &mut Swept) -> Result<(), AppError> {
    let before = app.clock.now() - FINISH_AFTER;
    let rows =
        records::uploads::unfinished(app.store.writer(), before.into(), BATCH as u64).await?;
    for row in rows {
        match uploads::finish(app, row).await {
            Ok(_) => swept.uploads_finished += 1,
            Err(error @ AppError::Unavailable { .. }) => return Err(error),
            Err(error) => tracing::warn!(%error, "media.finish_failed"),
        }
    }
    Ok(())
}

async fn expire_uploads(app: &App, swept: &mut Swept) -> Result<(), AppError> {
    let connection = app.store.writer();
    let rows = records::uploads::expired(connection, now(app), BATCH as u64).await?;
    for row in rows {
        let id = UploadId::from(row.id);
        records::uploads::delete(connection, row.organisation_id.into(), id).await?;
        uploads::clear(app, &row).await;
        swept.uploads_expired += 1;
    }
    Ok(())
}

async fn expire_live(app: &App, swept: &mut Swept) -> Result<(), AppError> {
    let hours = app.config.limits.upload_hours;
    let before = app.clock.now() - SignedDuration::from_secs_f64(hours * 3600.0);
    let connection = app.store.writer();
    let rows = records::recordings::stale_live(connection, before.into(), BATCH as u64).await?;
    for row in rows {
        let change = recordings::ActiveModel {
            state: Set(RecordingState::Failed.as_str().to_owned()),
            error: Set(Some("the recording was never completed".to_owned())),
            ..recordings::ActiveModel::default()
        };
        match records::recordings::update(connection, &row, change, now(app)).await {
            Ok(()) => {}
            Err(StoreError::Conflict { .. }) => continue,
            Err(error) => return Err(error.into()),
        }
        records::recordings::delete_segments(connection, row.id.into()).await?;
        let folder = stage::folder(row.organisation_id.into(), row.id.into());
        app.objects.delete_below(&folder).await?;
        swept.live_expired += 1;
    }
    Ok(())
}

async fn remove_orphans(app: &App, before: Timestamp, swept: &mut Swept) -> Result<(), AppError> {
    for prefix in ["recordings", "uploads", "documents", "artefacts"] {
        let mut batches = app.objects.list(prefix).chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let old: Vec<Listed> = batch
                .into_iter()
                .filter(|found| {
                    found
                        .as_ref()
                        .map_or(true, |found| found.modified_at < before)
                })
                .collect::<Result<_, _>>()?;
            for key in orphans(app, prefix, old).await? {
                app.objects.delete(&key).await?;
                swept.objects_removed += 1;
            }
        }
    }
    Ok(())
}

/// Those that no row knows.
async fn orphans(app: &App, prefix: &str, old: Vec<Listed>) -> Result<Vec<String>, AppError> {
    let connection = app.store.writer();
    let keys: Vec<String> = old.into_iter().map(|found| found.key).collect();
    let known = match prefix {
        "recordings" => Some(records::recordings::known_keys(connection, &keys).await?),
        "documents" => Some(crate::documents::known_keys(app, &keys).await?),
        "artefacts" => Some(records::artefacts::known_keys(connection, &keys).await?),
        _ => None,
    };
    if let Some(known) = known {
        return Ok(keys
            .into_iter()
            .filter(|key| !known.contains(key))
            .collect());
    }
    let mut by_upload: BTreeMap<Option<Uuid>, Vec<String>> = BTreeMap::new();
    for key in keys {
        let upload = key
            .split('/')
            .nth(2)
            .and_then(|part| Uuid::parse_str(part).ok());
        by_upload.entry(upload).or_default().push(key);
    }
    let ids: Vec<Uuid> = by_upload.keys().copied().flatten().collect();
    for id in records::uploads::known_ids(connection, &ids).await? {
        by_upload.remove(&Some(id));
    }
    Ok(by_upload.into_values().flatten().collect())
}
