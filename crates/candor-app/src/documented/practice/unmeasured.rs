//! Gathers why fields of a document are `null`.

use std::collections::BTreeMap;

use candor_core::measured::{Measured, NotMeasured};
use serde_json::{Value, json};

/// Reasons by the path of the field.
#[derive(Debug, Default)]
pub(super) struct Unmeasured(BTreeMap<String, NotMeasured>);

impl Unmeasured {
    /// The value with `places` decimals, or `null` and its reason under `path`.
    pub(super) fn put(&mut self, path: &str, value: &Measured<f64>, places: i32) -> Value {
        match value {
            Ok(value) if value.is_finite() => json!(round(*value, places)),
            Ok(_) => {
                self.because(
                    path,
                    NotMeasured::new("undefined", "the figure is undefined"),
                );
                Value::Null
            }
            Err(reason) => {
                self.because(path, reason.clone());
                Value::Null
            }
        }
    }

    /// A reason under a path.
    pub(super) fn because(&mut self, path: &str, reason: NotMeasured) {
        self.0.insert(path.to_owned(), reason);
    }

    /// `{path: {code, message}}`.
    pub(super) fn document(&self) -> Value {
        json!(self.0)
    }
}

/// Rounds to `places` decimals; more would pretend a precision that is not there.
pub(super) fn round(value: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (value * scale).round() / scale + 0.0
}

/// A number with `places` decimals or `null`, for points of a timeline.
pub(super) fn number(value: Option<f64>, places: i32) -> Value {
    value
        .filter(|value| value.is_finite())
        .map_or(Value::Null, |value| json!(round(value, places)))
}
