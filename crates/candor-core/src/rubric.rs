//! The rubric of a position: how much each competency counts, and what answers show at the levels 1 to 5.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::formula::{Formula, LONGEST};

/// Most competencies of a rubric.
pub const MOST_COMPETENCIES: usize = 12;
/// Most questions with levels of their own.
pub const MOST_QUESTIONS: usize = 400;
/// Longest name and longest key, in characters.
pub const LONGEST_NAME: usize = 100;
/// Longest level, in characters.
pub const LONGEST_LEVEL: usize = 2000;
/// Largest weight.
pub const LARGEST_WEIGHT: f64 = 1000.0;

/// What an answer shows at the levels 1 to 5, the lowest first.
pub type Levels = [String; 5];

/// The rubric of a position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    /// What answers are judged by.
    pub competencies: Vec<CompetencyRubric>,
    /// Questions with levels of their own.
    #[serde(default)]
    pub questions: Vec<QuestionRubric>,
    /// How the marks make the total, see [`Formula`]; without one the weights do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
}

/// One competency of a rubric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompetencyRubric {
    /// Its key: small letters, digits and `_`.
    pub key: String,
    /// Name that people see.
    pub name: String,
    /// How much it counts beside the others.
    pub weight: f64,
    /// What an answer shows at each level.
    pub levels: Levels,
}

/// One question of a rubric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionRubric {
    /// Key of the question in its bank.
    pub question_key: String,
    /// What an answer shows at each level.
    pub levels: Levels,
}

/// Why a rubric can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {what}")]
pub struct RubricError {
    /// Which part, e.g. `competencies[0].weight`.
    pub field: String,
    /// What is wrong with it.
    pub what: String,
}

impl Rubric {
    /// Looks whether it is as a rubric must be.
    ///
    /// # Errors
    /// [`RubricError`] about the first part that is not.
    pub fn check(&self) -> Result<(), RubricError> {
        let n = self.competencies.len();
        if !(1..=MOST_COMPETENCIES).contains(&n) {
            let what = format!("must have 1 to {MOST_COMPETENCIES} items");
            return Err(wrong("competencies", what));
        }
        if self.questions.len() > MOST_QUESTIONS {
            let what = format!("must not have more than {MOST_QUESTIONS} items");
            return Err(wrong("questions", what));
        }
        let mut keys = BTreeSet::new();
        for (at, competency) in self.competencies.iter().enumerate() {
            let at = format!("competencies[{at}]");
            let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            line(&format!("{at}.key"), &competency.key, 60)?;
            if !competency.key.chars().all(is_key) {
                let what = "must hold only small letters, digits and _";
                return Err(wrong(format!("{at}.key"), what));
            }
            if !keys.insert(&competency.key) {
                return Err(wrong(format!("{at}.key"), "occurs twice"));
            }
            line(&format!("{at}.name"), &competency.name, LONGEST_NAME)?;
            let weight = competency.weight;
            if !(weight.is_finite() && weight > 0.0 && weight <= LARGEST_WEIGHT) {
                let what = format!("must be above 0 and at most {LARGEST_WEIGHT}");
                return Err(wrong(format!("{at}.weight"), what));
            }
            levels(&at, &competency.levels)?;
        }
        let mut keys = BTreeSet::new();
        for (at, question) in self.questions.iter().enumerate() {
            let at = format!("questions[{at}]");
            let key = format!("{at}.question_key");
            line(&key, &question.question_key, LONGEST_NAME)?;
            if !keys.insert(&question.question_key) {
                return Err(wrong(key, "occurs twice"));
            }
            levels(&at, &question.levels)?;
        }
        self.check_formula()
    }

    fn check_formula(&self) -> Result<(), RubricError> {
        let Some(text) = &self.formula else {
            return Ok(());
        };
        line("formula", text, LONGEST)?;
        let keys = self.competencies.iter().map(|one| one.key.as_str());
        Formula::parse(text)
            .and_then(|formula| formula.check(&keys.collect()))
            .map_err(|error| wrong("formula", error.to_string()))
    }

    /// How much each competency counts, by its key.
    pub fn weights(&self) -> BTreeMap<String, f64> {
        self.competencies
            .iter()
            .map(|competency| (competency.key.clone(), competency.weight))
            .collect()
    }

