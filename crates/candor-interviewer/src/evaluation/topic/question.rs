//! How near an answer is to a question that has no references: each sentence's cosine with the question, its key points
//! and follow-ups, less the mean cosine with the shipped questions of the role, nothing below zero, averaged over all
//! sentences. From that goes half of what sentences about something else get with the same question. Where the embedder
//! does not know the language, letters count most: the same difference on weighted four-letter runs (tf · idf).

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
use crate::bank;

/// Share of what other talk gets with a question that is taken off.
const OTHER_TALK: f64 = 0.5;
/// Nearness of full relevance by embeddings of a language that the embedder knows.
const FULL: f64 = 0.06;
/// Weight of embeddings beside letters where the embedder does not know the language.
const FOREIGN: f64 = 0.4;
/// Nearness of no relevance and of full relevance by letters.
const LETTERS: (f64, f64) = (-0.012, 0.033);

/// Sentences of people who talk about their work, for no question in particular; written for this project.
const OTHER_ENGLISH: &str = include_str!("../told/en.txt");

/// The shipped questions of a role and language, as far as answers are compared with them.
pub(super) struct Others {
    texts: Vec<String>,
    weights: Weights,
    /// Weights of the runs of all questions together.
    runs: Runs,
    language: String,
}

/// How much a run of letters tells in the bank of a language.
struct Weights {
    n_texts_with: HashMap<String, usize>,
    n_texts: usize,
    language: String,
}

/// What an answer to one question is compared with.
pub(in super::super) struct Topic {
    others: Arc<Others>,
    direction: Option<Vec<f32>>,
    is_known: bool,
    other_talk: f64,
    runs: Runs,
    n_others: f64,
    is_of_bank: bool,
}

impl Others {
    pub(super) fn new(family: RoleFamily, language: &str) -> Self {
        let texts: Vec<String> = bank::shipped(family, language).iter().map(whole).collect();
        let weights = Weights::new(language);
        let mut all = Runs::new();
        for text in &texts {
            runs::add(&mut all, &weights.weigh(text));
        }
        Self {
            texts,
            weights,
            runs: all,
            language: language.to_owned(),
        }
    }

    /// What answers to `question` are compared with.
    pub(super) fn topic(
        self: &Arc<Self>,
        question: &Question,
        memory: Option<&Memory>,
    ) -> Result<Topic, EngineError> {
        let text = whole(question);
        let others: Vec<&str> = self
            .texts
            .iter()
            .map(String::as_str)
            .filter(|other| *other != text)
            .collect();
        let n = others.len().max(1) as f64;
        let direction = memory
            .map(|memory| direction(memory, &text, &others))
            .transpose()?;
        let is_known = memory.is_some_and(|memory| memory.knows(&self.language));
        let other_talk = match (memory, &direction) {
            (Some(memory), Some(direction)) if is_known && self.language == "en" => {
                let told = memory.vectors(&OTHER_ENGLISH.lines().collect::<Vec<_>>())?;
                mean_above_zero(told.iter().map(|vector| dot(vector, direction)))
            }
            _ => 0.0,
        };
        Ok(Topic {
            direction,
            is_known,
            other_talk,
            runs: self.weights.weigh(&text),
            n_others: n,
            is_of_bank: others.len() < self.texts.len(),
            others: Arc::clone(self),
        })
    }
}

/// The question's vector less the mean of the others'.
fn direction(memory: &Memory, text: &str, others: &[&str]) -> Result<Vec<f32>, EngineError> {
    let own = memory.vectors(&[text])?.swap_remove(0);
    let n = others.len().max(1) as f64;
    let mut direction: Vec<f64> = own.iter().map(|value| f64::from(*value)).collect();
    for other in memory.vectors(others)? {
        for (value, other) in direction.iter_mut().zip(other.iter()) {
            *value -= f64::from(*other) / n;
        }
    }
    Ok(direction.into_iter().map(|value| value as f32).collect())
}

impl Weights {
    /// Over all shipped questions of a language.
    fn new(language: &str) -> Self {
        let mut n_texts_with: HashMap<String, usize> = HashMap::new();
        let mut n_texts = 0;
        for question in RoleFamily::ALL
            .into_iter()
            .flat_map(|family| bank::shipped(family, language))
        {
            n_texts += 1;
            for run in counts(&whole(question), language).into_keys() {
                *n_texts_with.entry(run).or_default() += 1;
            }
        }
        Self {
            n_texts_with,
            n_texts,
            language: language.to_owned(),
        }
    }

    /// Weights of the runs of a text, of unit length together.
    fn weigh(&self, text: &str) -> Runs {
        weighed(text, &self.language, |run| {
            let n_with = self.n_texts_with.get(run).copied().unwrap_or(0);
            ((1 + self.n_texts) as f64 / (1 + n_with) as f64).ln() + 1.0
        })
    }
}

impl Topic {
    pub(super) fn basis(&self) -> &'static str {
        match (&self.direction, self.is_known) {
            (Some(_), true) => "question: embedding",
            (Some(_), false) => "question: letters and embedding",
            (None, _) => "question: letters",
        }
    }

    pub(super) fn uses_vectors(&self) -> bool {
        self.direction.is_some()
    }

    pub(super) fn nearness_of(&self, text: &str, vector: Option<&Vector>) -> f64 {
        match (&self.direction, vector) {
            (Some(direction), Some(vector)) if self.is_known => dot(vector, direction),
            _ => self.letters(text),
        }
    }

    pub(super) fn relevance(&self, text: &str, vectors: &[Vector]) -> f64 {
        let by_vectors = self
            .direction
            .as_ref()
            .map(|direction| mean_above_zero(vectors.iter().map(|vector| dot(vector, direction))));
        match by_vectors {
            Some(nearness) if self.is_known => (nearness - OTHER_TALK * self.other_talk) / FULL,
            _ => {
                let (none, full) = LETTERS;
                (self.letters(text) + FOREIGN * by_vectors.unwrap_or(0.0) - none) / (full - none)
            }
        }
    }

    fn letters(&self, text: &str) -> f64 {
        let others = &self.others;
        let weights = others.weights.weigh(text);
        runs::nearer(
            &weights,
            &self.runs,
            &others.runs,
            self.is_of_bank,
            self.n_others,
        )
    }
}
