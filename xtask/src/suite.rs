//! The whole test suite, clippy in the same build, with an honest count at the end.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::Stdio,
    time::Instant,
};

use anyhow::{Context, Result, bail};

use crate::{
    run::{cargo, check, has, program, root, target},
    services::Services,
    setup,
};

/// Warnings are errors; the wrapper reads its flags in this form.
const CLIPPY_ARGS: &str = "-Dwarnings__CLIPPY_HACKERY__";

/// Builds and runs all tests, or those whose name contains `filter`.
pub fn run(filter: &[&str]) -> Result<()> {
    setup::packages()?;
    let nextest = has("cargo-nextest");
    let begun = Instant::now();
    let mut build = with_clippy();
    if nextest {
        build.args(["nextest", "run", "--workspace", "--no-run"]);
    } else {
        build.args(["test", "--workspace", "--no-run"]);
    }
    check(&mut build)?;
    println!("stage build: {:.0} s", begun.elapsed().as_secs_f64());

    let begun = Instant::now();
    let services = Services::start()?;
    println!("stage services: {:.0} s", begun.elapsed().as_secs_f64());

    let begun = Instant::now();
    let mut tests = with_clippy();
    if nextest {
        tests.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
        tests.args(["--success-output", "immediate", "--status-level", "fail"]);
        tests.args(filter);
    } else {
        tests.args(["test", "--workspace", "--no-fail-fast", "--"]);
        tests.args(["--nocapture"]).args(filter);
    }
    let shared = root().join("../shared");
    if shared.is_dir() && std::env::var_os("CANDOR_SHARED").is_none() {
        tests.env("CANDOR_SHARED", shared.canonicalize()?);
    } else if std::env::var_os("CANDOR_MODELS_DIR").is_none() {
        tests.env("CANDOR_MODELS_DIR", pulled_models());
    }
    tests.envs(services.environment());
    let tally = watch(&mut tests)?;
    drop(services);
    println!("stage tests: {:.0} s", begun.elapsed().as_secs_f64());
    for line in &tally.skipped {
        println!("{line}");
    }
    let passed = tally.passed.saturating_sub(tally.skipped.len());
    println!(
        "{passed} passed, {} failed, {} skipped",
        tally.failed,
        tally.skipped.len()
    );
    if tally.failed > 0 || !tally.success {
        bail!("tests failed");
    }
    Ok(())
}

/// The models as anybody can fetch them, for machines without a folder of models; what can't be
/// fetched is named by the tests that skip for it.
fn pulled_models() -> PathBuf {
    let data = target().join("test-data");
    let candor = target().join("debug/candor");
    let pull = check(
        program(candor)
            .args(["models", "pull"])
            .env("CANDOR_DATA_DIR", &data),
    );
    if let Err(error) = pull {
        eprintln!("not all models could be fetched: {error}");
    }
    data.join("models")
}

fn with_clippy() -> std::process::Command {
    let mut command = cargo();
    command
        .env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver")
        .env("CLIPPY_ARGS", CLIPPY_ARGS);
    command
}

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    skipped: Vec<String>,
    success: bool,
}

/// Shows the runner's output and counts what it says; tests name what they skip themselves.
fn watch(command: &mut std::process::Command) -> Result<Tally> {
    let (reader, writer) = std::io::pipe()?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let mut child = command.spawn().context("could not start the tests")?;
    // The command holds the writing ends; without them the reader sees the end.
    *command = std::process::Command::new("true");
    let mut tally = Tally::default();
    for line in BufReader::new(reader).lines() {
        let line = line?;
        tally.read(&line);
        println!("{line}");
    }
    tally.success = child.wait()?.success();
    tally.skipped.sort();
    tally.skipped.dedup();
    Ok(tally)
}

impl Tally {
    fn read(&mut self, line: &str) {
        if let Some(at) = line.find("SKIPPED: ") {
            self.skipped.push(line[at..].trim_end().to_owned());
        }
        // nextest: "Summary [ 1.2s] 10 tests run: 9 passed (1 slow), 1 failed, 0 skipped"
        let is_nextest = line.contains("tests run:") || line.contains("test run:");
        // cargo test: "test result: ok. 9 passed; 1 failed; …", once per binary
        if is_nextest || line.starts_with("test result:") {
            self.passed += number_before(line, " passed");
            self.failed += number_before(line, " failed") + number_before(line, " timed out");
        }
    }
}

fn number_before(line: &str, word: &str) -> usize {
    line.find(word)
        .and_then(|at| line[..at].rsplit(|c: char| !c.is_ascii_digit()).next())
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_summaries_are_counted() {
        let mut tally = Tally::default();
        tally.read("     Summary [   1.2s] 10 tests run: 9 passed (1 slow), 1 failed, 0 skipped");
        tally.read("test result: ok. 3 passed; 2 failed; 0 ignored");
        tally.read("SKIPPED: a: no models");
        assert_eq!(
            (tally.passed, tally.failed, tally.skipped.len()),
            (12, 3, 1)
        );
    }
}
