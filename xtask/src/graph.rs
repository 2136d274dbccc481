//! The crate graph of the architecture, checked against `cargo metadata`.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

/// The only normal dependencies allowed between crates of the workspace.
const EDGES: &[(&str, &[&str])] = &[
    ("candor-core", &[]),
    ("candor-signals", &["candor-core"]),
    ("candor-interviewer", &["candor-core", "candor-signals"]),
    ("candor-media", &["candor-core"]),
    ("candor-engines", &["candor-core"]),
    (
        "candor-app",
        &[
            "candor-core",
            "candor-interviewer",
            "candor-media",
            "candor-signals",
            "candor-store",
        ],
    ),
    ("candor-store", &["candor-core"]),
    ("candor-server", &["candor-app", "candor-core"]),
    (
        "candor-cli",
        &[
            "candor-app",
            "candor-core",
            "candor-engines",
            "candor-interviewer",
            "candor-media",
            "candor-server",
            "candor-signals",
            "candor-store",
        ],
    ),
    (
        "candor-testkit",
        &[
            "candor-app",
            "candor-core",
            "candor-engines",
            "candor-interviewer",
            "candor-media",
            "candor-server",
            "candor-signals",
            "candor-store",
        ],
    ),
    ("xtask", &[]),
];

/// Crates that `candor-core` must never reach.
const NOT_IN_CORE: &[&str] = &["tokio", "sqlx", "reqwest", "rten"];

/// Checks every edge between crates of the workspace.
pub fn check(metadata: &Value) -> Result<()> {
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    let members: BTreeSet<&str> = metadata["workspace_members"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut wrong = Vec::new();
    for package in packages.iter().filter(|package| {
        package["id"]
            .as_str()
            .is_some_and(|id| members.contains(id))
    }) {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = EDGES.iter().find(|(from, _)| *from == name) else {
            wrong.push(format!("{name} is not in the crate graph"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let to = dependency["name"].as_str().unwrap_or_default();
            let is_normal = dependency["kind"].is_null();
            if is_normal && to.starts_with("candor-") && !allowed.contains(&to) {
                wrong.push(format!("{name} must not depend on {to}"));
            }
            if name == "candor-core" && NOT_IN_CORE.contains(&to) {
                wrong.push(format!("candor-core must not depend on {to}"));
            }
        }
    }
    if !wrong.is_empty() {
        bail!("crate graph: {}", wrong.join("; "));
    }
    Ok(())
}
