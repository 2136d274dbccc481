//! Measurements on audio: activity, pace, pauses, pitch, voice quality, loudness, recording quality.

pub mod error;
pub mod harmonicity;
pub mod pitch;
pub mod pulses;
pub mod scan;
pub mod vad;
pub mod voice_quality;

mod interpolation;
mod reader;
mod statistics;

#[cfg(test)]
mod signals;
