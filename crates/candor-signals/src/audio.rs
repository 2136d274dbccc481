//! Measurements on audio: activity, pace, pauses, pitch, voice quality, loudness, recording quality.
//!
//! [`analyze`] measures everything that needs no transcript. What needs one is separate:
//! [`pace::words`], [`VoiceAnalysis::filled_pauses`], [`fluency::measure`].

pub mod activity;
pub mod analysis;
pub mod bandwidth;
pub mod error;
pub mod filled_pauses;
pub mod fluency;
pub mod harmonicity;
pub mod loudness;
pub mod pace;
pub mod pauses;
pub mod pitch;
pub mod pulses;
pub mod recording_quality;
pub mod scan;
pub mod syllables;
pub mod vad;
pub mod voice_quality;

mod interpolation;
mod reader;
mod statistics;

#[cfg(test)]
mod signals;

pub use analysis::{VoiceAnalysis, VoiceFigures, analyze};
pub use error::AudioError;
