//! More bytes for an upload.

use std::{mem, time::Duration};

use candor_store::StoreError;
use futures::StreamExt;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::*;
use crate::media::{Body, stage};

/// Size of a part; at most these bytes are lost when the server is killed.
const PART_BYTES: usize = 4 << 20;

/// Parts of one upload: they stand in its row.
const MOST_PARTS: usize = 10_000;

/// The hash that the client tells for the bytes it sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-1.
    Sha1(Vec<u8>),
    /// SHA-256.
    Sha256(Vec<u8>),
}

enum Hashing {
    Sha1(Sha1, Vec<u8>),
    Sha256(Sha256, Vec<u8>),
}

impl Hashing {
    fn begin(checksum: Checksum) -> Self {
        match checksum {
            Checksum::Sha1(told) => Self::Sha1(Sha1::new(), told),
            Checksum::Sha256(told) => Self::Sha256(Sha256::new(), told),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hash, _) => hash.update(bytes),
            Self::Sha256(hash, _) => hash.update(bytes),
        }
    }

    fn verify(self) -> bool {
        match self {
            Self::Sha1(hash, told) => hash.finalize().as_slice() == told,
            Self::Sha256(hash, told) => hash.finalize().as_slice() == told,
        }
    }
}

/// Appends bytes at `offset`; `bytes_total` where it was not known before. What was acknowledged stays
/// even when the stream breaks off. With a checksum all of it counts or nothing. The last byte makes the
/// recording.
///
/// # Errors
/// [`AppError::Conflict`] `offset_mismatch` when the upload is elsewhere, also because somebody else was
/// faster; [`AppError::Invalid`] `checksum_mismatch`; [`AppError::TooLarge`]; those of
/// [`receive`](crate::media::receive()) at the end.
pub async fn append_upload(
    app: &App,
    actor: &Actor,
    id: UploadId,
    offset: u64,
    bytes_total: Option<u64>,
    checksum: Option<Checksum>,
    mut body: Body<'_>,
) -> Result<Upload, AppError> {
    let mut row = get_row(app, actor, id).await?;
    if row.bytes_received.unsigned_abs() != offset {
        return Err(elsewhere(&row));
    }
    if row.state != "open" {
        return view(&row);
    }
    if let Some(bytes) = bytes_total {
        row = set_total(app, row, bytes).await?;
    }
    let limit = row
        .bytes_total
        .map_or(app.config.limits.upload_bytes, i64::unsigned_abs);
    let idle = Duration::from_secs_f64(app.config.limits.idle_s);
    let mut hashing = checksum.map(Hashing::begin);
    let mut appending = Appending {
        app,
        row,
        unacknowledged: Vec::new(),
        waiting: Vec::new(),
        waiting_bytes: 0,
    };
    let mut at = offset;
    let failure = loop {
        let chunk: Bytes = match tokio::time::timeout(idle, body.next()).await {
            Err(_) => {
                break Some(AppError::invalid(
                    "upload_stalled",
                    "body",
                    "nothing came for too long; ask for the offset and go on",
                ));
            }
            Ok(None) => break None,
            Ok(Some(Err(error))) => break Some(stage::interrupted(error)),
            Ok(Some(Ok(chunk))) => chunk,
        };
        at += chunk.len() as u64;
        if at > limit {
            break Some(AppError::TooLarge { limit });
        }
        if let Some(hashing) = &mut hashing {
            hashing.update(&chunk);
        }
        if let Err(error) = appending.take(chunk, hashing.is_none()).await {
            appending.undo().await;
            return Err(error);
        }
    };
    let is_right = match (hashing, &failure) {
        (None, _) => true,
        (Some(hashing), None) => hashing.verify(),
        (Some(_), Some(_)) => false,
    };
    if !is_right {
        appending.undo().await;
        return Err(failure.unwrap_or_else(|| {
            AppError::invalid(
                "checksum_mismatch",
                "Upload-Checksum",
                "the bytes have another hash than told; send them again",
            )
        }));
    }
    if let Err(error) = appending.acknowledge().await {
        appending.undo().await;
        return Err(error);
    }
    match failure {
        Some(error) => Err(error),
        None => finish(app, appending.row).await,
    }
}

