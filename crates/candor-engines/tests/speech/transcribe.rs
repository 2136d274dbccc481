//! What PocketSphinx writes down.

use std::{path::Path, time::Instant};

use candor_core::{
    ports::{EngineError, TranscribeRequest, Transcriber, Unwatched},
    transcript::Accuracy,
};
use candor_engines::speech::pocketsphinx::{ModelFiles, PocketsphinxTranscriber};

use super::support::{audio, skip, speech};

/// Where Debian's `pocketsphinx-en-us` puts its model.
const SYSTEM_MODEL: &str = "/usr/share/pocketsphinx/model/en-us";

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

#[test]
fn clear_speech_is_written_down_with_times_and_labelled_low() {
    let test = "clear_speech_is_written_down_with_times_and_labelled_low";
    let (Some(transcriber), Some(samples)) = (transcriber(test), audio(test, "audio/jfk.wav"))
    else {
        return;
    };
    for name in [
        "jfk.wav",
        "librivox_austen_0870.wav",
        "librivox_austen_0880.wav",
        "librispeech_84-121550-0000.flac",
        "harvard_list30.mp3",
        "columbia.wma",
    ] {
        let samples = audio(test, &format!("audio/{name}")).unwrap();
        let request = TranscribeRequest {
            speech: speech(&samples),
            language: None,
            beam: 1,
        };
        let start = Instant::now();
        let transcript = transcriber
            .transcribe(&samples, &request, &Unwatched)
            .unwrap();
        let s = start.elapsed().as_secs_f64();
        println!(
            "{name}\t{:.3}\t{}",
            s * 16000.0 / samples.len() as f64,
            transcript.text()
        );
    }
    let request = TranscribeRequest {
        speech: speech(&samples),
        language: None,
        beam: 1,
    };
    let transcript = transcriber
        .transcribe(&samples, &request, &Unwatched)
        .unwrap();
    assert_eq!(transcript.accuracy, Accuracy::Low);
    for w in transcript.words() {
        println!("{w:?}");
    }
    let _ = EngineError::Cancelled;
}
