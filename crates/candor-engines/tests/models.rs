//! Registry, importers, speech detector and embedder on real model files.

#[cfg(test)]
#[path = "models/embedder.rs"]
mod embedder;
#[cfg(test)]
#[path = "models/import.rs"]
mod import;
#[cfg(test)]
#[path = "models/pull.rs"]
mod pull;
#[cfg(test)]
#[path = "models/registry.rs"]
mod registry;
#[cfg(test)]
#[path = "models/shared.rs"]
mod shared;
#[cfg(test)]
#[path = "models/silero.rs"]
mod silero;
