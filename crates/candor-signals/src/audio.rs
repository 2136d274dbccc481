//! Measurements on audio: activity, pace, pauses, pitch, voice quality, loudness, recording quality.

pub mod activity;
pub mod error;
pub mod harmonicity;
pub mod loudness;
pub mod pace;
pub mod pauses;
pub mod pitch;
pub mod pulses;
pub mod scan;
pub mod syllables;
pub mod vad;
pub mod voice_quality;

mod interpolation;
mod reader;
mod statistics;

#[cfg(test)]
mod signals;
