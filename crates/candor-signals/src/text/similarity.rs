//! How alike sentences are: cosine of embeddings, or of stem vectors where the embedder does not
//! know the language (labelled by its basis and low confidence).

use std::collections::BTreeMap;

use candor_core::{
    measured::{Measured, NotMeasured},
    ports::{Embedder, EngineError},
};

use super::{sentences::Script, stem::Stems, tokens::plain};

/// Identifier and version of coherence and relevance.
pub const FORMULA: &str = "similarity.v1";

/// What vectors were made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Sentence embeddings of a network that knows the language.
    Embedding,
    /// Shared word stems.
    Lexical,
}

impl Basis {
    /// How far a similarity on this basis is to be trusted, 0 to 1.
    pub fn confidence(self) -> f64 {
        match self {
            Self::Embedding => 0.8,
            Self::Lexical => 0.3,
        }
    }

    /// Name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Embedding => "embedding",
            Self::Lexical => "lexical",
        }
    }
}

/// One vector of unit length (or all zero: no content) for each of several texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Vectors {
    /// What they were made from; only vectors of one call may be compared.
    pub basis: Basis,
    /// The vectors, in the order of the texts.
    pub rows: Vec<Vec<f32>>,
}

/// A similarity with what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Similarity {
    /// Cosine, −1 to 1.
    pub value: f64,
    /// What it rests on.
    pub basis: Basis,
}

/// Vectors of `texts`: embeddings when `embedder` knows `language`, otherwise stem vectors.
///
/// # Errors
/// What the embedder says.
pub fn vectors(
    texts: &[&str],
    language: Option<&str>,
    embedder: Option<&dyn Embedder>,
) -> Result<Vectors, EngineError> {
    let fitting = embedder
        .filter(|embedder| language.is_some_and(|known| embedder.languages().contains(&known)));
    match fitting {
        Some(embedder) if !texts.is_empty() => Ok(Vectors {
            basis: Basis::Embedding,
            rows: embedder.embed(texts)?,
        }),
        _ => Ok(lexical_vectors(texts, language)),
    }
}

/// Vectors of the sentences of `script`.
///
/// # Errors
/// What the embedder says.
pub fn sentence_vectors(
    script: &Script,
    embedder: Option<&dyn Embedder>,
) -> Result<Vectors, EngineError> {
    let texts: Vec<&str> = script
        .sentences
        .iter()
        .map(|sentence| sentence.text.as_str())
        .collect();
    vectors(&texts, script.language.as_deref(), embedder)
}

/// Unit vectors of stem counts, rarer stems weighing more (tf · idf; Spärck Jones 1972).
pub fn lexical_vectors(texts: &[&str], language: Option<&str>) -> Vectors {
    let stems = Stems::new(language);
    let counted: Vec<BTreeMap<String, u32>> = texts
        .iter()
        .map(|text| {
            let mut counts = BTreeMap::new();
            for token in super::tokens::tokens_of(&plain(text, language), language) {
                if stems.is_content(&token) {
                    *counts.entry(stems.stem(&token.folded)).or_insert(0) += 1;
                }
            }
            counts
        })
        .collect();
    let mut n_texts_with: BTreeMap<&str, u32> = BTreeMap::new();
    for counts in &counted {
        for stem in counts.keys() {
            *n_texts_with.entry(stem).or_insert(0) += 1;
        }
    }
    let rows = counted
        .iter()
        .map(|counts| {
            let row: Vec<f32> = n_texts_with
                .iter()
                .map(|(stem, &n)| {
                    let tf = f64::from(counts.get(*stem).copied().unwrap_or(0));
                    let idf = ((1.0 + texts.len() as f64) / (1.0 + f64::from(n))).ln() + 1.0;
                    (tf * idf) as f32
                })
                .collect();
            unit(row)
        })
        .collect();
    Vectors {
        basis: Basis::Lexical,
        rows,
    }
}

