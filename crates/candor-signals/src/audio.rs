//! Measurements on audio: activity, pace, pauses, pitch, voice quality, loudness, recording quality.

pub mod error;
pub mod pitch;
pub mod scan;

mod interpolation;
mod reader;
mod statistics;

#[cfg(test)]
mod signals;
