//! Any server with OpenAI's `POST /chat/completions`: a hosted service, Azure, or one in the house.
//!
//! A call ends in the time that its request allows, whatever the server does. Attempts that may help are made again;
//! a server that keeps failing is left alone for a while, so that an interview without its model loses no time.

mod backoff;
mod body;
pub mod circuit;
mod http;
mod reply;
mod settings;

pub use settings::{Access, ChatSettings, JsonMode, TokenLimit};

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use candor_core::{
    ports::{ChatError, ChatModel, ChatReply, ChatRequest, EngineError, Watch},
    report::Provenance,
};
use reqwest::StatusCode;

use crate::remote;
use circuit::{Circuit, Outcome, Ticket};
use http::{Attempt, Server};

/// Identifier of the engine in provenance and errors.
pub const ENGINE: &str = "openai-chat";

/// An OpenAI-compatible server as a [`ChatModel`].
#[derive(Debug)]
pub struct OpenAiChat {
    server: Server,
    settings: ChatSettings,
    circuit: Mutex<Circuit>,
    /// What the circuit's time counts from.
    began: Instant,
}

/// A failed attempt.
struct Failure {
    error: ChatError,
    /// Whether another attempt may help.
    may_retry: bool,
    /// When the server wants to be asked again.
    retry_after: Option<Duration>,
    /// What it says about the server.
    outcome: Outcome,
}

impl Failure {
    /// Whether the server answered, but not so that its tokens can be read.
    fn is_unread(&self) -> bool {
        matches!(self.error, ChatError::Malformed(_))
    }
}

impl OpenAiChat {
    /// Prepares the client; nothing is sent yet.
    ///
    /// # Errors
    /// [`EngineError::Input`] when address or key can't be used, [`EngineError::Failed`] when the machine has no
    /// usable certificates.
    pub fn new(settings: ChatSettings) -> Result<Self, EngineError> {
        Ok(Self {
            server: Server::new(&settings)?,
            circuit: Mutex::new(Circuit::new(settings.circuit)),
            began: Instant::now(),
            settings,
        })
    }

    /// Attempts until one succeeds, none may help or the time is up; how many it took.
    fn attempts(
        &self,
        request: &ChatRequest,
        watch: &dyn Watch,
    ) -> (Result<ChatReply, ChatError>, u32) {
        let deadline = Instant::now() + request.timeout;
        let body = body::of(&self.settings, request);
        let mut last = None;
        let mut n_made = 0;
        loop {
            let ticket = match self.enter() {
                Ok(ticket) => ticket,
                Err(retry_after) => {
                    let shut = ChatError::CircuitOpen { retry_after };
                    return (Err(last.unwrap_or(shut)), n_made);
                }
            };
            n_made += 1;
            let attempt = self.server.attempt(&body, deadline, watch);
            let is_unanswered = attempt.is_unanswered();
            let failure = match self.judge(attempt, request) {
                Ok(reply) => {
                    self.record(ticket, Outcome::Succeeded);
                    return (Ok(reply), n_made);
                }
                Err(failure) => failure,
            };
            if is_unanswered || failure.is_unread() {
                watch.uncounted();
            }
            self.record(ticket, failure.outcome);
            if !failure.may_retry || n_made >= self.settings.max_attempts {
                return (Err(failure.error), n_made);
            }
            let share = backoff::some_share();
            let (first, longest) = (self.settings.retry_wait, self.settings.longest_wait);
            let wait = failure
                .retry_after
                .unwrap_or_else(|| backoff::wait(first, n_made, longest, share));
            let left = deadline.saturating_duration_since(Instant::now());
            if wait > longest || wait >= left {
                return (Err(failure.error), n_made);
            }
            if !remote::pause(wait, watch) {
                return (Err(ChatError::Cancelled), n_made);
            }
            last = Some(failure.error);
        }
    }

