//! The most telling terms: runs of content words (candidates as in RAKE; Rose et al. 2010), ranked
//! by how often their stems occur.
//!
//! Weight of a term = mean count of its stems · √(count of the term) · (1 + ¼ · further words),
//! relative to the strongest term. RAKE's own degree score is not used: it prefers long runs that
//! occur once.

use std::{collections::BTreeMap, ops::Range};

use candor_core::report::Keyword;

use super::{fillers, hedges, sentences::Script, specificity, stem::Stems};

/// Identifier and version of the formula.
pub const FORMULA: &str = "keywords.v1";

/// Longest term in words; longer runs give their single words.
const MAX_WORDS: usize = 3;

/// Up to `n_most` terms of the whole script, strongest first; empty where the language is
/// unknown or has no list of function words.
pub fn find(script: &Script, n_most: usize) -> Vec<Keyword> {
    find_in(script, 0..script.sentences.len(), n_most)
}

/// Up to `n_most` terms of a range of sentences, strongest first.
pub fn find_in(script: &Script, sentences: Range<usize>, n_most: usize) -> Vec<Keyword> {
    if super::lexicon::of(script.language.as_deref()).is_none() {
        return Vec::new();
    }
    let candidates = candidates(script, sentences);
    let mut stem_counts: BTreeMap<&str, u32> = BTreeMap::new();
    for candidate in &candidates {
        for stem in &candidate.stems {
            *stem_counts.entry(stem).or_insert(0) += 1;
        }
    }
    let mut terms: Vec<Term> = Vec::new();
    for candidate in &candidates {
        match terms.iter_mut().find(|term| term.stems == candidate.stems) {
            Some(term) => term.count += 1,
            None => terms.push(Term {
                stems: &candidate.stems,
                text: &candidate.text,
                count: 1,
                score: 0.0,
            }),
        }
    }
    for term in &mut terms {
        let n = term.stems.len() as f64;
        let sum: u32 = term
            .stems
            .iter()
            .map(|stem| stem_counts[stem.as_str()])
            .sum();
        term.score = f64::from(sum) / n * f64::from(term.count).sqrt() * (1.0 + 0.25 * (n - 1.0));
    }
    // Stable: equal scores stay in the order in which they were said.
    terms.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut chosen: Vec<Term> = Vec::new();
    for term in terms {
        let repeated = chosen
            .iter()
            .any(|other| term.stems.iter().all(|stem| other.stems.contains(stem)));
        if !repeated && chosen.len() < n_most {
            chosen.push(term);
        }
    }
    let strongest = chosen.first().map_or(1.0, |term| term.score);
    chosen
        .iter()
        .map(|term| Keyword {
            term: term.text.to_owned(),
            count: term.count,
            weight: (term.score / strongest * 100.0).round() / 100.0,
        })
        .collect()
}

struct Candidate {
    stems: Vec<String>,
    text: String,
}

struct Term<'a> {
    stems: &'a [String],
    text: &'a str,
    count: u32,
    score: f64,
}

/// Runs of content words without a break between; hesitations and bare numbers end a run.
fn candidates(script: &Script, sentences: Range<usize>) -> Vec<Candidate> {
    let stems = Stems::new(script.language.as_deref());
    let mut skip = vec![false; script.tokens.len()];
    // A hedge or the verb of a deed is no topic.
    for hedge in hedges::ranges(script).unwrap_or_default() {
        skip[hedge].fill(true);
    }
    for deed in specificity::find(script).unwrap_or_default() {
        if deed.kind == specificity::Kind::Deed {
            skip[deed.tokens.end - 1] = true;
        }
    }
    if let Ok(found) = fillers::in_script(script) {
        for filler in found.hesitations.iter().chain(&found.discourse_markers) {
            skip[filler.tokens.clone()].fill(true);
        }
    }
    let mut candidates = Vec::new();
    let mut run: Vec<usize> = Vec::new();
    for sentence in &script.sentences[sentences] {
        for i in sentence.tokens.clone() {
            let token = &script.tokens[i];
            let numeric = !token.folded.chars().any(char::is_alphabetic);
            if token.break_before {
                flush(script, &stems, &mut run, &mut candidates);
            }
            if skip[i] || numeric || !stems.is_content(token) {
                flush(script, &stems, &mut run, &mut candidates);
            } else {
                run.push(i);
            }
        }
        flush(script, &stems, &mut run, &mut candidates);
    }
    candidates
}

/// Turns a finished run into candidates and empties it.
fn flush(script: &Script, stems: &Stems, run: &mut Vec<usize>, candidates: &mut Vec<Candidate>) {
    let size = if run.len() <= MAX_WORDS {
        run.len().max(1)
    } else {
        1
    };
    for part in run.chunks(size) {
        let tokens: Vec<_> = part.iter().map(|&i| &script.tokens[i]).collect();
        let turkish = script.language.as_deref() == Some("tr");
        let texts: Vec<&str> = tokens.iter().map(|token| display(token, turkish)).collect();
        candidates.push(Candidate {
            stems: tokens
                .iter()
                .map(|token| stems.stem(&token.folded))
                .collect(),
            text: texts.join(" "),
        });
    }
    run.clear();
}

/// Names keep their capitals; the capital of a sentence's first word is no part of the term. A
/// Turkish name stands before the apostrophe of its suffix.
fn display(token: &super::tokens::Token, turkish: bool) -> &str {
    if turkish && let Some((name, _)) = token.raw.split_once(['\'', '’']) {
        return name;
    }
    let n_capitals = token.raw.chars().filter(|c| c.is_uppercase()).count();
    if token.break_before && n_capitals == 1 {
        &token.folded
    } else {
        &token.raw
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::plain;

    #[test]
    fn repeated_terms_rank_first_whatever_their_form() {
        let text = "I deployed the payment service. Payment services need tests. \
                    The payment service had, um, no tests. My cat slept.";
        let script = Script::new(&plain(text, Some("en")), Some("en"));
        let terms = find(&script, 3);
        assert_eq!(terms[0].term, "payment service");
        assert!((terms[0].weight - 1.0).abs() < 1e-12);
        assert_eq!(terms[0].count, 2);
        assert!(terms.iter().all(|term| term.term != "um"));
    }

    #[test]
    fn names_keep_their_capitals_and_sentence_capitals_go() {
        let script = Script::new(
            &plain("Testing matters with Kubernetes.", Some("en")),
            Some("en"),
        );
        let terms: Vec<String> = find(&script, 9).into_iter().map(|term| term.term).collect();
        assert_eq!(terms, ["testing matters", "Kubernetes"]);
    }

    #[test]
    fn languages_without_function_words_have_no_keywords() {
        let script = Script::new(&plain("ho lavorato per tre anni", Some("it")), Some("it"));
        assert!(find(&script, 5).is_empty());
    }
}
