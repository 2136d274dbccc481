//! A safe wrapper around one decoder of libpocketsphinx.

use std::{
    ffi::{CStr, CString, c_int},
    path::Path,
    ptr,
    sync::Once,
};

use candor_core::ports::EngineError;

use super::{ENGINE, grammar::Grammar, native};

/// Frames of features per second.
pub const FRAMES_PER_S: f64 = 100.0;

/// A stretch that the decoder found: a word, silence or noise.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The word as the dictionary writes it, without the number of its pronunciation.
    pub word: String,
    /// First frame.
    pub first_frame: usize,
    /// Frame after the last one.
    pub end_frame: usize,
    /// Acoustic log score in the decoder's own unit; only differences per frame mean something.
    pub acoustic: f64,
    /// Posterior probability; 1 where the search computes none.
    pub posterior: f64,
}

impl Found {
    /// Whether this is silence, noise or the edge of an utterance.
    pub fn is_filler(&self) -> bool {
        self.word.starts_with('<') || self.word.starts_with('[') || self.word.starts_with('+')
    }
}

/// One decoder. What it finds depends on its model, its search and the samples, not on what it
/// was given before.
pub struct Decoder {
    raw: *mut native::Decoder,
}

// SAFETY: the library keeps no thread-local state for a decoder, and `&mut self` on everything
// that touches it keeps a second thread out.
unsafe impl Send for Decoder {}

impl Decoder {
    /// Opens a decoder with the library's options, e.g. `("-hmm", "/models/en-us")`.
    ///
    /// The library ends the whole process on some damaged model files: give it only files whose
    /// hash was checked.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the library takes no such options or files.
    pub fn open(options: &[(&str, &str)]) -> Result<Self, EngineError> {
        silence_library();
        let mut arguments = vec![c_string("candor")?];
        for (name, value) in options {
            arguments.push(c_string(name)?);
            arguments.push(c_string(value)?);
        }
        let mut pointers: Vec<_> = arguments
            .iter()
            .map(|argument| argument.as_ptr().cast_mut())
            .collect();
        // SAFETY: `ps_args` gives the library's static table; the argument strings live until the
        // end of this function and the library copies them.
        let config = unsafe {
            native::cmd_ln_parse_r(
                ptr::null_mut(),
                native::ps_args(),
                i32::try_from(pointers.len()).expect("a handful of options"),
                pointers.as_mut_ptr(),
                0,
            )
        };
        if config.is_null() {
            return Err(failed("does not know these options"));
        }
        // SAFETY: `config` is valid; the decoder takes its own reference, so ours is given back.
        let raw = unsafe {
            let raw = native::ps_init(config);
            native::cmd_ln_free_r(config);
            raw
        };
        if raw.is_null() {
            return Err(failed("could not load its model"));
        }
        Ok(Self { raw })
    }

    /// Phones of `word` in the dictionary, separated by spaces; `None` when it lacks the word.
    pub fn phones(&self, word: &str) -> Option<String> {
        let word = c_string(word).ok()?;
        // SAFETY: the decoder and the string are valid; the answer is ours, copied and freed.
        unsafe {
            let phones = native::ps_lookup_word(self.raw, word.as_ptr());
            if phones.is_null() {
                return None;
            }
            let text = CStr::from_ptr(phones).to_string_lossy().into_owned();
            native::free(phones.cast());
            Some(text)
        }
    }

    /// Whether the dictionary has `word`.
    pub fn knows(&self, word: &str) -> bool {
        self.phones(word).is_some()
    }

    /// Adds `word` with its phones, separated by spaces, to the dictionary.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the model lacks one of the phones.
    pub fn add_word(&mut self, word: &str, phones: &str) -> Result<(), EngineError> {
        let (word, phones) = (c_string(word)?, c_string(phones)?);
        // SAFETY: the decoder and both strings are valid; the library copies the strings.
        let id = unsafe { native::ps_add_word(self.raw, word.as_ptr(), phones.as_ptr(), 0) };
        if id < 0 {
            return Err(failed("took no new word"));
        }
        Ok(())
    }

    /// Makes `grammar` the active search.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when a word of it is not in the dictionary.
    pub fn use_grammar(&mut self, grammar: &Grammar) -> Result<(), EngineError> {
        let name = c"grammar";
        let text = grammar.to_text();
        // SAFETY: `text` outlives the stream, which is only read and closed here; the grammar is
        // given back after the decoder has taken its own reference to it.
        let status = unsafe {
            let file = native::fmemopen(text.as_ptr().cast_mut().cast(), text.len(), c"r".as_ptr());
            if file.is_null() {
                return Err(failed("could not read a grammar"));
            }
            let fsg = native::fsg_model_read(file, native::ps_get_logmath(self.raw), 1.0);
            native::fclose(file);
            if fsg.is_null() {
                return Err(failed("could not read a grammar"));
            }
            let status = native::ps_set_fsg(self.raw, name.as_ptr(), fsg);
            native::fsg_model_free(fsg);
            status
        };
        if status != 0 {
            return Err(failed("could not use a grammar"));
        }
        self.activate(name)
    }

