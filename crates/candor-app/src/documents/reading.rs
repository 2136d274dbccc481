//! From bytes to words, by the reader that works apart from this process.

use std::sync::Arc;

use bytes::Bytes;
use candor_core::{
    access::{Action, Actor},
    ids::PositionId,
    ports::{DocumentFailure, DocumentFormat, DocumentText},
};
use sea_orm::Condition;
use serde::{Deserialize, Serialize};

use super::{MOST_BYTES, NewDocument};
use crate::{
    App, AppError, fields,
    people::{self, Position, PositionChange},
    records,
};

/// What was found in a file that is kept.
#[derive(Clone, Serialize, Deserialize)]
pub struct Content {
    /// By content.
    pub content_type: String,
    /// What it says; none: its pages are pictures.
    pub text: Option<String>,
    /// Its pages, where it has any of its own.
    pub pages: Option<u32>,
    /// Whether it says more than was read.
    pub cut: bool,
    /// Characters that nobody who looks at it would see, left out.
    #[serde(default)]
    pub hidden_characters: usize,
    /// Why it has no text.
    pub error: Option<String>,
}

impl From<DocumentText> for Content {
    fn from(found: DocumentText) -> Self {
        Self {
            content_type: found.format.content_type().to_owned(),
            text: Some(found.text),
            pages: found.pages,
            cut: found.cut,
            hidden_characters: found.hidden_characters,
            error: None,
        }
    }
}

/// Reads a file. A PDF whose pages are pictures is one that people can read: it has no text, and says why.
///
/// # Errors
/// [`AppError::TooLarge`]; [`AppError::Unsupported`] for other kinds of files; [`AppError::Invalid`] with the reader's
/// code for one that can't be read, e.g. `encrypted`; [`AppError::Unavailable`] when the reader is at fault.
pub(crate) async fn read(
    app: &App,
    bytes: Bytes,
    file_name: Option<String>,
) -> Result<Content, AppError> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(AppError::TooLarge { limit: MOST_BYTES });
    }
    let reader = Arc::clone(&app.documents);
    let read = move || reader.read(&bytes, file_name.as_deref());
    let read = tokio::task::spawn_blocking(read).await;
    match read.map_err(AppError::internal)? {
        Ok(found) => Ok(found.into()),
        Err(DocumentFailure::Refused { code, message }) if code == "scanned" => Ok(Content {
            content_type: DocumentFormat::Pdf.content_type().to_owned(),
            text: None,
            pages: None,
            cut: false,
            hidden_characters: 0,
            error: Some(message),
        }),
        Err(failure) => Err(refused(failure)),
    }
}

/// What a failure of the reader means.
fn refused(failure: DocumentFailure) -> AppError {
    match failure {
        DocumentFailure::Refused { code, message } => {
            let code = match code.as_str() {
                "unsupported" => return AppError::Unsupported(message),
                "encrypted" => "encrypted",
                "scanned" => "scanned",
                "damaged" => "damaged",
                "too_large" => "too_large",
                "too_many_pages" => "too_many_pages",
                "empty" => "empty",
                _ => "unreadable",
            };
            AppError::invalid(code, "file", message)
        }
        failure @ DocumentFailure::Failed { .. } => AppError::Unavailable {
            retry_after_s: 5,
            source: failure.into(),
        },
    }
}

/// Takes the description of a position from a file, which is kept as one of its documents.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Stale`], and those of
/// [`create_document`](super::create_document); `too_long` for a text that no description may have.
pub async fn describe_position(
    app: &App,
    actor: &Actor,
    id: PositionId,
    expected: Option<i32>,
    file_name: Option<String>,
    bytes: Bytes,
) -> Result<Position, AppError> {
    actor.may(Action::WriteCandidates)?;
    let position = get(app, actor, id).await?;
    if expected.is_some_and(|expected| expected != position.version) {
        return Err(AppError::Stale);
    }
    let content = read(app, bytes.clone(), file_name.clone()).await?;
    let Some(text) = content.text.clone() else {
        let message = content.error.unwrap_or_default();
        return Err(AppError::invalid("scanned", "file", message));
    };
    if content.cut || text.chars().count() > fields::PROSE {
        let message = format!("a description has at most {} characters", fields::PROSE);
        return Err(AppError::invalid("too_long", "file", message));
    }
    let new = NewDocument {
        kind: "job_description".to_owned(),
        position: Some(id),
        file_name,
        ..NewDocument::default()
    };
    super::write::keep(app, actor, new, None, bytes, content).await?;
    let change = PositionChange {
        description: Some(text),
        ..PositionChange::default()
    };
    people::update_position(app, actor, id, Some(position.version), change).await
}

async fn get(app: &App, actor: &Actor, id: PositionId) -> Result<Position, AppError> {
    use candor_store::entities::positions;
    let (near, all) = (app.store.near(), Condition::all());
    let row = records::get::<positions::Entity>(near, actor.organisation, id.uuid(), all).await?;
    Ok(row.into())
}
