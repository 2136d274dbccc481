//! Writing an object as it arrives: constant memory, counted and hashed on the way, whole or not at all.

use std::{mem, sync::Arc};

use bytes::Bytes;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, path::Path as Key};
use sha2::{Digest, Sha256};
use tokio::task::{JoinHandle, JoinSet};

use super::Objects;
use crate::StoreError;

/// Size of a part: S3 takes at most 10,000 of them, none but the last under 5 MiB.
const PART_BYTES: usize = 8 << 20;

/// Parts on their way to the store at once; with the one that fills they bound the memory of a writer.
const PARTS_IN_FLIGHT: usize = 2;

/// An object that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Key.
    pub key: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

impl Objects {
    /// Begins an object. It exists only after [`ObjectWriter::finish`]; a writer that is dropped leaves
    /// nothing.
    pub fn writer(&self, key: &str) -> ObjectWriter {
        ObjectWriter {
            store: Arc::clone(&self.store),
            location: self.key(key),
            key: key.to_owned(),
            upload: None,
            waiting: Vec::new(),
            waiting_bytes: 0,
            bytes: 0,
            sending: JoinSet::new(),
            hashing: None,
        }
    }
}

/// An object in the making.
#[derive(Debug)]
pub struct ObjectWriter {
    store: Arc<dyn ObjectStore>,
    location: Key,
    key: String,
    /// Begun with the first full part; smaller objects are put at once.
    upload: Option<Box<dyn MultipartUpload>>,
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
    bytes: u64,
    sending: JoinSet<object_store::Result<()>>,
    /// The hash of all parts but the waiting one; hashing runs beside reading and writing.
    hashing: Option<JoinHandle<Sha256>>,
}

impl ObjectWriter {
    /// Key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Bytes taken so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes the next bytes; waits while the store is slower than the source.
    ///
    /// # Errors
    /// [`StoreError::Objects`]: the writer can only be aborted then.
    pub async fn write(&mut self, mut chunk: Bytes) -> Result<(), StoreError> {
        self.bytes += chunk.len() as u64;
        while !chunk.is_empty() {
            let room = PART_BYTES - self.waiting_bytes;
            let piece = chunk.split_to(room.min(chunk.len()));
            self.waiting_bytes += piece.len();
            self.waiting.push(piece);
            if self.waiting_bytes == PART_BYTES {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    /// Makes the object visible.
    ///
    /// # Errors
    /// [`StoreError::Objects`]: nothing is kept then.
    pub async fn finish(mut self) -> Result<Kept, StoreError> {
        match self.complete().await {
            Ok(kept) => Ok(kept),
            Err(error) => {
                self.abort().await;
                Err(error)
            }
        }
    }

    /// Leaves nothing behind.
    pub async fn abort(mut self) {
        let upload = self.upload.take();
        self.sending.shutdown().await;
        if let Some(upload) = upload {
            give_up(upload, &self.key).await;
        }
    }

    async fn complete(&mut self) -> Result<Kept, StoreError> {
        if self.upload.is_none() {
            let parts = self.take_waiting().await?;
            self.store
                .put(&self.location, parts.into_iter().collect::<PutPayload>())
                .await?;
        } else {
            if self.waiting_bytes > 0 {
                self.send_part().await?;
            }
            while let Some(sent) = self.sending.join_next().await {
                sent.map_err(broken)??;
            }
            if let Some(upload) = &mut self.upload {
                upload.complete().await?;
            }
            self.upload = None;
        }
        let hash = match self.hashing.take() {
            Some(hashing) => hashing.await.map_err(broken)?,
            None => Sha256::new(),
        };
        Ok(Kept {
            key: self.key.clone(),
            bytes: self.bytes,
            sha256: hexadecimal(&hash.finalize()),
        })
    }

    async fn send_part(&mut self) -> Result<(), StoreError> {
        while self.sending.len() >= PARTS_IN_FLIGHT {
            if let Some(sent) = self.sending.join_next().await {
                sent.map_err(broken)??;
            }
        }
        let parts = self.take_waiting().await?;
        if self.upload.is_none() {
            self.upload = Some(self.store.put_multipart(&self.location).await?);
        }
        if let Some(upload) = &mut self.upload {
            let sending = upload.put_part(parts.into_iter().collect());
            self.sending.spawn(sending);
        }
        Ok(())
    }

    /// Hands out the waiting bytes and hashes them beside.
    async fn take_waiting(&mut self) -> Result<Vec<Bytes>, StoreError> {
        let parts = mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        let mut hash = match self.hashing.take() {
            Some(hashing) => hashing.await.map_err(broken)?,
            None => Sha256::new(),
        };
        let hashed = parts.clone();
        self.hashing = Some(tokio::task::spawn_blocking(move || {
            for part in &hashed {
                hash.update(part);
            }
            hash
        }));
        Ok(parts)
    }
}

impl Drop for ObjectWriter {
    /// The caller is gone, e.g. with its connection: the parts go too.
    fn drop(&mut self) {
        let (Some(upload), Ok(runtime)) =
            (self.upload.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let mut sending = mem::take(&mut self.sending);
        let key = mem::take(&mut self.key);
        runtime.spawn(async move {
            sending.shutdown().await;
            give_up(upload, &key).await;
        });
    }
}

async fn give_up(mut upload: Box<dyn MultipartUpload>, key: &str) {
    if let Err(error) = upload.abort().await {
        tracing::warn!(key, %error, "objects.abort_failed");
    }
}

fn broken(error: tokio::task::JoinError) -> StoreError {
    StoreError::Objects(object_store::Error::JoinError { source: error })
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
