//! How near an answer is to its question, against the other questions of the bank.
//!
//! Every answer is a little like every question of its trade. What tells is how much nearer it is to its own than to
//! the others: each sentence's cosine with the question, its key points and follow-ups, less the mean cosine with the
//! other questions (cohort normalisation as in speaker verification; Auckenthaler, Carey & Lloyd-Thomas 2000), nothing
//! below zero, averaged over all sentences. From that goes half of what sentences about something else get with the same
//! question. Where the embedder does not know the language, letters count most: the same difference on weighted
//! four-letter runs (Cavnar & Trenkle 1994; tf · idf), which meets inflected words half way.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use candor_core::{
    interview::{Question, RoleFamily},
    ports::EngineError,
};
use candor_signals::text::tokens::{plain, tokens_of};

use super::memory::{Memory, Vector, dot};
use crate::bank;

/// Letters of a run.
const RUN: usize = 4;
/// Share of what other talk gets with a question that is taken off.
const OTHER_TALK: f64 = 0.5;
/// Nearness of full relevance by embeddings of a language that the embedder knows.
const FULL: f64 = 0.06;
/// Weight of embeddings beside letters where the embedder does not know the language.
const FOREIGN: f64 = 0.4;
/// Nearness of no relevance and of full relevance by letters.
const LETTERS: (f64, f64) = (-0.012, 0.033);

/// Sentences of people who talk about their work, for no question in particular; written for this project.
const OTHER_ENGLISH: &str = include_str!("told/en.txt");

/// Weights of runs of letters.
type Runs = BTreeMap<String, f64>;

/// The questions of a role and language, as far as answers are compared with them.
pub(super) struct Background {
    texts: Vec<String>,
    vectors: Option<Vec<Vector>>,
    other_talk: Vec<Vector>,
    weights: Weights,
    /// Weights of the runs of all questions together.
    runs: Runs,
    is_known: bool,
}

/// How much a run of letters tells in the bank of a language.
struct Weights {
    n_texts_with: HashMap<String, usize>,
    n_texts: usize,
    language: String,
}

/// What an answer to one question is compared with.
pub(super) struct Topic {
    background: Arc<Background>,
    direction: Option<Vec<f32>>,
    other_talk: f64,
    runs: Runs,
    n_others: f64,
    is_of_bank: bool,
}

impl Background {
    /// The shipped questions of `family` in `language`.
    pub(super) fn new(
        family: RoleFamily,
        language: &str,
        memory: Option<&Memory>,
    ) -> Result<Self, EngineError> {
        let texts: Vec<String> = bank::shipped(family, language).iter().map(whole).collect();
        let is_known = memory.is_some_and(|memory| memory.knows(language));
        let refs: Vec<&str> = texts.iter().map(String::as_str).collect();
        let vectors = memory.map(|memory| memory.vectors(&refs)).transpose()?;
        let other_talk = match memory {
            Some(memory) if is_known && language == "en" => {
                memory.vectors(&OTHER_ENGLISH.lines().collect::<Vec<_>>())?
            }
            _ => Vec::new(),
        };
        let weights = Weights::new(language);
        let mut runs = Runs::new();
        for text in &texts {
            for (run, weight) in weights.weigh(text) {
                *runs.entry(run).or_default() += weight;
            }
        }
        Ok(Self {
            texts,
            vectors,
            other_talk,
            weights,
            runs,
            is_known,
        })
    }

    /// What answers to `question` are compared with.
    pub(super) fn topic(
        self: &Arc<Self>,
        question: &Question,
        memory: Option<&Memory>,
    ) -> Result<Topic, EngineError> {
        let text = whole(question);
        let others: Vec<usize> = (0..self.texts.len())
            .filter(|&at| self.texts[at] != text)
            .collect();
        let n = others.len().max(1) as f64;
        let direction = match (memory, &self.vectors) {
            (Some(memory), Some(vectors)) => {
                let own = memory.vectors(&[text.as_str()])?.swap_remove(0);
                let mut direction: Vec<f64> = own.iter().map(|value| f64::from(*value)).collect();
                for &other in &others {
                    for (value, other) in direction.iter_mut().zip(vectors[other].iter()) {
                        *value -= f64::from(*other) / n;
                    }
                }
                Some(
                    direction
                        .into_iter()
                        .map(|value| value as f32)
                        .collect::<Vec<f32>>(),
                )
            }
            _ => None,
        };
        let other_talk = direction.as_ref().map_or(0.0, |direction| {
            mean_above_zero(&self.other_talk, direction)
        });
        Ok(Topic {
            background: Arc::clone(self),
            direction,
            other_talk,
            runs: self.weights.weigh(&text),
            n_others: n,
            is_of_bank: others.len() < self.texts.len(),
        })
    }
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
        let weights: Runs = counts(text, &self.language)
            .into_iter()
            .map(|(run, n)| {
                let n_with = self.n_texts_with.get(&run).copied().unwrap_or(0);
                let idf = ((1 + self.n_texts) as f64 / (1 + n_with) as f64).ln() + 1.0;
                (run, (1.0 + f64::from(n).ln()) * idf)
            })
            .collect();
        let length = weights
            .values()
            .map(|weight| weight * weight)
            .sum::<f64>()
            .sqrt();
        if length <= 0.0 {
            return weights;
        }
        weights
            .into_iter()
            .map(|(run, weight)| (run, weight / length))
            .collect()
    }
}

