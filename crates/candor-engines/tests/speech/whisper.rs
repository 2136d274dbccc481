//! What becomes of model files without weights and of damaged ones.

use candor_core::{
    ports::{EngineError, TranscribeRequest, Transcriber, Unwatched},
    span::Span,
};
use candor_engines::speech::whisper::WhisperTranscriber;

use super::support::{shared, skip};

fn model(test: &str, name: &str) -> Option<std::path::PathBuf> {
    let path = shared().join("models/whisper").join(name);
    if path.is_file() {
        return Some(path);
    }
    skip(test, &format!("models/whisper/{name}"));
    None
}

#[test]
fn a_model_without_weights_loads_and_says_so_instead_of_making_words_up() {
    let test = "a_model_without_weights_loads_and_says_so_instead_of_making_words_up";
    for name in ["for-tests-ggml-tiny.bin", "for-tests-ggml-tiny.en.bin"] {
        let Some(path) = model(test, name) else {
            return;
        };
        let transcriber = WhisperTranscriber::load(&path, 2).unwrap();
        let request = TranscribeRequest {
            speech: vec![Span::new(0.0, 2.0)],
            language: Some("en".to_owned()),
            beam: 1,
        };
        let outcome = transcriber.transcribe(&vec![0.1; 48_000], &request, &Unwatched);
        assert!(
            matches!(outcome, Err(EngineError::Model { .. })),
            "{outcome:?}"
        );
        assert_eq!(transcriber.provenance().engine, "whisper.cpp");
    }
}

#[test]
fn a_damaged_model_is_refused_with_the_command_that_mends_it() {
    let test = "a_damaged_model_is_refused_with_the_command_that_mends_it";
    let Some(path) = model(test, "for-tests-ggml-tiny.bin") else {
        return;
    };
    let bytes = std::fs::read(path).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let damaged = dir.path().join("ggml-tiny.bin");
    let mut flipped = bytes.clone();
    flipped[20] ^= 0xff;
    for content in [
        &bytes[..3],
        &bytes[..70],
        &bytes[..bytes.len() / 2],
        &flipped,
        b"<html>not found</html>",
    ] {
        std::fs::write(&damaged, content).unwrap();
        let Err(error) = WhisperTranscriber::load(&damaged, 1) else {
            panic!("a damaged file was loaded");
        };
        assert!(matches!(error, EngineError::Model { .. }), "{error}");
        assert!(error.to_string().contains("candor models pull"), "{error}");
    }
    assert!(WhisperTranscriber::load(&dir.path().join("absent.bin"), 1).is_err());
}
