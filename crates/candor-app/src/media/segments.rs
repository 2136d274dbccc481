//! Live recordings: numbered parts arrive while the recording is made and become one object at its end.

use std::time::Duration;

use bytes::Bytes;
use candor_core::{
    access::{Action, Actor},
    ids::{OrganisationId, RecordingId},
};
use candor_store::{
    StoreError,
    entities::{recording_segments, recordings},
    objects::Objects,
    records::{self, reach::Rows},
};
use futures::{Stream, StreamExt};
use uuid::Uuid;

use super::{
    Body, NewRecording, Recording, RecordingState, Source, arrival, now, receive, receive::Maker,
    recordings_read, stage,
};
use crate::{App, AppError, readiness::Disk};

/// Numbers of missing parts that are named in an error.
const MOST_NAMED: usize = 20;

/// A part that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// From 0.
    pub number: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Whether it was there already.
    pub is_repeat: bool,
}

/// Begins a live recording.
///
/// # Errors
/// [`AppError::ConsentRequired`], [`AppError::NotFound`] for an interview out of reach.
pub async fn create_live(
    app: &App,
    actor: &Actor,
    new: NewRecording,
) -> Result<Recording, AppError> {
    let transaction = app.store.begin().await?;
    let plan = receive::plan(app, &transaction, actor, new).await?;
    let recording = receive::insert(app, &transaction, &Maker::of(actor), plan, |row| {
        row.source = Source::Segments.as_str().to_owned();
    })
    .await?;
    transaction.commit().await?;
    Ok(recording)
}

/// Keeps part `number`, whose SHA-256 (hexadecimal) the client tells. The same part again changes nothing.
///
/// # Errors
/// [`AppError::Invalid`] when the content is another than told; [`AppError::Conflict`] when the number is
/// taken by other content or the recording is complete; [`AppError::TooLarge`]. Nothing is kept then.
pub async fn put_segment(
    app: &App,
    actor: &Actor,
    recording: RecordingId,
    number: u32,
    sha256: &str,
    body: Body<'_>,
) -> Result<Segment, AppError> {
    let row = live_row(app, actor, recording).await?;
    let limits = &app.config.limits;
    if number >= limits.segments {
        return Err(AppError::invalid(
            "invalid_number",
            "number",
            format!("parts are numbered from 0 to {}", limits.segments - 1),
        ));
    }
    let place = i32::try_from(number).map_err(AppError::internal)?;
    let connection = app.store.writer();
    if let Some(known) = records::recordings::find_segment(connection, recording, place).await? {
        return repeated(known, sha256);
    }
    must_be_pending(&row)?;
    let before = records::recordings::segment_bytes(connection, recording).await?;
    let room = limits.upload_bytes.saturating_sub(before);
    let key = format!(
        "{}/segments/{number:05}-{:016x}",
        stage::folder(actor.organisation, recording),
        stage::nonce()
    );
    let idle = Duration::from_secs_f64(limits.idle_s);
    let limit = limits.segment_bytes.min(room);
    let kept = stage::take(app, &key, body, limit, idle).await?;
    let check = if kept.bytes == 0 {
        Err(AppError::invalid(
            "empty_segment",
            "body",
            "the part is empty",
        ))
    } else if kept.sha256 != sha256 {
        Err(AppError::invalid(
            "hash_mismatch",
            "digest",
            "the content has another hash than told; send it again",
        ))
    } else {
        Ok(())
    };
    if let Err(error) = check {
        stage::remove(&app.objects, &key).await;
        return Err(error);
    }
    let segment = recording_segments::Model {
        id: Uuid::now_v7(),
        recording_id: recording.uuid(),
        number: place,
        object_key: key.clone(),
        bytes: i64::try_from(kept.bytes).map_err(AppError::internal)?,
        sha256: kept.sha256.clone(),
        created_at: now(app),
    };
    match insert(app, actor.organisation, recording, segment).await {
        Ok(()) => Ok(Segment {
            number,
            bytes: kept.bytes,
            sha256: kept.sha256,
            is_repeat: false,
        }),
        // A row may name it all the same; if none does, the sweep removes it.
        Err(error) if error.is_in_doubt() => Err(error),
        Err(error) => {
            stage::remove(&app.objects, &key).await;
            if !matches!(
                error,
                AppError::Conflict {
                    code: "conflict",
                    ..
                }
            ) {
                return Err(error);
            }
            // Somebody sent the same number at the same time.
            let known = records::recordings::find_segment(connection, recording, place).await?;
            known.map_or(Err(error), |known| repeated(known, sha256))
        }
    }
}

/// In one transaction with a look at the recording, which may have ended meanwhile.
async fn insert(
    app: &App,
    organisation: OrganisationId,
    recording: RecordingId,
    segment: recording_segments::Model,
) -> Result<(), AppError> {
    let transaction = app.store.begin().await?;
    let row = records::recordings::find(&transaction, organisation, Rows::All, recording)
        .await?
        .ok_or(AppError::NotFound("recording"))?;
    must_be_pending(&row)?;
    records::recordings::insert_segment(&transaction, segment).await?;
    records::recordings::touch(&transaction, recording, now(app)).await?;
    transaction.commit().await?;
    Ok(())
}

