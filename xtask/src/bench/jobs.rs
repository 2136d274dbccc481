//! Speed of durable jobs, and their long run; both databases, each figure beside its floor of the same run.

use anyhow::{Result, bail};

use crate::{
    demo,
    run::{check, program},
    services::Services,
};

/// `cargo xtask bench jobs [--queued N]`.
pub fn bench(options: &[&str]) -> Result<()> {
    match options {
        [] => load("bench", "10000"),
        ["--queued", queued] => load("bench", queued),
        _ => bail!("usage: cargo xtask bench jobs [--queued N]"),
    }
}

/// `cargo xtask soak jobs [--jobs N]`: four rounds with the default intervals.
pub fn soak(options: &[&str]) -> Result<()> {
    match options {
        [] => load("soak", "10000"),
        ["--jobs", jobs] => load("soak", jobs),
        _ => bail!("usage: cargo xtask soak jobs [--jobs N]"),
    }
}

fn load(what: &str, jobs: &str) -> Result<()> {
    let load = demo::build_program("jobs-load")?;
    let services = Services::start()?;
    check(
        program(load)
            .args([what, jobs])
            .envs(services.environment()),
    )
}
