//! Names by which people ask for a speech recogniser.

use std::path::{Path, PathBuf};

use super::RegistryError;

/// Sizes of Whisper that the registry knows.
const SIZES: [&str; 9] = [
    "tiny",
    "tiny.en",
    "base",
    "base.en",
    "small",
    "small.en",
    "medium",
    "medium.en",
    "large-v3-turbo",
];

/// A speech recogniser as named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SttModel {
    /// A model of the registry, by identifier.
    Registered(String),
    /// A whisper.cpp weight file given by path.
    File(PathBuf),
}

/// Understands a size (`base`, `small.en`, `large-v3-turbo`), a registry identifier
/// (`whisper-base`), a contract name (`Systran/faster-whisper-base`, `openai/whisper-tiny.en`,
/// `ggml-base.bin`), or the path of an existing file.
///
/// # Errors
/// [`RegistryError::Unknown`] for anything else.
pub fn resolve_stt(name: &str) -> Result<SttModel, RegistryError> {
    let name = name.trim();
    if Path::new(name).is_file() {
        return Ok(SttModel::File(PathBuf::from(name)));
    }
    let last = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let size = ["faster-whisper-", "whisper-", "ggml-"]
        .iter()
        .find_map(|prefix| last.strip_prefix(prefix))
        .unwrap_or(&last);
    let size = size.strip_suffix(".bin").unwrap_or(size);
    let size = if size == "turbo" {
        "large-v3-turbo"
    } else {
        size
    };
    // A path with directories is only a contract name when it has one organisation before it.
    let may_be_contract = name.matches('/').count() <= 1 && !name.starts_with(['.', '/']);
    SIZES
        .iter()
        .find(|known| may_be_contract && **known == size)
        .map(|known| SttModel::Registered(format!("whisper-{known}")))
        .ok_or_else(|| RegistryError::Unknown(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_way_to_name_a_recogniser_is_understood() {
        for (name, id) in [
            ("tiny", "whisper-tiny"),
            ("base.en", "whisper-base.en"),
            ("large-v3-turbo", "whisper-large-v3-turbo"),
            ("turbo", "whisper-large-v3-turbo"),
            ("Systran/faster-whisper-base", "whisper-base"),
            ("Systran/faster-whisper-small.en", "whisper-small.en"),
            ("openai/whisper-medium", "whisper-medium"),
            ("whisper-base", "whisper-base"),
            ("ggml-tiny.en.bin", "whisper-tiny.en"),
        ] {
            assert_eq!(
                resolve_stt(name).unwrap(),
                SttModel::Registered(id.to_owned())
            );
        }
    }

    #[test]
    fn a_file_wins_and_nonsense_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("base");
        std::fs::write(&path, "x").unwrap();
        let given = path.to_string_lossy().into_owned();
        assert_eq!(resolve_stt(&given).unwrap(), SttModel::File(path));
        for name in ["", "huge", "large-v3-turbo.en", "/nowhere/base", "../base"] {
            assert!(resolve_stt(name).is_err(), "{name}");
        }
    }

    #[test]
    fn every_size_is_in_the_manifest() {
        let manifest = super::super::Manifest::embedded().unwrap();
        for size in SIZES {
            let id = format!("whisper-{size}");
            assert!(manifest.models.iter().any(|model| model.id == id), "{id}");
        }
    }
}
