//! Ports for text: sentence embeddings.

use crate::report::Provenance;

use super::EngineError;

/// Turns texts into vectors whose cosine tells how alike they are.
pub trait Embedder: Send + Sync {
    /// One vector of unit length for each text; long texts are split and averaged.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the network fails.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EngineError>;
    /// Languages it was made for (BCP 47 primary subtags).
    fn languages(&self) -> &[&str];
    /// Which engine and model this is.
    fn provenance(&self) -> Provenance;
}
