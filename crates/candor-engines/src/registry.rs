//! The model registry: what models there are, where they come from, whether they are intact.
//!
//! Files are matched by size and SHA-256, never by name. They are looked for in the directory of
//! `CANDOR_MODELS_DIR`, then in the user's data directory, where pulls go, then where a system
//! package puts them.

mod archive;
mod error;
mod fingerprint;
mod hub;
mod keep;
mod locate;
mod manifest;
mod obtain;
mod options;
mod package;
mod stt;
mod tree;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

pub use error::RegistryError;
pub use fingerprint::{hash_bytes, hash_file};
pub use manifest::{FileEntry, Importer, Manifest, ModelEntry, Package, PackageClient, Variant};
pub use obtain::Pulled;
pub use options::RegistryOptions;
pub use stt::{SttModel, resolve_stt};

use fingerprint::Fingerprints;
use locate::Located;
use tree::Tree;

/// Role of the file that an engine loads first.
pub const NETWORK: &str = "network";
/// Role of a tokenizer's definition.
pub const TOKENIZER: &str = "tokenizer";

/// A model that is ready to be loaded: every file was found and its hash is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedModel {
    /// The model's identifier.
    pub id: String,
    /// Which accepted variant it is, e.g. `int8`.
    pub variant: String,
    /// A file, or for folders a directory, by role.
    pub paths: BTreeMap<String, PathBuf>,
    /// SHA-256 of the variant's first file.
    pub sha256: String,
    /// Bytes of all its files together.
    pub bytes: u64,
}

impl ResolvedModel {
    /// The file or folder with the given role.
    pub fn path(&self, role: &str) -> Option<&Path> {
        self.paths.get(role).map(PathBuf::as_path)
    }

    /// The file or folder with the given role, for roles that every variant has.
    ///
    /// # Errors
    /// [`RegistryError::Manifest`] when the variant has no such role.
    pub fn get(&self, role: &str) -> Result<&Path, RegistryError> {
        self.path(role).ok_or_else(|| {
            RegistryError::Manifest(format!("model `{}` has no file `{role}`", self.id))
        })
    }
}

/// How a model stands on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelState {
    /// All files are there and intact.
    Ready(ResolvedModel),
    /// What it is made from is here; the first use makes it.
    Importable,
    /// Nothing of it is usable here.
    Missing,
    /// A file is there, but not with the right content.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// One line of the list of models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedModel {
    /// Identifier.
    pub id: String,
    /// What it is for.
    pub purpose: String,
    /// SPDX identifier of its licence.
    pub licence: String,
    /// Languages it was made for; empty when it is not tied to any.
    pub languages: Vec<String>,
    /// Bytes of the variant that is there, or else of the one a pull fetches.
    pub bytes: u64,
    /// Whether a pull without names fetches it.
    pub default: bool,
    /// How it stands.
    pub state: ModelState,
}

/// Knows all models and finds their files.
#[derive(Debug)]
pub struct Registry {
    manifest: Manifest,
    options: RegistryOptions,
    fingerprints: Fingerprints,
    trees: RwLock<BTreeMap<PathBuf, Arc<Tree>>>,
    known_hashes: BTreeSet<String>,
}

impl Registry {
    /// Opens the registry of this build.
    ///
    /// # Errors
    /// [`RegistryError::Manifest`] when the embedded manifest is malformed.
    pub fn open(options: RegistryOptions) -> Result<Self, RegistryError> {
        Ok(Self::with_manifest(Manifest::embedded()?, options))
    }

    /// A registry of the models in `manifest`.
    pub fn with_manifest(manifest: Manifest, options: RegistryOptions) -> Self {
        let known_hashes = manifest.files().map(|file| file.sha256.clone()).collect();
        Self {
            fingerprints: Fingerprints::open(options.hashes_file.clone()),
            trees: RwLock::default(),
            known_hashes,
            manifest,
            options,
        }
    }

