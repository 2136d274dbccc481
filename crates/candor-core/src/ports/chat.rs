//! Port for chat models: what they are asked, what they reply, how they fail.
//!
//! A call blocks, as it does for every other engine: `candor-interviewer` has no runtime, and a caller that has one
//! spares a thread for it. What candidates say is in requests and replies, so their debug output leaves it out.

use std::{fmt, time::Duration};

use serde_json::Value;

use crate::report::Provenance;

use super::Watch;

/// Who a message comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatRole {
    /// Candor: what is to be done.
    System,
    /// The matter that it is to be done with.
    User,
    /// What the model said before.
    Assistant,
}

impl ChatRole {
    /// As servers write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message of a conversation.
#[derive(Clone, PartialEq, Eq)]
pub struct ChatMessage {
    /// Who says it.
    pub role: ChatRole,
    /// The words.
    pub content: String,
}

impl ChatMessage {
    /// A message of `role`.
    pub fn new(role: ChatRole, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
        }
    }
}

impl fmt::Debug for ChatMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatMessage")
            .field("role", &self.role)
            .field("n_bytes", &self.content.len())
            .finish_non_exhaustive()
    }
}

/// The shape that a reply is to have.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplySchema {
    /// Its name: letters, digits and underscores.
    pub name: String,
    /// A JSON schema. Servers differ in what they enforce of it: check the reply.
    pub schema: Value,
}

/// What a model is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    /// The conversation so far, first message first.
    pub messages: Vec<ChatMessage>,
    /// The shape of the reply; `None`: prose.
    pub schema: Option<ReplySchema>,
    /// 0 for the likeliest words; `None` leaves it to the server, for models that take no other.
    pub temperature: Option<f32>,
    /// Most tokens of the reply.
    pub max_tokens: u32,
    /// Longest wait for the reply, all attempts and pauses together.
    pub timeout: Duration,
}

/// Tokens of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChatUsage {
    /// Tokens of what was asked.
    pub prompt_tokens: u64,
    /// Tokens of the reply.
    pub completion_tokens: u64,
    /// Whether they were estimated with [`estimated_tokens`], because the server counted none.
    pub is_estimated: bool,
}

impl ChatUsage {
    /// Adds the tokens of another call; one estimate makes the sum an estimate.
    pub fn add(&mut self, other: Self) {
        self.prompt_tokens += other.prompt_tokens;
        self.completion_tokens += other.completion_tokens;
        self.is_estimated |= other.is_estimated;
    }
}

/// What a model says.
#[derive(Clone, PartialEq, Eq)]
pub struct ChatReply {
    /// Its words.
    pub text: String,
    /// The model that the server says it was; what was asked for where it says nothing.
    pub model: String,
    /// What it took.
    pub usage: ChatUsage,
}

impl fmt::Debug for ChatReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatReply")
            .field("n_bytes", &self.text.len())
            .field("model", &self.model)
            .field("usage", &self.usage)
            .finish_non_exhaustive()
    }
}

/// Why a model gave no reply. No variant holds a key or anything that was asked or said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChatError {
    /// The server can't be reached, or fails.
    #[error("the chat model is unavailable: {0}")]
    Unavailable(String),
    /// It took too long.
    #[error("the chat model did not answer in time")]
    TimedOut,
    /// The server takes no such request.
    #[error("the chat model's server refused the request with status {status}{}", code_of(.code))]
    Refused {
        /// HTTP status.
        status: u16,
        /// The server's error code, e.g. `context_length_exceeded`.
        code: Option<String>,
    },
    /// There were too many requests.
    #[error("the chat model's server takes no more requests for now")]
    RateLimited {
        /// When to ask again, where the server says so.
        retry_after: Option<Duration>,
    },
    /// The reply is not what such servers send.
    #[error("the chat model's reply is unusable: {0}")]
    Malformed(&'static str),
    /// It failed so often that it is left alone for a while; nothing was sent.
    #[error("the chat model failed repeatedly and is left alone for now")]
    CircuitOpen {
        /// When it is tried again.
        retry_after: Duration,
    },
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The server answered and counts the tokens, but what it said is of no use.
    #[error("{error}")]
    Wasted {
        /// Why it is of no use.
        error: Box<ChatError>,
        /// What it took.
        usage: ChatUsage,
    },
}

