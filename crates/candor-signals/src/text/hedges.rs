//! Expressions that weaken a statement ("maybe", "I guess"); Lakoff 1973, Hyland 1998.

use std::ops::Range;

use candor_core::{measured::Measured, report::Quote};

use super::{lexicon, phrases::PhraseSet, sentences::Script};

/// Identifier and version of the rules.
pub const FORMULA: &str = "hedges.v1";

/// Every hedge with its words and time, in order.
///
/// # Errors
/// `language_unknown` or `language_unsupported`.
pub fn find(script: &Script) -> Measured<Vec<Quote>> {
    let found = ranges(script)?;
    Ok(found.into_iter().map(|range| script.quote(range)).collect())
}

/// The tokens of every hedge, as ranges of [`Script::tokens`].
///
/// # Errors
/// `language_unknown` or `language_unsupported`.
pub fn ranges(script: &Script) -> Measured<Vec<Range<usize>>> {
    let lexicon = super::require_lexicon(script.language.as_deref())?;
    let hedges = PhraseSet::new(&lexicon::phrases(lexicon.hedges), lexicon.language);
    let mut ranges = Vec::new();
    for sentence in &script.sentences {
        let words: Vec<&str> = script
            .tokens_in(sentence)
            .iter()
            .map(|token| token.folded.as_str())
            .collect();
        for found in hedges.find(&words) {
            let start = sentence.tokens.start + found.start;
            ranges.push(start..start + found.n_words);
        }
    }
    Ok(ranges)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::text::tokens::plain;

    #[rstest]
    #[case("en", "I think it was, maybe, kind of slow. This kind of work is fine.", &["I think", "maybe", "kind of"])]
    #[case("tr", "Belki de sanırım yarın biter.", &["Belki", "sanırım"])]
    #[case("fr", "Je pense que c'est peut-être vrai.", &["Je pense", "peut-être"])]
    #[case("id", "Mungkin saya rasa itu benar.", &["Mungkin", "saya rasa"])]
    #[case("de", "Vielleicht war es irgendwie gut.", &["Vielleicht", "irgendwie"])]
    #[case("es", "Creo que tal vez sí.", &["Creo que", "tal vez"])]
    fn hedges_are_quoted_in_order(
        #[case] language: &str,
        #[case] text: &str,
        #[case] hedges: &[&str],
    ) {
        let script = Script::new(&plain(text, Some(language)), Some(language));
        let quotes: Vec<String> = find(&script)
            .expect("language has a list")
            .into_iter()
            .map(|quote| quote.text)
            .collect();
        assert_eq!(quotes, hedges);
    }
}