/// Cosine of two vectors; 0 when one of them is all zero or their lengths differ.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    if a.len() != b.len() {
        return 0.0;
    }
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(x, y)| f64::from(*x) * f64::from(*y))
            .sum()
    };
    let norm = (dot(a, a) * dot(b, b)).sqrt();
    if norm > 0.0 {
        (dot(a, b) / norm).clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

/// Mean cosine of neighbouring sentences (Foltz, Kintsch & Landauer 1998).
///
/// # Errors
/// `too_short` for fewer than three sentences.
pub fn coherence(vectors: &Vectors) -> Measured<Similarity> {
    if vectors.rows.len() < 3 {
        return Err(NotMeasured::new(
            "too_short",
            "coherence needs at least three sentences",
        ));
    }
    let sum: f64 = vectors
        .rows
        .windows(2)
        .map(|pair| cosine(&pair[0], &pair[1]))
        .sum();
    Ok(Similarity {
        value: sum / (vectors.rows.len() - 1) as f64,
        basis: vectors.basis,
    })
}

/// How far an answer speaks about a question: the mean of the best third of its sentences'
/// cosines with the question, so that an introduction does not hide a fitting core.
///
/// # Errors
/// `no_words` without sentences.
pub fn relevance(question: &[f32], sentences: &Vectors) -> Measured<Similarity> {
    let mut cosines: Vec<f64> = sentences
        .rows
        .iter()
        .map(|row| cosine(question, row))
        .collect();
    if cosines.is_empty() {
        return Err(NotMeasured::new(
            "no_words",
            "there are no words to compare",
        ));
    }
    cosines.sort_by(|a, b| b.total_cmp(a));
    let n_best = cosines.len().div_ceil(3);
    Ok(Similarity {
        value: cosines[..n_best].iter().sum::<f64>() / n_best as f64,
        basis: sentences.basis,
    })
}

/// For each of `points`, the sentence that is most like it and their cosine; `None` without
/// sentences. Both must come from one call of [`vectors`] or one embedder.
pub fn best_matches(points: &[Vec<f32>], sentences: &[Vec<f32>]) -> Vec<Option<(usize, f64)>> {
    points
        .iter()
        .map(|point| {
            let mut best: Option<(usize, f64)> = None;
            for (index, sentence) in sentences.iter().enumerate() {
                let value = cosine(point, sentence);
                if best.is_none_or(|(_, most)| value > most) {
                    best = Some((index, value));
                }
            }
            best
        })
        .collect()
}

fn unit(mut row: Vec<f32>) -> Vec<f32> {
    let norm = row
        .iter()
        .map(|x| f64::from(*x) * f64::from(*x))
        .sum::<f64>()
        .sqrt();
    if norm > 0.0 {
        for x in &mut row {
            *x = (f64::from(*x) / norm) as f32;
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn neighbours_that_share_stems_are_more_coherent_than_others() {
        let on_topic = [
            "We tested servers.",
            "The server tests failed.",
            "Testing a server helps.",
        ];
        let off_topic = [
            "We tested servers.",
            "My cat sleeps.",
            "Bread tastes sweet.",
        ];
        let value = |texts: &[&str]| {
            coherence(&lexical_vectors(texts, Some("en")))
                .expect("three sentences")
                .value
        };
        assert!(value(&on_topic) > 0.5);
        assert!(value(&off_topic).abs() < 1e-9);
        assert_eq!(
            coherence(&lexical_vectors(&on_topic[..2], Some("en")))
                .unwrap_err()
                .code,
            "too_short"
        );
    }

    #[test]
    fn relevance_rests_on_the_best_third() {
        let rows = vec![vec![1.0, 0.0], vec![0.0, 1.0], vec![0.0, 1.0]];
        let sentences = Vectors {
            basis: Basis::Embedding,
            rows,
        };
        let found = relevance(&[1.0, 0.0], &sentences).expect("has sentences");
        assert!((found.value - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn cosine_is_symmetric_bounded_and_one_with_itself(
            a in proptest::collection::vec(-10.0f32..10.0, 4),
            b in proptest::collection::vec(-10.0f32..10.0, 4),
        ) {
            let ab = cosine(&a, &b);
            prop_assert!((-1.0..=1.0).contains(&ab));
            prop_assert!((ab - cosine(&b, &a)).abs() < 1e-12);
            if a.iter().any(|x| x.abs() > 1e-3) {
                prop_assert!((cosine(&a, &a) - 1.0).abs() < 1e-6);
            }
        }
    }
}
