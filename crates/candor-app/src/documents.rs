//! Résumés and job descriptions that are handed in: kept as they are, and read apart from this process.

mod fetch;
mod imports;
mod matching;
mod reading;
mod resumes;
mod write;

pub use fetch::fetch_document;
pub use imports::Imports;
pub use matching::{DocumentMatch, MatchOutcome, match_document};
pub(crate) use reading::read;
pub use reading::{Content, describe_position};
pub use resumes::{UploadedResume, upload_resume};
pub(crate) use resumes::{find_resume, forget_resume};
pub use write::{NewDocument, create_document};
pub(crate) use write::{keep, keep_within};

use std::ops::Range;

use candor_core::{
    access::{Action, Actor},
    ids::{ApplicationId, CandidateId, DocumentId, OrganisationId, PositionId},
};
use candor_store::{Micros, entities::documents, objects::ObjectStream, records::scoped};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition};
use serde_json::{Value, json};

use crate::{
    App, AppError, audit,
    paging::{Page, PageRequest},
    records,
};

/// Largest file, in bytes.
pub const MOST_BYTES: u64 = 5 << 20;
/// What documents are.
pub const KINDS: [&str; 2] = ["resume", "job_description"];

/// A file that was handed in.
#[derive(Clone, PartialEq)]
pub struct Document {
    /// Identifier.
    pub id: DocumentId,
    /// The candidate.
    pub candidate: Option<CandidateId>,
    /// The application.
    pub application: Option<ApplicationId>,
    /// The position.
    pub position: Option<PositionId>,
    /// One of [`KINDS`].
    pub kind: String,
    /// `upload`, `url` or `s3`.
    pub source: String,
    /// Where it was fetched.
    pub source_url: Option<String>,
    /// As it was handed in.
    pub file_name: Option<String>,
    /// By content.
    pub content_type: Option<String>,
    /// Size.
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: Option<String>,
    /// `read` or `refused`.
    pub state: String,
    /// Why it has no text.
    pub error: Option<String>,
    /// What it says.
    pub text: Option<String>,
    /// Its pages, where it has any of its own.
    pub pages: Option<u32>,
    /// Whether it says more than was read.
    pub cut: bool,
    /// Characters that nobody who looks at it would see, left out of the text; none: they were not counted.
    pub hidden_characters: Option<u64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Grows by one with every change.
    pub version: i32,
}

impl From<documents::Model> for Document {
    fn from(row: documents::Model) -> Self {
        let pages = row.details.get("pages").and_then(Value::as_u64);
        Self {
            id: row.id.into(),
            candidate: row.candidate_id.map(Into::into),
            application: row.application_id.map(Into::into),
            position: row.position_id.map(Into::into),
            kind: row.kind,
            source: row.source,
            source_url: row.source_url,
            file_name: row.file_name,
            content_type: row.content_type,
            bytes: u64::try_from(row.bytes).unwrap_or_default(),
            sha256: row.sha256,
            state: row.state,
            error: row.error,
            text: row.text,
            pages: pages.and_then(|pages| u32::try_from(pages).ok()),
            cut: row.details.get("cut") == Some(&Value::Bool(true)),
            hidden_characters: row.details.get("hidden_characters").and_then(Value::as_u64),
            created_at: row.created_at.into(),
            version: row.version,
        }
    }
}

/// Which ones are listed.
#[derive(Debug, Clone, Default)]
pub struct DocumentFilter {
    /// Of this candidate.
    pub candidate: Option<CandidateId>,
    /// Of this application.
    pub application: Option<ApplicationId>,
    /// Of this position.
    pub position: Option<PositionId>,
    /// One of [`KINDS`].
    pub kind: Option<String>,
}

/// One document.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn get_document(app: &App, actor: &Actor, id: DocumentId) -> Result<Document, AppError> {
    Ok(row(app, actor, id).await?.into())
}

/// A page of documents, newest first.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_documents(
    app: &App,
    actor: &Actor,
    filter: DocumentFilter,
    page: PageRequest,
) -> Result<Page<Document>, AppError> {
    use documents::Column;
    actor.may(Action::ReadCandidates)?;
    let condition = Condition::all()
        .add_option(filter.candidate.map(|id| Column::CandidateId.eq(id.uuid())))
        .add_option(
            filter
                .application
                .map(|id| Column::ApplicationId.eq(id.uuid())),
        )
        .add_option(filter.position.map(|id| Column::PositionId.eq(id.uuid())))
        .add_option(filter.kind.map(|kind| Column::Kind.eq(kind)));
    let (organisation, id) = (actor.organisation, |row: &documents::Model| row.id);
    let rows = records::list::<documents::Entity>(app, organisation, condition, page, id).await?;
    Ok(rows.map(Into::into))
}

