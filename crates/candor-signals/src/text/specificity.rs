//! How concrete a text is: numbers, named things, and what the speaker did in the first person.
//!
//! Concrete detail distinguishes told experience from generalities (content criteria of
//! statement analysis; Vrij 2008). Counts are per 100 words so that length does not matter.

use std::ops::Range;

use candor_core::{measured::Measured, report::Quote};

use super::{
    lexicon::{self, Lexicon},
    phrases::PhraseSet,
    sentences::{Script, Sentence},
};

/// Identifier and version of the rules.
pub const FORMULA: &str = "specificity.v1";

/// What makes a sentence specific.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A number in digits or letters.
    Number,
    /// The name of a person, place, firm or product.
    Name,
    /// Something that the speaker (or their group) did.
    Deed,
}

/// One specific detail.
#[derive(Debug, Clone, PartialEq)]
pub struct Specific {
    /// What it is.
    pub kind: Kind,
    /// Its words and time.
    pub quote: Quote,
    /// Its tokens, as a range of [`Script::tokens`].
    pub tokens: Range<usize>,
    /// Index of its sentence.
    pub sentence: usize,
}

/// Every specific detail, in order.
///
/// # Errors
/// `language_unknown` or `language_unsupported`.
pub fn find(script: &Script) -> Measured<Vec<Specific>> {
    let lexicon = super::require_lexicon(script.language.as_deref())?;
    let deeds = PhraseSet::new(&lexicon::phrases(lexicon.actions), lexicon.language);
    // Names are told by their capital, which says nothing where everything or nothing has one.
    let cased = has_case(script);
    let mut specifics = Vec::new();
    for (index, sentence) in script.sentences.iter().enumerate() {
        let mut found = numbers(script, sentence, lexicon);
        if cased {
            found.extend(names(script, sentence, lexicon));
        }
        found.extend(deeds_in(script, sentence, &deeds));
        found.sort_by_key(|(kind, range)| (range.start, *kind));
        specifics.extend(found.into_iter().map(|(kind, tokens)| Specific {
            kind,
            quote: script.quote(tokens.clone()),
            tokens,
            sentence: index,
        }));
    }
    Ok(specifics)
}

type Found = (Kind, Range<usize>);

/// Runs of numbers: "twenty five", "3.5 million".
fn numbers(script: &Script, sentence: &Sentence, lexicon: &Lexicon) -> Vec<Found> {
    let words: Vec<&str> = lexicon::words(lexicon.numbers).collect();
    let is_number = |i: usize| {
        let folded = script.tokens[i].folded.as_str();
        folded.starts_with(|c: char| c.is_ascii_digit()) || words.contains(&folded)
    };
    runs(sentence.tokens.clone(), is_number)
        .map(|range| (Kind::Number, range))
        .collect()
}

/// Runs of capitalised words inside a sentence, and words with inner capitals or digits anywhere.
fn names(script: &Script, sentence: &Sentence, lexicon: &Lexicon) -> Vec<Found> {
    let not_names: Vec<&str> = lexicon::words(lexicon.not_names).collect();
    let is_name = |i: usize| {
        let token = &script.tokens[i];
        let mut chars = token.raw.chars();
        let capital = chars.next().is_some_and(char::is_uppercase);
        let inner = chars.any(char::is_uppercase);
        let listed = not_names.contains(&token.folded.as_str());
        // German writes every noun with a capital: only inner capitals tell a name there.
        let by_capital = capital && lexicon.language != "de" && i > sentence.tokens.start;
        !listed && token.raw.chars().count() > 1 && (by_capital || inner)
    };
    runs(sentence.tokens.clone(), is_name)
        .map(|range| (Kind::Name, range))
        .collect()
}

fn deeds_in(script: &Script, sentence: &Sentence, deeds: &PhraseSet) -> Vec<Found> {
    let words: Vec<&str> = script
        .tokens_in(sentence)
        .iter()
        .map(|token| token.folded.as_str())
        .collect();
    deeds
        .find(&words)
        .into_iter()
        .map(|found| {
            let start = sentence.tokens.start + found.start;
            (Kind::Deed, start..start + found.n_words)
        })
        .collect()
}

/// Whether capitals carry meaning: most words are in lower case, some are not.
fn has_case(script: &Script) -> bool {
    let n_upper = script
        .tokens
        .iter()
        .filter(|token| token.raw.chars().next().is_some_and(char::is_uppercase))
        .count();
    n_upper > 0 && n_upper * 2 < script.tokens.len().max(1)
}

/// Maximal runs of positions that satisfy `holds`.
fn runs(range: Range<usize>, holds: impl Fn(usize) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for i in range {
        if !holds(i) {
            continue;
        }
        match found.last_mut() {
            Some(last) if last.end == i => last.end = i + 1,
            _ => found.push(i..i + 1),
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::text::tokens::plain;

    fn texts(text: &str, language: &str, kind: Kind) -> Vec<String> {
        let script = Script::new(&plain(text, Some(language)), Some(language));
        find(&script)
            .expect("language has a list")
            .into_iter()
            .filter(|specific| specific.kind == kind)
            .map(|specific| specific.quote.text)
            .collect()
    }

    #[test]
    fn numbers_names_and_deeds_are_found_in_english() {
        let text = "At Acme Corp I migrated 40 services to Kubernetes in twenty five days, and we need rest.";
        assert_eq!(texts(text, "en", Kind::Number), ["40", "twenty five"]);
        assert_eq!(texts(text, "en", Kind::Name), ["Acme Corp", "Kubernetes"]);
        assert_eq!(texts(text, "en", Kind::Deed), ["I migrated"]);
    }

    #[rstest]
    #[case("tr", "Ekibi kurdum ve raporu yazdık, artık tüm iş bitti.", &["kurdum", "yazdık"])]
    #[case("fr", "J'ai dirigé l'équipe et nous avons réduit les coûts.", &["J'ai dirigé", "nous avons réduit"])]
    #[case("id", "Saya memimpin tim dan kami membuat aplikasi, saya merasa senang.", &["Saya memimpin", "kami membuat"])]
    #[case("de", "Ich habe das Team geleitet. Ich leitete den Umzug.", &["Ich habe das Team geleitet", "Ich leitete"])]
    #[case("es", "Dirigí el equipo y reduje los costes.", &["Dirigí", "reduje"])]
    fn own_deeds_are_found_in_other_languages(
        #[case] language: &str,
        #[case] text: &str,
        #[case] deeds: &[&str],
    ) {
        assert_eq!(texts(text, language, Kind::Deed), deeds);
    }

    #[test]
    fn text_without_case_has_no_names() {
        assert!(texts("i moved to berlin with anna", "en", Kind::Name).is_empty());
        assert!(texts("I MOVED TO BERLIN WITH ANNA", "en", Kind::Name).is_empty());
    }
}
