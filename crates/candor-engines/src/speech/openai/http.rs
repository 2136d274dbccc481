//! Sends one recording and gets one reply: time-outs, retries, cancellation, no leaks.

use std::{
    io::Read as _,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use candor_core::ports::{EngineError, Watch};
use reqwest::{
    StatusCode, Url,
    blocking::{Client, multipart},
};
use serde_json::Value;

use super::{OpenAiSettings, failed};
use crate::remote::{self, POLL};

/// Largest reply that is read, in bytes.
const MAX_REPLY: u64 = 16 * 1024 * 1024;
/// Longest wait that a server may ask for.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// Longest part of a server's message that is passed on, in characters.
const MAX_MESSAGE: usize = 200;

/// What is sent.
#[derive(Clone)]
pub struct Form {
    /// The recording.
    pub wav: Vec<u8>,
    /// Language, when it is known.
    pub language: Option<String>,
    /// Text in whose style to go on.
    pub prompt: Option<String>,
}

/// A transcription server.
#[derive(Debug, Clone)]
pub struct Server {
    client: Client,
    url: Url,
    settings: OpenAiSettings,
}

enum Attempt {
    Reply(Vec<u8>),
    Retry {
        why: String,
        after: Option<Duration>,
    },
    Give(String),
}

impl Server {
    /// Prepares the client.
    pub fn new(url: Url, settings: OpenAiSettings) -> Result<Self, EngineError> {
        let client = remote::client(&url, settings.connect_timeout)
            .timeout(settings.timeout)
            .build()
            .map_err(|error| failed(error.without_url()))?;
        Ok(Self {
            client,
            url,
            settings,
        })
    }

    /// Name of the model that is asked for.
    pub fn model(&self) -> &str {
        &self.settings.model
    }

    /// Sends `form` and gives the body of the reply, after as many attempts as allowed.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`], or [`EngineError::Failed`] with what the server said.
    pub fn send(&self, form: Form, watch: &dyn Watch) -> Result<Vec<u8>, EngineError> {
        let mut wait = self.settings.retry_wait;
        let mut n_left = self.settings.max_attempts.max(1);
        loop {
            n_left -= 1;
            match self.attempt(form.clone(), watch)? {
                Attempt::Reply(body) => return Ok(body),
                Attempt::Give(why) => return Err(failed(why)),
                Attempt::Retry { why, .. } if n_left == 0 => return Err(failed(why)),
                Attempt::Retry { after, .. } => {
                    if !remote::pause(after.unwrap_or(wait).min(MAX_WAIT), watch) {
                        return Err(EngineError::Cancelled);
                    }
                    wait *= 2;
                }
            }
        }
    }

    /// One attempt on a thread of its own, so that the caller can cancel while it waits. After
    /// that the thread ends by itself, at the latest with the time-out.
    fn attempt(&self, form: Form, watch: &dyn Watch) -> Result<Attempt, EngineError> {
        let (sender, receiver) = mpsc::channel();
        let server = self.clone();
        thread::Builder::new()
            .name("transcription-request".to_owned())
            .spawn(move || sender.send(server.post(form)))
            .map_err(failed)?;
        loop {
            match receiver.recv_timeout(POLL) {
                Ok(attempt) => return Ok(attempt),
                Err(RecvTimeoutError::Timeout) if watch.is_cancelled() => {
                    return Err(EngineError::Cancelled);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(failed("the request broke off")),
            }
        }
    }

    fn post(&self, form: Form) -> Attempt {
        let file = multipart::Part::bytes(form.wav)
            .file_name("speech.wav")
            .mime_str("audio/wav")
            .expect("a valid media type");
        let mut body = multipart::Form::new()
            .part("file", file)
            .text("model", self.settings.model.clone())
            .text("response_format", "verbose_json")
            .text("timestamp_granularities[]", "word")
            .text("timestamp_granularities[]", "segment")
            .text("temperature", "0");
        if let Some(language) = form.language {
            body = body.text("language", language);
        }
        if let Some(prompt) = form.prompt {
            body = body.text("prompt", prompt);
        }
        let mut request = self.client.post(self.url.clone()).multipart(body);
        if let Some(key) = &self.settings.api_key {
            request = request.bearer_auth(key);
        }
        match request.send() {
            Ok(response) => self.judge(response),
            Err(error) if error.is_timeout() => {
                Attempt::Give("the server did not answer in time".to_owned())
            }
            Err(error) => Attempt::Retry {
                why: format!("no answer from the server: {}", error.without_url()),
                after: None,
            },
        }
    }

    fn judge(&self, response: reqwest::blocking::Response) -> Attempt {
        let status = response.status();
        let after = remote::retry_after(response.headers());
        let mut body = Vec::new();
        let read = response.take(MAX_REPLY + 1).read_to_end(&mut body);
        if status.is_success() {
            return match read {
                Ok(_) if body.len() as u64 > MAX_REPLY => {
                    Attempt::Give("the server's reply is too long".to_owned())
                }
                Ok(_) => Attempt::Reply(body),
                Err(_) => Attempt::Retry {
                    why: "the server's reply broke off".to_owned(),
                    after,
                },
            };
        }
        let why = self.refusal(status, &body);
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                Attempt::Retry { why, after }
            }
            status if status.is_server_error() => Attempt::Retry { why, after },
            _ => Attempt::Give(why),
        }
    }

    /// What went wrong, in the server's words as far as they are fit to be shown.
    fn refusal(&self, status: StatusCode, body: &[u8]) -> String {
        let said = serde_json::from_slice::<Value>(body).ok().and_then(|body| {
            let message = body.pointer("/error/message").or(body.get("detail"))?;
            Some(message.as_str()?.to_owned())
        });
        let mut text = format!("the server answered {}", status.as_u16());
        if let Some(said) = said {
            // Servers like to repeat the key that they refuse.
            let said = match &self.settings.api_key {
                Some(key) if !key.is_empty() => said.replace(key.as_str(), "***"),
                _ => said,
            };
            let said: String = said
                .chars()
                .filter(|c| !c.is_control())
                .take(MAX_MESSAGE)
                .collect();
            text.push_str(": ");
            text.push_str(&said);
        }
        text
    }
}
