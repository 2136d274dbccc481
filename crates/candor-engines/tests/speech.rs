//! The speech engines on reference recordings.

mod speech {
    #[cfg(feature = "pocketsphinx")]
    mod align;
    mod openai;
    pub mod support;
    #[cfg(feature = "pocketsphinx")]
    mod transcribe;
    #[cfg(feature = "whisper")]
    mod whisper;
}
