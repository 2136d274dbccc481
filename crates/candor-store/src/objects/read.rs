//! Reading objects: whole, in ranges, or into a file.

use std::{
    io::{Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use object_store::{
    GetOptions, GetRange, GetResultPayload, ObjectStore, ObjectStoreExt, path::Path as Key,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;

use super::Objects;
use crate::StoreError;

/// Bytes read from a file at once.
const BLOCK_BYTES: usize = 256 << 10;

/// The bytes of an object as they are read.
pub type ObjectStream = BoxStream<'static, Result<Bytes, StoreError>>;

/// An object, or a part of it, to be read.
pub struct ObjectRead {
    /// Size of the whole object in bytes.
    pub bytes_total: u64,
    /// What is read of it.
    pub range: Range<u64>,
    /// The bytes of the range.
    pub stream: ObjectStream,
}

impl Objects {
    /// Opens an object, or the part of it in `range` (cut at its end).
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Objects`], also for a range that begins beyond the end.
    pub async fn read(
        &self,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<ObjectRead, StoreError> {
        self.open(&self.key(key), range).await
    }

    /// Opens an object that others named: its key is taken as it stands, below the prefix.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also for what can be no key; [`StoreError::Objects`].
    pub async fn read_named(&self, key: &str) -> Result<ObjectRead, StoreError> {
        let whole = match self.prefix.as_str() {
            "" => key.to_owned(),
            prefix => format!("{prefix}/{key}"),
        };
        let location = Key::parse(whole).map_err(|_| StoreError::NotFound { entity: "object" })?;
        self.open(&location, None).await
    }

    async fn open(
        &self,
        location: &Key,
        range: Option<Range<u64>>,
    ) -> Result<ObjectRead, StoreError> {
        let options = GetOptions {
            range: range.map(GetRange::Bounded),
            ..GetOptions::default()
        };
        let found = self
            .store
            .get_opts(location, options)
            .await
            .map_err(missing)?;
        let range = found.range.clone();
        let stream = match found.payload {
            GetResultPayload::File(mut file, _) => {
                file.seek(SeekFrom::Start(range.start)).map_err(|source| {
                    object_store::Error::Generic {
                        store: "folder",
                        source: Box::new(source),
                    }
                })?;
                let reader = tokio::fs::File::from_std(file).take(range.end - range.start);
                ReaderStream::with_capacity(reader, BLOCK_BYTES)
                    .map(|block| block.map_err(disk))
                    .boxed()
            }
            GetResultPayload::Stream(stream) => {
                stream.map(|block| block.map_err(Into::into)).boxed()
            }
        };
        Ok(ObjectRead {
            bytes_total: found.meta.size,
            range,
            stream,
        })
    }

    /// Size of an object in bytes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] or [`StoreError::Objects`].
    pub async fn stat(&self, key: &str) -> Result<u64, StoreError> {
        Ok(self.store.head(&self.key(key)).await.map_err(missing)?.size)
    }

    /// Where the object lies on this machine; `None` for S3. For reading only.
    pub fn local_path(&self, key: &str) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        Some(folder.join(self.key(key).as_ref()))
    }

    /// Puts a copy of the object at `path`; it appears there whole or not at all.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] or [`StoreError::Objects`].
    pub async fn copy_to(&self, key: &str, path: &Path) -> Result<(), StoreError> {
        if let Some(source) = self.local_path(key)
            && tokio::fs::hard_link(&source, path).await.is_ok()
        {
            return Ok(());
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let copied = self.copy_into(key, &part).await;
        match copied {
            Ok(()) => tokio::fs::rename(&part, path).await.map_err(disk),
            Err(error) => {
                // Whoever owns the folder empties it; this only makes room earlier.
                let _ = tokio::fs::remove_file(&part).await;
                Err(error)
            }
        }
    }

    async fn copy_into(&self, key: &str, path: &Path) -> Result<(), StoreError> {
        let mut read = self.read(key, None).await?;
        let mut file = tokio::fs::File::create(path).await.map_err(disk)?;
        while let Some(block) = read.stream.next().await {
            file.write_all(&block?).await.map_err(disk)?;
        }
        file.flush().await.map_err(disk)
    }
}

fn missing(error: object_store::Error) -> StoreError {
    match error {
        object_store::Error::NotFound { .. } => StoreError::NotFound { entity: "object" },
        error => error.into(),
    }
}

fn disk(source: std::io::Error) -> StoreError {
    object_store::Error::Generic {
        store: "disk",
        source: Box::new(source),
    }
    .into()
}
