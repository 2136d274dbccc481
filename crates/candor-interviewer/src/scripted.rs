//! A chat model for tests that says what a script says.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use candor_core::{
    ports::{ChatError, ChatModel, ChatReply, ChatRequest, ChatUsage, Watch},
    report::Provenance,
};

type Script = Box<dyn Fn(&ChatRequest, usize) -> Result<String, ChatError> + Send + Sync>;

/// Says what its script makes of a request and of the number of requests before it.
pub(crate) struct Scripted {
    script: Script,
    asked: Mutex<Vec<ChatRequest>>,
}

impl Scripted {
    pub(crate) fn new(
        script: impl Fn(&ChatRequest, usize) -> Result<String, ChatError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            script: Box::new(script),
            asked: Mutex::default(),
        }
    }

    /// Says one thing after the other, the last one for ever.
    pub(crate) fn saying(texts: &[String]) -> Self {
        let texts = texts.to_vec();
        Self::new(move |_, n| Ok(texts[n.min(texts.len() - 1)].clone()))
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> MutexGuard<'_, Vec<ChatRequest>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ChatModel for Scripted {
    fn complete(&self, request: &ChatRequest, watch: &dyn Watch) -> Result<ChatReply, ChatError> {
        if watch.is_cancelled() {
            return Err(ChatError::Cancelled);
        }
        let mut asked = self.asked();
        let n = asked.len();
        asked.push(request.clone());
        Ok(ChatReply {
            text: (self.script)(request, n)?,
            model: "scripted-1".to_owned(),
            usage: ChatUsage {
                prompt_tokens: 100,
                completion_tokens: 10,
                is_estimated: false,
            },
        })
    }

    fn provenance(&self) -> Provenance {
        Provenance {
            engine: "openai-chat".to_owned(),
            version: "v1".to_owned(),
            model: Some("scripted".to_owned()),
            model_sha256: None,
            formula: None,
            settings: BTreeMap::from([("host".to_owned(), "localhost".to_owned())]),
        }
    }
}
