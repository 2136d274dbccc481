//! Whether everything that requests and jobs need is there.

use std::{
    collections::BTreeMap,
    future::Future,
    path::{Path, PathBuf},
    time::Duration,
};

use candor_store::StoreError;
use tokio::time::timeout;

use crate::{App, AppError};

/// Longest wait for one of the stores.
const PATIENCE: Duration = Duration::from_secs(2);

/// State of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// It answers.
    Ok,
    /// It does not answer in time, or with an error.
    Away,
    /// It has no room left.
    Full,
}

impl Check {
    /// As the interface writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Away => "away",
            Self::Full => "full",
        }
    }
}

/// Looks at `database`, `queue`, `media`, `live` and `disk`, all at once.
pub async fn check(app: &App) -> BTreeMap<&'static str, Check> {
    let (database, queue, media, live) = tokio::join!(
        answers(app.store.ping()),
        answers(app.queue.store().ping()),
        answers(media(app)),
        answers(app.live.ping()),
    );
    let disk = if Disk::of(app).has_room(0) {
        Check::Ok
    } else {
        Check::Full
    };
    BTreeMap::from([
        ("database", database),
        ("queue", queue),
        ("media", media),
        ("live", live),
        ("disk", disk),
    ])
}

/// Whether requests can be served. They can without live state: what it holds stands in the records too.
pub fn is_ready(checks: &BTreeMap<&'static str, Check>) -> bool {
    checks
        .iter()
        .all(|(what, state)| *what == "live" || *state == Check::Ok)
}

async fn answers(check: impl Future<Output = Result<(), StoreError>>) -> Check {
    match timeout(PATIENCE, check).await {
        Ok(Ok(())) => Check::Ok,
        _ => Check::Away,
    }
}

/// The media store answers also when it does not have what is asked for.
async fn media(app: &App) -> Result<(), StoreError> {
    match app.objects.get("health").await {
        Ok(_) | Err(StoreError::NotFound { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Folders in which recordings and their records arrive, and the room that has to stay free.
#[derive(Debug)]
pub struct Disk {
    folders: Vec<PathBuf>,
    reserve: u64,
}

impl Disk {
    /// The folders of this process.
    pub fn of(app: &App) -> Self {
        let mut folders = vec![app.scratch.clone()];
        if let Some(path) = app.config.media.url.strip_prefix("file://") {
            folders.push(path.into());
        }
        if let Some(path) = app.config.store.url.strip_prefix("sqlite://") {
            let file = Path::new(path.split('?').next().unwrap_or_default());
            folders.extend(file.parent().map(Path::to_owned));
        }
        Self {
            folders,
            reserve: app.config.limits.disk_reserve_bytes,
        }
    }

    /// Refuses what would not fit: see [`Disk::has_room`].
    ///
    /// # Errors
    /// [`AppError::Full`].
    pub fn require(&self, bytes: u64) -> Result<(), AppError> {
        if self.has_room(bytes) {
            Ok(())
        } else {
            Err(AppError::full(format!(
                "{bytes} bytes more would leave less than {} bytes free",
                self.reserve
            )))
        }
    }

    /// Whether `bytes` more fit without touching the reserve. A folder that can't be asked has no room.
    pub fn has_room(&self, bytes: u64) -> bool {
        self.folders.iter().all(|folder| {
            rustix::fs::statvfs(folder).is_ok_and(|stat| {
                stat.f_bavail.saturating_mul(stat.f_frsize) >= self.reserve.saturating_add(bytes)
            })
        })
    }
}
