//! What answers show at each level of a competency, and of a question that has levels of its own.

use std::{collections::BTreeMap, sync::OnceLock};

use candor_core::rubric::Levels;
use serde::{Deserialize, Serialize};

use crate::prompt::one_line;

/// What holds for a competency that no rubric describes.
const GENERAL: [&str; 5] = [
    "nothing of it, or the opposite",
    "first signs of it, without an example",
    "enough of it for everyday work, with an example",
    "much of it, with own deeds and reasons",
    "as much of it as one can expect of an expert, in detail and with what came of it",
];

/// What an answer shows at the levels 1 to 5 of one competency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchors {
    /// A clause for each level, the lowest first.
    pub levels: Levels,
}

/// What a chat model judges by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rubric {
    /// Anchors by the key of the competency.
    pub competencies: BTreeMap<String, Anchors>,
    /// Levels by the id of the question that they are about; most questions have none.
    pub questions: BTreeMap<String, Levels>,
}

impl Default for Rubric {
    /// Anchors of the competencies of the shipped bank.
    fn default() -> Self {
        static SHIPPED: OnceLock<Rubric> = OnceLock::new();
        SHIPPED
            .get_or_init(|| Rubric {
                competencies: toml::from_str(include_str!("../../../prompts/competencies.v1.toml"))
                    .expect("the shipped rubric was checked by the tests"),
                questions: BTreeMap::new(),
            })
            .clone()
    }
}

impl Rubric {
    /// The levels of a competency, the lowest first.
    pub fn levels(&self, competency: &str) -> [&str; 5] {
        self.competencies
            .get(competency)
            .map_or(GENERAL, |anchors| {
                anchors.levels.each_ref().map(String::as_str)
            })
    }

    /// The levels of a question that has its own, the lowest first.
    pub(super) fn of_question(&self, question: &str) -> Option<[&str; 5]> {
        let levels = self.questions.get(question)?;
        Some(levels.each_ref().map(String::as_str))
    }

    /// The competencies as a prompt lists them.
    pub(super) fn listed(&self, competencies: &[String]) -> String {
        let listed = competencies.iter().map(|competency| {
            let levels = numbered(self.levels(competency));
            format!("`{}`:\n{levels}", one_line(competency))
        });
        or_none(&listed.collect::<Vec<_>>())
    }

    /// The levels of a question as a prompt lists them.
    pub(super) fn listed_for(&self, question: &str) -> String {
        let levels = self.of_question(question).map(numbered);
        or_none(levels.as_slice())
    }
}

/// A line for each level.
fn numbered(levels: [&str; 5]) -> String {
    let levels = levels.into_iter().enumerate();
    let lines = levels.map(|(at, level)| format!("- {}: {}", at + 1, one_line(level)));
    lines.collect::<Vec<_>>().join("\n")
}

/// The entries of a list, or that there are none.
pub(super) fn or_none(entries: &[String]) -> String {
    if entries.is_empty() {
        return "(none)".to_owned();
    }
    entries.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::COMPETENCIES;

    #[test]
    fn the_shipped_rubric_describes_the_shipped_competencies() {
        let rubric = Rubric::default();
        for competency in COMPETENCIES {
            assert!(rubric.competencies.contains_key(competency), "{competency}");
        }
        let listed = rubric.listed(&["judgment".to_owned(), "charm".to_owned()]);
        assert!(listed.contains("`judgment`:\n- 1: decides without a reason"));
        assert!(listed.contains(GENERAL[4]));
        assert_eq!(rubric.listed_for("technical-en-tech-01"), "(none)");
    }
}
