//! Weighted means in which a missing input is left out instead of being replaced by a guess.

use candor_core::measured::{Measured, NotMeasured};

/// A mean in which a small input may speak for the whole.
pub const ANY: f64 = 0.0;
/// A mean of which at least half of the weight must be measured.
pub const HALF: f64 = 0.5;

/// One term of a weighted mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Its name as the documents write it, e.g. `eyeContactScore`.
    pub name: &'static str,
    /// Weight in the documented formula.
    pub documented_weight: f64,
    /// Weight after renormalisation over what was measured; 0 when it was left out.
    pub weight: f64,
    /// The value that went in, or why it was left out.
    pub value: Measured<f64>,
}

/// A weighted mean with everything that explains it.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted {
    /// The mean of the measured terms; the reason where there are too few.
    pub value: Measured<f64>,
    /// Every term.
    pub terms: Vec<Term>,
}

impl Weighted {
    /// Mean of `terms` (name, weight, value), each value held within `range`; what is missing or no number
    /// is left out and the other weights are brought to a sum of 1. None where the measured share of the
    /// weight is less than `least_share` or nothing: then the first reason stands for the whole.
    pub fn mean(
        range: std::ops::RangeInclusive<f64>,
        least_share: f64,
        terms: impl IntoIterator<Item = (&'static str, f64, Measured<f64>)>,
    ) -> Self {
        let mut terms: Vec<Term> = terms
            .into_iter()
            .map(|(name, weight, value)| Term {
                name,
                documented_weight: weight,
                weight: 0.0,
                value: finite(value).map(|value| value.clamp(*range.start(), *range.end())),
            })
            .collect();
        let all: f64 = terms.iter().map(|term| term.documented_weight).sum();
        let known: f64 = terms
            .iter()
            .filter(|term| term.value.is_ok())
            .map(|term| term.documented_weight)
            .sum();
        if known <= 0.0 || known < least_share * all - 1e-9 {
            let reason = terms.iter().find_map(|term| term.value.clone().err());
            let value = Err(reason.unwrap_or_else(|| {
                NotMeasured::new("no_inputs", "none of the score's inputs was measured")
            }));
            return Self { value, terms };
        }
        let mut mean = 0.0;
        for term in &mut terms {
            if let Ok(value) = &term.value {
                term.weight = term.documented_weight / known;
                mean += term.weight * value;
            }
        }
        Self {
            value: Ok(mean.clamp(*range.start(), *range.end())),
            terms,
        }
    }

    /// A sentence for each term that was left out, under the name of the score.
    pub fn warnings(&self, score: &str) -> Vec<String> {
        self.terms
            .iter()
            .filter_map(|term| {
                let reason = term.value.as_ref().err()?;
                let weight = term.documented_weight * 100.0;
                Some(format!(
                    "{score}: {} ({weight:.0} %) is left out: {}",
                    term.name, reason.message
                ))
            })
            .collect()
    }
}

/// The value unless it is no number.
pub(super) fn finite(value: Measured<f64>) -> Measured<f64> {
    value.and_then(|value| {
        if value.is_finite() {
            Ok(value)
        } else {
            Err(NotMeasured::new("not_a_number", "the input is no number"))
        }
    })
}

/// The value unless it lies outside `range`; a wrong scale is told, never replaced by a default.
pub(super) fn within(
    range: std::ops::RangeInclusive<f64>,
    name: &str,
    value: Measured<f64>,
) -> Measured<f64> {
    finite(value).and_then(|value| {
        if range.contains(&value) {
            Ok(value)
        } else {
            Err(NotMeasured::new(
                "out_of_range",
                format!(
                    "{name} must lie between {} and {}",
                    range.start(),
                    range.end()
                ),
            ))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing() -> Measured<f64> {
        Err(NotMeasured::new("no_face", "no face was seen"))
    }

    #[test]
    fn a_missing_term_leaves_its_weight_to_the_others() {
        let mean = Weighted::mean(
            0.0..=1.0,
            ANY,
            [
                ("a", 0.6, Ok(1.0)),
                ("b", 0.2, Ok(0.5)),
                ("c", 0.2, missing()),
            ],
        );
        // (0.6 + 0.1) / 0.8
        assert!((mean.value.clone().unwrap() - 0.875).abs() < 1e-12);
        assert!((mean.terms[0].weight - 0.75).abs() < 1e-12);
        assert_eq!(
            mean.warnings("face"),
            ["face: c (20 %) is left out: no face was seen"]
        );
    }

    #[test]
    fn nothing_measured_is_no_number() {
        let terms = [("a", 1.0, missing()), ("b", 1.0, Ok(f64::NAN))];
        let mean = Weighted::mean(0.0..=1.0, ANY, terms);
        assert_eq!(mean.value.unwrap_err().code, "no_face");
    }

    #[test]
    fn less_than_half_of_the_weight_does_not_speak_for_the_whole() {
        let terms = |weight: f64| [("a", weight, Ok(0.5)), ("b", 1.0 - weight, missing())];
        let mean = |weight| Weighted::mean(0.0..=1.0, HALF, terms(weight)).value;
        assert_eq!(mean(0.5), Ok(0.5));
        assert_eq!(mean(0.49).unwrap_err().code, "no_face");
        assert_eq!(Weighted::mean(0.0..=1.0, ANY, terms(0.1)).value, Ok(0.5));
    }
}
