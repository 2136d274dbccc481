//! A formula without the values that are missing.

use candor_core::formula::{Formula, MEASURES, Undefined};

/// A formula, and what of it stands where values are missing.
pub(super) struct Rule<'a> {
    formula: &'a Formula,
    pub(super) left_out: Vec<&'a str>,
    scale: f64,
}

impl<'a> Rule<'a> {
    /// None where it gives nothing without what is missing.
    pub(super) fn new(formula: &'a Formula, missing: Vec<&'a str>) -> Option<Self> {
        let mut scale = 1.0;
        if !missing.is_empty() {
            let weights = formula.weights()?;
            if weights.keys().any(|name| MEASURES.contains(name)) {
                return None;
            }
            let all: f64 = weights.values().sum();
            let there: f64 = weights
                .iter()
                .filter(|(name, _)| !missing.contains(*name))
                .map(|(_, weight)| weight)
                .sum();
            if there <= 0.0 {
                return None;
            }
            scale = all / there;
        }
        Some(Self {
            formula,
            left_out: missing,
            scale,
        })
    }

    pub(super) fn total(&self, value: impl Fn(&str) -> Option<f64>) -> Result<f64, Undefined> {
        let sum = self
            .formula
            .evaluate(|name| match self.left_out.contains(&name) {
                true => Some(0.0),
                false => value(name),
            })?;
        let total = sum * self.scale;
        match total.is_finite() {
            true => Ok(total),
            false => Err(Undefined::NotFinite),
        }
    }
}
