//! Documents as the interface writes them.

use candor_app::documents::{Document, DocumentMatch, NewDocument};
use candor_core::ids::{ApplicationId, CandidateId, DocumentId, PositionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A form with a document.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form that is read field by field")]
pub(super) struct CreateDocumentForm {
    /// A PDF, a DOCX or plain text; at most 5 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// `resume` or `job_description`.
    #[schema(example = "resume")]
    kind: String,
    /// The candidate; that of the application unless given.
    candidate_id: Option<String>,
    /// The application.
    application_id: Option<String>,
    /// The position; that of the application unless given.
    position_id: Option<String>,
}

/// Where a document is, and what it is about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FetchDocumentRequest {
    /// Address that begins with https://; share links of common drives will do. Or `s3://bucket/folder/org_…/file`, where
    /// the installation reads documents from S3: below the organisation's own id alone.
    #[schema(example = "https://example.org/cv.pdf")]
    url: String,
    /// `resume` or `job_description`.
    #[schema(example = "resume")]
    kind: String,
    /// The candidate; that of the application unless given.
    #[schema(value_type = Option<String>)]
    candidate_id: Option<CandidateId>,
    /// The application.
    #[schema(value_type = Option<String>)]
    application_id: Option<ApplicationId>,
    /// The position; that of the application unless given.
    #[schema(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// Its name; the end of the address unless given.
    file_name: Option<String>,
}

impl FetchDocumentRequest {
    /// The address, and everything else.
    pub(super) fn parts(self) -> (String, NewDocument) {
        let new = NewDocument {
            kind: self.kind,
            candidate: self.candidate_id,
            application: self.application_id,
            position: self.position_id,
            file_name: self.file_name,
        };
        (self.url, new)
    }
}

/// A document.
#[derive(Serialize, ToSchema)]
pub(super) struct DocumentResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: DocumentId,
    /// `resume` or `job_description`.
    kind: String,
    /// The candidate.
    #[schema(value_type = Option<String>)]
    candidate_id: Option<CandidateId>,
    /// The application.
    #[schema(value_type = Option<String>)]
    application_id: Option<ApplicationId>,
    /// The position.
    #[schema(value_type = Option<String>)]
    position_id: Option<PositionId>,
    /// `upload`, `url` or `s3`.
    source: String,
    /// Where it was fetched.
    source_url: Option<String>,
    /// The client's name for it.
    file_name: Option<String>,
    /// By content.
    content_type: Option<String>,
    /// Size.
    bytes: u64,
    /// SHA-256, hexadecimal.
    sha256: Option<String>,
    /// `read`, or `refused` where it has no text.
    state: String,
    /// Why it has no text.
    error: Option<String>,
    /// What it says; left out of lists.
    text: Option<String>,
    /// Its pages, where it has any of its own.
    pages: Option<u32>,
    /// Whether it says more than was read.
    cut: bool,
    /// Characters that nobody who looks at the file would see (white, tiny, beside the page): they are left out of the
    /// text. `null` where they were not counted.
    hidden_characters: Option<u64>,
    /// When it was made.
    created_at: Timestamp,
    /// Grows by one with every change; the `ETag`.
    version: i32,
}

impl DocumentResponse {
    /// The same for a list.
    pub(super) fn without_text(mut self) -> Self {
        self.text = None;
        self
    }
}

impl From<Document> for DocumentResponse {
    fn from(document: Document) -> Self {
        Self {
            id: document.id,
            kind: document.kind,
            candidate_id: document.candidate,
            application_id: document.application,
            position_id: document.position,
            source: document.source,
            source_url: document.source_url,
            file_name: document.file_name,
            content_type: document.content_type,
            bytes: document.bytes,
            sha256: document.sha256,
            state: document.state,
            error: document.error,
            text: document.text,
            pages: document.pages,
            cut: document.cut,
            hidden_characters: document.hidden_characters,
            created_at: document.created_at,
            version: document.version,
        }
    }
}

/// A document beside a position.
#[derive(Serialize, ToSchema)]
pub(super) struct MatchResponse {
    /// The document.
    #[schema(value_type = String)]
    document_id: DocumentId,
    /// The position.
    #[schema(value_type = String)]
    position_id: PositionId,
    /// Share of the terms' weight that the document has, 0 to 1; `null`: not measured.
    share: Option<f64>,
    /// Why it was not measured: `{code, message}`.
    #[schema(value_type = Option<Object>)]
    not_measured: Option<Value>,
    /// Terms that the document has, heaviest first: `{text, weight, place, job, resume}`; `job` and `resume` quote the
    /// first places, `{quote, start, end}` in characters.
    #[schema(value_type = Vec<Object>)]
    matched: Value,
    /// Terms that it does not have, heaviest first.
    #[schema(value_type = Vec<Object>)]
    missing: Value,
}

impl MatchResponse {
    /// What was found.
    pub(super) fn new(id: DocumentId, found: DocumentMatch) -> Self {
        let list = |terms| serde_json::to_value(terms).unwrap_or_else(|_| Value::Array(Vec::new()));
        let (share, not_measured, matched, missing) = match found.outcome {
            Ok(found) => (
                Some(found.share),
                None,
                list(found.matched),
                list(found.missing),
            ),
            Err(reason) => (
                None,
                serde_json::to_value(reason).ok(),
                list(Vec::new()),
                list(Vec::new()),
            ),
        };
        Self {
            document_id: id,
            position_id: found.position,
            share,
            not_measured,
            matched,
            missing,
        }
    }
}
