//! The data folder: database, media, secret, scratch space and locks of one installation.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::exit::Refused;

/// Only the owner may look inside.
const PRIVATE: u32 = 0o700;

/// A folder that is made when it is missing.
#[derive(Debug, Clone)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// Makes the folder, for the owner alone, unless it is there.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn open(folder: &Path) -> Result<Self> {
        let made = DirBuilder::new()
            .recursive(true)
            .mode(PRIVATE)
            .create(folder);
        made.with_context(|| format!("the data folder {} can't be made", folder.display()))?;
        let folder = folder.canonicalize()?;
        Ok(Self(folder))
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The database file of the one-machine form.
    pub fn database(&self) -> PathBuf {
        self.0.join("candor.db")
    }

    /// Recordings of the one-machine form.
    pub fn media(&self) -> PathBuf {
        self.0.join("media")
    }

    /// The installation's secret.
    pub fn secret(&self) -> PathBuf {
        self.0.join("secret")
    }

    /// Copies of the database from before upgrades.
    pub fn backups(&self) -> PathBuf {
        self.0.join("backups")
    }

    /// Holds `name` for this process alone; the lock goes with the process, however it ends.
    ///
    /// # Errors
    /// [`Refused`] with `held` when another process holds it.
    pub fn lock(&self, name: &str, held: &str) -> Result<File> {
        let file = self.lock_file(name)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Refused(held.to_owned()).into()),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Waits until no other process holds `name`, then holds it.
    ///
    /// # Errors
    /// What the file system says.
    pub fn wait_for_lock(&self, name: &str) -> Result<File> {
        let file = self.lock_file(name)?;
        file.lock()?;
        Ok(file)
    }

    fn lock_file(&self, name: &str) -> io::Result<File> {
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(self.0.join(format!("{name}.lock")))
    }

    /// An empty folder for this process; what processes that ended left behind is removed first.
    ///
    /// # Errors
    /// What the file system says.
    pub fn scratch(&self) -> Result<Scratch> {
        let all = self.0.join("scratch");
        private_folder(&all)?;
        // A folder without a lock is being made: nobody may look before it has one.
        let _making = self.wait_for_lock("scratch")?;
        for entry in fs::read_dir(&all)? {
            let folder = entry?.path();
            let is_free = match File::open(folder.join(".lock")) {
                Ok(lock) => lock.try_lock().is_ok(),
                Err(_) => true,
            };
            if is_free && fs::remove_dir_all(&folder).is_err() {
                tracing::warn!("scratch.not_removed");
            }
        }
        let folder = all.join(uuid::Uuid::now_v7().simple().to_string());
        private_folder(&folder)?;
        let lock = File::create(folder.join(".lock"))?;
        lock.lock()?;
        let inside = folder.join("files");
        private_folder(&inside)?;
        Ok(Scratch {
            folder,
            inside,
            _lock: lock,
        })
    }
}

/// Room for files in use by this process.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
    inside: PathBuf,
    _lock: File,
}

impl Scratch {
    /// The folder.
    pub fn path(&self) -> &Path {
        &self.inside
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The next process removes what is left.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(PRIVATE)
        .create(folder)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_folder_is_made_for_the_owner_alone() {
        let outside = tempfile::tempdir().unwrap();
        let data = DataFolder::open(&outside.path().join("a/b")).unwrap();
        let mode = fs::metadata(data.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, PRIVATE);
    }

    #[test]
    fn a_lock_is_held_once_and_freed_with_its_holder() {
        let outside = tempfile::tempdir().unwrap();
        let data = DataFolder::open(outside.path()).unwrap();
        let held = data.lock("serve", "held").unwrap();
        assert!(data.lock("serve", "held").is_err());
        drop(held);
        data.lock("serve", "held").unwrap();
    }

    #[test]
    fn files_of_a_process_that_ended_go_and_those_of_a_living_one_stay() {
        let outside = tempfile::tempdir().unwrap();
        let data = DataFolder::open(outside.path()).unwrap();
        let crashed = data.path().join("scratch/crashed");
        fs::create_dir_all(&crashed).unwrap();
        fs::write(crashed.join(".lock"), "").unwrap();
        fs::write(crashed.join("video.mp4"), "x").unwrap();
        let living = data.scratch().unwrap();
        fs::write(living.path().join("video.mp4"), "x").unwrap();
        let other = data.scratch().unwrap();
        assert!(!crashed.exists());
        assert!(living.path().join("video.mp4").exists());
        assert_ne!(living.path(), other.path());
    }
}
