//! Whisper by whisper.cpp, on this machine: the recogniser whose words may feed scores.
//!
//! Only the given speech is decoded, piece by piece; text that Whisper makes up (in noise, or in
//! a loop) is thrown away.

mod file;
mod tokens;

use std::{
    collections::BTreeMap,
    ffi::c_void,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    ptr,
};

use candor_core::{
    media::SAMPLE_RATE_HZ,
    ports::{EngineError, Samples, TranscribeRequest, Transcriber, Watch},
    report::Provenance,
    span::Span,
    transcript::{Transcript, Word},
};
use whisper_rs::{
    DtwMode, DtwParameters, FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters,
    WhisperError, WhisperState, get_lang_id, get_lang_str, install_logging_hooks,
};

use crate::speech::{chunks, hallucination, prompt, segments};

use file::ModelFile;
use tokens::{Token, words};

/// Identifier of the engine in transcripts, provenance and errors.
pub const ENGINE: &str = "whisper.cpp";

/// Longest stretch decoded at once, in seconds: Whisper's window is 30 s.
const MAX_CHUNK_S: f64 = 28.0;
/// Longest pause within a stretch, in seconds.
const MAX_PAUSE_S: f64 = 2.0;
/// Shorter stretches are filled up with silence: Whisper refuses them otherwise.
const MIN_CHUNK_S: f64 = 1.5;
/// Stretches that are listened to when the language is to be found out.
const N_LANGUAGE_CHUNKS: usize = 3;
/// Widest beam that whisper.cpp can do.
const MAX_BEAM: u32 = 8;

/// Whisper as a [`Transcriber`].
///
/// [`Accuracy::Good`](candor_core::transcript::Accuracy::Good) from the size `base` on; `tiny` is `Low`, because it gets about
/// every tenth word of clean English wrong and far more in other languages.
pub struct WhisperTranscriber {
    context: WhisperContext,
    file: ModelFile,
    model: String,
    threads: usize,
}

impl WhisperTranscriber {
    /// Loads a model file of whisper.cpp (`ggml-*.bin`). `threads` is the number of threads for
    /// one transcription, at least 1.
    ///
    /// The file's structure is checked first; the library would end the process on some damaged
    /// files, and read past the end of others.
    ///
    /// # Errors
    /// [`EngineError::Model`] when the file is missing, damaged or no Whisper model.
    pub fn load(path: &Path, threads: usize) -> Result<Self, EngineError> {
        install_logging_hooks();
        let model = path.file_stem().map_or_else(
            || ENGINE.to_owned(),
            |stem| stem.to_string_lossy().into_owned(),
        );
        let damaged = |what: String| EngineError::Model {
            what: format!("{}: {what}", path.display()),
            mend: "candor models pull".to_owned(),
        };
        let file = ModelFile::check(path).map_err(damaged)?;
        let mut parameters = WhisperContextParameters::default();
        if let Some(model_preset) = file.alignment_heads() {
            parameters.dtw_parameters(DtwParameters {
                mode: DtwMode::ModelPreset { model_preset },
                ..DtwParameters::default()
            });
        }
        let context = WhisperContext::new_with_params(path, parameters)
            .map_err(|_| damaged("whisper.cpp can't load it".to_owned()))?;
        Ok(Self {
            context,
            file,
            model,
            threads: threads.max(1),
        })
    }

