//! Weighted sums over what was measured.

use candor_core::measured::{Measured, NotMeasured};

/// Least share of a score's weight that must be measured.
pub(super) const MIN_SHARE: f64 = 0.5;

/// One input of a score on the score's own scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Name as the contract writes it.
    pub name: &'static str,
    /// Documented weight.
    pub weight: f64,
    /// The input, or why there is none.
    pub value: Measured<f64>,
}

impl Term {
    /// A term; an input that is no finite number counts as missing.
    pub fn new(name: &'static str, weight: f64, value: Measured<f64>) -> Self {
        Self {
            name,
            weight,
            value: value.and_then(finite),
        }
    }
}

/// A score with the terms that it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The score, or why there is none.
    pub value: Measured<f64>,
    /// Every term, measured or not.
    pub terms: Vec<Term>,
}

impl Score {
    /// The weighted mean of the measured terms, multiplied by the sum of all weights; none where less than
    /// half of the weight was measured, because one small input would then speak for the whole.
    pub fn of(terms: Vec<Term>) -> Self {
        let total: f64 = terms.iter().map(|term| term.weight).sum();
        let (sum, weight) = terms
            .iter()
            .filter_map(|term| Some((term.weight * term.value.as_ref().ok()?, term.weight)))
            .fold((0.0, 0.0), |sum, (value, weight)| {
                (sum.0 + value, sum.1 + weight)
            });
        let value = if weight >= MIN_SHARE * total - 1e-9 {
            Ok(total * sum / weight)
        } else {
            Err(first_reason(&terms))
        };
        Self { value, terms }
    }

    /// The same terms with the score changed.
    pub(super) fn map(mut self, change: impl FnOnce(f64) -> f64) -> Self {
        self.value = self.value.map(change);
        self
    }

    /// The terms that were left out, with their reasons.
    pub fn missing(&self) -> impl Iterator<Item = (&'static str, &NotMeasured)> {
        self.terms
            .iter()
            .filter_map(|term| Some((term.name, term.value.as_ref().err()?)))
    }

    /// The value of one term.
    pub fn term(&self, name: &str) -> Option<f64> {
        let term = self.terms.iter().find(|term| term.name == name)?;
        term.value.as_ref().ok().copied()
    }
}

/// The reason of the first missing term.
fn first_reason(terms: &[Term]) -> NotMeasured {
    terms
        .iter()
        .find_map(|term| term.value.as_ref().err().cloned())
        .unwrap_or_else(|| NotMeasured::new("no_inputs", "none of its inputs was measured"))
}

fn finite(value: f64) -> Measured<f64> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(NotMeasured::new("not_a_number", "the input is no number"))
    }
}
