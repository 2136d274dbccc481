//! The figures of the measurement group `text`.

use std::collections::BTreeSet;

use candor_core::{
    measured::{Measured, NotMeasured},
    report::{Quote, StructurePart},
};

use super::{FORMULA, per_minute};
use crate::text::{
    fillers::{self, Fillers},
    hedges,
    sentences::Script,
    sentiment::{self, Sentiment},
    similarity,
    specificity::{self, Specific},
    stem::Stems,
    structure, tokens,
};

/// Fewer words give no rate per 100 words.
const MIN_WORDS_FOR_RATES: u32 = 20;

/// One figure as the report shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Name in the measurement group `text`.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// The value, or why there is none.
    pub value: Measured<f64>,
    /// How sure, 0 to 1; only meaningful beside a value.
    pub confidence: f64,
    /// Identifier and version of its formula.
    pub formula: &'static str,
}

/// What the figures are made from.
pub(super) struct Counts<'a> {
    pub(super) n_words: &'a Measured<u32>,
    pub(super) wpm: &'a Measured<f64>,
    pub(super) duration_s: f64,
    pub(super) fillers: &'a Measured<Fillers>,
    pub(super) parts: &'a Measured<Vec<StructurePart>>,
    pub(super) specifics: &'a Measured<Vec<Specific>>,
    pub(super) hedges: &'a Measured<Vec<Quote>>,
    pub(super) sentiment: &'a Measured<Sentiment>,
    pub(super) coherence: Measured<similarity::Similarity>,
    pub(super) trust: f64,
}

impl Counts<'_> {
    /// Every figure, measured or not.
    pub(super) fn figures(&self, script: &Script) -> Vec<Figure> {
        let n_words = self.n_words.clone();
        let stems = Stems::new(script.language.as_deref());
        let n_unique = script
            .tokens
            .iter()
            .map(|token| stems.stem(&token.folded))
            .collect::<BTreeSet<_>>()
            .len();
        let basis_trust = self
            .coherence
            .as_ref()
            .map_or(0.0, |similarity| similarity.basis.confidence());
        let count = |n: usize| n_words.clone().map(|_| n as f64);
        let rate = |n: Measured<usize>| n.and_then(|n| self.per_100_words(n));
        let number_of = |class: fn(&Fillers) -> usize| {
            self.fillers.as_ref().map(class).map_err(NotMeasured::clone)
        };
        let figure = |name, unit, value, formula| Figure {
            name,
            unit,
            value,
            confidence: self.trust,
            formula,
        };
        let mut figures = vec![
            figure("n_words", "count", n_words.clone().map(f64::from), FORMULA),
            figure("n_unique_words", "count", count(n_unique), FORMULA),
            figure(
                "n_sentences",
                "count",
                count(script.sentences.len()),
                FORMULA,
            ),
            figure(
                "sentence_words_mean",
                "count",
                self.sentence_words(script),
                FORMULA,
            ),
            figure("words_per_minute", "1/min", self.wpm.clone(), FORMULA),
            figure(
                "hesitations",
                "count",
                number_of(|f| f.hesitations.len()).map(|n| n as f64),
                fillers::FORMULA,
            ),
            figure(
                "hesitations_per_minute",
                "1/min",
                number_of(|f| f.hesitations.len())
                    .and_then(|n| per_minute(n as u32, self.duration_s)),
                fillers::FORMULA,
            ),
            figure(
                "discourse_markers",
                "count",
                number_of(|f| f.discourse_markers.len()).map(|n| n as f64),
                fillers::FORMULA,
            ),
            figure(
                "specifics_per_100_words",
                "1/100 words",
                rate(
                    self.specifics
                        .as_ref()
                        .map(Vec::len)
                        .map_err(NotMeasured::clone),
                ),
                specificity::FORMULA,
            ),
            figure(
                "hedges_per_100_words",
                "1/100 words",
                rate(
                    self.hedges
                        .as_ref()
                        .map(Vec::len)
                        .map_err(NotMeasured::clone),
                ),
                hedges::FORMULA,
            ),
            figure(
                "structure_completeness",
                "ratio",
                self.parts
                    .as_ref()
                    .map(|parts| structure::completeness(parts))
                    .map_err(NotMeasured::clone),
                structure::FORMULA,
            ),
            figure(
                "sentiment_valence",
                "ratio",
                self.sentiment
                    .as_ref()
                    .map(|tone| tone.valence)
                    .map_err(NotMeasured::clone),
                sentiment::FORMULA,
            ),
        ];
        figures.push(Figure {
            name: "coherence",
            unit: "ratio",
            value: self.coherence.clone().map(|similarity| similarity.value),
            confidence: self.trust * basis_trust,
            formula: similarity::FORMULA,
        });
        figures
    }

    fn per_100_words(&self, n: usize) -> Measured<f64> {
        let n_words = self.n_words.clone()?;
        if n_words < MIN_WORDS_FOR_RATES {
            return Err(NotMeasured::new(
                "too_short",
                format!("a rate needs at least {MIN_WORDS_FOR_RATES} words"),
            ));
        }
        Ok(n as f64 * 100.0 / f64::from(n_words))
    }

    fn sentence_words(&self, script: &Script) -> Measured<f64> {
        let n_words = self.n_words.clone()?;
        let n_sentences = script
            .sentences
            .iter()
            .filter(|sentence| tokens::count_words(&sentence.text) > 0)
            .count();
        if n_sentences == 0 {
            return Err(NotMeasured::new("no_words", "no sentences were found"));
        }
        Ok(f64::from(n_words) / n_sentences as f64)
    }
}
