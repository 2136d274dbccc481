//! The face-api expression network: a weights manifest (JSON) and one shard of 8-bit weights.
//!
//! A TensorFlow.js weights manifest lists name, shape and quantisation of each weight in the order
//! in which the shard holds them; an 8-bit value `q` stands for `q × scale + min`. The network is
//! four blocks of four 3×3 convolutions, all but the first separable, whose outputs are summed
//! within a block; then the mean over the image, one linear layer, softmax.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    ImportError,
    bytes::floats,
    graph::{
        Attribute::{Int, Ints, Text},
        Graph, Kind, Length,
    },
    n_values,
};

/// Width and height of the face image, in pixels.
const SIDE: usize = 112;
/// Mean red, green and blue that the network was trained with.
const MEAN_RGB: [f32; 3] = [122.782, 117.001, 104.298];
/// Range of a colour value.
const RANGE: f32 = 255.0;
/// Channels that each block gives.
const CHANNELS: [usize; 4] = [32, 64, 128, 256];
/// Neutral, happy, sad, angry, fearful, disgusted, surprised.
const N_CLASSES: usize = 7;
/// Side of the image after the four blocks.
const LAST_SIDE: i64 = 7;

#[derive(Deserialize)]
struct Group {
    weights: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    shape: Vec<usize>,
    dtype: String,
    quantization: Option<Quantisation>,
}

#[derive(Deserialize)]
struct Quantisation {
    dtype: String,
    scale: f64,
    min: f64,
}

struct Weight {
    shape: Vec<usize>,
    values: Vec<f32>,
}

/// Makes an ONNX file: input `rgb` `[N, 3, 112, 112]` from 0 to 255, output `probs` `[N, 7]` in the
/// order neutral, happy, sad, angry, fearful, disgusted, surprised.
///
/// # Errors
/// [`ImportError`] when manifest and shard are not those of the expression network.
pub fn import_face_api_expression(manifest: &[u8], shard: &[u8]) -> Result<Vec<u8>, ImportError> {
    let mut network = Network {
        weights: read_weights(manifest, shard)?,
        graph: Graph::new("face-expression"),
        n_values: 0,
    };
    network.build()?;
    Ok(network.graph.encode())
}

fn read_weights(manifest: &[u8], shard: &[u8]) -> Result<BTreeMap<String, Weight>, ImportError> {
    let groups: Vec<Group> = serde_json::from_slice(manifest)
        .map_err(|error| ImportError::malformed(format!("weights manifest: {error}")))?;
    let mut weights = BTreeMap::new();
    let mut rest = shard;
    for entry in groups.into_iter().flat_map(|group| group.weights) {
        let n = n_values(&entry.shape)?;
        let mut take = |n_bytes: usize| {
            let (taken, left) = rest
                .split_at_checked(n_bytes)
                .ok_or_else(|| ImportError::malformed("the shard ends too early"))?;
            rest = left;
            Ok::<_, ImportError>(taken)
        };
        let values = match (entry.dtype.as_str(), &entry.quantization) {
            ("float32", None) => floats(take(n.saturating_mul(4))?),
            ("float32", Some(q)) if q.dtype == "uint8" => take(n)?
                .iter()
                .map(|&byte| (f64::from(byte) * q.scale + q.min) as f32)
                .collect(),
            (kind, _) => return Err(ImportError::Unsupported(format!("weights of type {kind}"))),
        };
        let shape = entry.shape;
        weights.insert(entry.name, Weight { shape, values });
    }
    if !rest.is_empty() {
        return Err(ImportError::malformed(
            "the shard is longer than its manifest says",
        ));
    }
    Ok(weights)
}

struct Network {
    weights: BTreeMap<String, Weight>,
    graph: Graph,
    n_values: usize,
}

impl Network {
    fn build(&mut self) -> Result<(), ImportError> {
        let n = Length::Named("N");
        let image = [
            n,
            Length::Fixed(3),
            Length::Fixed(SIDE),
            Length::Fixed(SIDE),
        ];
        self.graph.input("rgb", Kind::Float, &image);
        let mean = self.graph.floats("mean", &[1, 3, 1, 1], &MEAN_RGB);
        let range = self.graph.floats("range", &[1], &[RANGE]);
        let centred = self.node("Sub", &["rgb", &mean]);
        let mut value = self.node("Div", &[&centred, &range]);
        let mut channels = 3;
        for (block, &n_out) in CHANNELS.iter().enumerate() {
            value = self.block(&format!("dense{block}"), &value, channels, n_out)?;
            channels = n_out;
        }
        let name = self.fresh();
        let kernel = [
            ("kernel_shape", Ints(&[LAST_SIDE, LAST_SIDE])),
            ("strides", Ints(&[2, 2])),
        ];
        let pooled = self.graph.node("AveragePool", &[&value], &name, &kernel);
        let flat = self.node("Flatten", &[&pooled]);
        let weights = self.weight("fc/weights", &[channels, N_CLASSES])?.to_vec();
        let weights = self
            .graph
            .floats("fc/weights", &[channels, N_CLASSES], &weights);
        let scaled = self.node("MatMul", &[&flat, &weights]);
        let bias = self.bias("fc/bias", N_CLASSES)?;
        let scores = self.node("Add", &[&scaled, &bias]);
        self.graph
            .node("Softmax", &[&scores], "probs", &[("axis", Int(1))]);
        self.graph
            .output("probs", Kind::Float, &[n, Length::Fixed(N_CLASSES)]);
        Ok(())
    }

