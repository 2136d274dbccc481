//! The speech engines on reference recordings.

mod speech {
    mod openai;
    pub mod support;
    #[cfg(feature = "pocketsphinx")]
    mod align;
    #[cfg(feature = "pocketsphinx")]
    mod transcribe;
    #[cfg(feature = "whisper")]
    mod whisper;
}