    fn judge(&self, attempt: Attempt, request: &ChatRequest) -> Result<ChatReply, Failure> {
        let failure = |error, may_retry, outcome| {
            Err(Failure {
                error,
                may_retry,
                retry_after: None,
                outcome,
            })
        };
        match attempt {
            Attempt::Reply(bytes) => {
                reply::read(&bytes, request, &self.settings.model).or_else(|error| {
                    let is_server = matches!(
                        error.cause(),
                        ChatError::Malformed(why) if *why != reply::CUT && *why != reply::WORDLESS
                    );
                    let outcome = if is_server {
                        Outcome::Failed
                    } else {
                        Outcome::Succeeded
                    };
                    failure(error, false, outcome)
                })
            }
            Attempt::Status {
                status,
                retry_after,
                body,
            } => Err(self.refusal(status, retry_after, &body, request)),
            Attempt::Unreached(why) => failure(ChatError::Unavailable(why), true, Outcome::Failed),
            Attempt::Broken(why) => failure(
                ChatError::Unavailable(why.to_owned()),
                true,
                Outcome::Failed,
            ),
            Attempt::TooLarge => failure(
                ChatError::Malformed("it is too large"),
                false,
                Outcome::Failed,
            ),
            Attempt::TimedOut => failure(ChatError::TimedOut, false, Outcome::Failed),
            Attempt::Cancelled => failure(ChatError::Cancelled, false, Outcome::Abandoned),
        }
    }

    fn refusal(
        &self,
        status: StatusCode,
        retry_after: Option<Duration>,
        body: &[u8],
        request: &ChatRequest,
    ) -> Failure {
        let code = reply::error_code(body, request, self.settings.access.key());
        let is_busy = status == StatusCode::TOO_MANY_REQUESTS;
        let is_down = status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT;
        // Of no use as it is set up: every other request would end the same way.
        let is_shut = matches!(
            status,
            StatusCode::UNAUTHORIZED
                | StatusCode::PAYMENT_REQUIRED
                | StatusCode::FORBIDDEN
                | StatusCode::NOT_FOUND
        );
        // A quota that is used up does not come back within a call.
        let is_spent = code.as_deref() == Some("insufficient_quota");
        Failure {
            may_retry: (is_busy && !is_spent) || is_down,
            error: if is_busy {
                ChatError::RateLimited { retry_after }
            } else if is_down {
                ChatError::Unavailable(format!("the server answered {}", status.as_u16()))
            } else {
                ChatError::Refused {
                    status: status.as_u16(),
                    code,
                }
            },
            retry_after,
            outcome: if is_busy || is_down || is_shut {
                Outcome::Failed
            } else {
                Outcome::Succeeded
            },
        }
    }

    fn enter(&self) -> Result<Ticket, Duration> {
        let now = self.began.elapsed();
        self.circuit
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .enter(now)
    }

    fn record(&self, ticket: Ticket, outcome: Outcome) {
        let now = self.began.elapsed();
        self.circuit
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .record(ticket, outcome, now);
    }
}

impl ChatModel for OpenAiChat {
    fn complete(&self, request: &ChatRequest, watch: &dyn Watch) -> Result<ChatReply, ChatError> {
        if watch.is_cancelled() {
            return Err(ChatError::Cancelled);
        }
        let began = Instant::now();
        let (outcome, attempts) = self.attempts(request, watch);
        let duration_ms = began.elapsed().as_millis() as u64;
        match &outcome {
            Ok(reply) => tracing::info!(
                chat.model = %self.settings.model,
                chat.prompt_tokens = reply.usage.prompt_tokens,
                chat.completion_tokens = reply.usage.completion_tokens,
                chat.is_estimated = reply.usage.is_estimated,
                attempts,
                duration_ms,
                "chat finished"
            ),
            Err(ChatError::Cancelled) => {}
            Err(error) => tracing::warn!(
                chat.model = %self.settings.model,
                error = error.code(),
                attempts,
                duration_ms,
                "chat failed"
            ),
        }
        outcome
    }

    fn provenance(&self) -> Provenance {
        Provenance {
            engine: ENGINE.to_owned(),
            version: "v1".to_owned(),
            model: Some(self.settings.model.clone()),
            model_sha256: None,
            formula: None,
            settings: BTreeMap::from([("host".to_owned(), self.server.host().to_owned())]),
        }
    }
}

fn failed(message: impl fmt::Display) -> EngineError {
    EngineError::Failed {
        engine: ENGINE,
        message: message.to_string(),
    }
}
