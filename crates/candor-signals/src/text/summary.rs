//! Extractive summary: the most central sentences, in their own words and order.
//!
//! Centrality is the mean similarity to the other sentences (degree centrality of LexRank; Erkan &
//! Radev 2004); a sentence like one already chosen is held back (maximal marginal relevance;
//! Carbonell & Goldstein 1998).

use super::{
    sentences::{Script, Sentence},
    similarity::{Vectors, cosine},
};

/// Identifier and version of the formula.
pub const FORMULA: &str = "summary.v1";

/// Sentences with fewer words are no summary of anything.
const MIN_WORDS: usize = 5;
/// Weight of centrality against newness.
const LAMBDA: f64 = 0.7;

/// Indices of one to three sentences of `script`, in order; `vectors` has a row for each of its
/// sentences. Empty without sentences.
pub fn choose(script: &Script, vectors: &Vectors) -> Vec<usize> {
    let full = |sentence: &Sentence| sentence.tokens.len() >= MIN_WORDS && !sentence.is_question;
    let mut candidates: Vec<usize> = (0..script.sentences.len())
        .filter(|&i| full(&script.sentences[i]) && i < vectors.rows.len())
        .collect();
    if candidates.is_empty() {
        // Only scraps: the longest one speaks for all.
        candidates = (0..script.sentences.len())
            .rev()
            .max_by_key(|&i| script.sentences[i].tokens.len())
            .into_iter()
            .collect();
        return candidates;
    }
    let n_wanted = match candidates.len() {
        0..=2 => 1,
        3..=8 => 2,
        _ => 3,
    };
    let centrality: Vec<f64> = candidates
        .iter()
        .map(|&i| {
            let sum: f64 = candidates
                .iter()
                .filter(|&&j| j != i)
                .map(|&j| cosine(&vectors.rows[i], &vectors.rows[j]))
                .sum();
            sum / (candidates.len() - 1).max(1) as f64
        })
        .collect();
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < n_wanted {
        let mut best: Option<(usize, f64)> = None;
        for (rank, &i) in candidates.iter().enumerate() {
            if chosen.contains(&i) {
                continue;
            }
            let nearest = chosen
                .iter()
                .map(|&j| cosine(&vectors.rows[i], &vectors.rows[j]))
                .fold(0.0, f64::max);
            let value = LAMBDA * centrality[rank] - (1.0 - LAMBDA) * nearest;
            if best.is_none_or(|(_, most)| value > most) {
                best = Some((i, value));
            }
        }
        match best {
            Some((i, _)) => chosen.push(i),
            None => break,
        }
    }
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{similarity::lexical_vectors, tokens::plain};

    fn summary(text: &str) -> Vec<String> {
        let script = Script::new(&plain(text, Some("en")), Some("en"));
        let texts: Vec<&str> = script.sentences.iter().map(|s| s.text.as_str()).collect();
        let vectors = lexical_vectors(&texts, Some("en"));
        choose(&script, &vectors)
            .into_iter()
            .map(|i| script.sentences[i].text.clone())
            .collect()
    }

    #[test]
    fn central_sentences_are_chosen_in_their_order() {
        let text = "Hello there everyone today here. Our payment service lost orders every week. \
                    I fixed the payment service so orders arrive. Yes. \
                    The weather outside looks nice. Now the payment service keeps all orders.";
        let chosen = summary(text);
        assert_eq!(chosen.len(), 2);
        assert!(chosen.iter().all(|sentence| sentence.contains("payment")));
    }

    #[test]
    fn scraps_give_the_longest_and_nothing_gives_nothing() {
        assert_eq!(summary("Yes. Of course, sir. No."), ["Of course, sir."]);
        assert!(summary("").is_empty());
    }
}
