//! Settings of the server's commands: defaults, `--config`, environment, flags.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context, Result};
use candor_app::config::{Composed, Sources};
use toml::Value;

use crate::{
    args::{ConfigCommand, ServerArgs},
    exit::Refused,
};

/// Composes the settings and tells the operator what is unwise.
///
/// # Errors
/// [`Refused`] with everything that is wrong.
pub fn load(args: &ServerArgs, flags: Vec<(&'static str, Value)>) -> Result<Composed> {
    let file = match &args.config {
        Some(path) => Some(
            std::fs::read_to_string(path)
                .with_context(|| format!("the configuration {} can't be read", path.display()))
                .map_err(|error| Refused(format!("{error:#}")))?,
        ),
        None => None,
    };
    let sources = Sources {
        file,
        environment: environment(),
        flags,
    };
    let composed = sources
        .compose()
        .map_err(|error| Refused(error.to_string()))?;
    for warning in &composed.warnings {
        eprintln!("warning: {warning}");
    }
    Ok(composed)
}

/// `candor config show|defaults`.
///
/// # Errors
/// [`Refused`] when the settings can't be used.
pub fn run(command: &ConfigCommand) -> Result<()> {
    match command {
        ConfigCommand::Show(args) => print!("{}", load(args, Vec::new())?.config.shown()),
        ConfigCommand::Defaults => print!("{}", candor_app::config::DEFAULTS),
    }
    Ok(())
}

/// The folder that `--data` or `CANDOR_DATA_DIR` names, or else the user's.
pub fn data_folder(args: &ServerArgs) -> PathBuf {
    let given = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    args.data
        .clone()
        .or_else(|| given("CANDOR_DATA_DIR").map(PathBuf::from))
        .or_else(|| {
            given("XDG_DATA_HOME")
                .map(PathBuf::from)
                .filter(|folder| folder.is_absolute())
                .map(|folder| folder.join("candor"))
        })
        .or_else(|| given("HOME").map(|home| PathBuf::from(home).join(".local/share/candor")))
        .unwrap_or_else(|| PathBuf::from("candor-data"))
}

/// Names and values that are no Unicode mean nothing to Candor.
fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}
