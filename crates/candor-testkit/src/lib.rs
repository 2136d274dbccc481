//! Fakes and fixtures for the tests of the other crates.
//!
//! Everything here is deterministic and needs neither models nor the network.

mod answers;
mod authority;
pub mod chat;
mod clock;
mod cluster;
mod data;
pub mod documents;
mod embedder;
mod engines;
mod face;
pub mod jobs;
mod load;
mod people;
mod redis_server;
mod report;
mod rows;
mod samples;
mod server;
mod smtp;
mod speech;
mod tiny_disk;
mod walk;

pub use answers::good_answer;
pub use authority::{Authority, Issued};
pub use clock::HandClock;
pub use cluster::Cluster;
pub use data::{Clips, models_dir, shared_dir, skip};
pub use embedder::WordEmbedder;
pub use engines::FakeEngines;
pub use face::{ScriptedExpression, ScriptedFace, faces_view};
pub use load::{LoadFigures, load};
pub use redis_server::RedisServer;
pub use report::{
    files_below, media_in_page, note_codes, read_json, report_in_page, unexplained_nulls,
};
pub use server::{Database, Incoming, Storage, TestServer, sqlite_url};
pub use smtp::{Received, SmtpSink};
pub use speech::{EnergyDetector, EvenAligner, ScriptedTranscriber, timed_words};
pub use tiny_disk::TinyDisk;
pub use walk::Walk;
