//! An embedder that keeps every vector: the same texts are compared many times in a suite.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use candor_core::{
    ports::{Embedder, EngineError},
    report::Provenance,
};

/// Keeps what an embedder said of each text.
pub(super) struct Remembering {
    embedder: Arc<dyn Embedder>,
    known: Mutex<HashMap<String, Vec<f32>>>,
}

impl Remembering {
    pub(super) fn new(embedder: Arc<dyn Embedder>) -> Self {
        Self {
            embedder,
            known: Mutex::default(),
        }
    }
}

impl Embedder for Remembering {
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EngineError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for text in texts {
            if !known.contains_key(*text) {
                let row = self.embedder.embed(&[text])?.swap_remove(0);
                known.insert((*text).to_owned(), row);
            }
        }
        Ok(texts
            .iter()
            .filter_map(|text| known.get(*text).cloned())
            .collect())
    }

    fn languages(&self) -> &[&str] {
        self.embedder.languages()
    }

    fn provenance(&self) -> Provenance {
        self.embedder.provenance()
    }
}
