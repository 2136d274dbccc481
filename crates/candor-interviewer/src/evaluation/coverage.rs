//! How clearly an answer makes a point, be it a key point of an interview question or a clause of a desired answer.
//!
//! Points and stretches of up to three sentences are compared without what the question itself says ("question
//! demoting"; Sultan, Salazar & Sumner 2016): the direction of the question's vector is taken out of both sides, and
//! its words count for nothing. A point is made as clearly as the stretch that makes it best. Weights are fixed; they
//! were set on a graded set of our own and never on the data that figures are reported for.

use std::collections::BTreeSet;

use super::memory::{Vector, dot, unit};
use crate::words;

/// Sentences of the longest stretch.
const STRETCH: usize = 3;
/// Weights of meaning and of words.
const MEANING: f64 = 0.64;
const WORDS: f64 = 0.36;
/// Two words are taken for forms or misspellings of one from this share of common letter triples on.
const SAME_WORD: f64 = 0.5;

/// A text with its vector, where there is one.
pub(super) struct Text {
    /// Stems of its content words, in order, each once.
    pub(super) stems: Vec<String>,
    /// Its vector.
    pub(super) vector: Option<Vector>,
    /// Number of words; vectors of several texts are averaged by it.
    pub(super) n_words: usize,
}

impl Text {
    /// A text in `language` with the vector that it has.
    pub(super) fn new(text: &str, vector: Option<Vector>, language: &str) -> Self {
        Self {
            stems: words::stems(text, language).into_iter().collect(),
            vector,
            n_words: text.split_whitespace().count(),
        }
    }
}

/// What a question says by itself.
pub(super) struct Asked {
    stems: BTreeSet<String>,
    vector: Option<Vector>,
}

/// How a point is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Made {
    /// Agreement, 0 to 1; forms of the same sentence reach 1, real answers seldom more than 0.5.
    pub(super) agreement: f64,
    /// First and last sentence of the stretch that makes it best.
    pub(super) stretch: (usize, usize),
}

impl Made {
    /// Clearer, or as clear in fewer sentences.
    fn is_better(&self, other: &Self) -> bool {
        let n = |made: &Self| made.stretch.1 - made.stretch.0;
        self.agreement > other.agreement
            || (self.agreement >= other.agreement && n(self) < n(other))
    }
}

/// An answer, ready to be compared with points.
pub(super) struct Stretches {
    all: Vec<Stretch>,
    asked: Asked,
}

struct Stretch {
    sentences: (usize, usize),
    stems: BTreeSet<String>,
    vector: Option<Vec<f32>>,
}

impl Asked {
    pub(super) fn new(question: Text) -> Self {
        Self {
            stems: question.stems.into_iter().collect(),
            vector: question.vector,
        }
    }

    /// The stems that the question does not say.
    pub(super) fn new_stems<'a>(
        &self,
        stems: impl IntoIterator<Item = &'a String>,
    ) -> BTreeSet<&'a str> {
        let new = stems.into_iter().filter(|stem| !self.stems.contains(*stem));
        new.map(String::as_str).collect()
    }

    /// A vector without the question's direction.
    fn demoted(&self, vector: &[f32]) -> Vec<f32> {
        let Some(asked) = &self.vector else {
            return vector.to_vec();
        };
        let along = dot(vector, asked);
        let rest = vector
            .iter()
            .zip(asked.iter())
            .map(|(value, asked)| (f64::from(*value) - along * f64::from(*asked)) as f32);
        unit(rest.collect())
    }
}

impl Stretches {
    /// Every stretch of an answer's sentences.
    pub(super) fn new(sentences: &[Text], asked: Asked) -> Self {
        let mut all = Vec::new();
        for first in 0..sentences.len() {
            for last in first..sentences.len().min(first + STRETCH) {
                let part = &sentences[first..=last];
                all.push(Stretch {
                    sentences: (first, last),
                    stems: part
                        .iter()
                        .flat_map(|text| text.stems.iter().cloned())
                        .collect(),
                    vector: together(part).map(|vector| asked.demoted(&vector)),
                });
            }
        }
        Self { all, asked }
    }

    /// What the answer was asked.
    pub(super) fn asked(&self) -> &Asked {
        &self.asked
    }

