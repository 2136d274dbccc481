//! Which files a PocketSphinx model consists of.

use std::path::{Path, PathBuf};

use candor_core::ports::EngineError;

use super::ENGINE;

/// The files of a PocketSphinx model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFiles {
    /// Folder of the acoustic model (`mdef`, `means`, `feat.params` …).
    pub acoustic_dir: PathBuf,
    /// Pronunciation dictionary.
    pub dictionary: PathBuf,
    /// N-gram language model; needed to transcribe, not to align.
    pub language_model: Option<PathBuf>,
}

const ACOUSTIC_FILES: [&str; 5] = [
    "mdef",
    "means",
    "variances",
    "transition_matrices",
    "feat.params",
];

impl ModelFiles {
    /// Finds the US English model in `dir`: with the acoustic files in `dir/en-us`, as Debian's
    /// `pocketsphinx-en-us` lays it out, or beside the dictionary.
    ///
    /// # Errors
    /// [`EngineError::Model`] when a file is missing.
    pub fn find(dir: &Path) -> Result<Self, EngineError> {
        let nested = dir.join("en-us");
        let acoustic_dir = if nested.join("mdef").is_file() {
            nested
        } else {
            dir.to_owned()
        };
        let beside = |name: &str| {
            [dir.join(name), acoustic_dir.join(name)]
                .into_iter()
                .find(|path| path.is_file())
        };
        let dictionary = beside("cmudict-en-us.dict").ok_or_else(|| missing("dictionary"))?;
        let files = Self {
            dictionary,
            language_model: beside("en-us.lm.bin"),
            acoustic_dir,
        };
        files.check()?;
        Ok(files)
    }

    /// Checks that the files are there and not cut off at the start: the library ends the
    /// process on some files that it can't read.
    ///
    /// # Errors
    /// [`EngineError::Model`] that names what is missing.
    pub fn check(&self) -> Result<(), EngineError> {
        for name in ACOUSTIC_FILES {
            let path = self.acoustic_dir.join(name);
            if std::fs::metadata(path).map_or(0, |found| found.len()) == 0 {
                return Err(missing(name));
            }
        }
        if !self.dictionary.is_file() {
            return Err(missing("dictionary"));
        }
        match &self.language_model {
            Some(path) if !path.is_file() => Err(missing("language model")),
            _ => Ok(()),
        }
    }
}

/// The error for a model without `what`.
pub fn missing(what: &str) -> EngineError {
    EngineError::Model {
        what: format!("the {ENGINE} model for English lacks its {what}"),
        mend: "apt-get install pocketsphinx-en-us".to_owned(),
    }
}