    /// The levels of a question that has its own.
    pub fn question(&self, key: &str) -> Option<&Levels> {
        self.questions
            .iter()
            .find(|question| question.question_key == key)
            .map(|question| &question.levels)
    }
}

fn levels(at: &str, levels: &Levels) -> Result<(), RubricError> {
    let mut seen = BTreeSet::new();
    for (number, level) in levels.iter().enumerate() {
        let field = format!("{at}.levels[{number}]");
        line(&field, level, LONGEST_LEVEL)?;
        if !seen.insert(level.trim()) {
            return Err(wrong(field, "says the same as a lower level"));
        }
    }
    Ok(())
}

fn line(field: &str, text: &str, most: usize) -> Result<(), RubricError> {
    if text.trim().is_empty() {
        return Err(wrong(field, "must not be empty"));
    }
    if text.chars().any(char::is_control) {
        return Err(wrong(field, "must be one line without control characters"));
    }
    if text.chars().count() > most {
        let what = format!("must not be longer than {most} characters");
        return Err(wrong(field, what));
    }
    Ok(())
}

fn wrong(field: impl Into<String>, what: impl Into<String>) -> RubricError {
    RubricError {
        field: field.into(),
        what: what.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels() -> Levels {
        ["a", "b", "c", "d", "e"].map(str::to_owned)
    }

    fn rubric() -> Rubric {
        Rubric {
            competencies: vec![CompetencyRubric {
                key: "judgment".to_owned(),
                name: "Judgment".to_owned(),
                weight: 2.0,
                levels: levels(),
            }],
            questions: vec![QuestionRubric {
                question_key: "q-1".to_owned(),
                levels: levels(),
            }],
            formula: None,
        }
    }

    #[test]
    fn a_rubric_weighs_and_finds_its_parts() {
        let rubric = rubric();
        assert_eq!(rubric.check(), Ok(()));
        assert_eq!(rubric.weights()["judgment"], 2.0);
        assert!(rubric.question("q-1").is_some());
        assert!(rubric.question("q-2").is_none());
    }

    #[test]
    fn what_a_rubric_can_not_be_is_named() {
        type Change = fn(&mut Rubric);
        let cases: [(&str, Change); 11] = [
            ("competencies", |r| r.competencies.clear()),
            ("competencies[0].weight", |r| {
                r.competencies[0].weight = 0.0;
            }),
            ("competencies[0].weight", |r| {
                r.competencies[0].weight = f64::NAN;
            }),
            ("competencies[0].key", |r| {
                r.competencies[0].key = "No Key".to_owned();
            }),
            ("competencies[1].key", |r| {
                r.competencies.push(r.competencies[0].clone());
            }),
            ("competencies[0].levels[2]", |r| {
                r.competencies[0].levels[2] = "a".to_owned();
            }),
            ("questions[0].levels[4]", |r| {
                r.questions[0].levels[4] = "x\ny".to_owned();
            }),
            ("competencies[0].name", |r| {
                r.competencies[0].name = "x".repeat(101);
            }),
            ("formula", |r| r.formula = Some(" ".to_owned())),
            ("formula", |r| r.formula = Some("judgment +\n1".to_owned())),
            ("formula", |r| r.formula = Some("honesty".to_owned())),
        ];
        for (field, change) in cases {
            let mut rubric = rubric();
            change(&mut rubric);
            assert_eq!(rubric.check().unwrap_err().field, field);
        }
    }

    #[test]
    fn a_formula_is_kept_with_the_rubric_and_rubrics_without_one_read_as_before() {
        let mut rubric = rubric();
        let plain = serde_json::to_value(&rubric).unwrap();
        assert!(plain.get("formula").is_none());
        assert_eq!(serde_json::from_value::<Rubric>(plain).unwrap(), rubric);
        rubric.formula = Some("0.5 * judgment + 0.5 * question_mean".to_owned());
        assert_eq!(rubric.check(), Ok(()));
        let written = serde_json::to_value(&rubric).unwrap();
        assert_eq!(serde_json::from_value::<Rubric>(written).unwrap(), rubric);
    }
}
