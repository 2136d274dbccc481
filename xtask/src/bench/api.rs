//! Speed of the interface beside an empty handler.

use anyhow::{Result, bail};

use crate::{
    demo,
    run::{check, program},
};

/// `cargo xtask bench api`.
pub fn api(options: &[&str]) -> Result<()> {
    if !options.is_empty() {
        bail!("usage: cargo xtask bench api");
    }
    check(&mut program(demo::build_program("api-load")?))
}