fn code_of(code: &Option<String>) -> String {
    code.as_ref()
        .map(|code| format!(" ({code})"))
        .unwrap_or_default()
}

impl ChatError {
    /// Stable identifier in `snake_case`, for reasons and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "chat_unavailable",
            Self::TimedOut => "chat_timed_out",
            Self::Refused { .. } => "chat_refused",
            Self::RateLimited { .. } => "chat_rate_limited",
            Self::Malformed(_) => "chat_malformed",
            Self::CircuitOpen { .. } => "chat_circuit_open",
            Self::Cancelled => "cancelled",
            Self::Wasted { error, .. } => error.code(),
        }
    }

    /// The error without what it took.
    pub fn cause(&self) -> &Self {
        match self {
            Self::Wasted { error, .. } => error.cause(),
            error => error,
        }
    }

    /// What the call took although it failed, where the server answered it.
    pub fn usage(&self) -> Option<ChatUsage> {
        match self {
            Self::Wasted { usage, .. } => Some(*usage),
            _ => None,
        }
    }
}

/// Continues conversations.
pub trait ChatModel: Send + Sync {
    /// The model's next message.
    ///
    /// # Errors
    /// [`ChatError::Cancelled`] when `watch` says so, otherwise what went wrong.
    fn complete(&self, request: &ChatRequest, watch: &dyn Watch) -> Result<ChatReply, ChatError>;
    /// Which engine and model this is, and where it runs.
    fn provenance(&self) -> Provenance;
}

/// Tokens of a text by a rule of thumb, rather too many than too few: four letters of a word make one, two where they
/// are not ASCII, and every other sign is one.
pub fn estimated_tokens(text: &str) -> u64 {
    let (mut tokens, mut quarters) = (0_u64, 0_u64);
    for c in text.chars() {
        if c.is_alphanumeric() {
            quarters += if c.is_ascii() { 1 } else { 2 };
            continue;
        }
        tokens += quarters.div_ceil(4) + u64::from(!c.is_whitespace());
        quarters = 0;
    }
    tokens + quarters.div_ceil(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_tells_nothing_that_was_said() {
        let request = ChatRequest {
            messages: vec![ChatMessage::new(ChatRole::User, "I was born in Ghent.")],
            schema: None,
            temperature: Some(0.0),
            max_tokens: 10,
            timeout: Duration::from_secs(1),
        };
        let reply = ChatReply {
            text: "Born in Ghent!".to_owned(),
            model: "m".to_owned(),
            usage: ChatUsage::default(),
        };
        let told = format!("{request:?} {reply:?}");
        assert!(!told.contains("Ghent"), "{told}");
    }

    #[test]
    fn estimates_count_words_and_signs() {
        assert_eq!(estimated_tokens(""), 0);
        assert_eq!(estimated_tokens("We moved it."), 5);
        assert!(estimated_tokens("Türkçeleştiremediklerimiz") > 6);
    }

    #[test]
    fn sums_with_an_estimate_are_estimates() {
        let mut sum = ChatUsage::default();
        sum.add(ChatUsage {
            prompt_tokens: 3,
            completion_tokens: 1,
            is_estimated: true,
        });
        sum.add(ChatUsage::default());
        assert!(sum.is_estimated && sum.prompt_tokens == 3);
    }

    #[test]
    fn a_failure_that_took_tokens_keeps_its_reason() {
        let usage = ChatUsage {
            prompt_tokens: 7,
            ..ChatUsage::default()
        };
        let cut = ChatError::Malformed("it was cut");
        let wasted = ChatError::Wasted {
            error: Box::new(cut.clone()),
            usage,
        };
        assert_eq!((wasted.code(), wasted.cause()), (cut.code(), &cut));
        assert_eq!(wasted.to_string(), cut.to_string());
        assert_eq!((wasted.usage(), cut.usage()), (Some(usage), None));
    }

    #[test]
    fn a_refusal_names_its_status_and_code() {
        let error = ChatError::Refused {
            status: 400,
            code: Some("context_length_exceeded".to_owned()),
        };
        assert!(
            error
                .to_string()
                .ends_with("status 400 (context_length_exceeded)")
        );
    }
}
