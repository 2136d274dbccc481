//! Vectors of texts that come again: questions, key points, the bank. Answers are never kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use candor_core::ports::{Embedder, EngineError};

/// A vector of unit length.
pub(super) type Vector = Arc<[f32]>;

/// Texts that are kept; with 384 numbers each some 12 MB. The shipped bank has some 3,000 in English.
const MOST: usize = 8_192;

/// An embedder that remembers.
pub(super) struct Memory {
    embedder: Arc<dyn Embedder>,
    known: Mutex<HashMap<String, Vector>>,
}

impl Memory {
    pub(super) fn new(embedder: Arc<dyn Embedder>) -> Self {
        Self {
            embedder,
            known: Mutex::default(),
        }
    }

    pub(super) fn embedder(&self) -> &dyn Embedder {
        &*self.embedder
    }

    /// Whether the embedder was made for `language`.
    pub(super) fn knows(&self, language: &str) -> bool {
        self.embedder.languages().contains(&language)
    }

    /// Vectors of `texts`, each embedded once.
    pub(super) fn vectors(&self, texts: &[&str]) -> Result<Vec<Vector>, EngineError> {
        let known = |text: &str| {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.get(text).cloned()
        };
        let mut found: Vec<Option<Vector>> = texts.iter().map(|text| known(text)).collect();
        let new: Vec<&str> = texts
            .iter()
            .zip(&found)
            .filter(|(_, found)| found.is_none())
            .map(|(text, _)| *text)
            .collect();
        let mut made = if new.is_empty() {
            Vec::new()
        } else {
            self.fresh(&new)?
        }
        .into_iter();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + new.len() > MOST {
            known.clear();
        }
        let mut all = Vec::with_capacity(texts.len());
        for (text, found) in texts.iter().zip(&mut found) {
            let Some(vector) = found.take().or_else(|| made.next()) else {
                return Err(too_few());
            };
            known
                .entry((*text).to_owned())
                .or_insert_with(|| Arc::clone(&vector));
            all.push(vector);
        }
        Ok(all)
    }

    /// Vectors of `texts` that are not kept.
    pub(super) fn fresh(&self, texts: &[&str]) -> Result<Vec<Vector>, EngineError> {
        let rows = self.embedder.embed(texts)?;
        if rows.len() != texts.len() {
            return Err(too_few());
        }
        Ok(rows.into_iter().map(Vector::from).collect())
    }
}

fn too_few() -> EngineError {
    EngineError::Failed {
        engine: "embedder",
        message: "fewer vectors than texts".to_owned(),
    }
}

/// Sum of products.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(x, y)| f64::from(*x) * f64::from(*y))
        .sum()
}

/// `a` brought to unit length; all zero stays so.
pub(super) fn unit(mut a: Vec<f32>) -> Vec<f32> {
    let length = dot(&a, &a).sqrt();
    if length > 1e-9 {
        for value in &mut a {
            *value = (f64::from(*value) / length) as f32;
        }
    }
    a
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Words, embedder};
    use super::*;

    #[test]
    fn a_text_is_embedded_once() {
        let words = Arc::new(Words::default());
        let memory = Memory::new(words.clone());
        let first = memory
            .vectors(&["one cat", "two dogs"])
            .expect("words never fail");
        let again = memory
            .vectors(&["two dogs", "three birds", "one cat"])
            .expect("words never fail");
        assert_eq!((&again[0], &again[2]), (&first[1], &first[0]));
        assert_eq!(words.n_embedded(), 3);
    }

    #[test]
    fn the_memory_is_bounded() {
        let memory = Memory::new(embedder());
        let texts: Vec<String> = (0..MOST + 10).map(|n| format!("text {n}")).collect();
        for text in &texts {
            memory.vectors(&[text]).expect("words never fail");
        }
        assert!(memory.known.lock().expect("not poisoned").len() <= MOST);
    }
}
