//! The bytes behind an address, over as many connections as they need.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use candor_core::ports::Watch;
use candor_store::objects::Objects;
use futures::{Stream, StreamExt};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use reqwest::Response;
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

use super::{
    super::{
        guard::{GuardError, GuardedClient, retry_after},
        segments::joined,
    },
    Piece,
    partial::{Partial, Version},
    step_error,
};
use crate::jobs::StepError;

/// Broken connections that are made anew within one attempt.
const MOST_BREAKS: u32 = 5;

/// Wait before the first of them, doubled each time.
const BREAK_WAIT: Duration = Duration::from_millis(200);

/// How often a fetch asks whether it is to stop.
const LOOK: Duration = Duration::from_millis(200);

/// One attempt to fetch.
pub(super) struct Fetch<'a> {
    pub client: &'a GuardedClient,
    pub url: Url,
    pub limit: u64,
    pub watch: &'a dyn Watch,
    /// What an earlier attempt got, and where it lies.
    pub before: Option<(Partial, Objects)>,
    pub told: Arc<Mutex<Told>>,
}

/// What is known beside the bytes when the stream ends.
#[derive(Default)]
pub(super) struct Told {
    /// Why it ended with an error.
    pub failure: Option<StepError>,
    /// Which version of the file the bytes are of; none: it can't be told, so nobody can go on with them.
    pub version: Option<Version>,
}

/// How far it is.
#[derive(Default)]
struct Position {
    offset: u64,
    version: Option<Version>,
    total: Option<u64>,
    breaks: u32,
}

impl<'a> Fetch<'a> {
    /// The bytes in order, each once, for at most `limit`.
    pub fn stream(self, limit: Duration) -> impl Stream<Item = Piece> + Send + 'a {
        let (watch, told) = (self.watch, Arc::clone(&self.told));
        async_stream::stream! {
            let deadline = Instant::now() + limit;
            let mut bytes = Box::pin(self.bytes());
            loop {
                let next = tokio::select! {
                    piece = bytes.next() => Ok(piece),
                    () = cancelled(watch) => Err(StepError::Cancelled),
                    () = sleep_until(deadline) => Err(StepError::passing(
                        "too_slow",
                        format!("the download took longer than {} s", limit.as_secs_f64()),
                    )),
                };
                match next {
                    Ok(Some(piece)) => yield piece,
                    Ok(None) => return,
                    Err(failure) => {
                        yield Err(fail(&told, failure));
                        return;
                    }
                }
            }
        }
    }

    fn bytes(mut self) -> impl Stream<Item = Piece> + Send + 'a {
        async_stream::stream! {
            let mut before = self.before.take();
            let mut at = before.as_ref().map(|(partial, _)| Position::after(partial)).unwrap_or_default();
            'connections: loop {
                let mut response = match self.connect(&mut at, before.is_some()).await {
                    Ok(Some(response)) => response,
                    Ok(None) => continue 'connections,
                    Err(error) => {
                        yield Err(fail(&self.told, error));
                        return;
                    }
                };
                self.lock().version = at.version.clone();
                // The other side goes on where the earlier attempt stopped.
                if let Some((partial, objects)) = before.take().filter(|_| at.offset > 0) {
                    let mut blocks = Box::pin(joined(objects, vec![partial.key]));
                    while let Some(block) = blocks.next().await {
                        yield block;
                    }
                }
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
                                yield Err(fail(&self.told, error));
                                return;
                            }
                            continue 'connections;
                        }
                    }
                }
            }
        }
    }

    /// Asks for what is missing. `None`: ask again. As long as nothing was given out of a file, another
    /// version of it is taken from its beginning.
    async fn connect(
        &self,
        at: &mut Position,
        may_begin_anew: bool,
    ) -> Result<Option<Response>, StepError> {
        let response = match self.client.get(&self.url, at.range()).await {
            Ok(response) => response,
            Err(GuardError::Network(_)) if at.offset > 0 && !may_begin_anew => {
                at.broke().await?;
                return Ok(None);
            }
            Err(error) => return Err(step_error(error)),
        };
        let status = response.status();
        let can_recover = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
        if can_recover {
            return Err(busy(status, retry_after(response.headers())));
        }
        if at.offset > 0 {
            if at.is_continued_by(&response) {
                return Ok(Some(response));
            }
            if !may_begin_anew {
                return Err(StepError::passing(
                    "connection_broken",
                    "the connection broke and the other side does not go on where it did",
                ));
            }
            *at = Position::default();
            if status != StatusCode::OK {
                return Ok(None);
            }
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
        at.version = strong_tag
            .or_else(|| headers.get(header::LAST_MODIFIED))
            .and_then(|validator| validator.to_str().ok())
            .map(|validator| Version {
                validator: validator.to_owned(),
                total: at.total,
            });
        Ok(response)
    }

    fn lock(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn cancelled(watch: &dyn Watch) {
    while !watch.is_cancelled() {
        sleep(LOOK).await;
    }
}

/// Notes the reason beside the stream, which can only carry errors of another kind.
fn fail(told: &Mutex<Told>, error: StepError) -> io::Error {
    told.lock().unwrap_or_else(PoisonError::into_inner).failure = Some(error);
    io::Error::other("the fetch failed")
}

fn busy(status: StatusCode, wait: Option<Duration>) -> StepError {
    let asks = wait.map_or_else(String::new, |wait| {
        format!("; it asks to wait {} s", wait.as_secs())
    });
    StepError::passing(
        "source_busy",
        format!("the other side answered {status}{asks}"),
    )
    .not_before(wait)
}

impl Position {
    fn after(partial: &Partial) -> Self {
        Self {
            offset: partial.bytes,
            total: partial.version.total,
            version: Some(partial.version.clone()),
            breaks: 0,
        }
    }

    /// Headers that ask for what is missing of the same file.
    fn range(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if self.offset > 0 {
            let range = HeaderValue::try_from(format!("bytes={}-", self.offset))
                .expect("digits make a header");
            headers.insert(header::RANGE, range);
            let validator = self.version.as_ref().map(|version| &version.validator);
            if let Some(Ok(validator)) = validator.map(HeaderValue::try_from) {
                headers.insert(header::IF_RANGE, validator);
            }
        }
        headers
    }

    /// Waits a little, or gives up.
    async fn broke(&mut self) -> Result<(), StepError> {
        self.breaks += 1;
        if self.breaks > MOST_BREAKS || (self.offset > 0 && self.version.is_none()) {
            return Err(StepError::passing(
                "connection_broken",
                "the connection broke before the file was complete",
            ));
        }
        sleep(BREAK_WAIT * 2_u32.pow(self.breaks - 1)).await;
        Ok(())
    }

    /// Whether the answer goes on where the last one broke off.
    fn is_continued_by(&self, response: &Response) -> bool {
        let range = response
            .headers()
            .get(header::CONTENT_RANGE)
            .and_then(|range| range.to_str().ok())
            .and_then(|range| range.strip_prefix(&format!("bytes {}-", self.offset)))
            .and_then(|range| range.split_once('/'));
        let is_same_size = |told: &str| {
            let told = told.trim().parse().ok();
            told.is_none() || self.total.is_none() || told == self.total
        };
        response.status() == StatusCode::PARTIAL_CONTENT
            && range.is_some_and(|(_, total)| is_same_size(total))
    }
}