fn elsewhere(row: &uploads::Model) -> AppError {
    AppError::conflict(
        "offset_mismatch",
        format!("the upload goes on at byte {}", row.bytes_received),
    )
}

/// Notes the size that was left open at the beginning.
async fn set_total(app: &App, row: uploads::Model, bytes: u64) -> Result<uploads::Model, AppError> {
    if let Some(known) = row.bytes_total {
        if known.unsigned_abs() == bytes {
            return Ok(row);
        }
        return Err(AppError::invalid(
            "length_differs",
            "Upload-Length",
            "the length was told before and can't change",
        ));
    }
    check_total(app, bytes)?;
    if bytes < row.bytes_received.unsigned_abs() {
        return Err(AppError::invalid(
            "length_differs",
            "Upload-Length",
            "more bytes are there already",
        ));
    }
    let change = uploads::ActiveModel {
        bytes_total: Set(i64::try_from(bytes).ok()),
        ..uploads::ActiveModel::default()
    };
    Ok(records::uploads::update(app.store.writer(), &row, change, now(app)).await?)
}

/// Parts on their way into the row.
struct Appending<'a> {
    app: &'a App,
    row: uploads::Model,
    /// Parts that are kept but not in the row yet.
    unacknowledged: Vec<(String, u64)>,
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
}

impl Appending<'_> {
    async fn take(&mut self, mut chunk: Bytes, at_once: bool) -> Result<(), AppError> {
        while !chunk.is_empty() {
            let room = PART_BYTES - self.waiting_bytes;
            let piece = chunk.split_to(room.min(chunk.len()));
            self.waiting_bytes += piece.len();
            self.waiting.push(piece);
            if self.waiting_bytes == PART_BYTES {
                self.keep().await?;
                if at_once {
                    self.acknowledge().await?;
                }
            }
        }
        Ok(())
    }

    /// Keeps the waiting bytes as a part.
    async fn keep(&mut self) -> Result<(), AppError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let number = storage(&self.row)?.parts.len() + self.unacknowledged.len();
        if number >= MOST_PARTS {
            return Err(AppError::invalid(
                "too_many_parts",
                "body",
                "the upload came in too many small pieces; begin again with larger ones",
            ));
        }
        Disk::of(self.app).require(self.waiting_bytes as u64)?;
        let name = format!("{number:05}-{:016x}", stage::nonce());
        let mut writer = self
            .app
            .objects
            .writer(&format!("{}/{name}", folder(&self.row)));
        for piece in mem::take(&mut self.waiting) {
            writer.write(piece).await?;
        }
        let kept = writer.finish().await?;
        self.waiting_bytes = 0;
        self.unacknowledged.push((name, kept.bytes));
        Ok(())
    }

    /// From here on the bytes are promised.
    async fn acknowledge(&mut self) -> Result<(), AppError> {
        self.keep().await?;
        if self.unacknowledged.is_empty() {
            return Ok(());
        }
        let more: u64 = self.unacknowledged.iter().map(|(_, bytes)| bytes).sum();
        let mut storage = storage(&self.row)?;
        storage.parts.extend(self.unacknowledged.iter().cloned());
        let received = self.row.bytes_received.unsigned_abs() + more;
        let change = uploads::ActiveModel {
            bytes_received: Set(i64::try_from(received).map_err(AppError::internal)?),
            storage: Set(json(&storage)?),
            expires_at: Set(expiry(self.app).into()),
            ..uploads::ActiveModel::default()
        };
        let connection = self.app.store.writer();
        let updated = records::uploads::update(connection, &self.row, change, now(self.app)).await;
        self.row = updated.map_err(|error| match error {
            StoreError::Conflict { .. } => AppError::conflict(
                "offset_mismatch",
                "somebody else went on with this upload; ask for the offset",
            ),
            error if error.is_in_doubt() => {
                // The row may name the parts all the same; they go when the upload goes.
                self.unacknowledged.clear();
                error.into()
            }
            error => error.into(),
        })?;
        self.unacknowledged.clear();
        Ok(())
    }

    /// Removes what was not acknowledged.
    async fn undo(&mut self) {
        for (name, _) in mem::take(&mut self.unacknowledged) {
            let key = format!("{}/{name}", folder(&self.row));
            stage::remove(&self.app.objects, &key).await;
        }
    }
}
