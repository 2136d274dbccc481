//! Pure measurements: samples, words and landmarks in; observations out. No IO, no engines.

pub mod audio;
pub mod face;
mod packed;
pub mod scores;
pub mod segments;
pub mod text;
