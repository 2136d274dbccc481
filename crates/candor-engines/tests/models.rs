//! Registry, importers, speech detector and embedder on real model files.

#[path = "models/embedder.rs"]
mod embedder;
#[path = "models/import.rs"]
mod import;
#[path = "models/pull.rs"]
mod pull;
#[path = "models/registry.rs"]
mod registry;
#[path = "models/shared.rs"]
mod shared;
#[path = "models/silero.rs"]
mod silero;
