//! Figures of one part, measured on its own words and its own speech.

use candor_core::{
    measured::{Measured, NotMeasured},
    ports::{Embedder, EngineError},
    span::Span,
    transcript::Transcript,
};

use super::{Basis, FORMULA, Inputs, Stretch};
use crate::text::{
    Figure,
    fillers::{self, Fillers},
    per_minute,
    sentences::Script,
    similarity::{self, Similarity, Vectors},
    trust,
};

/// Trust in figures that rest on speech activity alone.
const SPEECH_TRUST: f64 = 0.9;
/// Less speech gives no rate per speaking minute, in seconds.
const MIN_SPEAKING_S: f64 = 1.0;

/// What a part is measured on.
pub(super) struct Own<'a> {
    pub(super) stretch: &'a Stretch,
    pub(super) inputs: &'a Inputs<'a>,
    /// The words of the part.
    pub(super) transcript: Option<&'a Transcript>,
    pub(super) script: Option<&'a Script>,
    /// Fillers of the whole recording, so that the parts add up to it.
    pub(super) fillers: Option<&'a Measured<Fillers>>,
}

/// Every figure of a part.
///
/// # Errors
/// What the embedder says.
pub(super) fn measure(
    own: &Own,
    embedder: Option<&dyn Embedder>,
) -> Result<Vec<Figure>, EngineError> {
    let duration_s = own.stretch.span.duration_s();
    let n_words = own.n_words();
    let hesitations = own.hesitations();
    let speech = own.speech();
    let speaking_s = speech
        .as_ref()
        .map(|speech| candor_core::span::total_s(speech));
    let speaking_s = speaking_s.map_err(NotMeasured::clone);
    let word_trust = own.transcript.map_or(0.0, trust);
    let by_words = |name, unit, value, formula| Figure {
        name,
        unit,
        value,
        confidence: word_trust,
        formula,
    };
    let by_speech = |name, unit, value| Figure {
        name,
        unit,
        value,
        confidence: SPEECH_TRUST,
        formula: FORMULA,
    };
    let per_speaking_minute = match (&n_words, &speaking_s) {
        (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
        (Ok(n), Ok(seconds)) if *seconds >= MIN_SPEAKING_S => per_minute(*n, *seconds),
        _ => Err(NotMeasured::new(
            "no_speech",
            "hardly any speech in this part",
        )),
    };
    let mut figures = vec![
        by_words("n_words", "count", n_words.clone().map(f64::from), FORMULA),
        by_words(
            "words_per_minute",
            "1/min",
            n_words.and_then(|n| per_minute(n, duration_s)),
            FORMULA,
        ),
        by_words(
            "words_per_speaking_minute",
            "1/min",
            per_speaking_minute,
            FORMULA,
        ),
        by_words(
            "hesitations",
            "count",
            hesitations.clone().map(f64::from),
            fillers::FORMULA,
        ),
        by_words(
            "hesitations_per_minute",
            "1/min",
            hesitations.and_then(|n| per_minute(n, duration_s)),
            fillers::FORMULA,
        ),
        by_speech("speaking_s", "s", speaking_s.clone()),
        by_speech(
            "speech_ratio",
            "ratio",
            speaking_s.and_then(|seconds| share(seconds, duration_s)),
        ),
        by_speech(
            "longest_pause_s",
            "s",
            speech
                .as_ref()
                .map(|speech| longest_pause_s(speech))
                .map_err(NotMeasured::clone),
        ),
    ];
    if own.stretch.question.is_some() {
        figures.push(by_speech("response_latency_s", "s", own.latency_s(&speech)));
        let relevance = own.relevance(embedder)?;
        figures.push(Figure {
            name: "relevance",
            unit: "ratio",
            confidence: word_trust
                * relevance
                    .as_ref()
                    .map_or(0.0, |similarity| similarity.basis.confidence()),
            value: relevance.map(|similarity| similarity.value),
            formula: similarity::FORMULA,
        });
    }
    Ok(figures)
}

impl Own<'_> {
    /// Words of the part; 0 is a count where the words have times.
    fn n_words(&self) -> Measured<u32> {
        let (Some(whole), Some(script)) = (self.inputs.transcript, self.script) else {
            return Err(NotMeasured::new("no_transcript", "there is no transcript"));
        };
        let has_words = whole.words().next().is_some();
        let timed = whole.words().all(|word| word.span.is_some());
        if !has_words {
            Err(NotMeasured::new(
                "no_words",
                "no words were found in the recording",
            ))
        } else if timed || self.stretch.basis == Basis::Whole {
            Ok(script.n_words())
        } else {
            Err(NotMeasured::new(
                "no_word_times",
                "the words carry no times, so they can't be told apart by part",
            ))
        }
    }

    fn hesitations(&self) -> Measured<u32> {
        self.n_words()?;
        let Some(fillers) = self.fillers else {
            return Err(NotMeasured::new("no_transcript", "there is no transcript"));
        };
        let fillers = fillers.as_ref().map_err(NotMeasured::clone)?;
        let inside = |span: Option<Span>| {
            self.stretch.basis == Basis::Whole
                || span.is_some_and(|span| self.stretch.span.contains(span.middle_s()))
        };
        let n = fillers
            .hesitations
            .iter()
            .filter(|filler| inside(filler.quote.span))
            .count();
        Ok(n as u32)
    }

    /// Stretches of speech cut to the part.
    fn speech(&self) -> Measured<Vec<Span>> {
        let Some(speech) = self.inputs.speech else {
            return Err(NotMeasured::new("no_audio", "there is no audio"));
        };
        let part = self.stretch.span;
        Ok(speech
            .iter()
            .filter(|span| span.overlap_s(part) > 0.0)
            .map(|span| Span::new(span.start_s.max(part.start_s), span.end_s.min(part.end_s)))
            .collect())
    }

    /// From the end of the question to the first speech after it.
    fn latency_s(&self, speech: &Measured<Vec<Span>>) -> Measured<f64> {
        let Some(question) = &self.stretch.question else {
            return Err(NotMeasured::new("no_question", "there is no question"));
        };
        let asked_s = question.question_end_s.clone()?;
        let speech = speech.as_ref().map_err(NotMeasured::clone)?;
        speech
            .iter()
            .find(|span| span.end_s > asked_s)
            .map(|span| (span.start_s - asked_s).max(0.0))
            .ok_or_else(|| NotMeasured::new("no_speech", "nobody answers in this part"))
    }

    /// Similarity of the answer to its question.
    fn relevance(
        &self,
        embedder: Option<&dyn Embedder>,
    ) -> Result<Measured<Similarity>, EngineError> {
        let (Some(question), Some(script)) = (&self.stretch.question, self.script) else {
            return Ok(Err(NotMeasured::new("no_question", "there is no question")));
        };
        if let Err(reason) = self.n_words() {
            return Ok(Err(reason));
        }
        // One call for question and answer: stem vectors of two calls can't be compared.
        let mut texts = vec![question.title.as_str()];
        texts.extend(
            script
                .sentences
                .iter()
                .map(|sentence| sentence.text.as_str()),
        );
        let mut vectors = similarity::vectors(&texts, script.language.as_deref(), embedder)?;
        let asked = vectors.rows.remove(0);
        let answer = Vectors {
            basis: vectors.basis,
            rows: vectors.rows,
        };
        Ok(similarity::relevance(&asked, &answer))
    }
}

fn share(seconds: f64, duration_s: f64) -> Measured<f64> {
    if duration_s > 0.0 {
        Ok((seconds / duration_s).clamp(0.0, 1.0))
    } else {
        Err(NotMeasured::new("no_duration", "the part has no length"))
    }
}

/// The longest silence between two stretches of speech; 0 where speech does not stop.
fn longest_pause_s(speech: &[Span]) -> f64 {
    speech
        .windows(2)
        .map(|pair| pair[1].start_s - pair[0].end_s)
        .fold(0.0, f64::max)
}
