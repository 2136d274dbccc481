//! Media: recordings are received, fetched, played and removed here. Limits hold while bytes flow, the
//! type is found by content, and nothing is kept without consent.

use std::{
    io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use candor_core::ids::{ConsentId, InterviewId, OrganisationId, QuestionId, RecordingId, UserId};
use candor_store::{Micros, StoreError, entities::recordings};
use futures::stream::BoxStream;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{App, AppError, consent::ConsentStatement};

mod arrival;
mod fetch;
mod forget;
pub mod guard;
mod kind;
mod receive;
mod recordings_read;
mod segments;
mod share;
mod stage;
mod sweep;
mod uploads;

pub use fetch::{announce, create_fetch, fetch_into, fetch_with};
pub(crate) use forget::forget;
pub use receive::{check_new, keep, receive};
pub use recordings_read::{
    RecordingFilter, delete_recording, get_recording, list_recordings, open,
};
pub use segments::{Segment, complete_live, create_live, put_segment};
pub use share::direct_address;
pub use stage::{Staged, stage};
pub use sweep::{Swept, sweep};
pub use uploads::{
    Checksum, NewUpload, Upload, append_upload, create_upload, delete_upload, get_upload,
};

/// The bytes of a recording as they arrive.
pub type Body<'a> = BoxStream<'a, io::Result<Bytes>>;

/// How a recording came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In one request.
    Upload,
    /// In several requests, resumable.
    Resumable,
    /// In numbered parts while it was made.
    Segments,
    /// Fetched from an address.
    Url,
}

impl Source {
    /// As the database and the interface write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Resumable => "resumable",
            Self::Segments => "segments",
            Self::Url => "url",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Upload, Self::Resumable, Self::Segments, Self::Url]
            .into_iter()
            .find(|source| source.as_str() == name)
    }
}

/// Whether a recording can be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingState {
    /// Announced: parts arrive, or it is yet to be fetched.
    Pending,
    /// Kept.
    Available,
    /// It could not be fetched.
    Failed,
}

impl RecordingState {
    /// As the database and the interface write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Available => "available",
            Self::Failed => "failed",
        }
    }

    /// Reads [`RecordingState::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pending, Self::Available, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

/// What is said about a recording when it is made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NewRecording {
    /// The interview it belongs to.
    pub interview: Option<InterviewId>,
    /// The question it answers; only with an interview.
    pub question: Option<QuestionId>,
    /// The client's own id.
    pub external_id: Option<String>,
    /// The client's name for the file; never used as a path or to tell the type.
    pub file_name: Option<String>,
    /// The consent it is made under; see [`consent::find_grounds`](crate::consent::find_grounds) for what
    /// counts besides.
    pub consent: Option<ConsentStatement>,
}

/// A recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Identifier.
    pub id: RecordingId,
    /// Whose.
    pub organisation: OrganisationId,
    /// The interview.
    pub interview: Option<InterviewId>,
    /// The question it answers.
    pub question: Option<QuestionId>,
    /// The person it belongs to.
    pub owner: Option<UserId>,
    /// The client's own id.
    pub external_id: Option<String>,
    /// How it came.
    pub source: Source,
    /// Where it is fetched from.
    pub source_url: Option<String>,
    /// Whether it can be played.
    pub state: RecordingState,
    /// The client's name for the file.
    pub file_name: Option<String>,
    /// By content.
    pub content_type: Option<String>,
    /// Size in bytes.
    pub bytes: Option<u64>,
    /// SHA-256, hexadecimal.
    pub sha256: Option<String>,
    /// Length in seconds; `None` where the container does not say.
    pub duration_s: Option<f64>,
    /// Whether it has a picture; `None` until it is known.
    pub has_video: Option<bool>,
    /// Whether it has sound; `None` until it is known.
    pub has_audio: Option<bool>,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// The consent it was made under.
    pub consent: Option<ConsentId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i32,
}

impl Recording {
    fn read(row: recordings::Model) -> Result<Self, AppError> {
        let damaged = |what| AppError::from(StoreError::Damaged { what });
        Ok(Self {
            id: row.id.into(),
            organisation: row.organisation_id.into(),
            interview: row.interview_id.map(Into::into),
            question: row.question_id.map(Into::into),
            owner: row.owner_id.map(Into::into),
            external_id: row.external_id,
            source: Source::from_name(&row.source).ok_or_else(|| damaged("source"))?,
            source_url: row.source_url,
            state: RecordingState::from_name(&row.state).ok_or_else(|| damaged("state"))?,
            file_name: row.file_name,
            content_type: row.content_type,
            bytes: row.bytes.map(i64::unsigned_abs),
            sha256: row.sha256,
            duration_s: row.duration_s,
            has_video: row.has_video,
            has_audio: row.has_audio,
            error: row.error,
            consent: row.consent_id.map(Into::into),
            created_at: Timestamp::from(row.created_at),
            updated_at: Timestamp::from(row.updated_at),
            version: row.version,
        })
    }
}

/// Puts a copy of an available recording into `folder` for programs that need a file.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Conflict`] when it is not available;
/// [`AppError::Unavailable`] when the store is away or the disk full.
pub async fn local_copy(
    app: &App,
    organisation: OrganisationId,
    recording: RecordingId,
    folder: &Path,
) -> Result<PathBuf, AppError> {
    let row = recordings_read::available(app, organisation, recording).await?;
    let path = folder.join(recording.uuid().simple().to_string());
    app.objects.copy_to(&row, &path).await?;
    Ok(path)
}

fn now(app: &App) -> Micros {
    app.clock.now().into()
}
