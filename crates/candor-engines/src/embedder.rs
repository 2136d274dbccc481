//! Sentence embeddings by a MiniLM-class network.
//!
//! The network sees at most [`MAX_TOKENS`] tokens at once. A longer text is split between sentences
//! (inside one only when it is too long by itself), and its vector is the mean of its parts' vectors,
//! each weighted by its number of tokens, brought to unit length.

mod split;

use std::{collections::BTreeMap, path::Path};

use candor_core::{
    ports::{Embedder, EngineError},
    report::Provenance,
};
use tokenizers::Tokenizer;

use crate::{
    onnx::{ENGINE, ENGINE_VERSION, Network, int_input},
    registry::{NETWORK, ResolvedModel, TOKENIZER},
};

/// Most tokens of one part, the two marks at its ends included.
pub const MAX_TOKENS: usize = 256;
/// Languages the network was trained on.
const LANGUAGES: &[&str] = &["en"];
/// How long texts become one vector.
const FORMULA: &str = "embedding-mean-of-parts.v1";

/// An [`Embedder`] on a sentence encoder with `input_ids`, `attention_mask` and `embedding`.
pub struct MiniLm {
    network: Network,
    tokenizer: Tokenizer,
    provenance: Provenance,
}

impl MiniLm {
    /// Loads the model `minilm` that the registry found.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the files are no sentence encoder and tokenizer.
    pub fn open(model: &ResolvedModel) -> Result<Self, EngineError> {
        let mut embedder = Self::load(model.get(NETWORK)?, model.get(TOKENIZER)?)?;
        let provenance = &mut embedder.provenance;
        provenance.model = Some(model.id.clone());
        provenance.model_sha256 = Some(model.sha256.clone());
        let variant = model.variant.clone();
        provenance.settings.insert("variant".to_owned(), variant);
        Ok(embedder)
    }

    /// Loads the network and its tokenizer.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the files are no sentence encoder and tokenizer.
    pub fn load(network: &Path, tokenizer: &Path) -> Result<Self, EngineError> {
        let mut tokenizer = Tokenizer::from_file(tokenizer).map_err(failed)?;
        // The published file pads and cuts every text at 128 tokens.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(failed)?;
        let inputs = ["input_ids", "attention_mask"];
        Ok(Self {
            network: Network::load(network, &inputs, &["embedding"])?,
            tokenizer,
            provenance: Provenance {
                engine: ENGINE.to_owned(),
                version: ENGINE_VERSION.to_owned(),
                model: None,
                model_sha256: None,
                formula: Some(FORMULA.to_owned()),
                settings: BTreeMap::from([("max_tokens".to_owned(), MAX_TOKENS.to_string())]),
            },
        })
    }

    fn token_ids(&self, text: &str) -> Result<Vec<u32>, EngineError> {
        let encoding = self.tokenizer.encode_fast(text, true).map_err(failed)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The token numbers of the parts of `text`, none longer than [`MAX_TOKENS`].
    fn parts(&self, text: &str) -> Result<Vec<Vec<u32>>, EngineError> {
        let ids = self.token_ids(text)?;
        if ids.len() <= MAX_TOKENS {
            return Ok(vec![ids]);
        }
        let sentences = split::sentences(text);
        let tokens = sentences
            .iter()
            .map(|sentence| self.token_ids(sentence))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(split::pack(&tokens, MAX_TOKENS))
    }

    fn embed_one(&self, text: &str) -> Result<Vec<f32>, EngineError> {
        let mut sum: Vec<f64> = Vec::new();
        for ids in self.parts(text)? {
            let vector = self.run(&ids)?;
            sum.resize(vector.len(), 0.0);
            for (sum, value) in sum.iter_mut().zip(&vector) {
                *sum += f64::from(*value) * ids.len() as f64;
            }
        }
        unit(&sum)
    }

    /// Runs one part alone. In a batch, the scale of the 8-bit network's activations would depend on
    /// the other parts and on padding (by up to 0.02 in a similarity); alone, a text always gets the
    /// same vector.
    fn run(&self, ids: &[u32]) -> Result<Vec<f32>, EngineError> {
        let shape = [1, ids.len()];
        let values = ids.iter().map(|&id| id as i32).collect();
        let inputs = vec![
            int_input(&shape, values)?,
            int_input(&shape, vec![1; ids.len()])?,
        ];
        let outputs = self.network.run(inputs)?;
        outputs
            .into_iter()
            .next()
            .map(|output| output.values)
            .ok_or_else(|| failed("the network gives no embedding"))
    }
}

impl Embedder for MiniLm {
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EngineError> {
        texts.iter().map(|text| self.embed_one(text)).collect()
    }

    fn languages(&self) -> &[&str] {
        LANGUAGES
    }

    fn provenance(&self) -> Provenance {
        self.provenance.clone()
    }
}

fn unit(sum: &[f64]) -> Result<Vec<f32>, EngineError> {
    let length = sum.iter().map(|value| value * value).sum::<f64>().sqrt();
    if !length.is_finite() || length <= f64::MIN_POSITIVE {
        return Err(failed("the network gives no direction"));
    }
    Ok(sum.iter().map(|value| (value / length) as f32).collect())
}

fn failed(error: impl std::fmt::Display) -> EngineError {
    EngineError::Failed {
        engine: ENGINE,
        message: error.to_string(),
    }
}