/// Opens a document's file, or `range` of it.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn open_document(
    app: &App,
    actor: &Actor,
    id: DocumentId,
    range: Option<Range<u64>>,
) -> Result<ObjectStream, AppError> {
    let row = row(app, actor, id).await?;
    let key = row.object_key.ok_or(AppError::NotFound("document"))?;
    Ok(app.objects.read(&key, range).await?.stream)
}

/// Deletes a document with its file and its text; with `expected` only that version of it.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] or [`AppError::Stale`].
pub async fn delete_document(
    app: &App,
    actor: &Actor,
    id: DocumentId,
    expected: Option<i32>,
) -> Result<(), AppError> {
    actor.may(Action::WriteCandidates)?;
    let transaction = app.store.begin().await?;
    let organisation = actor.organisation;
    let gone = documents::ActiveModel {
        object_key: sea_orm::Set(None),
        source_url: sea_orm::Set(None),
        file_name: sea_orm::Set(None),
        text: sea_orm::Set(None),
        deleted_at: sea_orm::Set(Some(Micros::from(app.clock.now()))),
        ..Default::default()
    };
    let all = Condition::all();
    let uuid = id.uuid();
    records::update::<documents::Entity>(&transaction, organisation, uuid, expected, all, gone)
        .await?;
    let entry = audit::Entry::by(actor, "document.deleted", &id, json!({}));
    audit::record(&transaction, app, entry).await?;
    transaction.commit().await?;
    // The row is gone for everybody; what can't be removed now, the sweep removes.
    if let Err(error) = app.objects.delete(&object_key(organisation, id)).await {
        tracing::warn!(document.id = %id, %error, "document.delete_later");
    }
    Ok(())
}

async fn row(app: &App, actor: &Actor, id: DocumentId) -> Result<documents::Model, AppError> {
    actor.may(Action::ReadCandidates)?;
    let (near, all) = (app.store.near(), Condition::all());
    records::get::<documents::Entity>(near, actor.organisation, id.uuid(), all).await
}

fn object_key(organisation: OrganisationId, id: DocumentId) -> String {
    format!("documents/{}/{}", organisation.uuid(), id.uuid())
}

/// Removes the files of documents whose rows are gone; what can't be removed now, the sweep removes.
pub(crate) async fn forget_files(
    app: &App,
    organisation: OrganisationId,
    documents: &[uuid::Uuid],
) {
    for id in documents {
        let key = object_key(organisation, (*id).into());
        if let Err(error) = app.objects.delete(&key).await {
            tracing::warn!(%error, "document.delete_later");
        }
    }
}

/// Which of these objects belong to a document.
///
/// # Errors
/// What the database says.
pub(crate) async fn known_keys(app: &App, keys: &[String]) -> Result<Vec<String>, AppError> {
    use sea_orm::{EntityTrait, QueryFilter, QuerySelect};
    let keys = keys.iter().cloned();
    let known = documents::Entity::find()
        .filter(documents::Column::ObjectKey.is_in(keys))
        .select_only()
        .column(documents::Column::ObjectKey)
        .into_tuple::<Option<String>>()
        .all(app.store.writer())
        .await?;
    Ok(known.into_iter().flatten().collect())
}

/// Removes the résumés that no application used in time, and says how many objects they were.
///
/// # Errors
/// What the media store says.
pub(crate) async fn expire_resumes(app: &App) -> Result<usize, AppError> {
    use futures::StreamExt;
    let before = app.clock.now() - resumes::KEPT;
    let mut found = app.objects.list(resumes::FOLDER);
    let mut n_removed = 0;
    while let Some(object) = found.next().await {
        let object = object?;
        if object.modified_at < before {
            app.objects.delete(&object.key).await?;
            n_removed += 1;
        }
    }
    Ok(n_removed)
}

async fn insert(
    connection: &impl sea_orm::ConnectionTrait,
    row: documents::Model,
) -> Result<(), AppError> {
    Ok(scoped::insert::<documents::Entity>(connection, row).await?)
}
