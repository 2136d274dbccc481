//! Speech to text and text to times: transcribers and aligners behind the ports of
//! `candor-core`.

pub mod chunks;
#[cfg(feature = "pocketsphinx")]
pub mod pocketsphinx;
