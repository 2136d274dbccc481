//! What answers show at each level of a competency.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::{Deserialize, Serialize};

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
    pub levels: [String; 5],
}

/// Anchors by the key of the competency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rubric(pub BTreeMap<String, Anchors>);

impl Default for Rubric {
    /// Anchors of the competencies of the shipped bank.
    fn default() -> Self {
        static SHIPPED: OnceLock<Rubric> = OnceLock::new();
        SHIPPED
            .get_or_init(|| {
                toml::from_str(include_str!("../../../prompts/competencies.v1.toml"))
                    .expect("the shipped rubric was checked by the tests")
            })
            .clone()
    }
}

impl Rubric {
    /// The levels of a competency, the lowest first.
    pub fn levels(&self, competency: &str) -> [&str; 5] {
        self.0.get(competency).map_or(GENERAL, |anchors| {
            anchors.levels.each_ref().map(String::as_str)
        })
    }

    /// The competencies as a prompt lists them.
    pub(super) fn listed(&self, competencies: &[String]) -> String {
        let mut lines = Vec::new();
        for competency in competencies {
            lines.push(format!("`{competency}`:"));
            let levels = self.levels(competency).into_iter().enumerate();
            lines.extend(levels.map(|(at, level)| format!("- {}: {level}", at + 1)));
        }
        if lines.is_empty() {
            lines.push("(none)".to_owned());
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::COMPETENCIES;

    #[test]
    fn the_shipped_rubric_describes_the_shipped_competencies() {
        let rubric = Rubric::default();
        for competency in COMPETENCIES {
            assert!(rubric.0.contains_key(competency), "{competency}");
        }
        let listed = rubric.listed(&["judgment".to_owned(), "charm".to_owned()]);
        assert!(listed.contains("`judgment`:\n- 1: decides without a reason"));
        assert!(listed.contains(GENERAL[4]));
    }
}
