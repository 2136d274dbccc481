//! Finds out when the words of a known English text are said.
//!
//! A recogniser that expects the text finds the places where text and speech certainly agree;
//! the recording is cut there, and each piece is aligned word by word.

use std::{collections::BTreeMap, io::Write as _};

use candor_core::{
    ports::{AlignedWord, Aligner, EngineError, Samples, Watch},
    report::Provenance,
    span::Span,
};

use crate::speech::chunks;

use super::{
    ENGINE, ENGINE_VERSION, LANGUAGE, ModelFiles, anchors, arpa,
    decoder::{Decoder, FRAMES_PER_S, Found},
    fit::{self, PhoneLoop},
    grammar::Grammar,
    pieces::{Cut, Piece, pieces},
    spoken::{SpokenWord, spoken_words},
};

/// Version of the procedure, for provenance.
pub const FORMULA: &str = "align-fsg.v1";

/// Longest stretch recognised or aligned at once, in seconds.
const MAX_CHUNK_S: f64 = 20.0;
/// Longest pause within a stretch, in seconds.
const MAX_PAUSE_S: f64 = 3.0;
/// Longest stretch for the slow search in texts that fit in part, in seconds.
const MAX_LOOSE_S: f64 = 30.0;
/// Longest stretch that is aligned at all, in seconds; in a longer one, text and speech agree
/// nowhere.
const MAX_PIECE_S: f64 = 60.0;
/// Silence kept around the speech of a piece, in seconds.
const MARGIN_S: f64 = 0.2;
/// Nobody says more words in a second; a text with more does not fit.
const MAX_WORDS_PER_S: f64 = 8.0;

/// PocketSphinx as an [`Aligner`] for English.
pub struct PocketsphinxAligner {
    files: ModelFiles,
}

impl PocketsphinxAligner {
    /// Checks and remembers the model; it is loaded for each alignment (a fraction of a second),
    /// so that words added for one text don't stay for the next. No language model is needed.
    ///
    /// # Errors
    /// [`EngineError::Model`] when files are missing, [`EngineError::Failed`] when the library
    /// can't read them.
    pub fn load(files: &ModelFiles) -> Result<Self, EngineError> {
        files.check()?;
        let aligner = Self {
            files: files.clone(),
        };
        aligner.open_aligner()?;
        Ok(aligner)
    }

    /// A decoder for language models, with the library's own settings.
    fn open_listener(&self) -> Result<Decoder, EngineError> {
        self.open(&[])
    }

    /// A decoder for grammars.
    fn open_aligner(&self) -> Result<Decoder, EngineError> {
        self.open(&[
            // The path has to stay alive through words that the model likes badly.
            ("-beam", "1e-90"),
            ("-pbeam", "1e-90"),
            ("-wbeam", "1e-70"),
            // Scores of different searches are only comparable when all states are scored.
            ("-compallsen", "yes"),
        ])
    }

    fn open(&self, options: &[(&str, &str)]) -> Result<Decoder, EngineError> {
        let acoustic_dir = self.files.acoustic_dir.to_string_lossy();
        let dictionary = self.files.dictionary.to_string_lossy();
        let mut all = vec![
            ("-hmm", acoustic_dir.as_ref()),
            ("-dict", dictionary.as_ref()),
            ("-remove_silence", "no"),
            ("-bestpath", "no"),
        ];
        all.extend(options);
        Decoder::open(&all)
    }
}

impl Aligner for PocketsphinxAligner {
    fn languages(&self) -> &[&str] {
        &[LANGUAGE]
    }

    fn align(
        &self,
        samples: &dyn Samples,
        speech: &[Span],
        words: &[String],
        watch: &dyn Watch,
    ) -> Result<Vec<AlignedWord>, EngineError> {
        let mut decoder = self.open_aligner()?;
        let spoken = spoken_words(&mut decoder, words)?;
        let speech = chunks::disjoint(speech, samples.duration_s());
        let mut times = vec![None; spoken.len()];
        if let (Some(first), Some(last)) = (speech.first(), speech.last()) {
            let whole = Span::new(first.start_s, last.end_s);
            let mut run = Run {
                aligner: self,
                written: words,
                samples,
                speech: &speech,
                spoken: &spoken,
                watch,
                phones: PhoneLoop::new(&mut decoder)?,
                decoder,
            };
            let pieces = run.pieces(whole)?;
            for (n_done, piece) in pieces.iter().enumerate() {
                run.tell(0.5 + 0.5 * n_done as f32 / pieces.len() as f32)?;
                run.align(piece, &mut times)?;
            }
        }
        watch.progress(1.0);
        Ok(fit::written_words(words.len(), &spoken, &times))
    }

    fn provenance(&self) -> Provenance {
        Provenance {
            engine: ENGINE.to_owned(),
            version: ENGINE_VERSION.to_owned(),
            model: Some("en-us".to_owned()),
            model_sha256: None,
            formula: Some(FORMULA.to_owned()),
            settings: BTreeMap::new(),
        }
    }
}

/// One alignment under way.
struct Run<'a> {
    aligner: &'a PocketsphinxAligner,
    written: &'a [String],
    samples: &'a dyn Samples,
    speech: &'a [Span],
    spoken: &'a [SpokenWord],
    watch: &'a dyn Watch,
    phones: PhoneLoop,
    decoder: Decoder,
}