    /// Four convolutions; each sees the rectified sum of those before it in the block.
    fn block(
        &mut self,
        block: &str,
        input: &str,
        n_in: usize,
        n_out: usize,
    ) -> Result<String, ImportError> {
        let first = format!("{block}/conv0");
        let made = if n_in == 3 {
            self.plain(&first, input, n_in, n_out)?
        } else {
            self.separable(&first, input, n_in, n_out, 2)?
        };
        let mut sum = self.node("Relu", &[&made]);
        let mut seen = sum.clone();
        for step in 1..4 {
            let made = self.separable(&format!("{block}/conv{step}"), &seen, n_out, n_out, 1)?;
            sum = self.node("Add", &[&sum, &made]);
            seen = self.node("Relu", &[&sum]);
        }
        Ok(seen)
    }

    fn plain(
        &mut self,
        name: &str,
        input: &str,
        n_in: usize,
        n_out: usize,
    ) -> Result<String, ImportError> {
        let key = format!("{name}/filters");
        let values = self.weight(&key, &[3, 3, n_in, n_out])?;
        // Height, width, in, out to out, in, height, width.
        let weights = reorder([n_out, n_in, 9], |o, i, at| {
            values[(at * n_in + i) * n_out + o]
        });
        let filter = self.graph.floats(&key, &[n_out, n_in, 3, 3], &weights);
        let bias = self.bias(&format!("{name}/bias"), n_out)?;
        Ok(self.convolution(&[input, &filter, &bias], 1, 2))
    }

    fn separable(
        &mut self,
        name: &str,
        input: &str,
        n_in: usize,
        n_out: usize,
        stride: i64,
    ) -> Result<String, ImportError> {
        let key = format!("{name}/depthwise_filter");
        let values = self.weight(&key, &[3, 3, n_in, 1])?;
        let weights = reorder([n_in, 1, 9], |o, _, at| values[at * n_in + o]);
        let depthwise = self.graph.floats(&key, &[n_in, 1, 3, 3], &weights);
        let made = self.convolution(&[input, &depthwise], n_in as i64, stride);
        let key = format!("{name}/pointwise_filter");
        let values = self.weight(&key, &[1, 1, n_in, n_out])?;
        let weights = reorder([n_out, n_in, 1], |o, i, _| values[i * n_out + o]);
        let pointwise = self.graph.floats(&key, &[n_out, n_in, 1, 1], &weights);
        let bias = self.bias(&format!("{name}/bias"), n_out)?;
        let name = self.fresh();
        let attributes = [
            ("kernel_shape", Ints(&[1, 1])),
            ("strides", Ints(&[1, 1])),
            ("dilations", Ints(&[1, 1])),
        ];
        let inputs = [made.as_str(), &pointwise, &bias];
        Ok(self.graph.node("Conv", &inputs, &name, &attributes))
    }

    /// A 3×3 convolution with TensorFlow's `SAME` padding on an even side.
    fn convolution(&mut self, inputs: &[&str], group: i64, stride: i64) -> String {
        let name = self.fresh();
        let attributes = [
            ("auto_pad", Text("SAME_UPPER")),
            ("group", Int(group)),
            ("kernel_shape", Ints(&[3, 3])),
            ("strides", Ints(&[stride, stride])),
            ("dilations", Ints(&[1, 1])),
        ];
        self.graph.node("Conv", inputs, &name, &attributes)
    }

    fn node(&mut self, operator: &str, inputs: &[&str]) -> String {
        let name = self.fresh();
        self.graph.node(operator, inputs, &name, &[])
    }

    fn fresh(&mut self) -> String {
        self.n_values += 1;
        format!("t{}", self.n_values)
    }

    fn bias(&mut self, name: &str, n: usize) -> Result<String, ImportError> {
        let values = self.weight(name, &[n])?.to_vec();
        Ok(self.graph.floats(name, &[n], &values))
    }

    fn weight(&self, name: &str, shape: &[usize]) -> Result<&[f32], ImportError> {
        match self.weights.get(name) {
            Some(weight) if weight.shape == shape => Ok(&weight.values),
            Some(weight) => Err(ImportError::malformed(format!(
                "`{name}` has shape {:?} instead of {shape:?}",
                weight.shape
            ))),
            None => Err(ImportError::malformed(format!("`{name}` is missing"))),
        }
    }
}

fn reorder([a, b, c]: [usize; 3], value: impl Fn(usize, usize, usize) -> f32) -> Vec<f32> {
    let mut made = Vec::with_capacity(a * b * c);
    for i in 0..a {
        for j in 0..b {
            for k in 0..c {
                made.push(value(i, j, k));
            }
        }
    }
    made
}
