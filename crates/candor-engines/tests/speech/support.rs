//! Where reference data is, and how to tell that it is missing.

use std::path::{Path, PathBuf};

/// The folder of reference data: `CANDOR_SHARED`, else `shared` beside the workspace.
pub fn shared() -> PathBuf {
    std::env::var_os("CANDOR_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    )
}

/// Tells that a test did not run.
pub fn skip(test: &str, missing: &str) {
    eprintln!("SKIPPED: {test}: {missing}");
}
