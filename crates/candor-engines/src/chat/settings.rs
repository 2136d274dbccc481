//! Where a chat model runs and how to talk to it.

use std::{fmt, net::SocketAddr, time::Duration};

use super::circuit::CircuitSettings;

/// How the server lets somebody in.
#[derive(Clone)]
pub enum Access {
    /// It asks for nothing, as many servers in the house do.
    Open,
    /// `Authorization: Bearer …`.
    Bearer(String),
    /// `api-key: …`, the form of Azure.
    Azure {
        /// The key.
        key: String,
        /// Sent as `?api-version=…`.
        api_version: Option<String>,
    },
}

impl Access {
    /// The secret, where there is one.
    pub(super) fn key(&self) -> Option<&str> {
        match self {
            Self::Open => None,
            Self::Bearer(key) | Self::Azure { key, .. } => Some(key.as_str()),
        }
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("Open"),
            Self::Bearer(_) => f.write_str("Bearer(***)"),
            Self::Azure { api_version, .. } => f
                .debug_struct("Azure")
                .field("key", &"***")
                .field("api_version", api_version)
                .finish(),
        }
    }
}

/// How the server is told the shape of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JsonMode {
    /// `response_format` with the schema.
    #[default]
    Schema,
    /// `response_format: json_object`; the schema stands in the first message.
    Object,
    /// Only in the first message.
    Words,
}

/// What the server calls the limit of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenLimit {
    /// `max_tokens`, which nearly all know.
    #[default]
    MaxTokens,
    /// `max_completion_tokens`, which newer hosted models insist on.
    MaxCompletionTokens,
}

/// Where the server is and how to talk to it.
#[derive(Debug, Clone)]
pub struct ChatSettings {
    /// Address up to and without `/chat/completions`, e.g. `https://api.openai.com/v1` or, on Azure,
    /// `https://NAME.openai.azure.com/openai/deployments/NAME`.
    pub base_url: String,
    /// How it lets Candor in.
    pub access: Access,
    /// Model to ask for.
    pub model: String,
    /// Whether `http` may leave this machine.
    pub allow_plain_http: bool,
    /// Addresses that the name stands for, where somebody has checked them; empty: the resolver is asked.
    pub addresses: Vec<SocketAddr>,
    /// How it is told the shape of a reply.
    pub json_mode: JsonMode,
    /// What it calls the limit of a reply.
    pub token_limit: TokenLimit,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest silence within a reply that has begun. All in all a call takes no longer than its request allows.
    pub read_timeout: Duration,
    /// Attempts for each request; at least one is made.
    pub max_attempts: u32,
    /// Wait before the second attempt, doubled before each further one.
    pub retry_wait: Duration,
    /// Longest wait between attempts. A server that asks for more is not asked again.
    pub longest_wait: Duration,
    /// Largest reply that is read, in bytes.
    pub max_reply: u64,
    /// When a server that fails is left alone.
    pub circuit: CircuitSettings,
}

impl ChatSettings {
    /// The usual patience: 5 s to connect, 20 s of silence, 3 attempts, replies up to 1 MiB.
    pub fn new(base_url: &str, access: Access, model: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            access,
            model: model.to_owned(),
            allow_plain_http: false,
            addresses: Vec::new(),
            json_mode: JsonMode::default(),
            token_limit: TokenLimit::default(),
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(20),
            max_attempts: 3,
            retry_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(10),
            max_reply: 1024 * 1024,
            circuit: CircuitSettings::default(),
        }
    }
}
