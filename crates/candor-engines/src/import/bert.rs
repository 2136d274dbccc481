//! A sentence encoder: BERT weights (safetensors) with mean pooling and normalisation.
//!
//! The graph follows Devlin et al. 2019 (post-norm transformer, GELU by the error function) and
//! Reimers & Gurevych 2019 (mean over the tokens that the mask keeps, unit length).

use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;

use super::{
    ImportError,
    bytes::floats,
    graph::{
        Attribute::{Float, Int, Ints},
        Graph, Kind, Length,
    },
    n_values,
};

/// Added to the attention scores of tokens that are masked out.
const MASKED: f32 = -1e9;

#[derive(Deserialize)]
struct Config {
    model_type: String,
    hidden_act: String,
    hidden_size: usize,
    intermediate_size: usize,
    layer_norm_eps: f32,
    max_position_embeddings: usize,
    num_attention_heads: usize,
    num_hidden_layers: usize,
    type_vocab_size: usize,
    vocab_size: usize,
}

/// Makes an ONNX file: inputs `input_ids` and `attention_mask` `[b, s]`, output `embedding`
/// `[b, hidden]` of unit length.
///
/// # Errors
/// [`ImportError`] when `config` (JSON) or `weights` (safetensors) are not those of a BERT.
pub fn import_sentence_bert(config: &[u8], weights: &[u8]) -> Result<Vec<u8>, ImportError> {
    let config: Config = serde_json::from_slice(config)
        .map_err(|error| ImportError::malformed(format!("configuration: {error}")))?;
    if config.model_type != "bert" || config.hidden_act != "gelu" {
        return Err(ImportError::Unsupported(format!(
            "a {} network with {}",
            config.model_type, config.hidden_act
        )));
    }
    let heads = config.num_attention_heads;
    if heads == 0 || !config.hidden_size.is_multiple_of(heads) || config.num_hidden_layers > 100 {
        return Err(ImportError::malformed("configuration: heads or layers"));
    }
    let weights = SafeTensors::deserialize(weights)
        .map_err(|error| ImportError::malformed(format!("safetensors: {error}")))?;
    let mut network = Network {
        config,
        weights,
        graph: Graph::new("sentence-bert"),
        n_values: 0,
    };
    network.build()?;
    Ok(network.graph.encode())
}

struct Network<'a> {
    config: Config,
    weights: SafeTensors<'a>,
    graph: Graph,
    n_values: usize,
}