    /// The language to decode in.
    fn language(
        &self,
        state: &mut WhisperState,
        samples: &dyn Samples,
        chunks: &[Span],
        asked: Option<&str>,
    ) -> Result<&'static str, EngineError> {
        if let Some(asked) = asked {
            let known = (!asked.contains('\0'))
                .then(|| get_lang_id(asked))
                .flatten();
            let code = known.and_then(get_lang_str).ok_or_else(|| {
                EngineError::Input(format!("Whisper knows no language `{asked}`"))
            })?;
            if code != "en" && !self.file.is_multilingual() {
                return Err(EngineError::Input(format!(
                    "the model {} knows English only, the speech is said to be in `{code}`",
                    self.model
                )));
            }
            return Ok(code);
        }
        if !self.file.is_multilingual() {
            return Ok("en");
        }
        let mut longest: Vec<Span> = chunks.to_vec();
        longest.sort_by(|a, b| b.duration_s().total_cmp(&a.duration_s()));
        let mut sums: Vec<f32> = Vec::new();
        for &chunk in longest.iter().take(N_LANGUAGE_CHUNKS) {
            state
                .pcm_to_mel(&padded(chunks::read(samples, chunk)?), self.threads)
                .map_err(failed)?;
            let (_, probabilities) = state.lang_detect(0, self.threads).map_err(failed)?;
            sums.resize(probabilities.len(), 0.0);
            for (sum, probability) in sums.iter_mut().zip(probabilities) {
                *sum += probability;
            }
        }
        let likeliest = (0..sums.len()).max_by(|&a, &b| sums[a].total_cmp(&sums[b]));
        likeliest
            .and_then(|id| get_lang_str(id as i32))
            .ok_or_else(|| {
                EngineError::Input("there is no speech to tell a language by".to_owned())
            })
    }

    /// Decodes one chunk; no words when they are likely made up.
    fn decode(
        &self,
        state: &mut WhisperState,
        samples: &[f32],
        language: &'static str,
        beam: u32,
        watch: &dyn Watch,
    ) -> Result<Vec<Token>, EngineError> {
        let strategy = match beam {
            0 | 1 => SamplingStrategy::Greedy { best_of: 1 },
            beam => SamplingStrategy::BeamSearch {
                beam_size: beam.min(MAX_BEAM) as i32,
                patience: -1.0,
            },
        };
        let mut parameters = FullParams::new(strategy);
        parameters.set_n_threads(self.threads as i32);
        parameters.set_language(Some(language));
        if let Some(prompt) = prompt::hesitations(language) {
            parameters.set_initial_prompt(prompt);
        }
        parameters.set_no_context(true);
        // One window, one segment: then alignment always spans the whole chunk. With a very short
        // segment whisper.cpp would end the process.
        parameters.set_single_segment(true);
        parameters.set_token_timestamps(true);
        parameters.set_suppress_blank(true);
        parameters.set_suppress_nst(true);
        parameters.set_print_progress(false);
        parameters.set_print_realtime(false);
        parameters.set_print_timestamps(false);
        parameters.set_print_special(false);
        let mut watched: &dyn Watch = watch;
        // SAFETY: `watched` is a thin pointer to a fat one, and outlives the call of `full` below,
        // the only one that uses it. (The safe setter of whisper-rs 0.16 calls the wrong function
        // for a boxed closure.)
        unsafe {
            parameters.set_abort_callback(Some(is_cancelled));
            parameters.set_abort_callback_user_data(ptr::from_mut(&mut watched).cast());
        }
        let outcome = state.full(parameters, &padded(samples.to_vec()));
        if watch.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        outcome.map_err(failed)?;
        Ok(self.tokens(state))
    }

    /// The text tokens of the last decoding, unless nobody spoke.
    fn tokens(&self, state: &WhisperState) -> Vec<Token> {
        let end_of_text = self.context.token_eot();
        let mut tokens = Vec::new();
        for segment in state.as_iter() {
            let found: Vec<Token> = (0..segment.n_tokens())
                .filter_map(|index| segment.get_token(index))
                .filter(|token| token.token_id() < end_of_text)
                .map(|token| {
                    let data = token.token_data();
                    Token {
                        bytes: token.to_bytes().unwrap_or_default().to_vec(),
                        probability: data.p,
                        log_probability: data.plog,
                        start_s: data.t0 as f64 / 100.0,
                        end_s: data.t1 as f64 / 100.0,
                        aligned_end_s: (data.t_dtw >= 0).then_some(data.t_dtw as f64 / 100.0),
                    }
                })
                .collect();
            let log_probability = mean(found.iter().map(|token| f64::from(token.log_probability)));
            if !hallucination::is_no_speech(
                f64::from(segment.no_speech_probability()),
                log_probability,
            ) {
                tokens.extend(found);
            }
        }
        tokens
    }
}

impl Transcriber for WhisperTranscriber {
    fn transcribe(
        &self,
        samples: &dyn Samples,
        request: &TranscribeRequest,
        watch: &dyn Watch,
    ) -> Result<Transcript, EngineError> {
        if !self.file.has_weights() {
            return Err(EngineError::Model {
                what: format!("the model {} holds no weights", self.model),
                mend: "candor models pull".to_owned(),
            });
        }
        let chunks = chunks::chunk(samples, &request.speech, MAX_CHUNK_S, MAX_PAUSE_S)?;
        let mut transcript = Transcript {
            language: request.language.clone(),
            segments: Vec::new(),
            engine: ENGINE.to_owned(),
            model: Some(self.model.clone()),
            accuracy: self.file.accuracy(),
            verbatim: false,
        };
        if chunks.is_empty() {
            watch.progress(1.0);
            return Ok(transcript);
        }
        if watch.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        let mut state = self.context.create_state().map_err(failed)?;
        let language = self.language(&mut state, samples, &chunks, request.language.as_deref())?;
        let speech = chunks::disjoint(&request.speech, samples.duration_s());
        for (n_done, &chunk) in chunks.iter().enumerate() {
            if watch.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            watch.progress(n_done as f32 / chunks.len() as f32);
            let audio = chunks::read(samples, chunk)?;
            let tokens = self.decode(&mut state, &audio, language, request.beam, watch)?;
            let words: Vec<Word> = words(&tokens, chunk, &speech, language);
            if !is_made_up(&words, chunk, &speech, language) {
                transcript.segments.extend(segments::split(words));
            }
        }
        watch.progress(1.0);
        transcript.language = Some(language.to_owned());
        transcript.verbatim = prompt::hesitations(language).is_some();
        Ok(transcript)
    }

