//! Native and remote engines behind the ports of `candor-core`, and the models they load.
//!
//! The only crate of the workspace with `unsafe` or C/C++ code.

pub mod chat;
pub mod embedder;
pub mod face;
pub mod import;
pub mod onnx;
pub mod registry;
mod remote;
pub mod silero;
pub mod smtp;
pub mod speech;
