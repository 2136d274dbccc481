//! Speech to text and text to times: transcribers and aligners behind the ports of
//! `candor-core`.

pub mod chunks;
pub mod hallucination;
pub mod openai;
#[cfg(feature = "pocketsphinx")]
pub mod pocketsphinx;
mod prompt;
pub mod segments;
#[cfg(feature = "whisper")]
pub mod whisper;
