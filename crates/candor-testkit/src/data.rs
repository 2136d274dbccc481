//! Where test data is, clips made on the spot, and how a test says that it can't run here.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The folder with labelled media, where this machine has one: `CANDOR_SHARED`, or `shared`
/// beside the workspace.
pub fn shared_dir() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    std::env::var_os("CANDOR_SHARED")
        .map(PathBuf::from)
        .or(Some(beside))
        .filter(|folder| folder.join("media").is_dir())
}

/// The folder with models, where this machine has one: `CANDOR_MODELS_DIR`, or `models` in
/// [`shared_dir`].
pub fn models_dir() -> Option<PathBuf> {
    std::env::var_os("CANDOR_MODELS_DIR")
        .map(PathBuf::from)
        .or_else(|| shared_dir().map(|folder| folder.join("models")))
        .filter(|folder| folder.is_dir())
}

/// Says on standard error that `test` can't run here; the suite counts it as skipped.
pub fn skip(test: &str, missing: &str) {
    eprintln!("SKIPPED: {test}: {missing}");
}

/// Whether a program is on the path.
pub(crate) fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|at| at.join(program).is_file()))
}

/// A folder of clips made by ffmpeg's own signal sources.
pub struct Clips {
    folder: tempfile::TempDir,
}

impl Clips {
    /// `None`, after naming `test` as skipped, where ffmpeg is not installed.
    ///
    /// # Panics
    /// When no temporary folder can be made.
    pub fn new(test: &str) -> Option<Self> {
        if !is_installed("ffmpeg") {
            skip(test, "ffmpeg is not installed");
            return None;
        }
        Some(Self {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
        })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A path inside the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes `name` with this content.
    ///
    /// # Panics
    /// When it can't be written.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("the temporary folder can be written to");
        path
    }

    /// Makes `name` with ffmpeg from `arguments` (words separated by spaces).
    ///
    /// # Panics
    /// When ffmpeg fails.
    pub fn make(&self, name: &str, arguments: &str) -> PathBuf {
        let path = self.path(name);
        let output = Command::new("ffmpeg")
            .current_dir(self.folder.path())
            .args(["-v", "error", "-y", "-nostdin"])
            .args(arguments.split_whitespace())
            .arg(&path)
            .output()
            .expect("ffmpeg can be started");
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        path
    }
}
