//! Whether a formula gives a mark where the answer is plain: candidates who are equally good at everything.

use super::{ANSWERED_SHARE, Formula, FormulaError, KEY_POINT_SHARE, RED_FLAGS};
use crate::interview::MAX_MARK;

/// Rounding of sums like `0.7 * 10 + 0.3 * 10` is none of the author's business.
const ROUNDING: f64 = 1e-9;

/// Works it out for three candidates who answered everything and said nothing against themselves, each with one mark
/// in every competency. Where none of the three can be worked out, it can't be at all.
pub(super) fn check(formula: &Formula) -> Result<(), FormulaError> {
    let mut undefined = None;
    let mut is_defined = false;
    for mark in [0.0, MAX_MARK / 2.0, MAX_MARK] {
        let value = |name: &str| match name {
            ANSWERED_SHARE => Some(1.0),
            KEY_POINT_SHARE => Some(mark / MAX_MARK),
            RED_FLAGS => Some(0.0),
            _ => Some(mark),
        };
        match formula.evaluate(value) {
            Ok(gives) if !(-ROUNDING..=MAX_MARK + ROUNDING).contains(&gives) => {
                return Err(FormulaError::OutOfRange { mark, gives });
            }
            Ok(_) => is_defined = true,
            Err(why) => undefined = Some(why),
        }
    }
    match undefined {
        Some(why) if !is_defined => Err(FormulaError::Undefined(why)),
        _ => Ok(()),
    }
}
