//! Figures in answers, compared with what they should be.

use serde_json::Value;

pub fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[track_caller]
pub fn near(found: &Value, expected: f64, tolerance: f64) {
    let found = number(found);
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected}"
    );
}

/// The same, where nothing may have been measured: then nothing is told.
#[track_caller]
pub fn same(found: &Value, expected: Option<f64>, tolerance: f64) {
    match expected {
        Some(expected) => near(found, expected, tolerance),
        None => assert_eq!(*found, Value::Null),
    }
}
