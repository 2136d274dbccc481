//! Résumés that strangers send before they apply. Until one is used in an application it belongs to nobody: whoever knows
//! its address may use it, once, within a day.

use bytes::Bytes;
use candor_store::StoreError;
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::{Content, read, write::file_name};
use crate::{App, AppError};

/// What an address begins with.
const PREFIX: &str = "urn:candor:resume:";
/// Folder in the media store.
pub(super) const FOLDER: &str = "resumes";
/// How long one waits for its application.
pub(super) const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// A compound file: DOC, or something else of the last century.
const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// A résumé that waits for its application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedResume {
    /// Its address: the only proof of whose it is.
    pub url: String,
    /// The client's name for it.
    pub file_name: String,
}

/// What is kept beside the file.
#[derive(Serialize, Deserialize)]
struct About {
    file_name: String,
    uploaded_at: Timestamp,
    content: Content,
}

/// One that was found.
pub(crate) struct Waiting {
    id: String,
    pub(crate) file_name: String,
    pub(crate) bytes: Bytes,
    pub(crate) content: Content,
}

/// Takes a résumé: a PDF or a DOCX, at most 5 MB.
///
/// # Errors
/// [`AppError::TooLarge`]; [`AppError::Unsupported`] for other kinds of files; [`AppError::Invalid`] for one that can't be
/// read, e.g. `encrypted`. Nothing is kept then.
pub async fn upload_resume(
    app: &App,
    name: Option<String>,
    bytes: Bytes,
) -> Result<UploadedResume, AppError> {
    let name = file_name(name.as_deref().unwrap_or_default());
    let other = |message: &str| AppError::Unsupported(message.to_owned());
    let content = match read(app, bytes.clone(), Some(name.clone())).await {
        Err(AppError::Unsupported(_)) if bytes.starts_with(&COMPOUND) => {
            let message = "DOC files are not taken; save it as DOCX or PDF and send that";
            return Err(other(message));
        }
        read => read?,
    };
    if content.content_type.starts_with("text/") {
        return Err(other("a résumé is a PDF or a DOCX"));
    }
    let id = hex::encode(rand::rng().random::<[u8; 32]>());
    let about = About {
        file_name: match name.as_str() {
            "" => "resume".to_owned(),
            name => name.to_owned(),
        },
        uploaded_at: app.clock.now(),
        content,
    };
    let uploaded = UploadedResume {
        url: format!("{PREFIX}{id}"),
        file_name: about.file_name.clone(),
    };
    let about = serde_json::to_vec(&about).map_err(AppError::internal)?;
    app.objects.put(&key(&id, "file"), bytes).await?;
    app.objects.put(&key(&id, "about"), about.into()).await?;
    Ok(uploaded)
}

/// The résumé that an address names, while it waits.
pub(crate) async fn find_resume(app: &App, url: &str) -> Result<Option<Waiting>, AppError> {
    let Some(id) = url.strip_prefix(PREFIX).filter(|id| is_id(id)) else {
        return Ok(None);
    };
    let (Some(about), Some(bytes)) = (
        get(app, &key(id, "about")).await?,
        get(app, &key(id, "file")).await?,
    ) else {
        return Ok(None);
    };
    let about: About = serde_json::from_slice(&about).map_err(AppError::internal)?;
    if app.clock.now() > about.uploaded_at + KEPT {
        return Ok(None);
    }
    Ok(Some(Waiting {
        id: id.to_owned(),
        file_name: about.file_name,
        bytes,
        content: about.content,
    }))
}

/// Takes away the one that was used, if there was one; what stays, the sweep removes.
pub(crate) async fn forget_resume(app: &App, waiting: Option<&Waiting>) {
    let Some(waiting) = waiting else {
        return;
    };
    for part in ["about", "file"] {
        if let Err(error) = app.objects.delete(&key(&waiting.id, part)).await {
            tracing::warn!(%error, "resume.delete_later");
        }
    }
}

async fn get(app: &App, key: &str) -> Result<Option<Bytes>, AppError> {
    match app.objects.get(key).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn key(id: &str, part: &str) -> String {
    format!("{FOLDER}/{id}/{part}")
}

/// Only what was made here is looked for.
fn is_id(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
}
