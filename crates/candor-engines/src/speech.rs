//! Speech to text and text to times: transcribers and aligners behind the ports of
//! `candor-core`.

pub mod chunks;
pub mod hallucination;
#[cfg(feature = "pocketsphinx")]
pub mod pocketsphinx;
pub mod segments;
#[cfg(feature = "whisper")]
pub mod whisper;
