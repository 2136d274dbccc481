//! Files that are kept in the data directory: imported ones, and those out of packages.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use super::{FileEntry, Importer, ModelEntry, Registry, RegistryError, Variant, hash_bytes};
use crate::import::{
    ImportError, Names, import_face_api_expression, import_sentence_bert, import_tflite,
};

impl Registry {
    /// A file with the content of `file` in any of the directories.
    pub(super) fn find_file(&self, model: &ModelEntry, file: &FileEntry) -> Option<PathBuf> {
        let trees = self.trees(model);
        trees
            .iter()
            .find_map(|tree| self.matching(file, tree).next().map(Path::to_owned))
    }

    /// A variant of which everything that a pull would fetch is here already.
    pub(super) fn importable<'m>(&self, model: &'m ModelEntry) -> Option<&'m Variant> {
        model.variants.iter().find(|variant| {
            variant.importer.is_some()
                && wanted(variant)
                    .iter()
                    .all(|file| self.find_file(model, file).is_some())
        })
    }

    /// Imports `variant`, which must be importable.
    pub(super) fn import_here(
        &self,
        model: &ModelEntry,
        variant: &Variant,
    ) -> Result<(), RegistryError> {
        let read = |file: &FileEntry| {
            let path = self
                .find_file(model, file)
                .ok_or_else(|| RegistryError::Missing {
                    id: model.id.clone(),
                })?;
            fs::read(&path).map_err(RegistryError::io(path))
        };
        let originals: Result<Vec<_>, _> = variant.originals.iter().map(read).collect();
        self.import(model, variant, &originals?)?;
        for file in variant.files.iter().skip(1) {
            self.store(model, variant, file, &read(file)?)?;
        }
        Ok(())
    }

    /// Where `file` of `variant` is kept; its directory is made.
    pub(super) fn place(
        &self,
        model: &ModelEntry,
        variant: &Variant,
        file: &FileEntry,
    ) -> Result<PathBuf, RegistryError> {
        let mut dir = self.options.store_dir.join(&model.id).join(&variant.name);
        if file.folder {
            dir.push(&file.role);
        }
        fs::create_dir_all(&dir).map_err(RegistryError::io(&dir))?;
        Ok(dir.join(&file.name))
    }

    /// Makes `variant` from `originals` and keeps the result.
    pub(super) fn import(
        &self,
        model: &ModelEntry,
        variant: &Variant,
        originals: &[Vec<u8>],
    ) -> Result<(), RegistryError> {
        let made = run_importer(variant, originals)
            .map_err(|error| RegistryError::Manifest(format!("`{}`: {error}", model.id)))?;
        self.store(model, variant, &variant.files[0], &made)
    }

    /// Keeps `content` as `file` of `variant`: written beside its place, then renamed.
    pub(super) fn store(
        &self,
        model: &ModelEntry,
        variant: &Variant,
        file: &FileEntry,
        content: &[u8],
    ) -> Result<(), RegistryError> {
        let sha256 = hash_bytes(content);
        if sha256 != file.sha256 || content.len() as u64 != file.bytes {
            return Err(RegistryError::Manifest(format!(
                "`{}` of model `{}` came out with SHA-256 {sha256} and {} bytes",
                file.name,
                model.id,
                content.len()
            )));
        }
        let path = self.place(model, variant, file)?;
        let dir = path.parent().expect("a file lies in a directory");
        let mut part = tempfile::Builder::new()
            .prefix(".")
            .suffix(".part")
            // Readable by others, as far as the umask lets it: a service may run as another user.
            .permissions(fs::Permissions::from_mode(0o644))
            .tempfile_in(dir)
            .map_err(RegistryError::io(dir))?;
        part.write_all(content)
            .and_then(|()| part.as_file().sync_all())
            .map_err(RegistryError::io(&path))?;
        part.persist(&path)
            .map_err(|error| RegistryError::io(&path)(error.error))?;
        Ok(())
    }
}

/// The files that have to be fetched for `variant`: what its importer reads and what it does not make.
pub(super) fn wanted(variant: &Variant) -> Vec<&FileEntry> {
    let made = usize::from(variant.importer.is_some());
    variant
        .originals
        .iter()
        .chain(variant.files.iter().skip(made))
        .collect()
}

/// Runs the importer of `variant`; files behind its originals are not its business.
fn run_importer(variant: &Variant, originals: &[Vec<u8>]) -> Result<Vec<u8>, ImportError> {
    let names = Names {
        inputs: &variant.inputs,
        outputs: &variant.outputs,
    };
    match (variant.importer, originals) {
        (Some(Importer::Tflite), [tflite, ..]) => import_tflite(tflite, &names),
        (Some(Importer::FaceApiExpression), [manifest, shard, ..]) => {
            import_face_api_expression(manifest, shard)
        }
        (Some(Importer::SentenceBert), [config, weights, ..]) => {
            import_sentence_bert(config, weights)
        }
        _ => Err(ImportError::Malformed("originals are missing".to_owned())),
    }
}
