//! `candor models`: list, pull, verify, path.

use anyhow::Result;
use candor_core::ports::Watch;
use candor_engines::registry::{ModelState, Pulled, Registry, RegistryError, RegistryOptions};
use serde_json::json;

use crate::{
    args::Models,
    cancel,
    exit::{Interrupted, Refused},
};

/// Runs one of the commands.
pub fn run(command: &Models) -> Result<()> {
    let registry = Registry::open(RegistryOptions::from_env())?;
    match command {
        Models::List { json } => list(&registry, *json),
        Models::Pull { ids } => pull(&registry, ids),
        Models::Verify { ids } => verify(&registry, ids),
        Models::Path { id } => {
            let path = registry
                .path(id)
                .map_err(|error| Refused(error.to_string()))?;
            println!("{}", path.display());
            Ok(())
        }
    }
}

fn list(registry: &Registry, as_json: bool) -> Result<()> {
    let models = registry.list();
    if as_json {
        let rows: Vec<_> = models
            .iter()
            .map(|model| {
                let (state, place) = state(&model.state);
                json!({
                    "id": model.id, "purpose": model.purpose, "licence": model.licence,
                    "languages": model.languages, "bytes": model.bytes,
                    "needed": model.default, "state": state, "place": place,
                })
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    println!(
        "{:<24} {:<8} {:>9}  {:<14} PURPOSE",
        "MODEL", "STATE", "SIZE", "LICENCE"
    );
    for model in models {
        println!(
            "{:<24} {:<8} {:>6} MB  {:<14} {}",
            model.id,
            state(&model.state).0,
            model.bytes.div_ceil(1 << 20),
            model.licence,
            model.purpose
        );
    }
    Ok(())
}

fn state(state: &ModelState) -> (&'static str, Option<String>) {
    match state {
        ModelState::Ready(found) => (
            "ready",
            found
                .paths
                .values()
                .next()
                .map(|path| path.display().to_string()),
        ),
        ModelState::Importable => ("ready", None),
        ModelState::Missing => ("missing", None),
        ModelState::Damaged { path, .. } => ("damaged", Some(path.display().to_string())),
    }
}

/// Fetches what is missing and says what it does. Without names a recogniser that can't be had is
/// only told: there is a fallback for it.
fn pull(registry: &Registry, ids: &[String]) -> Result<()> {
    let wished = if ids.is_empty() {
        registry.default_ids()
    } else {
        ids.to_vec()
    };
    let watch = Cancelling(cancel::flag()?);
    let mut failed = Vec::new();
    let (ready, missing): (Vec<String>, Vec<String>) =
        wished.into_iter().partition(|id| registry.find(id).is_ok());
    for id in ready {
        println!("{id}: ready");
    }
    for id in &missing {
        eprintln!("{id}: fetching");
    }
    let pulled = registry
        .pull(&missing, &watch)
        .map_err(|error| match error {
            RegistryError::Cancelled => anyhow::Error::from(Interrupted),
            other => Refused(other.to_string()).into(),
        })?;
    for Pulled { id, outcome } in pulled {
        match outcome {
            Ok(_) => println!("{id}: ready"),
            Err(error) if ids.is_empty() && id.starts_with("whisper-") => {
                eprintln!("{id}: {error}");
                println!("{id}: not here; the fallback recogniser is used instead");
            }
            Err(error) => {
                eprintln!("{id}: {error}");
                failed.push(id);
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Refused(format!("not fetched: {}", failed.join(", "))).into())
}

fn verify(registry: &Registry, ids: &[String]) -> Result<()> {
    let chosen: Vec<String> = if ids.is_empty() {
        registry
            .list()
            .into_iter()
            .filter(|model| model.state != ModelState::Missing)
            .map(|model| model.id)
            .collect()
    } else {
        ids.to_vec()
    };
    let mut damaged = Vec::new();
    for id in chosen {
        match registry.verify(&id) {
            Ok(found) => println!("{id}: intact ({}, sha256 {})", found.variant, found.sha256),
            Err(error) => {
                println!("{id}: {error}");
                damaged.push(id);
            }
        }
    }
    if damaged.is_empty() {
        return Ok(());
    }
    Err(Refused(format!(
        "not intact: {0}; run `candor models pull {0}`",
        damaged.join(" ")
    ))
    .into())
}

/// Stops a pull on Ctrl-C.
struct Cancelling(std::sync::Arc<std::sync::atomic::AtomicBool>);

impl Watch for Cancelling {
    fn progress(&self, _fraction: f32) {}
    fn is_cancelled(&self) -> bool {
        cancel::is_raised(&self.0)
    }
}
