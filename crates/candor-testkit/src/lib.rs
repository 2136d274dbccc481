//! Fakes and fixtures for the tests of the other crates.
//!
//! Everything here is deterministic and needs neither models nor the network.

mod clock;
mod data;
mod embedder;
mod engines;
mod face;
pub mod jobs;
mod people;
mod report;
mod server;
mod speech;
mod walk;

pub use clock::HandClock;
pub use data::{Clips, models_dir, shared_dir, skip};
pub use embedder::WordEmbedder;
pub use engines::FakeEngines;
pub use face::{ScriptedExpression, ScriptedFace, faces_view};
pub use report::{
    files_below, media_in_page, note_codes, read_json, report_in_page, unexplained_nulls,
};
pub use server::{Database, Storage, TestServer};
pub use speech::{EnergyDetector, EvenAligner, ScriptedTranscriber, timed_words};
pub use walk::Walk;
