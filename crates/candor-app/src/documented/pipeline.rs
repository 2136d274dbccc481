//! Documents of *pipeline*: the job, the record, the result, and the face and voice services.
//!
//! Everything is computed from the ledger, the report and what the client sent; what was not measured is
//! `null` and `notMeasured` says why.

pub(crate) mod commentary;
pub mod content;
pub mod documents;
pub mod facts;
pub mod intake;
pub mod measures;
pub mod records;
pub mod scoring;
pub mod services;
pub mod vocabulary;

use std::collections::BTreeMap;

use candor_core::measured::{Measured, NotMeasured};
use serde_json::{Map, Value, json};

/// A document while it is being written: unknown values become `null` with a reason.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    fields: Map<String, Value>,
    reasons: BTreeMap<String, NotMeasured>,
}

impl Sheet {
    /// A field that is always known.
    pub(crate) fn put(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// A field that may not have been measured.
    pub(crate) fn measured<T: Into<Value>>(&mut self, name: &str, value: Measured<T>) -> &mut Self {
        match value {
            Ok(value) => self.put(name, value),
            Err(reason) => {
                self.reasons.insert(name.to_owned(), reason);
                self.put(name, Value::Null)
            }
        }
    }

    /// An object below `name`, whose reasons are told under `name.field`.
    pub(crate) fn nested(&mut self, name: &str, inner: Self) -> &mut Self {
        for (field, reason) in inner.reasons {
            self.reasons.insert(format!("{name}.{field}"), reason);
        }
        self.put(name, Value::Object(inner.fields))
    }

    /// The finished document.
    pub(crate) fn finish(self) -> Value {
        let mut fields = self.fields;
        if !self.reasons.is_empty() {
            fields.insert("notMeasured".to_owned(), json!(self.reasons));
        }
        Value::Object(fields)
    }
}

/// `value` to `places` decimals.
pub(crate) fn rounded(value: f64, places: i32) -> f64 {
    let factor = 10f64.powi(places);
    (value * factor).round() / factor
}

#[cfg(test)]
mod tests;