    /// Makes the n-gram model in `path` (ARPA or binary) the active search.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the file is no language model.
    pub fn use_language_model(&mut self, path: &Path) -> Result<(), EngineError> {
        let name = c"words";
        let path = c_string(&path.to_string_lossy())?;
        // SAFETY: the decoder and both strings are valid; the library copies the name.
        let status = unsafe { native::ps_set_lm_file(self.raw, name.as_ptr(), path.as_ptr()) };
        if status != 0 {
            return Err(failed("could not read a language model"));
        }
        self.activate(name)
    }

    fn activate(&mut self, name: &CStr) -> Result<(), EngineError> {
        // SAFETY: the decoder and the string are valid.
        match unsafe { native::ps_set_search(self.raw, name.as_ptr()) } {
            0 => Ok(()),
            _ => Err(failed("could not start a search")),
        }
    }

    /// Decodes one utterance of 16 kHz samples; empty when no path through the search fits.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the library does.
    pub fn decode(&mut self, samples: &[f32]) -> Result<Vec<Found>, EngineError> {
        let samples: Vec<i16> = samples
            .iter()
            .map(|sample| (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16)
            .collect();
        // SAFETY: the decoder is valid and idle (every utterance that is started is ended here);
        // the samples live through the call that reads them.
        let status = unsafe {
            if native::ps_start_stream(self.raw) < 0 || native::ps_start_utt(self.raw) < 0 {
                return Err(failed("could not start an utterance"));
            }
            let n_frames = native::ps_process_raw(self.raw, samples.as_ptr(), samples.len(), 0, 1);
            native::ps_end_utt(self.raw).min(n_frames)
        };
        if status < 0 {
            return Err(failed("could not decode an utterance"));
        }
        Ok(self.found())
    }

    fn found(&mut self) -> Vec<Found> {
        let mut found = Vec::new();
        // SAFETY: the decoder is valid; the iterator is advanced until the library has freed it,
        // and a word is copied before the next step makes it invalid.
        unsafe {
            let math = native::ps_get_logmath(self.raw);
            let mut segment = native::ps_seg_iter(self.raw);
            while !segment.is_null() {
                let (mut first, mut last): (c_int, c_int) = (0, -1);
                native::ps_seg_frames(segment, &raw mut first, &raw mut last);
                let (mut acoustic, mut language, mut backoff) = (0, 0, 0);
                let posterior = native::ps_seg_prob(
                    segment,
                    &raw mut acoustic,
                    &raw mut language,
                    &raw mut backoff,
                );
                let word = native::ps_seg_word(segment);
                if !word.is_null() && last >= first && first >= 0 {
                    found.push(Found {
                        word: base_form(&CStr::from_ptr(word).to_string_lossy()),
                        first_frame: first as usize,
                        end_frame: last as usize + 1,
                        acoustic: f64::from(acoustic),
                        posterior: native::logmath_exp(math, posterior).clamp(0.0, 1.0),
                    });
                }
                segment = native::ps_seg_next(segment);
            }
        }
        found
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `ps_init` and is freed once.
        unsafe {
            native::ps_free(self.raw);
        }
    }
}

/// The word without the number that marks a second pronunciation, as in `a(2)`.
fn base_form(word: &str) -> String {
    match word.split_once('(') {
        Some((base, _)) if !base.is_empty() => base.to_owned(),
        _ => word.to_owned(),
    }
}

/// Keeps the library from writing to standard error. The callback is the library's own and holds
/// for the whole process, there is no narrower one; the stream is the calling thread's.
fn silence_library() {
    static SILENCED: Once = Once::new();
    // SAFETY: null is the library's documented way to drop its messages.
    unsafe {
        SILENCED.call_once(|| native::err_set_callback(ptr::null(), ptr::null_mut()));
        native::err_set_logfp(ptr::null_mut());
    }
}

fn c_string(text: &str) -> Result<CString, EngineError> {
    CString::new(text).map_err(|_| EngineError::Input("a zero byte in a name".to_owned()))
}

fn failed(message: &str) -> EngineError {
    EngineError::Failed {
        engine: ENGINE,
        message: message.to_owned(),
    }
}