    fn provenance(&self) -> Provenance {
        Provenance {
            engine: ENGINE.to_owned(),
            version: whisper_rs::WHISPER_CPP_VERSION.to_owned(),
            model: Some(self.model.clone()),
            model_sha256: None,
            formula: Some(hallucination::FORMULA.to_owned()),
            settings: BTreeMap::from([
                ("max_chunk_s".to_owned(), MAX_CHUNK_S.to_string()),
                (
                    "word_times".to_owned(),
                    match self.file.alignment_heads() {
                        Some(_) => "dtw".to_owned(),
                        None => "timestamps".to_owned(),
                    },
                ),
            ]),
        }
    }
}

fn is_made_up(words: &[Word], chunk: Span, speech: &[Span], language: &str) -> bool {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let speech_s: f64 = speech.iter().map(|span| span.overlap_s(chunk)).sum();
    let text = texts.join(" ");
    prompt::hesitations(language) == Some(text.as_str())
        || hallucination::is_loop(&texts)
        || hallucination::is_too_fast(&texts, speech_s)
}

/// `samples` with silence behind them, where they are too short for Whisper.
fn padded(mut samples: Vec<f32>) -> Vec<f32> {
    let least = (MIN_CHUNK_S * f64::from(SAMPLE_RATE_HZ)) as usize;
    samples.resize(samples.len().max(least), 0.0);
    samples
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0), |(sum, n), value| (sum + value, n + 1));
    if n == 0 { 0.0 } else { sum / f64::from(n) }
}

/// Asks the [`Watch`] behind `user_data` whether to stop.
///
/// # Safety
/// `user_data` must point to a live `&dyn Watch`.
unsafe extern "C" fn is_cancelled(user_data: *mut c_void) -> bool {
    // SAFETY: the caller's promise.
    let watch = unsafe { *user_data.cast::<&dyn Watch>() };
    // A panic must not cross C code; whoever panics there wants to stop.
    catch_unwind(AssertUnwindSafe(|| watch.is_cancelled())).unwrap_or(true)
}

fn failed(error: WhisperError) -> EngineError {
    EngineError::Failed {
        engine: ENGINE,
        message: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_core::ports::Unwatched;

    struct Cancelled;

    impl Watch for Cancelled {
        fn progress(&self, _fraction: f32) {}
        fn is_cancelled(&self) -> bool {
            true
        }
    }

    fn empty_model() -> Option<WhisperTranscriber> {
        let shared = std::env::var_os("CANDOR_SHARED").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
            Into::into,
        );
        let path = shared.join("models/whisper/for-tests-ggml-tiny.bin");
        if !path.is_file() {
            eprintln!("SKIPPED: whisper: models/whisper/for-tests-ggml-tiny.bin");
            return None;
        }
        Some(WhisperTranscriber::load(&path, 2).unwrap())
    }

    #[test]
    fn the_library_runs_through_and_makes_no_words_without_weights() {
        let Some(transcriber) = empty_model() else {
            return;
        };
        let mut state = transcriber.context.create_state().unwrap();
        let tokens = transcriber
            .decode(&mut state, &[0.1; 8_000], "en", 1, &Unwatched)
            .unwrap();
        assert_eq!(tokens, []);
    }

    #[test]
    fn cancelling_stops_the_library() {
        let Some(transcriber) = empty_model() else {
            return;
        };
        let mut state = transcriber.context.create_state().unwrap();
        let outcome = transcriber.decode(&mut state, &[0.1; 16_000], "en", 1, &Cancelled);
        assert!(matches!(outcome, Err(EngineError::Cancelled)));
    }

    #[test]
    fn a_language_is_checked_before_anything_is_decoded() {
        let Some(transcriber) = empty_model() else {
            return;
        };
        let mut state = transcriber.context.create_state().unwrap();
        let mut language = |asked| transcriber.language(&mut state, &Vec::new(), &[], Some(asked));
        assert_eq!(language("fr").unwrap(), "fr");
        assert!(matches!(language("xx"), Err(EngineError::Input(_))));
        assert!(matches!(language("e\0n"), Err(EngineError::Input(_))));
    }
}
