//! Importers: published weight files to the ONNX files that the runtime loads.
//!
//! Each knows only what the models of the manifest use. The same bytes in always give the same
//! bytes out, so that the result has a hash that the manifest can name. Nothing that a file says is
//! trusted: sizes and offsets are checked, and malformed files give an error.

mod bert;
mod bytes;
mod face_api;
mod flatbuffer;
mod graph;
mod half;
mod tflite;

pub use bert::import_sentence_bert;
pub use face_api::import_face_api_expression;
pub use tflite::{Names, import_tflite};

/// Most values one tensor may have.
const MAX_VALUES: usize = 1 << 26;

/// Why a weight file gave no network.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportError {
    /// The file contradicts its format or ends too early.
    #[error("malformed weight file: {0}")]
    Malformed(String),
    /// The file uses something that this importer does not know.
    #[error("the weight file uses {0}, which this importer does not know")]
    Unsupported(String),
}

impl ImportError {
    fn malformed(what: impl Into<String>) -> Self {
        Self::Malformed(what.into())
    }
}

/// Number of values in a tensor of the given shape.
fn n_values(shape: &[usize]) -> Result<usize, ImportError> {
    shape
        .iter()
        .try_fold(1_usize, |n, &length| n.checked_mul(length))
        .filter(|&n| n <= MAX_VALUES)
        .ok_or_else(|| ImportError::malformed(format!("a tensor of shape {shape:?}")))
}
