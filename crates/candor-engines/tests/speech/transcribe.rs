//! What PocketSphinx writes down. `--nocapture` prints the texts and the speed.

use std::{path::Path, time::Instant};

use candor_core::{
    ports::{EngineError, TranscribeRequest, Transcriber, Unwatched},
    span::Span,
    transcript::{Accuracy, Transcript},
};
use candor_engines::speech::pocketsphinx::{ModelFiles, PocketsphinxTranscriber};

use super::{
    recordings::{SYSTEM_MODEL, audio, speech},
    support::skip,
};

fn transcriber(test: &str) -> Option<PocketsphinxTranscriber> {
    let files = ModelFiles::find(Path::new(SYSTEM_MODEL))
        .ok()
        .filter(|files| files.language_model.is_some());
    let Some(files) = files else {
        skip(test, "the system package pocketsphinx-en-us");
        return None;
    };
    Some(PocketsphinxTranscriber::load(&files).expect("the package's model loads"))
}

fn request(speech: Vec<Span>, language: Option<&str>) -> TranscribeRequest {
    TranscribeRequest {
        speech,
        language: language.map(str::to_owned),
        beam: 1,
    }
}

#[test]
fn clear_speech_is_written_down_with_times_and_labelled_low() {
    let test = "clear_speech_is_written_down_with_times_and_labelled_low";
    let Some(transcriber) = transcriber(test) else {
        return;
    };
    let mut austen: Option<Transcript> = None;
    for name in [
        "jfk.wav",
        "librivox_austen_0880.wav",
        "librivox_austen_0870.wav",
    ] {
        let Some(samples) = audio(test, &format!("audio/{name}")) else {
            return;
        };
        let start = Instant::now();
        let request = request(speech(&samples), None);
        let transcript = transcriber
            .transcribe(&samples, &request, &Unwatched)
            .unwrap();
        println!(
            "{name}: real-time factor {:.2}: {}",
            start.elapsed().as_secs_f64() * 16_000.0 / samples.len() as f64,
            transcript.text()
        );
        let again = transcriber
            .transcribe(&samples, &request, &Unwatched)
            .unwrap();
        assert_eq!(transcript, again, "the same speech gives the same words");
        austen = Some(transcript);
    }
    let austen = austen.unwrap();
    assert_eq!(austen.accuracy, Accuracy::Low);
    assert!(!austen.verbatim && !austen.may_score_content());
    assert_eq!(austen.language.as_deref(), Some("en"));
    let leisure = austen.words().find(|word| word.text == "leisure").unwrap();
    let span = leisure.span.unwrap();
    assert!((span.start_s - 2.25).abs() < 0.1, "{span:?}");
    assert!(
        leisure
            .confidence
            .is_some_and(|confidence| (0.0..=1.0).contains(&confidence))
    );
}

#[test]
fn other_languages_are_refused() {
    let Some(transcriber) = transcriber("other_languages_are_refused") else {
        return;
    };
    let samples = vec![0.0; 16_000];
    let request = request(vec![Span::new(0.0, 1.0)], Some("tr"));
    let error = transcriber
        .transcribe(&samples, &request, &Unwatched)
        .unwrap_err();
    assert!(matches!(error, EngineError::Input(_)));
    assert!(error.to_string().contains("English only"), "{error}");
}

#[test]
fn no_speech_gives_an_empty_transcript() {
    let Some(transcriber) = transcriber("no_speech_gives_an_empty_transcript") else {
        return;
    };
    let samples = vec![0.0; 16_000];
    for spans in [
        Vec::new(),
        vec![Span::new(0.0, 0.004)],
        vec![Span::new(5.0, 6.0)],
    ] {
        let transcript = transcriber
            .transcribe(&samples, &request(spans, Some("en")), &Unwatched)
            .unwrap();
        assert_eq!(transcript.text(), "");
    }
}

#[test]
fn a_missing_model_names_the_package_that_brings_it() {
    let dir = tempfile::tempdir().unwrap();
    let error = ModelFiles::find(dir.path()).unwrap_err().to_string();
    assert!(error.contains("pocketsphinx-en-us"), "{error}");
}
