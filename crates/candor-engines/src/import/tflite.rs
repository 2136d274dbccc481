//! TFLite flatbuffers with convolutional networks to ONNX.
//!
//! TFLite keeps images as height, width, channel; ONNX convolutions want channels first. Inputs and
//! outputs keep TFLite's order and names; inside, four-dimensional values are channels first.

mod layout;
mod model;
mod operators;
mod sparse;
mod windows;

use self::{layout::Converter, model::Model};
use super::ImportError;

/// Names for inputs and outputs; where there are none, those of the file stay.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    /// One for each input.
    pub inputs: &'a [String],
    /// One for each output.
    pub outputs: &'a [String],
}

/// Makes an ONNX file from a TFLite file; inputs and outputs keep their order and shapes. They keep
/// their names too, unless `names` gives others: versions of one network differ in them.
///
/// # Errors
/// [`ImportError::Malformed`] for a damaged file, [`ImportError::Unsupported`] for operators or types
/// that the models of the manifest don't use.
pub fn import_tflite(bytes: &[u8], names: &Names) -> Result<Vec<u8>, ImportError> {
    let model = Model::read(bytes)?;
    let mut converter = Converter::new(&model, names)?;
    for operator in &model.operators {
        converter.convert(operator)?;
    }
    converter.finish()
}
