//! Documents are kept: references checked, read, the file in the media store, the row beside it.

use bytes::Bytes;
use candor_core::{
    access::{Action, Actor},
    ids::{ApplicationId, CandidateId, DocumentId, PositionId},
};
use candor_store::{
    Micros,
    entities::{applications, candidates, documents, positions},
    records::scoped,
};
use sea_orm::{Condition, ConnectionTrait, DatabaseTransaction};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Content, Document, KINDS, imports::SCHEME, insert, object_key, read};
use crate::{App, AppError, audit, fields, records};

/// Longest name of a file, in characters.
const FILE_NAME: usize = 255;

/// What is said about a file.
#[derive(Debug, Clone, Default)]
pub struct NewDocument {
    /// One of [`KINDS`].
    pub kind: String,
    /// The candidate; that of the application unless given.
    pub candidate: Option<CandidateId>,
    /// The application.
    pub application: Option<ApplicationId>,
    /// The position; that of the application unless given.
    pub position: Option<PositionId>,
    /// The client's name for it.
    pub file_name: Option<String>,
}

/// Keeps a file.
///
/// # Errors
/// [`AppError::Denied`]; [`AppError::Invalid`] (`unknown_reference`, or what is wrong with the file, e.g. `encrypted`);
/// [`AppError::TooLarge`]; [`AppError::Unsupported`]. Nothing is kept then.
pub async fn create_document(
    app: &App,
    actor: &Actor,
    new: NewDocument,
    bytes: Bytes,
) -> Result<Document, AppError> {
    let new = check_new(app, actor, new).await?;
    let content = read(app, bytes.clone(), new.file_name.clone()).await?;
    keep(app, actor, new, None, bytes, content).await
}

/// What can be said about a description before the bytes come.
pub(super) async fn check_new(
    app: &App,
    actor: &Actor,
    mut new: NewDocument,
) -> Result<NewDocument, AppError> {
    actor.may(Action::WriteCandidates)?;
    new.kind = fields::one_of("kind", &new.kind, &KINDS)?;
    new.file_name = new
        .file_name
        .map(|name| file_name(&name))
        .filter(|name| !name.is_empty());
    settle(app.store.writer(), actor, new).await
}

/// A file's name as it can be shown and sent: its last part, without control characters.
pub(crate) fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|c| !c.is_control());
    kept.take(FILE_NAME).collect::<String>().trim().to_owned()
}

async fn settle(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    mut new: NewDocument,
) -> Result<NewDocument, AppError> {
    let organisation = actor.organisation;
    if let Some(id) = new.application {
        let field = "application_id";
        let all = Condition::all();
        let found =
            scoped::find::<applications::Entity>(connection, organisation, id.uuid(), all).await?;
        let Some(application) = found else {
            let message = format!("{field} names no application of this organisation");
            return Err(AppError::invalid("unknown_reference", field, message));
        };
        let candidate = application.candidate_id.map(Into::into);
        new.candidate = new.candidate.or(candidate);
        new.position = new.position.or(application.position_id.map(Into::into));
        if new.candidate != candidate {
            let message = "candidate_id is not that of the application";
            return Err(AppError::invalid("invalid_value", "candidate_id", message));
        }
    }
    let candidate = new.candidate.map(CandidateId::uuid);
    records::known::<candidates::Entity>(connection, organisation, candidate, "candidate_id")
        .await?;
    let position = new.position.map(PositionId::uuid);
    records::known::<positions::Entity>(connection, organisation, position, "position_id").await?;
    Ok(new)
}

/// Keeps a file that was read.
pub(crate) async fn keep(
    app: &App,
    actor: &Actor,
    new: NewDocument,
    source_url: Option<String>,
    bytes: Bytes,
    content: Content,
) -> Result<Document, AppError> {
    let row = row(app, actor, new, source_url, &bytes, content);
    put(app, &row, bytes).await?;
    match write(app, actor, row.clone()).await {
        Ok(()) => Ok(row.into()),
        Err(error) => {
            // One whose outcome is unknown is left to the sweep, as the write may still show up.
            if !error.is_in_doubt() {
                remove(app, &row).await;
            }
            Err(error)
        }
    }
}

/// [`keep`] for what was uploaded, in the caller's transaction. Should that fail, the sweep removes the file.
pub(crate) async fn keep_within(
    transaction: &DatabaseTransaction,
    app: &App,
    actor: &Actor,
    new: NewDocument,
    bytes: Bytes,
    content: Content,
) -> Result<DocumentId, AppError> {
    let row = row(app, actor, new, None, &bytes, content);
    let id = row.id.into();
    put(app, &row, bytes).await?;
    insert(transaction, row).await?;
    Ok(id)
}

fn row(
    app: &App,
    actor: &Actor,
    new: NewDocument,
    source_url: Option<String>,
    bytes: &Bytes,
    content: Content,
) -> documents::Model {
    let id = DocumentId::generate();
    let now = Micros::from(app.clock.now());
    let source = match &source_url {
        Some(address) if address.starts_with(SCHEME) => "s3",
        Some(_) => "url",
        None => "upload",
    };
    let state = if content.text.is_some() {
        "read"
    } else {
        "refused"
    };
    documents::Model {
        id: id.uuid(),
        organisation_id: actor.organisation.uuid(),
        candidate_id: new.candidate.map(CandidateId::uuid),
        application_id: new.application.map(ApplicationId::uuid),
        position_id: new.position.map(PositionId::uuid),
        kind: new.kind,
        source: source.to_owned(),
        source_url,
        object_key: Some(object_key(actor.organisation, id)),
        file_name: new.file_name,
        content_type: Some(content.content_type),
        bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: Some(hex::encode(Sha256::digest(bytes))),
        state: state.to_owned(),
        error: content.error,
        text: content.text,
        details: json!({
            "pages": content.pages,
            "cut": content.cut,
            "hidden_characters": content.hidden_characters,
        }),
        created_by: actor.principal.to_string(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    }
}

async fn put(app: &App, row: &documents::Model, bytes: Bytes) -> Result<(), AppError> {
    match &row.object_key {
        Some(key) => Ok(app.objects.put(key, bytes).await?),
        None => Ok(()),
    }
}

async fn remove(app: &App, row: &documents::Model) {
    if let Some(key) = &row.object_key
        && let Err(error) = app.objects.delete(key).await
    {
        tracing::warn!(%error, "document.delete_later");
    }
}

async fn write(app: &App, actor: &Actor, row: documents::Model) -> Result<(), AppError> {
    let id = DocumentId::from(row.id);
    let details = json!({"kind": row.kind, "source": row.source, "bytes": row.bytes});
    let transaction = app.store.begin().await?;
    insert(&transaction, row).await?;
    let entry = audit::Entry::by(actor, "document.created", &id, details);
    audit::record(&transaction, app, entry).await?;
    Ok(transaction.commit().await?)
}
