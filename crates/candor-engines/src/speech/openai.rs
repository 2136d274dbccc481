//! Any server with OpenAI's `/v1/audio/transcriptions`: a hosted service or one in the house.
//!
//! Only the given speech is sent, long pauses shortened; words come back on the recording's
//! clock.

mod http;
mod packed;
mod reply;

use std::{collections::BTreeMap, fmt, time::Duration};

use candor_core::{
    ports::{EngineError, Samples, TranscribeRequest, Transcriber, Watch},
    report::Provenance,
    transcript::{Accuracy, Transcript},
};
use reqwest::Url;

use crate::speech::{hallucination, prompt, segments};

use http::Server;

/// Identifier of the engine in transcripts, provenance and errors.
pub const ENGINE: &str = "openai";

/// Where the server is and how to talk to it.
#[derive(Clone)]
pub struct OpenAiSettings {
    /// Address up to and without `/audio/transcriptions`, e.g. `https://api.openai.com/v1`.
    pub base_url: String,
    /// Sent as a bearer token; local servers often need none.
    pub api_key: Option<String>,
    /// Model to ask for, e.g. `whisper-1`.
    pub model: String,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for one reply, from connecting to its last byte.
    pub timeout: Duration,
    /// Attempts for each request; at least one is made.
    pub max_attempts: u32,
    /// Wait before the second attempt, doubled before each further one, where the server does
    /// not name a time itself.
    pub retry_wait: Duration,
}

impl OpenAiSettings {
    /// The usual patience: 10 s to connect, 10 min for a reply, 4 attempts.
    pub fn new(base_url: &str, api_key: Option<String>, model: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            api_key,
            model: model.to_owned(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(600),
            max_attempts: 4,
            retry_wait: Duration::from_secs(1),
        }
    }
}

impl fmt::Debug for OpenAiSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiSettings")
            .field("api_key", &self.api_key.as_ref().map(|_| "***"))
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// An OpenAI-compatible server as a [`Transcriber`].
#[derive(Debug)]
pub struct OpenAiTranscriber {
    server: Server,
    host: String,
}

impl OpenAiTranscriber {
    /// Prepares the client; nothing is sent yet.
    ///
    /// # Errors
    /// [`EngineError::Input`] when the address is none, [`EngineError::Failed`] when the machine
    /// has no usable certificates.
    pub fn new(settings: OpenAiSettings) -> Result<Self, EngineError> {
        let no_address = || {
            EngineError::Input(
                "the transcription server's address is no http(s) address".to_owned(),
            )
        };
        let url = format!(
            "{}/audio/transcriptions",
            settings.base_url.trim_end_matches('/')
        );
        let url = Url::parse(&url).map_err(|_| no_address())?;
        let host = url.host_str().ok_or_else(no_address)?.to_owned();
        if !matches!(url.scheme(), "http" | "https") {
            return Err(no_address());
        }
        Ok(Self {
            server: Server::new(url, settings)?,
            host,
        })
    }
}

impl Transcriber for OpenAiTranscriber {
    fn transcribe(
        &self,
        samples: &dyn Samples,
        request: &TranscribeRequest,
        watch: &dyn Watch,
    ) -> Result<Transcript, EngineError> {
        let plan = packed::plan(samples, &request.speech)?;
        let mut language = request.language.clone();
        let mut found = Vec::new();
        let mut is_prompted = !plan.is_empty();
        for (n_done, packed) in plan.iter().enumerate() {
            if watch.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            watch.progress(n_done as f32 / plan.len() as f32);
            let prompt = language.as_deref().and_then(prompt::hesitations);
            is_prompted &= prompt.is_some();
            let form = http::Form {
                wav: packed.wav(samples)?,
                language: language.clone(),
                prompt: prompt.map(str::to_owned),
            };
            let reply = reply::parse(&self.server.send(form, watch)?, packed)?;
            language = language.or(reply.language);
            found.extend(reply.segments);
        }
        watch.progress(1.0);
        let segments = found
            .into_iter()
            .flat_map(|segment| {
                if segment.words.iter().all(|word| word.span.is_some()) {
                    segments::split(segment.words)
                } else {
                    vec![segment]
                }
            })
            .collect();
        Ok(Transcript {
            language,
            segments,
            engine: ENGINE.to_owned(),
            model: Some(self.server.model().to_owned()),
            accuracy: Accuracy::Good,
            verbatim: is_prompted,
        })
    }

    fn provenance(&self) -> Provenance {
        Provenance {
            engine: ENGINE.to_owned(),
            version: "v1".to_owned(),
            model: Some(self.server.model().to_owned()),
            model_sha256: None,
            formula: Some(hallucination::FORMULA.to_owned()),
            settings: BTreeMap::from([("host".to_owned(), self.host.clone())]),
        }
    }
}

fn failed(message: impl fmt::Display) -> EngineError {
    EngineError::Failed {
        engine: ENGINE,
        message: message.to_string(),
    }
}
