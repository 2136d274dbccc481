//! Embeddings that need no model: words in common are alike, nothing else is.

use candor_core::{
    ports::{Embedder, EngineError},
    report::Provenance,
};

use crate::speech::provenance;

/// Puts each word of a text into one of 64 places by a stable hash, and normalises.
#[derive(Debug, Clone, Copy, Default)]
pub struct WordEmbedder;

impl Embedder for WordEmbedder {
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EngineError> {
        Ok(texts.iter().map(|text| vector(text)).collect())
    }

    fn languages(&self) -> &[&str] {
        &["en"]
    }

    fn provenance(&self) -> Provenance {
        provenance("test-words")
    }
}

fn vector(text: &str) -> Vec<f32> {
    let mut places = vec![0.0_f32; 64];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        // FNV-1a
        let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        places[(hash % 64) as usize] += 1.0;
    }
    let length = places.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        places.iter_mut().for_each(|x| *x /= length);
    }
    places
}
