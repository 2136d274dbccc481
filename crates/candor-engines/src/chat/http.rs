//! One attempt: sends a body, reads the reply within limits of time and size, gives up when told.

use std::{
    io::Read as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use candor_core::ports::{EngineError, Watch};
use reqwest::{
    StatusCode, Url,
    blocking::{Client, Response},
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};

use super::settings::{Access, ChatSettings};
use crate::remote::{self, POLL};

/// Bytes that are read at once.
const CHUNK: usize = 16 * 1024;

/// What came of an attempt.
pub(super) enum Attempt {
    /// A reply with a good status.
    Reply(Vec<u8>),
    /// A reply with another status.
    Status {
        status: StatusCode,
        retry_after: Option<Duration>,
        body: Vec<u8>,
    },
    /// There is no connection: nothing was sent.
    Unreached(String),
    /// The connection broke off.
    Broken(&'static str),
    /// The reply is larger than allowed.
    TooLarge,
    /// It took too long.
    TimedOut,
    /// The caller went away.
    Cancelled,
}

impl Attempt {
    /// Whether something was sent, and the model may have run, but no answer of the server came. Other statuses are
    /// answers: the model did not run.
    pub(super) fn is_unanswered(&self) -> bool {
        match self {
            Self::Broken(_) | Self::TimedOut | Self::Cancelled => true,
            Self::Status { status, .. } => {
                matches!(
                    *status,
                    StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT
                )
            }
            Self::Reply(_) | Self::Unreached(_) | Self::TooLarge => false,
        }
    }
}

/// What the thread of an attempt tells while it goes on.
enum Step {
    /// Something arrived.
    Alive,
    /// It is over.
    Over(Attempt),
}

/// A chat server.
#[derive(Debug, Clone)]
pub(super) struct Server {
    client: Client,
    url: Url,
    headers: HeaderMap,
    read_timeout: Duration,
    max_reply: u64,
}

impl Server {
    /// Prepares the client; nothing is sent yet.
    pub(super) fn new(settings: &ChatSettings) -> Result<Self, EngineError> {
        let wrong = |what: &str| EngineError::Input(format!("the chat server's {what}"));
        let url = address(settings).ok_or_else(|| wrong("address is no http(s) address"))?;
        if url.scheme() == "http" && !settings.allow_plain_http && !remote::is_loopback(&url) {
            return Err(wrong(
                "address is not encrypted; allow plain http to use it",
            ));
        }
        let headers = headers(&settings.access)
            .ok_or_else(|| wrong("key has signs that no header can carry"))?;
        let builder = remote::client(&url, settings.connect_timeout).timeout(None);
        let builder = remote::pinned(builder, &url, &settings.addresses);
        // A blocking client can't be made where tasks of a runtime run, which is where the program is put together.
        let client = thread::scope(|scope| scope.spawn(|| builder.build()).join())
            .map_err(|_| super::failed("the client can't be made"))?
            .map_err(|error| super::failed(error.without_url()))?;
        Ok(Self {
            client,
            url,
            headers,
            read_timeout: settings.read_timeout,
            max_reply: settings.max_reply,
        })
    }

    /// Name or address of the machine.
    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Sends `body`. The attempt has a thread of its own, so that the caller can leave at any time; the thread ends
    /// by itself, at the latest at `deadline`.
    pub(super) fn attempt(&self, body: &[u8], deadline: Instant, watch: &dyn Watch) -> Attempt {
        let (sender, receiver) = mpsc::channel();
        let is_left = Arc::new(AtomicBool::new(false));
        let (server, body, left) = (self.clone(), body.to_vec(), Arc::clone(&is_left));
        let spawned = thread::Builder::new()
            .name("chat-request".to_owned())
            .spawn(move || {
                let attempt = server.post(body, deadline, &left, || {
                    let _ = sender.send(Step::Alive);
                });
                let _ = sender.send(Step::Over(attempt));
            });
        if let Err(error) = spawned {
            return Attempt::Unreached(error.to_string());
        }
        let attempt = self.follow(&receiver, deadline, watch);
        is_left.store(true, Ordering::Relaxed);
        attempt
    }

    fn follow(
        &self,
        receiver: &mpsc::Receiver<Step>,
        deadline: Instant,
        watch: &dyn Watch,
    ) -> Attempt {
        // Before it begins to answer, a model may think as long as the request allows.
        let mut until = deadline;
        loop {
            if watch.is_cancelled() {
                return Attempt::Cancelled;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Attempt::TimedOut;
            }
            match receiver.recv_timeout(left.min(POLL)) {
                Ok(Step::Alive) => until = deadline.min(Instant::now() + self.read_timeout),
                Ok(Step::Over(attempt)) => return attempt,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Attempt::Broken("the request broke off");
                }
            }
        }
    }

    fn post(
        &self,
        body: Vec<u8>,
        deadline: Instant,
        is_left: &AtomicBool,
        tell: impl Fn(),
    ) -> Attempt {
        let request = self
            .client
            .post(self.url.clone())
            .headers(self.headers.clone())
            .timeout(deadline.saturating_duration_since(Instant::now()))
            .body(body);
        let response = match request.send() {
            Ok(response) => response,
            // Too slow to connect is as good as not there.
            Err(error) if error.is_timeout() && !error.is_connect() => return Attempt::TimedOut,
            Err(error) if error.is_connect() => return Attempt::Unreached(cause(&error)),
            Err(_) => return Attempt::Broken("the connection broke off"),
        };
        tell();
        let status = response.status();
        let retry_after = remote::retry_after(response.headers());
        let read = self.read(response, is_left, tell);
        match read {
            Ok(body) if status.is_success() => Attempt::Reply(body),
            Err(attempt) if status.is_success() => attempt,
            read => Attempt::Status {
                status,
                retry_after,
                body: read.unwrap_or_default(),
            },
        }
    }

    fn read(
        &self,
        mut response: Response,
        is_left: &AtomicBool,
        tell: impl Fn(),
    ) -> Result<Vec<u8>, Attempt> {
        let mut body = Vec::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            if is_left.load(Ordering::Relaxed) {
                return Err(Attempt::Cancelled);
            }
            match response.read(&mut chunk) {
                Ok(0) => return Ok(body),
                Ok(n) if (body.len() + n) as u64 > self.max_reply => {
                    return Err(Attempt::TooLarge);
                }
                Ok(n) => {
                    body.extend_from_slice(&chunk[..n]);
                    tell();
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                    return Err(Attempt::TimedOut);
                }
                Err(_) => return Err(Attempt::Broken("the reply broke off")),
            }
        }
    }
}

fn address(settings: &ChatSettings) -> Option<Url> {
    let base = settings.base_url.trim_end_matches('/');
    let mut url = Url::parse(&format!("{base}/chat/completions")).ok()?;
    // Names and keys in the address would end up in logs.
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !is_plain || url.host_str().is_none() || !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    if let Access::Azure {
        api_version: Some(version),
        ..
    } = &settings.access
    {
        url.query_pairs_mut().append_pair("api-version", version);
    }
    Some(url)
}

fn headers(access: &Access) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let (name, value) = match access {
        Access::Open => return Some(headers),
        Access::Bearer(key) => (AUTHORIZATION, format!("Bearer {key}")),
        Access::Azure { key, .. } => (HeaderName::from_static("api-key"), key.clone()),
    };
    let mut value = HeaderValue::from_str(&value).ok()?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Some(headers)
}

/// Why there is no connection: what the system says, which knows nothing of what was to be sent.
fn cause(error: &reqwest::Error) -> String {
    let mut source: &dyn std::error::Error = error;
    while let Some(next) = source.source() {
        source = next;
    }
    format!("no connection: {source}")
}
