//! The speech engines on reference recordings.

mod speech {
    #[cfg(feature = "pocketsphinx")]
    mod align;
    pub mod support;
    #[cfg(feature = "pocketsphinx")]
    mod transcribe;
    #[cfg(feature = "whisper")]
    mod whisper;
}
