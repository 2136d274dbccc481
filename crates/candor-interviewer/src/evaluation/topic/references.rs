//! How near an answer is to the references of a shipped question: the best cosine of each sentence with a sentence of
//! the question's reference answers, less the mean of the same with other questions, nothing below zero, averaged over
//! all sentences; and the same difference of the whole answer on weighted four-letter runs (tf · idf) of question,
//! references and telling words. Without an embedder that knows the language, letters alone.

use std::{collections::HashMap, sync::Arc};

use candor_core::{
    interview::{Question, RoleFamily},
    ports::EngineError,
};

use super::{
    super::memory::{Memory, Vector, dot},
    mean_above_zero,
    runs::{self, Runs, counts, weighed},
    whole,
};
use crate::bank::{self, Reference};

/// Nearness of no relevance and of full relevance, by meaning and letters together.
const BOTH: (f64, f64) = (0.01, 0.14);
/// The same by letters alone.
const LETTERS: (f64, f64) = (-0.01, 0.06);
/// Every so-manieth question stands for all others where meaning is compared: each costs a dozen embeddings.
const EVERY: usize = 4;

/// The shipped questions of a role and language with their references.
pub(super) struct Others {
    asked: Vec<Asked>,
    /// Vectors of the references of some questions, with the place of the question; none where the embedder does not
    /// know the language.
    cohort: Vec<(usize, Vec<Vector>)>,
    /// Weights of the runs of all questions together.
    runs: Runs,
    n_with: HashMap<String, usize>,
    language: String,
}

struct Asked {
    whole: String,
    reference: &'static Reference,
    runs: Runs,
}

/// What an answer to one question is compared with.
pub(in super::super) struct Topic {
    others: Arc<Others>,
    at: usize,
    own: Vec<Vector>,
}

impl Others {
    pub(super) fn new(
        family: RoleFamily,
        language: &str,
        memory: Option<&Memory>,
    ) -> Result<Self, EngineError> {
        let references = bank::references(family, language);
        let known: Vec<(String, &Reference)> = bank::shipped(family, language)
            .iter()
            .filter_map(|question| Some((whole(question), references.get(&question.id)?)))
            .collect();
        let texts: Vec<String> = known
            .iter()
            .map(|(whole, reference)| {
                let parts = reference.sentences();
                let parts = parts.chain(reference.words.iter().map(String::as_str));
                [whole.as_str()]
                    .into_iter()
                    .chain(parts)
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        let mut n_with: HashMap<String, usize> = HashMap::new();
        for text in &texts {
            for run in counts(text, language).into_keys() {
                *n_with.entry(run).or_default() += 1;
            }
        }
        let mut others = Self {
            asked: Vec::with_capacity(known.len()),
            cohort: Vec::new(),
            runs: Runs::new(),
            n_with,
            language: language.to_owned(),
        };
        for ((whole, reference), text) in known.into_iter().zip(&texts) {
            let runs = others.weigh(text, texts.len());
            runs::add(&mut others.runs, &runs);
            others.asked.push(Asked {
                whole,
                reference,
                runs,
            });
        }
        if let Some(memory) = memory.filter(|memory| memory.knows(language)) {
            for at in (0..others.asked.len()).step_by(EVERY) {
                others.cohort.push((at, others.vectors(at, memory)?));
            }
        }
        Ok(others)
    }

    /// What answers to `question` are compared with, where it is a shipped one.
    pub(super) fn topic(
        self: &Arc<Self>,
        question: &Question,
        memory: Option<&Memory>,
    ) -> Result<Option<Topic>, EngineError> {
        let text = whole(question);
        let Some(at) = self.asked.iter().position(|asked| asked.whole == text) else {
            return Ok(None);
        };
        let own = match memory {
            Some(memory) if !self.cohort.is_empty() => self.vectors(at, memory)?,
            _ => Vec::new(),
        };
        Ok(Some(Topic {
            others: Arc::clone(self),
            at,
            own,
        }))
    }

    fn vectors(&self, at: usize, memory: &Memory) -> Result<Vec<Vector>, EngineError> {
        memory.vectors(&self.asked[at].reference.sentences().collect::<Vec<_>>())
    }

    fn weigh(&self, text: &str, n_texts: usize) -> Runs {
        weighed(text, &self.language, |run| {
            let n_with = self.n_with.get(run).copied().unwrap_or(0);
            ((1 + n_texts) as f64 / (1 + n_with) as f64).ln()
        })
    }
}

impl Topic {
    pub(super) fn basis(&self) -> &'static str {
        if self.own.is_empty() {
            "references: letters"
        } else {
            "references: embedding and letters"
        }
    }

    pub(super) fn uses_vectors(&self) -> bool {
        !self.own.is_empty()
    }

    pub(super) fn nearness_of(&self, text: &str, vector: Option<&Vector>) -> f64 {
        match vector {
            Some(vector) if self.uses_vectors() => self.meaning(vector),
            _ => self.letters(text),
        }
    }

    pub(super) fn relevance(&self, text: &str, vectors: &[Vector]) -> f64 {
        let letters = self.letters(text);
        if vectors.is_empty() || !self.uses_vectors() {
            let (none, full) = LETTERS;
            return (letters - none) / (full - none);
        }
        let (none, full) = BOTH;
        let meaning = mean_above_zero(vectors.iter().map(|vector| self.meaning(vector)));
        (meaning + letters - none) / (full - none)
    }

    fn meaning(&self, vector: &Vector) -> f64 {
        let others = self.others.cohort.iter().filter(|(at, _)| *at != self.at);
        let others: Vec<f64> = others.map(|(_, those)| nearest(vector, those)).collect();
        nearest(vector, &self.own) - others.iter().sum::<f64>() / others.len().max(1) as f64
    }

    fn letters(&self, text: &str) -> f64 {
        let others = &self.others;
        let n = others.asked.len();
        let weights = others.weigh(text, n);
        let own = &others.asked[self.at].runs;
        runs::nearer(
            &weights,
            own,
            &others.runs,
            true,
            n.saturating_sub(1).max(1) as f64,
        )
    }
}

fn nearest(vector: &Vector, those: &[Vector]) -> f64 {
    those
        .iter()
        .map(|other| dot(vector, other))
        .reduce(f64::max)
        .unwrap_or(0.0)
}
