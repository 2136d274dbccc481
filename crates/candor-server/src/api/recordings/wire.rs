//! Recordings as clients write and read them.

use candor_app::{
    consent::ConsentStatement,
    media::{NewRecording, Recording},
};
use candor_core::ids::{ConsentId, InterviewId, QuestionId, RecordingId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who agreed to the recording and its analysis, and when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    /// Version of the text that was agreed to.
    #[schema(example = "2026-01", max_length = 64)]
    version: String,
    /// When it was given, RFC 3339.
    #[serde(rename = "obtainedAt", alias = "obtained_at")]
    obtained_at: Timestamp,
    /// Who gave it.
    #[schema(example = "candidate 4711", max_length = 200)]
    by: String,
}

impl From<ConsentRequest> for ConsentStatement {
    fn from(request: ConsentRequest) -> Self {
        Self {
            version: request.version,
            obtained_at: request.obtained_at,
            by: request.by,
        }
    }
}

/// What is said about a recording.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordingMeta {
    /// The interview it belongs to.
    #[schema(value_type = Option<String>)]
    interview_id: Option<InterviewId>,
    /// The question it answers; only with `interview_id`.
    #[schema(value_type = Option<String>)]
    question_id: Option<QuestionId>,
    /// Your own id.
    #[schema(max_length = 200)]
    external_id: Option<String>,
    /// Name of the file.
    #[schema(max_length = 255)]
    file_name: Option<String>,
    /// Needed unless the key attests it or it was given before.
    consent: Option<ConsentRequest>,
}

impl From<RecordingMeta> for NewRecording {
    fn from(meta: RecordingMeta) -> Self {
        Self {
            interview: meta.interview_id,
            question: meta.question_id,
            external_id: meta.external_id,
            file_name: meta.file_name,
            consent: meta.consent.map(Into::into),
        }
    }
}

/// A recording to be fetched.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FetchRecordingRequest {
    /// Where it is: https, a public host. Share links of common drives lead to their file.
    #[schema(example = "https://videos.example.org/answer-1.mp4", max_length = 4096)]
    url: String,
    /// The interview it belongs to.
    #[schema(value_type = Option<String>)]
    interview_id: Option<InterviewId>,
    /// The question it answers; only with `interview_id`.
    #[schema(value_type = Option<String>)]
    question_id: Option<QuestionId>,
    /// Your own id.
    #[schema(max_length = 200)]
    external_id: Option<String>,
    /// Name of the file.
    #[schema(max_length = 255)]
    file_name: Option<String>,
    /// Needed unless the key attests it or it was given before.
    consent: Option<ConsentRequest>,
}

impl FetchRecordingRequest {
    /// The address and what is said about the recording.
    pub fn read(self) -> (String, NewRecording) {
        let new = NewRecording {
            interview: self.interview_id,
            question: self.question_id,
            external_id: self.external_id,
            file_name: self.file_name,
            consent: self.consent.map(Into::into),
        };
        (self.url, new)
    }
}

/// The form of an upload.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the form; the handler reads it as it streams"
)]
pub struct CreateRecordingForm {
    /// The recording.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What is said about it, as JSON.
    meta: Option<RecordingMeta>,
}

/// A recording.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordingResponse {
    /// Identifier.
    #[schema(value_type = String, example = "rec_0190b6f0-9a5c-7cc2-b3a1-0c7b6c3f1a11")]
    id: RecordingId,
    /// The interview.
    #[schema(value_type = Option<String>)]
    interview_id: Option<InterviewId>,
    /// The question it answers.
    #[schema(value_type = Option<String>)]
    question_id: Option<QuestionId>,
    /// The person it belongs to; `null`: the organisation.
    #[schema(value_type = Option<String>)]
    owner_id: Option<UserId>,
    /// Your own id.
    external_id: Option<String>,
    /// `upload`, `resumable`, `segments` or `url`.
    source: &'static str,
    /// `pending`, `available` or `failed`.
    state: &'static str,
    /// Name of the file.
    file_name: Option<String>,
    /// Found by content.
    content_type: Option<String>,
    /// Size in bytes.
    bytes: Option<u64>,
    /// SHA-256, hexadecimal.
    sha256: Option<String>,
    /// Length in seconds; `null` where the container does not say.
    duration_s: Option<f64>,
    /// Whether it has a picture; `null`: not known.
    has_video: Option<bool>,
    /// Whether it has sound; `null`: not known.
    has_audio: Option<bool>,
    /// Why it failed.
    error: Option<String>,
    /// The consent it was made under.
    #[schema(value_type = Option<String>)]
    consent_id: Option<ConsentId>,
    /// When it was made.
    created_at: Timestamp,
    /// Last change.
    updated_at: Timestamp,
}

impl From<Recording> for RecordingResponse {
    fn from(recording: Recording) -> Self {
        Self {
            id: recording.id,
            interview_id: recording.interview,
            question_id: recording.question,
            owner_id: recording.owner,
            external_id: recording.external_id,
            source: recording.source.as_str(),
            state: recording.state.as_str(),
            file_name: recording.file_name,
            content_type: recording.content_type,
            bytes: recording.bytes,
            sha256: recording.sha256,
            duration_s: recording.duration_s,
            has_video: recording.has_video,
            has_audio: recording.has_audio,
            error: recording.error,
            consent_id: recording.consent,
            created_at: recording.created_at,
            updated_at: recording.updated_at,
        }
    }
}

/// A part of a live recording.
#[derive(Debug, Serialize, ToSchema)]
pub struct SegmentResponse {
    /// From 0.
    pub number: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// The end of a live recording.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteRecordingRequest {
    /// How many parts there are.
    pub segments: u32,
}
