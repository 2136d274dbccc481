//! The quick checks: format, crate graph, generated files, licences.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    graph, licences,
    run::{cargo, check, output, root},
    setup,
};

/// Runs all of them.
pub fn run() -> Result<()> {
    setup::packages()?;
    check(cargo().args(["fmt", "--all", "--check"]))?;
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("unreadable metadata")?;
    graph::check(&metadata)?;
    licences::check(&metadata)?;
    println!("format, crate graph and licences are in order");
    Ok(())
}

/// Writes the published schema of the report; a test of `candor-app` checks that it is fresh.
pub fn write_schema() -> Result<()> {
    let schema = output(&mut candor(&["schema"]))?;
    ensure!(!schema.is_empty(), "the schema is empty");
    Ok(fs::write(schema_path(), schema)?)
}

fn candor(words: &[&str]) -> Command {
    let mut command = cargo();
    command.args([
        "run",
        "--quiet",
        "--package",
        "candor-cli",
        "--bin",
        "candor",
        "--",
    ]);
    command.args(words);
    command
}

fn schema_path() -> PathBuf {
    root().join("docs/schema/report.schema.json")
}