    /// How clearly `point` is made; `None` when nothing was said.
    pub(super) fn make(&self, point: &Text) -> Option<Made> {
        let vector = point
            .vector
            .as_ref()
            .map(|vector| self.asked.demoted(vector));
        let new: Vec<&String> = {
            let new: Vec<&String> = point
                .stems
                .iter()
                .filter(|stem| !self.asked.stems.contains(*stem))
                .collect();
            if new.is_empty() {
                point.stems.iter().collect()
            } else {
                new
            }
        };
        let agreement = |stretch: &Stretch| {
            let words = shared(&new, &stretch.stems);
            match (&vector, &stretch.vector) {
                (Some(point), Some(said)) => MEANING * dot(point, said).max(0.0) + WORDS * words,
                _ => words,
            }
        };
        let mut best: Option<Made> = None;
        for stretch in &self.all {
            let made = Made {
                agreement: agreement(stretch).clamp(0.0, 1.0),
                stretch: stretch.sentences,
            };
            if best.is_none_or(|best| made.is_better(&best)) {
                best = Some(made);
            }
        }
        best
    }
}

/// One vector of several texts.
fn together(texts: &[Text]) -> Option<Vec<f32>> {
    let mut sum: Vec<f32> = Vec::new();
    for text in texts {
        let vector = text.vector.as_ref()?;
        sum.resize(vector.len(), 0.0);
        for (sum, value) in sum.iter_mut().zip(vector.iter()) {
            *sum += value * text.n_words.max(1) as f32;
        }
    }
    Some(unit(sum))
}

/// Share of `wanted` that is in `said`; near forms count by how near they are.
fn shared(wanted: &[&String], said: &BTreeSet<String>) -> f64 {
    if wanted.is_empty() {
        return 0.0;
    }
    let found = wanted.iter().map(|stem| {
        if said.contains(*stem) {
            return 1.0;
        }
        let nearest = said
            .iter()
            .map(|other| alike(stem, other))
            .fold(0.0, f64::max);
        if nearest >= SAME_WORD { nearest } else { 0.0 }
    });
    found.sum::<f64>() / wanted.len() as f64
}

/// Share of common letter triples (Dice 1945), the ends of words marked. Words that begin differently are not alike:
/// who misspells a word seldom misses its first letter (Yannakoudakis & Fawthrop 1983).
fn alike(a: &str, b: &str) -> f64 {
    if a.chars().next() != b.chars().next() {
        return 0.0;
    }
    let triples = |word: &str| -> BTreeSet<[char; 3]> {
        let marked: Vec<char> = std::iter::once('^')
            .chain(word.chars())
            .chain(std::iter::once('$'))
            .collect();
        marked
            .windows(3)
            .map(|three| [three[0], three[1], three[2]])
            .collect()
    };
    let (a, b) = (triples(a), triples(b));
    2.0 * a.intersection(&b).count() as f64 / (a.len() + b.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Text {
        Text {
            stems: words.split(' ').map(str::to_owned).collect(),
            vector: None,
            n_words: words.split(' ').count(),
        }
    }

    #[test]
    fn a_point_is_made_by_the_stretch_that_says_most_of_it() {
        let said = [
            text("garden rain"),
            text("index slow write"),
            text("read fast"),
        ];
        let stretches = Stretches::new(&said, Asked::new(text("database")));
        let made = stretches
            .make(&text("database index read"))
            .expect("something was said");
        assert_eq!(made.stretch, (1, 2));
        assert!((made.agreement - 1.0).abs() < 1e-12);
        assert!(
            Stretches::new(&[], Asked::new(text("x")))
                .make(&text("a"))
                .is_none()
        );
    }

    #[test]
    fn words_of_the_question_make_no_point() {
        let said = [text("database index")];
        let stretches = Stretches::new(&said, Asked::new(text("database index")));
        let made = stretches
            .make(&text("database index write"))
            .expect("something was said");
        assert!(made.agreement.abs() < 1e-12);
    }

    #[test]
    fn misspelt_words_count_nearly_as_much() {
        assert!(alike("revenu", "revnu") >= SAME_WORD);
        assert!(alike("match", "patch") < SAME_WORD);
    }
}
