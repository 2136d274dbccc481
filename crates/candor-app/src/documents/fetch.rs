//! Documents from an address, through the guard that recordings are fetched by.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use candor_core::access::Actor;
use http::HeaderMap;
use url::Url;

use super::{Document, MOST_BYTES, NewDocument, keep, read, write::check_new};
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
/// or `unreachable` where nobody gives it).
pub async fn fetch_document(
    app: &App,
    actor: &Actor,
    mut new: NewDocument,
    address: &str,
) -> Result<Document, AppError> {
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

fn parse(policy: &Policy, address: &str) -> Result<Url, AppError> {
    let wrong = |message: String| AppError::invalid("invalid_address", "url", message);
    if address.len() > ADDRESS {
        return Err(wrong(format!(
            "the address is longer than {ADDRESS} characters"
        )));
    }
    let url = Url::parse(address.trim())
        .map_err(|error| wrong(format!("this is no address: {error}")))?;
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
