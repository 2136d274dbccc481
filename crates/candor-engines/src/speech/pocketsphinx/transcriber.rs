//! Writes down English speech with an n-gram language model: poor accuracy, but no download.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use candor_core::{
    ports::{EngineError, Samples, TranscribeRequest, Transcriber, Watch},
    report::Provenance,
    span::Span,
    transcript::{Accuracy, Transcript, TranscriptSegment, Word},
};

use crate::speech::chunks;

use super::{
    ENGINE, ENGINE_VERSION, LANGUAGE, ModelFiles,
    decoder::{Decoder, FRAMES_PER_S, Found},
    model::missing,
};

/// Longest stretch decoded at once, in seconds; the caller can cancel after each.
const MAX_CHUNK_S: f64 = 15.0;
/// Longest pause within a stretch, in seconds.
const MAX_PAUSE_S: f64 = 0.5;

/// PocketSphinx as a [`Transcriber`] for English.
///
/// Its words are [`Accuracy::Low`] (word error rates of 0.4 to 0.65 on clean read speech) and
/// not verbatim: hesitations are dropped or heard as words.
pub struct PocketsphinxTranscriber {
    decoder: Mutex<Decoder>,
    model: String,
}

impl PocketsphinxTranscriber {
    /// Loads the model; takes about a second.
    ///
    /// # Errors
    /// [`EngineError::Model`] when files are missing (the language model is needed),
    /// [`EngineError::Failed`] when the library can't read them.
    pub fn load(files: &ModelFiles) -> Result<Self, EngineError> {
        files.check()?;
        let language_model = files
            .language_model
            .as_ref()
            .ok_or_else(|| missing("language model"))?;
        let decoder = Decoder::open(&[
            ("-hmm", &files.acoustic_dir.to_string_lossy()),
            ("-dict", &files.dictionary.to_string_lossy()),
            ("-lm", &language_model.to_string_lossy()),
            // Removed silence would shift the times of the words behind it.
            ("-remove_silence", "no"),
        ])?;
        Ok(Self {
            decoder: Mutex::new(decoder),
            model: "en-us".to_owned(),
        })
    }
}

impl Transcriber for PocketsphinxTranscriber {
    fn transcribe(
        &self,
        samples: &dyn Samples,
        request: &TranscribeRequest,
        watch: &dyn Watch,
    ) -> Result<Transcript, EngineError> {
        if let Some(language) = &request.language
            && language != LANGUAGE
        {
            return Err(EngineError::Input(format!(
                "{ENGINE} knows English only, the speech is said to be in `{language}`"
            )));
        }
        let chunks = chunks::chunk(samples, &request.speech, MAX_CHUNK_S, MAX_PAUSE_S)?;
        let mut decoder = self.decoder.lock().unwrap_or_else(PoisonError::into_inner);
        let mut segments = Vec::new();
        for (n_done, &chunk) in chunks.iter().enumerate() {
            if watch.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            watch.progress(n_done as f32 / chunks.len() as f32);
            let found = decoder.decode(&chunks::read(samples, chunk)?)?;
            segments.extend(segment(&found, chunk));
        }
        watch.progress(1.0);
        Ok(Transcript {
            language: Some(LANGUAGE.to_owned()),
            segments,
            engine: ENGINE.to_owned(),
            model: Some(self.model.clone()),
            accuracy: Accuracy::Low,
            verbatim: false,
        })
    }

    fn provenance(&self) -> Provenance {
        Provenance {
            engine: ENGINE.to_owned(),
            version: ENGINE_VERSION.to_owned(),
            model: Some(self.model.clone()),
            model_sha256: None,
            formula: None,
            settings: BTreeMap::from([("max_chunk_s".to_owned(), MAX_CHUNK_S.to_string())]),
        }
    }
}

/// The words among `found` with times on the recording's clock; `None` without any.
fn segment(found: &[Found], chunk: Span) -> Option<TranscriptSegment> {
    let words: Vec<Word> = found
        .iter()
        .filter(|found| !found.is_filler())
        .map(|found| Word {
            text: found.word.clone(),
            span: Some(Span::new(
                chunk.start_s + found.first_frame as f64 / FRAMES_PER_S,
                (chunk.start_s + found.end_frame as f64 / FRAMES_PER_S).min(chunk.end_s),
            )),
            confidence: Some(found.posterior as f32),
        })
        .collect();
    let span = Span::new(words.first()?.span?.start_s, words.last()?.span?.end_s);
    Some(TranscriptSegment {
        span: Some(span),
        words,
    })
}