    /// Every model and how it stands; hashes files that were never hashed before.
    pub fn list(&self) -> Vec<ListedModel> {
        self.manifest
            .models
            .iter()
            .map(|model| {
                let state = match self.locate(model) {
                    Located::Ready(found) => ModelState::Ready(found),
                    _ if self.importable(model).is_some() => ModelState::Importable,
                    Located::Missing => ModelState::Missing,
                    Located::Damaged { path, reason } => ModelState::Damaged { path, reason },
                };
                let bytes = match &state {
                    ModelState::Ready(found) => found.bytes,
                    _ => pull_variant(model).files.iter().map(|f| f.bytes).sum(),
                };
                ListedModel {
                    id: model.id.clone(),
                    purpose: model.purpose.clone(),
                    licence: model.licence.clone(),
                    languages: model.languages.clone(),
                    bytes,
                    default: model.default,
                    state,
                }
            })
            .collect()
    }

    /// Finds the files of model `id`, hashing those that were never hashed before. Where only the
    /// published originals are here, it imports them into the data directory.
    ///
    /// # Errors
    /// [`RegistryError::Unknown`], [`RegistryError::Missing`], [`RegistryError::Damaged`], or
    /// [`RegistryError::Io`] when the data directory can't be written.
    pub fn find(&self, id: &str) -> Result<ResolvedModel, RegistryError> {
        let model = self.entry(id)?;
        let located = self.locate(model);
        if !matches!(located, Located::Ready(_))
            && let Some(variant) = self.importable(model)
        {
            self.import_here(model, variant)?;
            self.forget_trees();
            return self.found(id, self.locate(model));
        }
        self.found(id, located)
    }

    fn found(&self, id: &str, located: Located) -> Result<ResolvedModel, RegistryError> {
        match located {
            Located::Ready(found) => Ok(found),
            Located::Missing => Err(RegistryError::Missing { id: id.to_owned() }),
            Located::Damaged { path, reason } => Err(RegistryError::Damaged {
                id: id.to_owned(),
                path,
                reason,
            }),
        }
    }

    /// Where the main file (or folder) of model `id` lies.
    ///
    /// # Errors
    /// As for [`Self::find`].
    pub fn path(&self, id: &str) -> Result<PathBuf, RegistryError> {
        let found = self.find(id)?;
        let role = &pull_variant(self.entry(id)?).files[0].role;
        found.get(role).map(Path::to_owned)
    }

    /// Finds model `id` and hashes its files again, whatever is remembered about them.
    ///
    /// # Errors
    /// As for [`Self::find`].
    pub fn verify(&self, id: &str) -> Result<ResolvedModel, RegistryError> {
        let entry = self.entry(id)?;
        for path in self.candidates(entry) {
            self.fingerprints
                .rehash(&path)
                .map_err(RegistryError::io(path))?;
        }
        self.find(id)
    }

    /// Identifiers that a pull without names fetches.
    pub fn default_ids(&self) -> Vec<String> {
        let models = self.manifest.models.iter();
        models
            .filter(|model| model.default)
            .map(|model| model.id.clone())
            .collect()
    }

    /// What the manifest says about model `id`.
    ///
    /// # Errors
    /// [`RegistryError::Unknown`].
    pub fn entry(&self, id: &str) -> Result<&ModelEntry, RegistryError> {
        self.manifest
            .models
            .iter()
            .find(|model| model.id == id)
            .ok_or_else(|| RegistryError::Unknown(id.to_owned()))
    }
}

/// The variant that a pull of `model` would fetch.
fn pull_variant(model: &ModelEntry) -> &Variant {
    let has_source = |file: &FileEntry| file.url.is_some() || file.package.is_some();
    model
        .variants
        .iter()
        .find(|variant| {
            let mut files = keep::wanted(variant).into_iter();
            files.all(|file| has_source(file) || file.optional)
        })
        .unwrap_or(&model.variants[0])
}
