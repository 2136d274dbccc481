//! Provenance of what Candor computes itself.

use std::collections::BTreeMap;

use candor_core::report::Provenance;

/// Name of Candor itself among the engines.
pub(super) const ENGINE: &str = "candor";

/// A formula of this version of Candor.
pub(crate) fn formula(formula: &str) -> Provenance {
    Provenance {
        engine: ENGINE.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: None,
        model_sha256: None,
        formula: Some(formula.to_owned()),
        settings: BTreeMap::new(),
    }
}
