//! Licences of all dependencies against the list in `deny.toml`.
//!
//! `cargo deny` does this and more where it is installed; this check needs nothing installed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run::{cargo, check as run_check, has, root};

/// Checks with `cargo deny` where there is one, otherwise from the metadata alone.
pub fn check(metadata: &Value) -> Result<()> {
    if has("cargo-deny") {
        return run_check(cargo().args([
            "deny",
            "--offline",
            "check",
            "licenses",
            "bans",
            "sources",
        ]));
    }
    let text = fs::read_to_string(root().join("deny.toml")).context("deny.toml is missing")?;
    let allowed = allowed(&text);
    let clarified = clarified(&text);
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let licence = package["license"]
            .as_str()
            .or_else(|| clarified.get(name).copied())
            .unwrap_or_default();
        if !is_allowed(licence, &allowed) {
            wrong.push(format!("{name}: {licence:?}"));
        }
    }
    if !wrong.is_empty() {
        bail!(
            "licences not on the list of deny.toml: {}",
            wrong.join(", ")
        );
    }
    Ok(())
}

/// The quoted names in the `allow = [ … ]` list.
fn allowed(text: &str) -> BTreeSet<&str> {
    let list = text
        .split_once("allow = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2).collect()
}

/// What `[[licenses.clarify]]` says of crates whose manifest names no licence.
fn clarified(text: &str) -> BTreeMap<&str, &str> {
    let value = |section: &str, key: &str| -> Option<(usize, usize)> {
        let begin = section.find(&format!("{key} = \""))? + key.len() + 4;
        Some((begin, begin + section[begin..].find('"')?))
    };
    text.split("[[licenses.clarify]]")
        .skip(1)
        .filter_map(|section| {
            let (name, name_end) = value(section, "crate")?;
            let (licence, licence_end) = value(section, "expression")?;
            Some((&section[name..name_end], &section[licence..licence_end]))
        })
        .collect()
}

/// Whether an SPDX expression can be met with the allowed licences.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let text = expression.replace('/', " OR ").replace(['(', ')'], " ");
    // Without nesting deeper than one level, as in practice, "A AND (B OR C)" needs A and one of B, C.
    text.split(" AND ").all(|part| {
        part.split(" OR ")
            .any(|licence| allowed.contains(licence.trim()))
    }) || text
        .split(" OR ")
        .any(|licence| allowed.contains(licence.trim()) && !expression.contains(" AND "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clarified_crate_has_the_licence_that_was_read_from_its_file() {
        let text = "[[licenses.clarify]]\ncrate = \"a\"\nexpression = \"MIT\"\n";
        assert_eq!(clarified(text), BTreeMap::from([("a", "MIT")]));
    }

    #[test]
    fn expressions_are_met_by_one_alternative_of_each_part() {
        let allowed = allowed("allow = [\n \"MIT\", \"Apache-2.0\"]");
        assert!(is_allowed("MIT OR GPL-3.0", &allowed));
        assert!(is_allowed("MIT/Apache-2.0", &allowed));
        assert!(is_allowed("(MIT OR X) AND Apache-2.0", &allowed));
        assert!(!is_allowed("MIT AND GPL-3.0", &allowed));
        assert!(!is_allowed("", &allowed));
    }
}
