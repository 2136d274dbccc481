//! Where models lie on this machine.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// Where models are looked for, where pulls go, and which package clients fetch them.
#[derive(Debug, Clone, Default)]
pub struct RegistryOptions {
    /// A tree with model files, only read (`CANDOR_MODELS_DIR`).
    pub models_dir: Option<PathBuf>,
    /// Where pulls go: `models` in the user's data directory.
    pub store_dir: PathBuf,
    /// File in which hashes are remembered; `None` remembers them for this process only.
    pub hashes_file: Option<PathBuf>,
    /// Directories of system packages are looked at too.
    pub system_dirs: bool,
    /// The `pip` program; looked for in `PATH` when `None`.
    pub pip: Option<PathBuf>,
    /// The `npm` program; looked for in `PATH` when `None`.
    pub npm: Option<PathBuf>,
}

impl RegistryOptions {
    /// Options from the environment: `CANDOR_MODELS_DIR`; `CANDOR_DATA_DIR`, or else `candor` in
    /// `XDG_DATA_HOME` or `~/.local/share`.
    pub fn from_env() -> Self {
        Self::from_lookup(|name| env::var_os(name))
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let dir = |name: &str| lookup(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let data = dir("CANDOR_DATA_DIR")
            .or_else(|| {
                dir("XDG_DATA_HOME")
                    .filter(|d| d.is_absolute())
                    .map(|d| d.join("candor"))
            })
            .or_else(|| dir("HOME").map(|home| home.join(".local/share/candor")))
            .unwrap_or_else(|| env::temp_dir().join("candor"));
        Self::in_data_dir(&data, dir("CANDOR_MODELS_DIR"))
    }

    /// Options with everything that is written below `data_dir`.
    pub fn in_data_dir(data_dir: &Path, models_dir: Option<PathBuf>) -> Self {
        Self {
            models_dir,
            store_dir: data_dir.join("models"),
            hashes_file: Some(data_dir.join("model-hashes.json")),
            system_dirs: true,
            pip: None,
            npm: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_candor_data_directory_wins_over_the_desktop_convention_and_the_home() {
        let with = |pairs: &'static [(&str, &str)]| {
            RegistryOptions::from_lookup(|name| {
                let pair = pairs.iter().find(|(known, _)| *known == name);
                pair.map(|(_, value)| OsString::from(value))
            })
            .store_dir
        };
        assert_eq!(
            with(&[("HOME", "/h")]),
            Path::new("/h/.local/share/candor/models")
        );
        assert_eq!(
            with(&[("HOME", "/h"), ("XDG_DATA_HOME", "/x")]),
            Path::new("/x/candor/models")
        );
        assert_eq!(
            with(&[("CANDOR_DATA_DIR", "/c"), ("XDG_DATA_HOME", "/x")]),
            Path::new("/c/models")
        );
    }
}