impl Topic {
    /// What relevance rests on.
    pub(super) fn basis(&self) -> &'static str {
        match (&self.direction, self.background.is_known) {
            (Some(_), true) => "embedding",
            (Some(_), false) => "letters and embedding",
            (None, _) => "letters",
        }
    }

    /// How near one sentence is, above what other questions get.
    pub(super) fn nearness_of(&self, text: &str, vector: Option<&Vector>) -> f64 {
        match (&self.direction, vector) {
            (Some(direction), Some(vector)) if self.background.is_known => dot(vector, direction),
            _ => self.letters(text),
        }
    }

    /// Relevance of an answer, 0 to 1, from its sentences and their vectors.
    pub(super) fn relevance(&self, sentences: &[&str], vectors: &[Vector]) -> f64 {
        if sentences.is_empty() {
            return 0.0;
        }
        let by_vectors = self
            .direction
            .as_ref()
            .map(|direction| mean_above_zero(vectors, direction));
        let share = match by_vectors {
            Some(nearness) if self.background.is_known => {
                (nearness - OTHER_TALK * self.other_talk) / FULL
            }
            _ => {
                let letters = self.letters(&sentences.join(" "));
                let (none, full) = LETTERS;
                (letters + FOREIGN * by_vectors.unwrap_or(0.0) - none) / (full - none)
            }
        };
        share.clamp(0.0, 1.0)
    }

    fn letters(&self, text: &str) -> f64 {
        let weights = self.background.weights.weigh(text);
        let nearness = weights.iter().map(|(run, weight)| {
            let own = self.runs.get(run).copied().unwrap_or(0.0);
            let all = self.background.runs.get(run).copied().unwrap_or(0.0);
            let others = all - if self.is_of_bank { own } else { 0.0 };
            weight * (own - others / self.n_others)
        });
        nearness.sum()
    }
}

/// Question, key points and follow-ups as one text.
fn whole(question: &Question) -> String {
    let parts = [&question.text]
        .into_iter()
        .chain(&question.key_points)
        .chain(&question.follow_ups);
    parts.map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn mean_above_zero(vectors: &[Vector], direction: &[f32]) -> f64 {
    let sum: f64 = vectors
        .iter()
        .map(|vector| dot(vector, direction).max(0.0))
        .sum();
    sum / vectors.len().max(1) as f64
}

/// How often each run of letters occurs, the beginnings and ends of words marked.
fn counts(text: &str, language: &str) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for token in tokens_of(&plain(text, Some(language)), Some(language)) {
        let marked: Vec<char> = format!("^{}$", token.folded).chars().collect();
        for run in marked.windows(RUN.min(marked.len())) {
            *counts.entry(run.iter().collect()).or_insert(0) += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::super::tests::{embedder, question};
    use super::*;

    #[test]
    fn own_words_are_nearer_than_those_of_another_question_with_and_without_embeddings() {
        let asked = question("technical-en-tech-01");
        let other = question("technical-en-behav-01");
        let own: Vec<&str> = asked.key_points.iter().map(String::as_str).collect();
        for memory in [None, Some(Memory::new(embedder()))] {
            let memory = memory.as_ref();
            let background =
                Background::new(RoleFamily::Technical, "en", memory).expect("words never fail");
            let background = Arc::new(background);
            let vectors = memory.map_or_else(Vec::new, |memory| {
                memory.fresh(&own).expect("words never fail")
            });
            let near = background
                .topic(&asked, memory)
                .expect("words never fail")
                .relevance(&own, &vectors);
            let far = background
                .topic(&other, memory)
                .expect("words never fail")
                .relevance(&own, &vectors);
            assert!(near > 0.9 && far < 0.3, "{near} {far}");
        }
    }
}
