//! Documents from an address, through the guard that recordings are fetched by, or from a folder of a bucket.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use candor_core::access::Actor;
use http::HeaderMap;
use url::Url;

use super::{Document, MOST_BYTES, NewDocument, imports::SCHEME, keep, read, write::check_new};
use crate::{
    App, AppError,
    media::{
        direct_address,
        guard::{GuardError, GuardedClient, Policy},
    },
};

/// Longest time from the first word to the last byte.
const TIME: Duration = Duration::from_secs(20);
/// Longest address, in characters.
const ADDRESS: usize = 4096;

/// Fetches a file and keeps it.
///
/// # Errors
/// Those of [`create_document`](super::create_document); [`AppError::Invalid`] (`invalid_address`, `address_refused`,
/// `s3_not_configured`, or `unreachable` where nobody gives it).
pub async fn fetch_document(
    app: &App,
    actor: &Actor,
    mut new: NewDocument,
    address: &str,
) -> Result<Document, AppError> {
    let address = address.trim();
    if address.len() > ADDRESS {
        return Err(wrong(format!(
            "the address is longer than {ADDRESS} characters"
        )));
    }
    if address.starts_with(SCHEME) {
        return import(app, actor, new, address).await;
    }
    let policy = Policy::fetch(&app.config);
    let url = parse(&policy, address)?;
    let last = url.path_segments().and_then(|mut parts| parts.next_back());
    new.file_name = new.file_name.or(last.map(ToOwned::to_owned));
    let new = check_new(app, actor, new).await?;
    let client = GuardedClient::new(policy)?;
    let fetched = tokio::time::timeout(TIME, fetch(&client, &direct_address(&url))).await;
    let bytes = fetched.map_err(|_| unreachable("the other side takes too long"))??;
    let content = read(app, bytes.clone(), new.file_name.clone()).await?;
    keep(app, actor, new, Some(url.to_string()), bytes, content).await
}

/// Reads a file of the bucket that the settings name, and keeps it.
async fn import(
    app: &App,
    actor: &Actor,
    mut new: NewDocument,
    address: &str,
) -> Result<Document, AppError> {
    let last = address.rsplit('/').next();
    new.file_name = new.file_name.or(last.map(ToOwned::to_owned));
    let new = check_new(app, actor, new).await?;
    let Some(imports) = &app.imports else {
        let message = "this installation reads no documents from S3 (media.import_url is not set)";
        return Err(AppError::invalid("s3_not_configured", "url", message));
    };
    let read_file = imports.read(actor.organisation, address);
    let bytes = tokio::time::timeout(TIME, read_file).await;
    let bytes = bytes.map_err(|_| unreachable("the store takes too long"))??;
    let content = read(app, bytes.clone(), new.file_name.clone()).await?;
    keep(app, actor, new, Some(address.to_owned()), bytes, content).await
}

fn wrong(message: String) -> AppError {
    AppError::invalid("invalid_address", "url", message)
}

fn parse(policy: &Policy, address: &str) -> Result<Url, AppError> {
    let url = Url::parse(address).map_err(|error| wrong(format!("this is no address: {error}")))?;
    GuardedClient::check(policy, &url)?;
    Ok(url)
}

async fn fetch(client: &GuardedClient, url: &Url) -> Result<Bytes, AppError> {
    let mut response = client
        .get(url, HeaderMap::new())
        .await
        .map_err(|error| match error {
            error @ (GuardError::Refused(_) | GuardError::Internal(_)) => error.into(),
            error => unreachable(&error.to_string()),
        })?;
    let status = response.status().as_u16();
    if status != 200 {
        return Err(unreachable(&format!(
            "the other side answers with status {status}"
        )));
    }
    if response.content_length().is_some_and(|n| n > MOST_BYTES) {
        return Err(AppError::TooLarge { limit: MOST_BYTES });
    }
    let mut bytes = BytesMut::new();
    loop {
        let chunk = response.chunk().await;
        let chunk = chunk.map_err(|_| unreachable("the connection broke off"))?;
        let Some(chunk) = chunk else {
            return Ok(bytes.freeze());
        };
        if (bytes.len() + chunk.len()) as u64 > MOST_BYTES {
            return Err(AppError::TooLarge { limit: MOST_BYTES });
        }
        bytes.extend_from_slice(&chunk);
    }
}

fn unreachable(message: &str) -> AppError {
    AppError::invalid("unreachable", "url", message)
}
