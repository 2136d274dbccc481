//! Speed of interviews in words, beside the floor of one embedding for each answer; and the long run of simulated
//! candidates.

use std::fs;

use anyhow::{Result, bail};

use super::server::Server;
use crate::{
    demo,
    run::{cargo, check, program, target},
    setup,
};

/// `cargo xtask bench interview`.
pub fn bench(options: &[&str]) -> Result<()> {
    if !options.is_empty() {
        bail!("usage: cargo xtask bench interview");
    }
    let load = demo::build_program("interview-load")?;
    let candor = demo::build()?;
    setup::models(&candor)?;
    let folder = target().join("bench/interview");
    // What an earlier run left.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    check(setup::with_models(
        program(&candor).args(["stage", "embedding"]),
    ))?;
    let server = Server::start(&folder)?;
    let measured = check(
        program(load)
            .arg(format!("http://{}", server.address))
            .args([&server.key, &server.pid.to_string()]),
    );
    drop(server);
    fs::remove_dir_all(&folder)?;
    measured
}

/// `cargo xtask soak interviews`: two hundred simulated candidates.
pub fn soak(options: &[&str]) -> Result<()> {
    if !options.is_empty() {
        bail!("usage: cargo xtask soak interviews");
    }
    check(
        cargo()
            .args(["test", "--workspace", "--lib", "--", "--nocapture"])
            .arg("session::simulated")
            .env("CANDOR_TEST_INTERVIEWS", "200"),
    )
}
