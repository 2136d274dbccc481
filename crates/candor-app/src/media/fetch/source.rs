//! The bytes behind an address, over as many connections as they need.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use candor_core::ports::Watch;
use futures::Stream;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use reqwest::Response;
use url::Url;

use super::{
    super::guard::{GuardError, GuardedClient, retry_after_s},
    Piece, step_error,
};
use crate::jobs::StepError;

/// Broken connections that are made anew within one attempt.
const MOST_BREAKS: u32 = 5;

/// Wait before the first of them, doubled each time.
const BREAK_WAIT: Duration = Duration::from_millis(200);

/// One attempt to fetch.
pub(super) struct Fetch<'a> {
    pub client: &'a GuardedClient,
    pub url: Url,
    pub limit: u64,
    pub watch: &'a dyn Watch,
    /// Where the reason goes when the stream ends with an error.
    pub failure: Arc<Mutex<Option<StepError>>>,
}

/// How far it is.
#[derive(Default)]
struct Position {
    offset: u64,
    total: Option<u64>,
    /// What tells whether the file is still the same.
    validator: Option<HeaderValue>,
    breaks: u32,
}

impl<'a> Fetch<'a> {
    /// The bytes in order, each once.
    pub fn stream(self) -> impl Stream<Item = Piece> + Send + 'a {
        async_stream::stream! {
            let mut at = Position::default();
            'connections: loop {
                let mut response = match self.connect(&mut at).await {
                    Ok(Some(response)) => response,
                    Ok(None) => continue 'connections,
                    Err(error) => {
                        yield Err(self.fail(error));
                        return;
                    }
                };
                loop {
                    match response.chunk().await {
                        Ok(Some(chunk)) => {
                            at.offset += chunk.len() as u64;
                            if let Some(total) = at.total {
                                self.watch.progress(at.offset as f32 / total.max(1) as f32);
                            }
                            yield Ok(chunk);
                        }
                        Ok(None) if at.total.is_none_or(|total| at.offset >= total) => return,
                        Ok(None) | Err(_) => {
                            if let Err(error) = at.broke().await {
                                yield Err(self.fail(error));
                                return;
                            }
                            continue 'connections;
                        }
                    }
                }
            }
        }
    }

    /// Asks for what is missing. `None`: it broke, ask again.
    async fn connect(&self, at: &mut Position) -> Result<Option<Response>, StepError> {
        let mut headers = HeaderMap::new();
        if at.offset > 0 {
            let range = HeaderValue::try_from(format!("bytes={}-", at.offset))
                .expect("digits make a header");
            headers.insert(header::RANGE, range);
            headers.extend(
                at.validator
                    .clone()
                    .map(|validator| (header::IF_RANGE, validator)),
            );
        }
        let response = match self.client.get(&self.url, headers).await {
            Ok(response) => response,
            Err(GuardError::Network(_)) if at.offset > 0 => {
                at.broke().await?;
                return Ok(None);
            }
            Err(error) => return Err(step_error(error)),
        };
        let status = response.status();
        let can_recover = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
        if can_recover {
            let wait = retry_after_s(response.headers()).map_or_else(String::new, |seconds| {
                format!("; it asks to wait {seconds} s")
            });
            return Err(StepError::passing(
                "source_busy",
                format!("the other side answered {status}{wait}"),
            ));
        }
        if at.offset > 0 {
            return at.resumed(response).map(Some);
        }
        if status != StatusCode::OK {
            return Err(StepError::permanent(
                "source_refused",
                format!("the other side answered {status}"),
            ));
        }
        self.begun(at, response).map(Some)
    }

    /// The first answer tells size and version of the file.
    fn begun(&self, at: &mut Position, response: Response) -> Result<Response, StepError> {
        let headers = response.headers();
        let is_encoded = headers
            .get(header::CONTENT_ENCODING)
            .is_some_and(|encoding| encoding != "identity");
        if is_encoded {
            // Not unpacked: a small answer may unpack to anything.
            return Err(StepError::permanent(
                "source_refused",
                "the other side sends the file compressed, which is not taken",
            ));
        }
        at.total = headers
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse().ok());
        if at.total.is_some_and(|total| total > self.limit) {
            return Err(StepError::permanent(
                "too_large",
                format!("larger than the limit of {} bytes", self.limit),
            ));
        }
        let strong_tag = headers
            .get(header::ETAG)
            .filter(|tag| tag.as_bytes().starts_with(b"\""));
        at.validator = strong_tag
            .or_else(|| headers.get(header::LAST_MODIFIED))
            .cloned();
        Ok(response)
    }

    fn fail(&self, error: StepError) -> io::Error {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        io::Error::other("the fetch failed")
    }
}

impl Position {
    /// Waits a little, or gives up.
    async fn broke(&mut self) -> Result<(), StepError> {
        self.breaks += 1;
        if self.breaks > MOST_BREAKS || (self.offset > 0 && self.validator.is_none()) {
            return Err(StepError::passing(
                "connection_broken",
                "the connection broke before the file was complete",
            ));
        }
        tokio::time::sleep(BREAK_WAIT * 2_u32.pow(self.breaks - 1)).await;
        Ok(())
    }

    /// Makes sure that the answer goes on where the last one broke off.
    fn resumed(&self, response: Response) -> Result<Response, StepError> {
        let goes_on = response.status() == StatusCode::PARTIAL_CONTENT
            && response
                .headers()
                .get(header::CONTENT_RANGE)
                .and_then(|range| range.to_str().ok())
                .is_some_and(|range| range.starts_with(&format!("bytes {}-", self.offset)));
        if goes_on {
            Ok(response)
        } else {
            Err(StepError::passing(
                "connection_broken",
                "the connection broke and the other side does not go on where it did",
            ))
        }
    }
}
