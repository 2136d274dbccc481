//! Registry, importers, speech detector and embedder on real model files.

#[path = "models/registry.rs"]
mod registry;
#[path = "models/shared.rs"]
mod shared;
#[path = "models/silero.rs"]
mod silero;
