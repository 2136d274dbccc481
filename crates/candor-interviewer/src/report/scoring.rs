//! By what marks add up.

use std::collections::BTreeMap;

use candor_core::rubric::Rubric;

/// Weights of competencies by key; those that a rubric does not name count 1.
pub type Weights = BTreeMap<String, f64>;

/// How marks become a total.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scoring {
    /// How much each competency counts.
    pub weights: Weights,
    /// The position's own formula for the total, as it was written; without one the weights give it.
    pub formula: Option<String>,
}

impl From<&Rubric> for Scoring {
    fn from(rubric: &Rubric) -> Self {
        Self {
            weights: rubric.weights(),
            formula: rubric.formula.clone(),
        }
    }
}
