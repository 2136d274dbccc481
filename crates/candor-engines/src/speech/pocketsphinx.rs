//! PocketSphinx (US English): a fallback recogniser of low accuracy, and an aligner that finds
//! out when the words of a known text are said.

mod aligner;
mod anchors;
mod arpa;
mod decoder;
mod fit;
mod grammar;
mod model;
mod native;
mod numerals;
mod pieces;
mod spelling;
mod spoken;
mod transcriber;

pub use aligner::{FORMULA, PocketsphinxAligner};
pub use model::ModelFiles;
pub use transcriber::PocketsphinxTranscriber;

/// Identifier of the engine in transcripts, provenance and errors.
pub const ENGINE: &str = "pocketsphinx";
/// Version of the library's interface that this module is written for.
pub const ENGINE_VERSION: &str = "5prealpha";
/// The one language of the model.
pub const LANGUAGE: &str = "en";
