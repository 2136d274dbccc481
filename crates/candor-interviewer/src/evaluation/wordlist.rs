//! Lists of words that are told from others by themselves, by their stem or by their beginning.

use std::collections::BTreeSet;

use candor_signals::text::stem::Stems;

/// A compiled list. Words are parted by spaces; one with a `*` at its end stands for every word that begins so, others
/// for every word of the same stem.
pub(crate) struct WordList {
    words: BTreeSet<&'static str>,
    stems: BTreeSet<String>,
    beginnings: Vec<&'static str>,
    stemmer: Option<Stems>,
}

impl WordList {
    /// Compiles `list`; without a language words stand only for themselves.
    pub(crate) fn new(list: &'static str, language: Option<&str>) -> Self {
        let (beginnings, words): (Vec<&str>, Vec<&str>) = list
            .split_whitespace()
            .partition(|word| word.ends_with('*'));
        let stemmer = language.map(|language| Stems::new(Some(language)));
        Self {
            stems: stemmer
                .iter()
                .flat_map(|stemmer| words.iter().map(|word| stemmer.stem(word)))
                .collect(),
            words: words.into_iter().collect(),
            beginnings: beginnings
                .into_iter()
                .map(|word| word.trim_end_matches('*'))
                .collect(),
            stemmer,
        }
    }

    /// Whether it holds a word in lower case.
    pub(crate) fn holds(&self, folded: &str) -> bool {
        self.words.contains(folded)
            || self
                .beginnings
                .iter()
                .any(|beginning| folded.starts_with(beginning))
            || self
                .stemmer
                .as_ref()
                .is_some_and(|stemmer| self.stems.contains(&stemmer.stem(folded)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_for_their_forms_and_beginnings_for_all_that_follow() {
        let list = WordList::new("table measur*", Some("en"));
        assert!(list.holds("tables") && list.holds("measurement"));
        assert!(!list.holds("tablet") && !list.holds("unmeasured"));
        assert!(!WordList::new("table", None).holds("tables"));
    }
}