impl Network<'_> {
    fn build(&mut self) -> Result<(), ImportError> {
        let hidden = self.config.hidden_size;
        let tokens = [Length::Named("b"), Length::Named("s")];
        self.graph.input("input_ids", Kind::Int64, &tokens);
        self.graph.input("attention_mask", Kind::Int64, &tokens);
        let one = self.graph.floats("one", &[], &[1.0]);
        let mask = self.node("Cast", &["attention_mask"], &[("to", Int(1))]);
        let axes = self.graph.ints("head_axes", &[2], &[1, 2]);
        let wide = self.node("Unsqueeze", &[&mask, &axes], &[]);
        let out = self.node("Sub", &[&one, &wide], &[]);
        let masked = self.graph.floats("masked", &[], &[MASKED]);
        let bias = self.node("Mul", &[&out, &masked], &[]);
        let mut value = self.embed()?;
        for layer in 0..self.config.num_hidden_layers {
            value = self.layer(&format!("encoder.layer.{layer}"), &value, &bias)?;
        }
        self.pool(&value, &mask);
        let shape = [Length::Named("b"), Length::Fixed(hidden)];
        self.graph.output("embedding", Kind::Float, &shape);
        Ok(())
    }

    fn embed(&mut self) -> Result<String, ImportError> {
        let hidden = self.config.hidden_size;
        let vocabulary = [self.config.vocab_size, hidden];
        let words = self.weight("embeddings.word_embeddings.weight", &vocabulary)?;
        let words = self.node("Gather", &[&words, "input_ids"], &[("axis", Int(0))]);
        let n_positions = [self.config.max_position_embeddings, hidden];
        let positions = self.weight("embeddings.position_embeddings.weight", &n_positions)?;
        let shape = self.node("Shape", &["input_ids"], &[]);
        let zero = self.graph.ints("zero", &[1], &[0]);
        let first = self.graph.ints("first", &[1], &[1]);
        let length = self.node("Gather", &[&shape, &first], &[("axis", Int(0))]);
        let positions = self.node("Slice", &[&positions, &zero, &length, &zero], &[]);
        let types = [self.config.type_vocab_size, hidden];
        let types = self.weight("embeddings.token_type_embeddings.weight", &types)?;
        let only = self.node("Slice", &[&types, &zero, &first, &zero], &[]);
        let sum = self.node("Add", &[&words, &positions], &[]);
        let sum = self.node("Add", &[&sum, &only], &[]);
        self.normalise("embeddings.LayerNorm", &sum)
    }

    fn layer(&mut self, name: &str, input: &str, mask: &str) -> Result<String, ImportError> {
        let (hidden, inner) = (self.config.hidden_size, self.config.intermediate_size);
        let attended = self.attend(&format!("{name}.attention.self"), input, mask)?;
        let dense = format!("{name}.attention.output.dense");
        let made = self.linear(&dense, &attended, hidden, hidden)?;
        let sum = self.node("Add", &[&made, input], &[]);
        let middle = self.normalise(&format!("{name}.attention.output.LayerNorm"), &sum)?;
        let dense = format!("{name}.intermediate.dense");
        let made = self.linear(&dense, &middle, hidden, inner)?;
        let made = self.gelu(&made);
        let made = self.linear(&format!("{name}.output.dense"), &made, inner, hidden)?;
        let sum = self.node("Add", &[&made, &middle], &[]);
        self.normalise(&format!("{name}.output.LayerNorm"), &sum)
    }

    fn attend(&mut self, name: &str, input: &str, mask: &str) -> Result<String, ImportError> {
        let hidden = self.config.hidden_size;
        let heads = self.config.num_attention_heads;
        let width = hidden / heads;
        let split = [0, 0, heads as i64, width as i64];
        let split = self.graph.ints(&format!("{name}.split"), &[4], &split);
        let mut parts = Vec::new();
        for (part, order) in [
            ("query", [0, 2, 1, 3]),
            ("key", [0, 2, 3, 1]),
            ("value", [0, 2, 1, 3]),
        ] {
            let made = self.linear(&format!("{name}.{part}"), input, hidden, hidden)?;
            let made = self.node("Reshape", &[&made, &split], &[]);
            parts.push(self.node("Transpose", &[&made], &[("perm", Ints(&order))]));
        }
        let scores = self.node("MatMul", &[&parts[0], &parts[1]], &[]);
        let scale = 1.0 / (width as f32).sqrt();
        let scale = self.graph.floats(&format!("{name}.scale"), &[], &[scale]);
        let scores = self.node("Mul", &[&scores, &scale], &[]);
        let scores = self.node("Add", &[&scores, mask], &[]);
        let shares = self.node("Softmax", &[&scores], &[("axis", Int(-1))]);
        let made = self.node("MatMul", &[&shares, &parts[2]], &[]);
        let made = self.node("Transpose", &[&made], &[("perm", Ints(&[0, 2, 1, 3]))]);
        let joined = [0, 0, hidden as i64];
        let joined = self.graph.ints(&format!("{name}.joined"), &[3], &joined);
        Ok(self.node("Reshape", &[&made, &joined], &[]))
    }

    /// `x · (1 + erf(x / √2)) / 2` (Hendrycks & Gimpel 2016).
    fn gelu(&mut self, input: &str) -> String {
        let root = self.constant(std::f32::consts::FRAC_1_SQRT_2);
        let scaled = self.node("Mul", &[input, &root], &[]);
        let erf = self.node("Erf", &[&scaled], &[]);
        let shifted = self.node("Add", &[&erf, "one"], &[]);
        let made = self.node("Mul", &[input, &shifted], &[]);
        let half = self.constant(0.5);
        self.node("Mul", &[&made, &half], &[])
    }

    fn pool(&mut self, value: &str, mask: &str) {
        let last = self.graph.ints("last_axis", &[1], &[2]);
        let mask = self.node("Unsqueeze", &[mask, &last], &[]);
        let kept = self.node("Mul", &[value, &mask], &[]);
        let tokens = self.graph.ints("token_axis", &[1], &[1]);
        let drop = [("keepdims", Int(0))];
        let sum = self.node("ReduceSum", &[&kept, &tokens], &drop);
        let n = self.node("ReduceSum", &[&mask, &tokens], &drop);
        let least = self.graph.floats("least", &[], &[1.0]);
        let n = self.node("Max", &[&n, &least], &[]);
        let mean = self.node("Div", &[&sum, &n], &[]);
        let squares = self.node("Mul", &[&mean, &mean], &[]);
        let total = self.node("ReduceSum", &[&squares, &tokens], &[("keepdims", Int(1))]);
        let length = self.node("Sqrt", &[&total], &[]);
        let tiny = self.graph.floats("tiny", &[], &[1e-12]);
        let length = self.node("Max", &[&length, &tiny], &[]);
        self.graph.node("Div", &[&mean, &length], "embedding", &[]);
    }

    fn linear(
        &mut self,
        name: &str,
        input: &str,
        n_in: usize,
        n_out: usize,
    ) -> Result<String, ImportError> {
        let key = format!("{name}.weight");
        let values = self.values(&key, &[n_out, n_in])?;
        let mut turned = vec![0.0; values.len()];
        for (row, from) in values.chunks_exact(n_in).enumerate() {
            for (column, value) in from.iter().enumerate() {
                turned[column * n_out + row] = *value;
            }
        }
        let weight = self.graph.floats(&key, &[n_in, n_out], &turned);
        let made = self.node("MatMul", &[input, &weight], &[]);
        let bias = self.weight(&format!("{name}.bias"), &[n_out])?;
        Ok(self.node("Add", &[&made, &bias], &[]))
    }

    fn normalise(&mut self, name: &str, input: &str) -> Result<String, ImportError> {
        let hidden = self.config.hidden_size;
        let scale = self.weight(&format!("{name}.weight"), &[hidden])?;
        let bias = self.weight(&format!("{name}.bias"), &[hidden])?;
        let attributes = [
            ("axis", Int(-1)),
            ("epsilon", Float(self.config.layer_norm_eps)),
        ];
        Ok(self.node("LayerNormalization", &[input, &scale, &bias], &attributes))
    }

    fn constant(&mut self, value: f32) -> String {
        let name = self.fresh();
        self.graph.floats(&name, &[], &[value])
    }

    fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: &[(&str, super::graph::Attribute)],
    ) -> String {
        let name = self.fresh();
        self.graph.node(operator, inputs, &name, attributes)
    }

    fn fresh(&mut self) -> String {
        self.n_values += 1;
        format!("t{}", self.n_values)
    }

    /// Adds a weight as it is and gives its name back.
    fn weight(&mut self, name: &str, shape: &[usize]) -> Result<String, ImportError> {
        let values = self.values(name, shape)?;
        Ok(self.graph.floats(name, shape, &values))
    }

    fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ImportError> {
        n_values(shape)?;
        let tensor = self
            .weights
            .tensor(name)
            .map_err(|_| ImportError::malformed(format!("`{name}` is missing")))?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
            return Err(ImportError::malformed(format!(
                "`{name}` is {:?} {:?} instead of F32 {shape:?}",
                tensor.dtype(),
                tensor.shape()
            )));
        }
        Ok(floats(tensor.data()))
    }
}