impl Run<'_> {
    fn tell(&self, progress: f32) -> Result<(), EngineError> {
        if self.watch.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        self.watch.progress(progress);
        Ok(())
    }

    /// Cuts text and recording where both certainly agree.
    fn pieces(&self, whole: Span) -> Result<Vec<Piece>, EngineError> {
        if whole.duration_s() <= MAX_CHUNK_S {
            return Ok(pieces(whole, self.spoken.len(), &[], MAX_CHUNK_S));
        }
        let heard = self.listen()?;
        let text: Vec<&str> = self.spoken.iter().map(|word| word.word.as_str()).collect();
        let heard_words: Vec<&str> = heard.iter().map(|(word, _)| word.as_str()).collect();
        let pairs = anchors::anchors(&text, &heard_words)
            .ok_or_else(|| EngineError::Input("the text is too long to be aligned".to_owned()))?;
        let cuts: Vec<Cut> = pairs
            .windows(2)
            .filter(|pair| pair[1].0 == pair[0].0 + 1 && pair[1].1 == pair[0].1 + 1)
            .map(|pair| {
                let (end_s, start_s) = (heard[pair[0].1].1.end_s, heard[pair[1].1].1.start_s);
                Cut {
                    time_s: f64::midpoint(end_s, start_s),
                    gap_s: start_s - end_s,
                    next_word: pair[1].0,
                }
            })
            .collect();
        Ok(pieces(whole, self.spoken.len(), &cuts, MAX_CHUNK_S))
    }

    /// What a recogniser that expects the text hears, and when.
    fn listen(&self) -> Result<Vec<(String, Span)>, EngineError> {
        let text: Vec<&str> = self.spoken.iter().map(|word| word.word.as_str()).collect();
        let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
        file.write_all(arpa::trigrams(&text).as_bytes())
            .and_then(|()| file.flush())
            .map_err(failed)?;
        let mut listener = self.aligner.open_listener()?;
        // Adds the words that the dictionary lacks to this decoder too.
        spoken_words(&mut listener, self.written)?;
        listener.use_language_model(file.path())?;
        let chunks = chunks::chunk(self.samples, self.speech, MAX_CHUNK_S, MAX_PAUSE_S)?;
        let mut heard = Vec::new();
        for (n_done, &chunk) in chunks.iter().enumerate() {
            self.tell(0.5 * n_done as f32 / chunks.len() as f32)?;
            let found = listener.decode(&chunks::read(self.samples, chunk)?)?;
            heard.extend(
                found
                    .into_iter()
                    .filter(|found| !found.is_filler())
                    .map(|found| (found.word.clone(), span(&found, chunk))),
            );
        }
        Ok(heard)
    }

    /// Aligns one piece; words that are not found keep their `None`.
    fn align(
        &mut self,
        piece: &Piece,
        times: &mut [Option<(Span, f64)>],
    ) -> Result<(), EngineError> {
        let Some(audio) = self.speech_within(piece.span) else {
            return Ok(());
        };
        let n_words = piece.words.len();
        if n_words == 0
            || n_words as f64 > MAX_WORDS_PER_S * audio.duration_s()
            || audio.duration_s() > MAX_PIECE_S
        {
            return Ok(());
        }
        let text: Vec<&str> = self.spoken[piece.words.clone()]
            .iter()
            .map(|word| word.word.as_str())
            .collect();
        let samples = chunks::read(self.samples, audio)?;
        let loop_scores = self.phones.scores(&mut self.decoder, &samples)?;
        let mut placed = self.place(&Grammar::chain(&text), &text, &samples, &loop_scores)?;
        if fit::is_mixed(&placed) && audio.duration_s() <= MAX_LOOSE_S {
            if self.watch.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let grammar = Grammar::loose_chain(&text, &self.phones.names());
            placed = self.place(&grammar, &text, &samples, &loop_scores)?;
        }
        for (time, placed) in times[piece.words.clone()].iter_mut().zip(placed) {
            *time = placed.map(|(found, fit)| (span(&found, audio), fit));
        }
        Ok(())
    }

    /// Where the words of `text` are found with `grammar`, and how well each fits.
    fn place(
        &mut self,
        grammar: &Grammar,
        text: &[&str],
        samples: &[f32],
        loop_scores: &[f64],
    ) -> Result<Vec<Option<(Found, f64)>>, EngineError> {
        self.decoder.use_grammar(grammar)?;
        let mut found = self.decoder.decode(samples)?;
        found.retain(|found| !found.is_filler() && !PhoneLoop::is_sound(&found.word));
        let names: Vec<&str> = found.iter().map(|found| found.word.as_str()).collect();
        let mut placed = vec![None; text.len()];
        for (place, found) in anchors::places(text, &names)
            .unwrap_or_default()
            .into_iter()
            .zip(&found)
        {
            let fit = fit::confidence(found, loop_scores);
            placed[place] = (fit >= fit::LEAST).then(|| (found.clone(), fit));
        }
        Ok(placed)
    }

    /// From the first to the last speech within `span`, with a margin.
    fn speech_within(&self, span: Span) -> Option<Span> {
        let mut within = self
            .speech
            .iter()
            .filter(|speech| speech.overlap_s(span) > 0.0);
        let first = within.next()?;
        let last = within.next_back().unwrap_or(first);
        Some(Span::new(
            (first.start_s - MARGIN_S).max(span.start_s).max(0.0),
            (last.end_s + MARGIN_S).min(span.end_s),
        ))
    }
}

fn span(found: &Found, audio: Span) -> Span {
    Span::new(
        audio.start_s + found.first_frame as f64 / FRAMES_PER_S,
        (audio.start_s + found.end_frame as f64 / FRAMES_PER_S).min(audio.end_s),
    )
}

fn failed(error: impl std::fmt::Display) -> EngineError {
    EngineError::Failed {
        engine: ENGINE,
        message: error.to_string(),
    }
}
