//! Which value of the ONNX graph holds which tensor, and in which order of dimensions.

use crate::import::{
    ImportError, MAX_VALUES,
    graph::{Attribute, Graph, Kind, Length},
};

use super::{
    Names,
    model::{Model, Values},
};

/// Channels last to channels first.
const TO_FIRST: [i64; 4] = [0, 3, 1, 2];
/// Channels first to channels last.
const TO_LAST: [i64; 4] = [0, 2, 3, 1];

/// An activation in the ONNX graph.
#[derive(Debug, Clone)]
pub struct Activation {
    pub name: String,
    /// Whether its dimensions are batch, channel, height, width instead of TFLite's order.
    pub channels_first: bool,
}

/// Builds the ONNX graph operator by operator.
pub struct Converter<'m, 'a> {
    pub model: &'m Model<'a>,
    pub graph: Graph,
    /// By tensor; `None` for what has not been computed (yet).
    activations: Vec<Option<Activation>>,
    /// By tensor: constants, also those that an operator only unpacks.
    constants: Vec<Option<&'m Values>>,
    output_names: &'m [String],
    /// Values of constants that may still be written; operators may share one constant.
    budget: usize,
}

impl<'m, 'a> Converter<'m, 'a> {
    pub fn new(model: &'m Model<'a>, names: &Names<'m>) -> Result<Self, ImportError> {
        for (given, wanted) in [
            (names.inputs.len(), model.inputs.len()),
            (names.outputs.len(), model.outputs.len()),
        ] {
            if given != 0 && given != wanted {
                return Err(ImportError::malformed(format!(
                    "{wanted} values for {given} names"
                )));
            }
        }
        let mut converter = Self {
            model,
            graph: Graph::new("tflite"),
            activations: vec![None; model.tensors.len()],
            constants: model.tensors.iter().map(|t| t.values.as_ref()).collect(),
            output_names: names.outputs,
            budget: 2 * MAX_VALUES,
        };
        for (at, &index) in model.inputs.iter().enumerate() {
            let tensor = &model.tensors[index];
            let name = names.inputs.get(at).unwrap_or(&tensor.name);
            converter
                .graph
                .input(name, Kind::Float, &fixed(&tensor.shape));
            let mut activation = Activation {
                name: name.clone(),
                channels_first: false,
            };
            if tensor.shape.len() == 4 {
                activation = Activation {
                    name: converter.transpose(name, &format!("t{index}"), &TO_FIRST),
                    channels_first: true,
                };
            }
            converter.activations[index] = Some(activation);
        }
        Ok(converter)
    }

    pub fn shape(&self, tensor: usize) -> &'m [usize] {
        &self.model.tensors[tensor].shape
    }

    pub fn set(&mut self, tensor: usize, name: String, channels_first: bool) {
        self.activations[tensor] = Some(Activation {
            name,
            channels_first,
        });
    }

    /// Makes `to` the same constant as `from`; whether `from` is one.
    pub fn copy_constant(&mut self, from: usize, to: usize) -> bool {
        self.constants[to] = self.constants[from];
        self.constants[to].is_some()
    }

    pub fn activation(&self, tensor: usize) -> Result<Activation, ImportError> {
        self.activations[tensor].clone().ok_or_else(|| {
            let name = &self.model.tensors[tensor].name;
            ImportError::malformed(format!("`{name}` is used before it is computed"))
        })
    }

    pub fn is_constant(&self, tensor: usize) -> bool {
        self.constants[tensor].is_some()
    }

    pub fn floats(&mut self, tensor: usize) -> Result<&'m [f32], ImportError> {
        let n = self.n_values(tensor);
        self.budget = self
            .budget
            .checked_sub(n)
            .ok_or_else(|| ImportError::malformed("its constants are too big"))?;
        match self.constants[tensor] {
            Some(Values::Floats(values)) if values.len() == n => Ok(values),
            _ => Err(ImportError::malformed("weights are missing")),
        }
    }

    pub fn ints(&self, tensor: usize) -> Result<&'m [i64], ImportError> {
        match self.constants[tensor] {
            Some(Values::Ints(values)) => Ok(values),
            _ => Err(ImportError::malformed("a constant of integers is missing")),
        }
    }

    fn n_values(&self, tensor: usize) -> usize {
        self.shape(tensor).iter().product()
    }

    /// The value of `tensor` with channels first; it must have four dimensions.
    pub fn channels_first(&mut self, tensor: usize) -> Result<String, ImportError> {
        let activation = self.activation(tensor)?;
        if activation.channels_first {
            return Ok(activation.name);
        }
        if self.shape(tensor).len() != 4 {
            return Err(ImportError::Unsupported(
                "a convolution in other than two dimensions".into(),
            ));
        }
        let output = format!("t{tensor}_first");
        let name = self.transpose(&activation.name, &output, &TO_FIRST);
        self.set(tensor, name.clone(), true);
        Ok(name)
    }

    /// The value of `tensor` in TFLite's order of dimensions.
    pub fn channels_last(&mut self, tensor: usize) -> Result<String, ImportError> {
        let activation = self.activation(tensor)?;
        if !activation.channels_first {
            return Ok(activation.name);
        }
        let name = self.transpose(&activation.name, &format!("t{tensor}_last"), &TO_LAST);
        self.set(tensor, name.clone(), false);
        Ok(name)
    }

    fn transpose(&mut self, input: &str, output: &str, order: &[i64]) -> String {
        self.graph.node(
            "Transpose",
            &[input],
            output,
            &[("perm", Attribute::Ints(order))],
        )
    }

    /// Names the outputs as in the TFLite file and writes the ONNX file.
    pub fn finish(mut self) -> Result<Vec<u8>, ImportError> {
        for (at, &index) in self.model.outputs.iter().enumerate() {
            let value = self.channels_last(index)?;
            let tensor = &self.model.tensors[index];
            let name = self.output_names.get(at).unwrap_or(&tensor.name);
            self.graph.node("Identity", &[&value], name, &[]);
            self.graph.output(name, Kind::Float, &fixed(&tensor.shape));
        }
        Ok(self.graph.encode())
    }
}

fn fixed(shape: &[usize]) -> Vec<Length<'static>> {
    shape.iter().map(|&length| Length::Fixed(length)).collect()
}
