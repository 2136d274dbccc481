//! How well a word fits the audio where it was found: its acoustic score against that of the
//! best sequence of any phones over the same frames (goodness of pronunciation, Witt & Young
//! 2000).

use candor_core::{
    ports::{AlignedWord, EngineError},
    span::Span,
};

use super::{
    decoder::{Decoder, Found},
    grammar::Grammar,
    spoken::SpokenWord,
};

/// The speech sounds of the model.
const PHONES: [&str; 39] = [
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH",
    "IH", "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH",
    "UW", "V", "W", "Y", "Z", "ZH",
];

/// A search for any sequence of phones.
pub struct PhoneLoop {
    names: Vec<String>,
}

impl PhoneLoop {
    /// Adds a word for each phone to the dictionary.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the model lacks a phone.
    pub fn new(decoder: &mut Decoder) -> Result<Self, EngineError> {
        let names: Vec<String> = PHONES.iter().map(|phone| format!("_{phone}")).collect();
        for (name, phone) in names.iter().zip(PHONES) {
            decoder.add_word(name, phone)?;
        }
        Ok(Self { names })
    }

    /// The words of the single phones.
    pub fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    /// Whether `word` is one of them.
    pub fn is_sound(word: &str) -> bool {
        word.starts_with('_')
    }

    /// Acoustic score of each frame on the best sequence of phones.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the library does.
    pub fn scores(&self, decoder: &mut Decoder, samples: &[f32]) -> Result<Vec<f64>, EngineError> {
        decoder.use_grammar(&Grammar::any_of(&self.names()))?;
        let mut scores = Vec::new();
        for found in decoder.decode(samples)? {
            let n_frames = found.end_frame - found.first_frame;
            scores.resize(found.end_frame, found.acoustic / n_frames as f64);
        }
        Ok(scores)
    }
}

/// Least confidence at which a word counts as found.
pub const LEAST: f64 = 0.02;
/// Confidence under which a word is in doubt.
const DOUBTFUL: f64 = 0.35;
/// Share of doubtful words that still makes a good alignment.
const MAX_DOUBTFUL: f64 = 0.1;
/// Share of doubtful words above which a text belongs elsewhere.
const HOPELESS: f64 = 0.7;
/// Difference per frame at which a word is as likely right as wrong, and the width of the
/// transition; set by hand between right texts (5th percentile −20) and wrong ones (75th
/// percentile −24) on recordings of eight speakers. The unit is the decoder's.
const EVEN: f64 = -22.0;
const WIDTH: f64 = 5.0;

/// How well `found` fits, 0 to 1: the mean difference per frame between its score and that of
/// any phones, mapped to a probability by a logistic curve.
pub fn confidence(found: &Found, loop_scores: &[f64]) -> f64 {
    let frames = found.first_frame.min(loop_scores.len())..found.end_frame.min(loop_scores.len());
    let any: f64 = loop_scores[frames].iter().sum();
    let difference = (found.acoustic - any) / (found.end_frame - found.first_frame) as f64;
    1.0 / (1.0 + ((EVEN - difference) / WIDTH).exp())
}

/// Whether a piece fits in part only, so that it is worth looking for words that were not said
/// and speech that is not in the text. Not where nearly all words fit, nor where hardly one does:
/// that text belongs elsewhere.
pub fn is_mixed(placed: &[Option<(Found, f64)>]) -> bool {
    let is_doubtful =
        |word: &Option<(Found, f64)>| word.as_ref().is_none_or(|(_, fit)| *fit < DOUBTFUL);
    let n_doubtful = placed.iter().filter(|word| is_doubtful(word)).count();
    let most_in_a_row = placed
        .chunk_by(|a, b| is_doubtful(a) == is_doubtful(b))
        .filter(|run| is_doubtful(&run[0]))
        .map(<[_]>::len)
        .max()
        .unwrap_or(0);
    let n_words = placed.len() as f64;
    let is_good = n_doubtful as f64 <= (MAX_DOUBTFUL * n_words).max(1.0) && most_in_a_row < 3;
    let is_hopeless = n_doubtful as f64 > HOPELESS * n_words;
    !is_good && !is_hopeless
}

/// Joins the spoken words of each written word: from the first to the last that was found; the
/// confidence is the mean, 0 for those that were not found.
pub fn written_words(
    n_written: usize,
    spoken: &[SpokenWord],
    times: &[Option<(Span, f64)>],
) -> Vec<AlignedWord> {
    let nowhere = AlignedWord {
        span: None,
        confidence: 0.0,
    };
    let mut written = vec![nowhere; n_written];
    let mut n_spoken = vec![0_u16; n_written];
    for (word, time) in spoken.iter().zip(times) {
        let entry = &mut written[word.written];
        n_spoken[word.written] += 1;
        if let Some((span, fit)) = time {
            let start_s = entry.span.map_or(span.start_s, |before| before.start_s);
            entry.span = Some(Span::new(start_s, span.end_s));
            entry.confidence += *fit as f32;
        }
    }
    for (entry, n_spoken) in written.iter_mut().zip(n_spoken) {
        entry.confidence /= f32::from(n_spoken.max(1));
    }
    written
}
