//! What answers to the shipped questions sound like: reference answers and telling words, written from the questions
//! alone. Answers are compared with them; they are never shown to candidates.

use std::{collections::HashMap, sync::OnceLock};

use candor_core::interview::RoleFamily;
use serde::Deserialize;

use super::shipped;

/// What answers to one question sound like.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    id: String,
    /// Different good answers, sentence by sentence.
    pub answers: Vec<Vec<String>>,
    /// Words and short phrases that answers to this question have and answers to others hardly.
    pub words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    reference: Vec<Reference>,
}

/// References by the id of their question.
type Shelf = HashMap<String, Reference>;

/// What answers to the shipped questions of `family` in `language` sound like, by the id of the question.
pub fn references(family: RoleFamily, language: &str) -> &'static Shelf {
    static ALL: OnceLock<HashMap<(RoleFamily, &'static str), Shelf>> = OnceLock::new();
    static NONE: OnceLock<Shelf> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let read = |text| toml::from_str(text).map(|file: File| file.reference);
        let files = shipped::REFERENCES.iter().map(|(family, language, text)| {
            let references = read(text).expect("the shipped references were checked by the tests");
            let by_id = references.into_iter().map(|one| (one.id.clone(), one));
            ((*family, *language), by_id.collect())
        });
        files.collect()
    });
    let key = shipped::LANGUAGES.into_iter().find(|one| *one == language);
    key.and_then(|language| all.get(&(family, language)))
        .unwrap_or_else(|| NONE.get_or_init(Shelf::new))
}

/// What answers to the shipped question `id` sound like.
pub fn reference(id: &str, language: &str) -> Option<&'static Reference> {
    RoleFamily::ALL
        .into_iter()
        .find_map(|family| references(family, language).get(id))
}

impl Reference {
    /// All sentences of all answers.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.answers.iter().flatten().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::shipped as questions;
    use super::*;

    #[test]
    fn every_shipped_question_has_references_of_its_own() {
        for family in RoleFamily::ALL {
            for language in shipped::LANGUAGES {
                let known = references(family, language);
                let asked = super::super::shipped(family, language);
                let ids: BTreeSet<&str> = asked.iter().map(|one| one.id.as_str()).collect();
                let found: BTreeSet<&str> = known.keys().map(String::as_str).collect();
                assert_eq!(found, ids, "{family:?} {language}");
                for one in known.values() {
                    assert!(one.answers.len() >= 3, "{}", one.id);
                    assert!(
                        one.answers.iter().all(|answer| answer.len() >= 2),
                        "{}",
                        one.id
                    );
                    assert!(one.words.len() >= 20, "{}", one.id);
                }
            }
        }
        assert!(references(RoleFamily::Sales, "de").is_empty());
        assert_eq!(questions::FILES.len(), questions::REFERENCES.len());
    }
}
