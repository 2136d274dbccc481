//! Which key terms an answer mentions, whatever their inflection.

use candor_core::{
    measured::{Measured, NotMeasured},
    report::Quote,
};

use super::{
    sentences::Script,
    stem::Stems,
    tokens::{plain, tokens_of},
};

/// Identifier and version of the rules.
pub const FORMULA: &str = "coverage.v1";

/// A key term and the sentence that mentions it first.
#[derive(Debug, Clone, PartialEq)]
pub struct TermCoverage {
    /// The term as it was given.
    pub term: String,
    /// The first sentence that holds all its content words; `None` when none does.
    pub quote: Option<Quote>,
}

/// Which of the key terms were mentioned.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// Every term, in the order given.
    pub terms: Vec<TermCoverage>,
    /// Share of the terms that were mentioned, 0 to 1.
    pub ratio: f64,
}

/// Looks for each of `key_terms` in `script`. A term counts when one sentence holds the stems of
/// all its content words (of all its words when it has no content words).
///
/// # Errors
/// `no_key_terms` when there is nothing to look for, `no_words` when nothing was said.
pub fn of(script: &Script, key_terms: &[&str]) -> Measured<Coverage> {
    if key_terms.is_empty() {
        return Err(NotMeasured::new("no_key_terms", "no key terms were given"));
    }
    if script.tokens.is_empty() {
        return Err(NotMeasured::new("no_words", "no words were found"));
    }
    let language = script.language.as_deref();
    let stems = Stems::new(language);
    let said: Vec<Vec<String>> = script
        .sentences
        .iter()
        .map(|sentence| {
            let tokens = script.tokens_in(sentence);
            tokens
                .iter()
                .flat_map(|token| stems_of(&stems, &token.folded))
                .collect()
        })
        .collect();
    let terms: Vec<TermCoverage> = key_terms
        .iter()
        .map(|term| {
            let tokens = tokens_of(&plain(term, language), language);
            let content: Vec<&super::tokens::Token> = tokens
                .iter()
                .filter(|token| stems.is_content(token))
                .collect();
            let needed: Vec<String> = if content.is_empty() {
                tokens
                    .iter()
                    .map(|token| stems.stem(&token.folded))
                    .collect()
            } else {
                content
                    .iter()
                    .map(|token| stems.stem(&token.folded))
                    .collect()
            };
            let first = said.iter().position(|sentence| {
                !needed.is_empty() && needed.iter().all(|stem| sentence.contains(stem))
            });
            TermCoverage {
                term: (*term).to_owned(),
                quote: first.map(|index| script.quote_sentence(&script.sentences[index])),
            }
        })
        .collect();
    let n_covered = terms.iter().filter(|term| term.quote.is_some()).count();
    Ok(Coverage {
        ratio: n_covered as f64 / terms.len() as f64,
        terms,
    })
}

/// The stem of a word and, for a compound with hyphens, of its parts.
fn stems_of(stems: &Stems, folded: &str) -> Vec<String> {
    let mut all = vec![stems.stem(folded)];
    if folded.contains('-') {
        all.extend(folded.split('-').map(|part| stems.stem(part)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str, language: &str, terms: &[&str]) -> f64 {
        let script = Script::new(&plain(text, Some(language)), Some(language));
        of(&script, terms).expect("has terms").ratio
    }

    #[test]
    fn inflected_terms_are_found_in_one_sentence() {
        let text = "I was testing our databases. The index helped.";
        assert!(
            (ratio(text, "en", &["database tests", "indexes", "caching"]) - 2.0 / 3.0).abs()
                < 1e-12
        );
        assert!(ratio(text, "en", &["database index"]).abs() < 1e-12);
        assert!((ratio("Projelerimizi testlerle korduk.", "tr", &["proje"]) - 1.0).abs() < 1e-12);
        assert!(
            (ratio("Nous avons géré les projets.", "fr", &["gérer un projet"]) - 1.0).abs() < 1e-12
        );
    }

    #[test]
    fn nothing_to_look_for_is_not_measured() {
        let script = Script::new(&plain("words", Some("en")), Some("en"));
        assert_eq!(of(&script, &[]).unwrap_err().code, "no_key_terms");
    }
}
