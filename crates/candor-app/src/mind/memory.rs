//! What all minds of a process share: the built-in evaluators, and how much is done at once.

use std::sync::{Arc, Mutex, PoisonError};

use candor_core::ports::EngineError;
use candor_interviewer::evaluation::Evaluator;
use tokio::sync::Semaphore;

use crate::{App, engines::Unavailable};

/// Calls of chat models that wait at the same time: each holds a thread.
const MOST_CALLS: usize = 32;

/// What all minds of a process share.
pub struct Memory {
    /// The built-in evaluators, with and without an embedder.
    with_meaning: Mutex<Option<Arc<Evaluator>>>,
    by_words: Arc<Evaluator>,
    /// Answers that the built-in evaluator judges at once.
    pub(super) thinking: Arc<Semaphore>,
    /// Calls of chat models at once.
    pub(super) calling: Arc<Semaphore>,
}

impl Default for Memory {
    fn default() -> Self {
        // More would wait for each other; requests get their share of the cores from the system.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            with_meaning: Mutex::default(),
            by_words: Arc::new(Evaluator::new(None)),
            thinking: Arc::new(Semaphore::new(cores)),
            calling: Arc::new(Semaphore::new(MOST_CALLS)),
        }
    }
}

impl Memory {
    /// The built-in evaluator: with an embedder where one is installed, otherwise by words alone. Loads models.
    pub(super) fn builtin(&self, app: &App) -> Result<Arc<Evaluator>, EngineError> {
        let mut known = self
            .with_meaning
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(evaluator) = known.as_ref() {
            return Ok(Arc::clone(evaluator));
        }
        match app.engines.embedder() {
            Ok(embedder) => {
                let evaluator = Arc::new(Evaluator::new(Some(embedder)));
                Ok(Arc::clone(known.insert(evaluator)))
            }
            Err(Unavailable::Absent(_)) => Ok(Arc::clone(&self.by_words)),
            Err(Unavailable::Broken(error)) => Err(error),
        }
    }
}
