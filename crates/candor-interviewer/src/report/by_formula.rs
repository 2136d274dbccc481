//! The total by a position's own formula, and what drove it.
//!
//! - A value that is missing is no zero. In a weighted sum of competencies those that were not assessed are left out and
//!   their weights go to the others, as in the usual total; any other formula then gives no total.
//! - What comes out is never bent: outside 0 to 10, or without a finite number, there is no total, with the reason.
//! - Its uncertainty carries that of the questions through the formula, to the first order: each question's mark is moved
//!   up and down by the deviation between the marks of this interview (or between repeated judgements, where that makes
//!   more), and half the differences of the totals are added as squares. For the mean of all questions that is the usual
//!   standard error; marks that the formula ignores, e.g. the larger one in `min`, add nothing.
//! - The contribution of a value is the total less what it would be with a neutral one in its place.

use std::collections::BTreeMap;

use candor_core::{
    formula::{Formula, RULES, Undefined},
    interview::{CompetencyResult, Driver, FormulaResult, MAX_MARK, Mark, QuestionResult},
    measured::{Measured, NotMeasured},
    report::Provenance,
};

use super::nothing_judged;

mod rule;
mod spread;
mod values;

use rule::Rule;

/// So much outside 0 to 10 is a matter of rounding.
const ROUNDING: f64 = 1e-6;
/// Most drivers that the explanation names.
const NAMED: usize = 3;

/// One judged question.
pub(super) struct Judgement<'a> {
    pub(super) competencies: &'a [String],
    pub(super) score: f64,
    pub(super) deviation: f64,
    pub(super) is_repeated: bool,
}

/// What a formula may look at.
pub(super) struct Facts<'a> {
    pub(super) judgements: Vec<Judgement<'a>>,
    pub(super) competencies: &'a [CompetencyResult],
    pub(super) questions: &'a [QuestionResult],
    pub(super) n_red_flags: usize,
    pub(super) by_weights: &'a Measured<Mark>,
}

/// Which rules and which formula made the total.
pub(super) fn provenance(text: &str) -> Provenance {
    Provenance {
        engine: "candor".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: None,
        model_sha256: None,
        formula: Some(RULES.to_owned()),
        settings: BTreeMap::from([("total".to_owned(), text.to_owned())]),
    }
}

/// The total, and how it came to be.
pub(super) fn total(text: &str, facts: &Facts) -> (Measured<Mark>, FormulaResult) {
    let mut result = FormulaResult {
        text: text.to_owned(),
        drivers: Vec::new(),
        left_out: Vec::new(),
        by_weights: facts.by_weights.as_ref().ok().map(|mark| mark.score),
        explanation: String::new(),
    };
    let overall = match Formula::parse(text) {
        Ok(formula) => fill(&formula, facts, &mut result),
        Err(error) => {
            let message = format!("the formula can't be read: it {error}");
            Err(NotMeasured::new("formula_unreadable", message))
        }
    };
    result.explanation = explanation(&overall, &result);
    (overall, result)
}

fn fill(formula: &Formula, facts: &Facts, result: &mut FormulaResult) -> Measured<Mark> {
    let scores: Vec<f64> = facts.judgements.iter().map(|one| one.score).collect();
    let names = formula.names();
    let values: Vec<Measured<f64>> = names
        .iter()
        .map(|name| facts.value(name, &scores))
        .collect();
    let missing: Vec<(&String, &NotMeasured)> = names
        .iter()
        .zip(&values)
        .filter_map(|(name, value)| Some((name, value.as_ref().err()?)))
        .collect();
    let left_out: Vec<&str> = missing.iter().map(|(name, _)| name.as_str()).collect();
    let rule = Rule::new(formula, left_out);
    let as_is = |name: &str| facts.value(name, &scores).ok();
    let worked_out = rule.as_ref().map(|rule| rule.total(as_is));
    for (name, value) in names.iter().zip(values.iter().cloned()) {
        let neutral = values::neutral(name);
        let without = |rule: &Rule| {
            let other = |asked: &str| match asked == name {
                true => Some(neutral),
                false => facts.value(asked, &scores).ok(),
            };
            rule.total(other).ok()
        };
        let contribution = match (&rule, &worked_out, &value) {
            (Some(rule), Some(Ok(total)), Ok(_)) => without(rule).map(|without| total - without),
            _ => None,
        };
        result.drivers.push(Driver {
            name: name.clone(),
            value,
            neutral,
            contribution,
        });
    }
    if facts.judgements.is_empty() {
        return Err(nothing_judged());
    }
    let (Some(rule), Some(worked_out)) = (rule, worked_out) else {
        let told = missing.iter().map(|(name, reason)| {
            format!("the formula uses {name}, which was not measured: {reason}")
        });
        let message = told.collect::<Vec<_>>().join("; ");
        return Err(NotMeasured::new("formula_input_missing", message));
    };
    result.left_out = rule.left_out.iter().map(|&name| name.to_owned()).collect();
    Ok(Mark {
        score: checked(worked_out)?,
        uncertainty: spread::uncertainty(facts, &scores, |scores| {
            rule.total(|name| facts.value(name, scores).ok()).ok()
        }),
        n: facts.n_named(names),
    })
}

/// A mark, or why it is none.
fn checked(worked_out: Result<f64, Undefined>) -> Measured<f64> {
    match worked_out {
        Ok(total) if (-ROUNDING..=MAX_MARK + ROUNDING).contains(&total) => {
            Ok(total.clamp(0.0, MAX_MARK))
        }
        Ok(total) => {
            let gave = match total.abs() < 1e6 {
                true => ((total * 1e6).round() / 1e6).to_string(),
                false => format!("{total:.1e}"),
            };
            let message = format!("the formula gave {gave}, which is outside 0 to 10");
            Err(NotMeasured::new("formula_out_of_range", message))
        }
        Err(why) => {
            let message = format!("the formula can't be worked out for this interview: {why}");
            Err(NotMeasured::new("formula_undefined", message))
        }
    }
}

fn explanation(overall: &Measured<Mark>, result: &FormulaResult) -> String {
    let mark = match overall {
        Ok(mark) => mark,
        Err(reason) => return format!("No total: {}.", reason.message),
    };
    let moved = |driver: &Driver| Some((driver.name.clone(), driver.contribution?));
    let mut most: Vec<(String, f64)> = result.drivers.iter().filter_map(moved).collect();
    most.retain(|(_, by)| by.abs() >= 0.05);
    most.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let most: Vec<String> = most
        .iter()
        .take(NAMED)
        .map(|(name, by)| format!("{name} {by:+.1}"))
        .collect();
    let mut text = format!("{:.1} of 10 by the formula", mark.score);
    if !most.is_empty() {
        text = format!("{text}, mostly from {}", most.join(", "));
    }
    text.push('.');
    if !result.left_out.is_empty() {
        let left_out = result.left_out.join(", ");
        text =
            format!("{text} Not assessed and left out, the other weights scaled up: {left_out}.");
    }
    if let Some(by_weights) = result.by_weights {
        text = format!("{text} The weights of the rubric alone would give {by_weights:.1}.");
    }
    text
}

#[cfg(test)]
mod tests;
