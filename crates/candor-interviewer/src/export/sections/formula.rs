//! The position's own formula, and what each of its values did to the total.

use candor_core::interview::{CompetencyResult, Driver, FormulaResult};

use super::{Pen, sources::pair, wording};
use crate::export::ink::{AMBER, BODY, SOFT};

pub(super) fn write(pen: &mut Pen, result: &FormulaResult, competencies: &[CompetencyResult]) {
    pen.heading("How the total was made", 70.0);
    pen.lead(
        "The total was worked out by the position's own formula. A value moves the total by what it makes more or less \
         than a neutral one would: 5 for marks, 1 for shares, none for red flags.",
    );
    pen.text(&result.text, BODY.bold());
    pen.sheet.gap(4.0);
    for driver in &result.drivers {
        let known = competencies.iter().find(|one| one.key == driver.name);
        let name = known.map_or_else(|| wording::name(&driver.name), wording::competency);
        let ink = if driver.value.is_ok() { SOFT } else { AMBER };
        pair(pen, &name, &said(driver), ink);
    }
    pen.sheet.gap(8.0);
    pen.text(&result.explanation, BODY);
}

fn said(driver: &Driver) -> String {
    match (&driver.value, driver.contribution) {
        (Ok(value), Some(by)) => format!(
            "{}, which moves the total by {by:+.1}",
            wording::mark(*value)
        ),
        (Ok(value), None) => wording::mark(*value),
        (Err(reason), _) => format!("Not measured: {}", reason.message),
    }
}
