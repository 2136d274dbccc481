//! Listing and clearing objects.

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use jiff::Timestamp;
use object_store::ObjectStore;

use super::Objects;
use crate::StoreError;

/// One object of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Key.
    pub key: String,
    /// Size in bytes.
    pub bytes: u64,
    /// When it was written.
    pub modified_at: Timestamp,
}

impl Objects {
    /// All objects whose keys begin with the folder `prefix`, in no particular order.
    pub fn list(&self, prefix: &str) -> BoxStream<'static, Result<Listed, StoreError>> {
        let own = self.prefix.clone();
        self.store
            .list(Some(&self.key(prefix)))
            .map(move |found| {
                let found = found?;
                let key = found.location.as_ref();
                let key = match own.as_str() {
                    "" => key,
                    own => key
                        .strip_prefix(own)
                        .map_or(key, |key| key.trim_start_matches('/')),
                };
                Ok(Listed {
                    key: key.to_owned(),
                    bytes: found.size,
                    modified_at: Timestamp::from_microsecond(
                        found.last_modified.timestamp_micros(),
                    )
                    .unwrap_or(Timestamp::MAX),
                })
            })
            .boxed()
    }

    /// Removes all objects below the folder `prefix` and tells how many there were.
    ///
    /// # Errors
    /// [`StoreError::Objects`]; some may be gone already then.
    pub async fn delete_below(&self, prefix: &str) -> Result<usize, StoreError> {
        let keys: Vec<String> = self
            .list(prefix)
            .map_ok(|found| found.key)
            .try_collect()
            .await?;
        for key in &keys {
            self.delete(key).await?;
        }
        Ok(keys.len())
    }

    /// Removes what writers of killed processes left in the folder longer than `age` ago, and tells how
    /// many files that were. S3 stores do it by a rule of the bucket.
    ///
    /// # Errors
    /// [`StoreError::Objects`] when the folder can't be read.
    pub async fn clear_unfinished(&self, age: Duration) -> Result<usize, StoreError> {
        let Some(folder) = self.folder.clone() else {
            return Ok(0);
        };
        let cleared = tokio::task::spawn_blocking(move || {
            let before = SystemTime::now().checked_sub(age);
            before.map_or(Ok(0), |before| clear(&folder, before))
        });
        let cleared = cleared
            .await
            .map_err(|source| object_store::Error::JoinError { source })?;
        Ok(cleared.map_err(|source| object_store::Error::Generic {
            store: "folder",
            source: Box::new(source),
        })?)
    }
}

/// Unfinished files are named like the object, then `#` and a number; keys hold no `#`.
fn clear(folder: &Path, before: SystemTime) -> std::io::Result<usize> {
    let mut cleared = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // What vanishes meanwhile needs no clearing.
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        if metadata.is_dir() {
            cleared += clear(&entry.path(), before)?;
        } else if entry.file_name().to_string_lossy().contains('#')
            && metadata.modified().is_ok_and(|at| at < before)
            && std::fs::remove_file(entry.path()).is_ok()
        {
            cleared += 1;
        }
    }
    Ok(cleared)
}
