//! By what marks add up.

use std::collections::BTreeMap;

use candor_core::rubric::Rubric;

/// Weights of competencies by key; empty without a rubric, and then all count alike; otherwise those
/// that it does not name count nothing.
pub type Weights = BTreeMap<String, f64>;

/// How marks become a total.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scoring {
    /// How much each competency counts.
    pub weights: Weights,
    /// What people call the competencies, by key.
    pub names: BTreeMap<String, String>,
    /// The position's own formula for the total, as it was written; without one the weights give it.
    pub formula: Option<String>,
}

impl From<&Rubric> for Scoring {
    fn from(rubric: &Rubric) -> Self {
        Self {
            weights: rubric.weights(),
            names: rubric
                .competencies
                .iter()
                .map(|one| (one.key.clone(), one.name.clone()))
                .collect(),
            formula: rubric.formula.clone(),
        }
    }
}
