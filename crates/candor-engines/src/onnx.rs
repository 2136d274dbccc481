//! One ONNX network, run on the calling thread by `rten`.
//!
//! Each run keeps to one thread: small networks gain nothing from more, and sums are then always
//! taken in the same order, so the same input gives the same bits. Runs at the same time have a
//! thread each.

mod kernel_shape;

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use candor_core::ports::EngineError;
use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::Layout;

/// Name of the runtime in provenance and errors.
pub const ENGINE: &str = "rten";
/// Version of the runtime in provenance.
pub const ENGINE_VERSION: &str = "0.27";

/// A loaded network with its inputs and outputs in a fixed order.
pub struct Network {
    model: Model,
    inputs: Vec<NodeId>,
    outputs: Vec<NodeId>,
    /// Threads that wait for a run: as many as ran at once so far.
    idle: Mutex<Vec<Arc<ThreadPool>>>,
}

/// A tensor: shape and row-major values.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Length of each dimension.
    pub shape: Vec<usize>,
    /// Row-major values.
    pub values: Vec<f32>,
}

impl Network {
    /// Loads the network in `path`; `inputs` and `outputs` name its nodes in the order in which
    /// [`Self::run`] takes and gives them.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the file is no network the runtime knows or lacks a node.
    pub fn load(path: &Path, inputs: &[&str], outputs: &[&str]) -> Result<Self, EngineError> {
        let model = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load_file(path)
            .map_err(failed)?;
        let find = |names: &[&str]| -> Result<Vec<NodeId>, EngineError> {
            names
                .iter()
                .map(|name| model.node_id(name).map_err(failed))
                .collect()
        };
        Ok(Self {
            inputs: find(inputs)?,
            outputs: find(outputs)?,
            idle: Mutex::default(),
            model,
        })
    }

    /// Loads the network in `path` with the inputs and outputs that the file declares, in the file's
    /// order: for networks whose node names differ from one conversion to the next.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the file is no network the runtime knows.
    pub fn load_as_declared(path: &Path) -> Result<Self, EngineError> {
        let bytes = std::fs::read(path).map_err(failed)?;
        let bytes = kernel_shape::complete(&bytes).unwrap_or(bytes);
        let model = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load(bytes)
            .map_err(failed)?;
        Ok(Self {
            inputs: model.input_ids().to_vec(),
            outputs: model.output_ids().to_vec(),
            idle: Mutex::default(),
            model,
        })
    }

    /// Runs the network on `inputs` (in the order given to [`Self::load`]).
    ///
    /// # Errors
    /// [`EngineError::Failed`] when a shape does not fit or an output is not `f32`.
    pub fn run(&self, inputs: Vec<Value>) -> Result<Vec<Output>, EngineError> {
        let inputs = self
            .inputs
            .iter()
            .copied()
            .zip(inputs.into_iter().map(Into::into))
            .collect();
        let waiting = self.idle().pop();
        let thread = waiting.unwrap_or_else(|| Arc::new(ThreadPool::with_num_threads(1)));
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&thread)));
        let outputs = self.model.run(inputs, &self.outputs, Some(options));
        self.idle().push(thread);
        outputs
            .map_err(failed)?
            .into_iter()
            .map(|value| match value {
                Value::FloatTensor(tensor) => Ok(Output {
                    shape: tensor.shape().to_vec(),
                    values: tensor.into_data(),
                }),
                _ => Err(failed("an output is not f32")),
            })
            .collect()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Arc<ThreadPool>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An `f32` input.
///
/// # Errors
/// [`EngineError::Input`] when the shape does not fit the number of values.
pub fn float_input(shape: &[usize], values: Vec<f32>) -> Result<Value, EngineError> {
    Value::from_shape(shape, values).map_err(|error| EngineError::Input(error.to_string()))
}

/// An integer input (the runtime takes 64-bit inputs as 32-bit ones).
///
/// # Errors
/// [`EngineError::Input`] when the shape does not fit the number of values.
pub fn int_input(shape: &[usize], values: Vec<i32>) -> Result<Value, EngineError> {
    Value::from_shape(shape, values).map_err(|error| EngineError::Input(error.to_string()))
}

fn failed(error: impl std::fmt::Display) -> EngineError {
    EngineError::Failed {
        engine: ENGINE,
        message: error.to_string(),
    }
}
