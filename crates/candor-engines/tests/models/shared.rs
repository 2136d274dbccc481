//! Where the reference data lies; tests that lack it are skipped by name.

use std::{
    env,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    env::var_os("CANDOR_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    )
}

/// Folder `kind` of the reference data, or a line that says that test `name` is skipped.
pub fn dir(name: &str, kind: &str) -> Option<PathBuf> {
    let dir = root().join(kind);
    if dir.is_dir() {
        return Some(dir);
    }
    eprintln!("SKIPPED: {name}: {kind} of the reference data");
    None
}

/// The directory with models, when it has all of `kinds`.
pub fn models(name: &str, kinds: &[&str]) -> Option<PathBuf> {
    let dirs = [
        env::var_os("CANDOR_MODELS_DIR").map(PathBuf::from),
        Some(root().join("models")),
    ];
    let found = dirs
        .into_iter()
        .flatten()
        .find(|dir| kinds.iter().all(|kind| dir.join(kind).exists()));
    if found.is_none() {
        eprintln!("SKIPPED: {name}: models {}", kinds.join(", "));
    }
    found
}
