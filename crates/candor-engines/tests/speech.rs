//! The speech engines on reference recordings and against scripted servers.

mod speech {
    #[cfg(feature = "pocketsphinx")]
    mod align;
    mod openai;
    #[cfg(feature = "pocketsphinx")]
    mod recordings;
    #[cfg(any(feature = "pocketsphinx", feature = "whisper"))]
    mod support;
    #[cfg(feature = "pocketsphinx")]
    mod transcribe;
    #[cfg(feature = "whisper")]
    mod whisper;
}