fn repeated(known: recording_segments::Model, sha256: &str) -> Result<Segment, AppError> {
    if known.sha256 != sha256 {
        return Err(AppError::conflict(
            "segment_differs",
            format!("part {} is there with other content", known.number),
        ));
    }
    Ok(Segment {
        number: known.number.unsigned_abs(),
        bytes: known.bytes.unsigned_abs(),
        sha256: known.sha256,
        is_repeat: true,
    })
}

/// Puts the parts 0 to `segments` − 1 together. Said again, it answers the same.
///
/// # Errors
/// [`AppError::Conflict`] names missing and surplus parts; [`AppError::Unsupported`] when the whole is no
/// recording: the parts stay until they expire, so that nothing that was said is lost by a wrong number.
pub async fn complete_live(
    app: &App,
    actor: &Actor,
    recording: RecordingId,
    segments: u32,
) -> Result<Recording, AppError> {
    let row = live_row(app, actor, recording).await?;
    let parts = records::recordings::list_segments(app.store.writer(), recording).await?;
    check_numbers(&parts, segments)?;
    if row.state == RecordingState::Available.as_str() {
        return Recording::read(row);
    }
    must_be_pending(&row)?;
    let bytes = parts.iter().map(|part| part.bytes.unsigned_abs()).sum();
    Disk::of(app).require(bytes)?;
    let keys: Vec<String> = parts.into_iter().map(|part| part.object_key).collect();
    let staged = stage::stage(
        app,
        actor.organisation,
        recording,
        joined(app.objects.clone(), keys.clone()).boxed(),
        app.config.limits.upload_bytes,
    )
    .await?;
    if arrival::arrive(app, &row, staged).await? {
        for key in &keys {
            stage::remove(&app.objects, key).await;
        }
    }
    let rows = Rows::All;
    let row = recordings_read::get_row(app, actor.organisation, rows, recording).await?;
    must_be_available(&row)?;
    Recording::read(row)
}

fn check_numbers(parts: &[recording_segments::Model], segments: u32) -> Result<(), AppError> {
    if segments == 0 {
        return Err(AppError::invalid(
            "invalid_number",
            "segments",
            "a recording has at least one part",
        ));
    }
    let there: std::collections::BTreeSet<u32> = parts
        .iter()
        .map(|part| part.number.unsigned_abs())
        .collect();
    let missing: Vec<String> = (0..segments)
        .filter(|number| !there.contains(number))
        .take(MOST_NAMED)
        .map(|number| number.to_string())
        .collect();
    if !missing.is_empty() {
        return Err(AppError::conflict(
            "segments_missing",
            format!("these parts are missing: {}", missing.join(", ")),
        ));
    }
    if let Some(surplus) = there.range(segments..).next() {
        return Err(AppError::conflict(
            "segments_surplus",
            format!("part {surplus} is there, but only {segments} were announced"),
        ));
    }
    Ok(())
}

async fn live_row(
    app: &App,
    actor: &Actor,
    recording: RecordingId,
) -> Result<recordings::Model, AppError> {
    let reach = actor.may(Action::WriteRecordings)?;
    let rows = crate::records::rows(actor, reach)?;
    let row = recordings_read::get_row(app, actor.organisation, rows, recording).await?;
    if row.source == Source::Segments.as_str() {
        Ok(row)
    } else {
        Err(AppError::conflict(
            "not_live",
            "this recording was not begun as a live one",
        ))
    }
}

fn must_be_pending(row: &recordings::Model) -> Result<(), AppError> {
    if row.state == RecordingState::Pending.as_str() {
        Ok(())
    } else {
        Err(AppError::conflict(
            "recording_complete",
            format!("the recording is {}; it takes no more parts", row.state),
        ))
    }
}

fn must_be_available(row: &recordings::Model) -> Result<(), AppError> {
    if row.state == RecordingState::Available.as_str() {
        Ok(())
    } else {
        // A part came in between: the row's version moved on.
        Err(AppError::conflict(
            "conflict",
            "the recording was changed meanwhile; try again",
        ))
    }
}

/// The bytes of several objects, one after the other.
pub(super) fn joined(
    objects: Objects,
    keys: Vec<String>,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send {
    async_stream::try_stream! {
        for key in keys {
            let mut read = objects.read(&key, None).await.map_err(told)?;
            while let Some(block) = read.stream.next().await {
                yield block.map_err(told)?;
            }
        }
    }
}

/// A failure of the store, told as such through a stream of bytes.
fn told(error: StoreError) -> std::io::Error {
    std::io::Error::other(match error {
        // A part that a row names is never missing for good reasons.
        error @ StoreError::NotFound { .. } => AppError::internal(error),
        error => error.into(),
    })
}
