//! The question bank that an installation comes with, and the shape in which banks are imported and exported.

use std::{collections::BTreeSet, sync::OnceLock};

use candor_core::interview::{Coding, Difficulty, Phase, Question, QuestionSource, RoleFamily};
use serde::{Deserialize, Serialize};

mod fitting;
mod references;
mod shipped;

pub use fitting::{About, fit};
pub use references::{Reference, reference, references};
pub use shipped::LANGUAGES;

/// Competencies that questions of the shipped bank are about.
pub const COMPETENCIES: [&str; 6] = [
    "communication",
    "problem_solving",
    "technical_depth",
    "judgment",
    "collaboration",
    "engagement",
];

/// Fewest key points of a question.
const LEAST_KEY_POINTS: usize = 3;

/// A question of a bank, as banks write it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankEntry {
    /// Stable id.
    pub id: String,
    /// The phase that it belongs to.
    pub phase: Phase,
    /// How hard it is.
    pub difficulty: Difficulty,
    /// Its words.
    pub text: String,
    /// Keys of the competencies that an answer shows.
    pub competencies: Vec<String>,
    /// What a good answer contains.
    pub key_points: Vec<String>,
    /// What may be asked after it.
    #[serde(default)]
    pub follow_ups: Vec<String>,
    /// Code that a programming question starts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starter_code: Option<String>,
    /// Language of that code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_language: Option<String>,
}

/// What is wrong with a question of a bank.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BankError {
    /// It can't be read.
    #[error("the bank can't be read: {0}")]
    Unreadable(String),
    /// A question is not as it must be.
    #[error("question {id}: {reason}")]
    Entry {
        /// Which.
        id: String,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BankFile {
    question: Vec<BankEntry>,
}

/// Reads a bank in TOML (`[[question]]` tables) of one language.
///
/// # Errors
/// [`BankError`], for the first question that is not as it must be.
pub fn read(text: &str, family: RoleFamily, language: &str) -> Result<Vec<Question>, BankError> {
    let file: BankFile =
        toml::from_str(text).map_err(|error| BankError::Unreadable(error.to_string()))?;
    let mut ids = BTreeSet::new();
    let mut questions = Vec::with_capacity(file.question.len());
    for entry in file.question {
        entry.check(family)?;
        if !ids.insert(entry.id.clone()) {
            return Err(entry.wrong("its id occurs twice"));
        }
        questions.push(entry.question(language));
    }
    Ok(questions)
}

/// The questions of one role in one language.
type Shelf = ((RoleFamily, &'static str), Vec<Question>);

/// The questions that Candor comes with.
pub fn shipped(family: RoleFamily, language: &str) -> &'static [Question] {
    static ALL: OnceLock<Vec<Shelf>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let parts = shipped::FILES.iter().map(|(family, language, text)| {
            let questions = read(text, *family, language);
            let questions = questions.expect("the shipped bank was checked by the tests");
            ((*family, *language), questions)
        });
        parts.collect()
    });
    all.iter()
        .find(|(key, _)| *key == (family, language))
        .map_or(&[], |(_, questions)| questions.as_slice())
}

impl BankEntry {
    fn wrong(&self, reason: impl Into<String>) -> BankError {
        BankError::Entry {
            id: self.id.clone(),
            reason: reason.into(),
        }
    }

    fn check(&self, family: RoleFamily) -> Result<(), BankError> {
        if self.id.trim().is_empty() || self.text.trim().is_empty() {
            return Err(self.wrong("it needs an id and a text"));
        }
        if !family.phases().contains(&self.phase) {
            return Err(self.wrong(format!(
                "interviews for {} have no phase {}",
                family.as_str(),
                self.phase.as_str()
            )));
        }
        if self.key_points.len() < LEAST_KEY_POINTS {
            return Err(self.wrong(format!("it needs {LEAST_KEY_POINTS} key points or more")));
        }
        if self.competencies.is_empty() {
            return Err(self.wrong("it needs a competency"));
        }
        if self.starter_code.is_some() != self.code_language.is_some() {
            return Err(self.wrong("starter_code and code_language go together"));
        }
        Ok(())
    }

    fn question(self, language: &str) -> Question {
        let coding = self.starter_code.zip(self.code_language);
        Question {
            id: self.id,
            phase: self.phase,
            difficulty: self.difficulty,
            text: self.text,
            competencies: self.competencies,
            key_points: self.key_points,
            follow_ups: self.follow_ups,
            language: language.to_owned(),
            source: QuestionSource::Bank,
            coding: coding.map(|(starter_code, language)| Coding {
                starter_code,
                language,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn each_role_has_enough_questions_in_each_language() {
        for family in RoleFamily::ALL {
            for language in LANGUAGES {
                let least = if language == "en" { 40 } else { 12 };
                let n = shipped(family, language).len();
                assert!(n >= least, "{family:?} {language}: {n}");
                for phase in family.phases() {
                    let questions = shipped(family, language).iter();
                    assert!(questions.clone().any(|q| q.phase == *phase), "{phase:?}");
                }
            }
        }
    }

    #[test]
    fn every_question_asks_one_thing_about_known_competencies() {
        for question in all() {
            let id = &question.id;
            assert_eq!(question.text.matches('?').count(), 1, "{id}");
            assert!(!question.follow_ups.is_empty(), "{id}");
            for competency in &question.competencies {
                assert!(
                    COMPETENCIES.contains(&competency.as_str()),
                    "{id}: {competency}"
                );
            }
            let is_coding = question.phase == Phase::Coding;
            assert_eq!(question.coding.is_some(), is_coding, "{id}");
        }
    }

    #[test]
    fn no_id_and_no_text_occurs_twice() {
        let ids: BTreeSet<&str> = all().map(|question| question.id.as_str()).collect();
        let texts: BTreeSet<String> = all().map(|q| words::normalised(&q.text)).collect();
        assert_eq!(ids.len(), all().count());
        assert_eq!(texts.len(), all().count());
    }

    #[test]
    fn levels_are_spread_where_they_matter() {
        for family in RoleFamily::ALL {
            for phase in [Phase::Technical, Phase::Behavioral] {
                for level in Difficulty::ALL {
                    let questions = shipped(family, "en").iter();
                    let n = questions
                        .filter(|q| q.phase == phase && q.difficulty == level)
                        .count();
                    assert!(n >= 3, "{family:?} {phase:?} {level:?}: {n}");
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_question_is_said_by_its_id() {
        let text = "[[question]]\nid = \"a\"\nphase = \"coding\"\ndifficulty = \"easy\"\ntext = \"Why?\"\n\
            competencies = [\"judgment\"]\nkey_points = [\"a\", \"b\", \"c\"]\n";
        let error = read(text, RoleFamily::Sales, "en").unwrap_err();
        assert_eq!(
            error.to_string(),
            "question a: interviews for sales have no phase coding"
        );
    }

    fn all() -> impl Iterator<Item = &'static Question> {
        let parts = RoleFamily::ALL
            .into_iter()
            .flat_map(|family| LANGUAGES.map(|language| shipped(family, language)));
        parts.flatten()
    }
}
