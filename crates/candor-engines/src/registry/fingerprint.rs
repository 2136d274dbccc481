//! SHA-256 of files, remembered by path, size, times and inode so that a big file is hashed once.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Mutex,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bytes read at once while hashing.
const CHUNK: usize = 1 << 20;
/// Entries kept in the file; the rest is forgotten.
const N_REMEMBERED: usize = 4096;

/// What tells that a file has not been written to since it was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    size: u64,
    modified_ns: i128,
    changed_ns: i128,
    inode: u64,
    device: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    stamp: Stamp,
    sha256: String,
}

/// Remembered hashes. Losing them costs time, nothing else: the file that keeps them may be absent,
/// unreadable, or overwritten by another process.
#[derive(Debug)]
pub struct Fingerprints {
    file: Option<PathBuf>,
    known: Mutex<BTreeMap<String, Known>>,
}

impl Fingerprints {
    /// Reads what was remembered in `file`.
    pub fn open(file: Option<PathBuf>) -> Self {
        let known = file.as_deref().map(read).unwrap_or_default();
        Self {
            file,
            known: Mutex::new(known),
        }
    }

    /// SHA-256 of the file in `path`, from memory when it has not changed.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn sha256(&self, path: &Path) -> io::Result<String> {
        let stamp = stamp(path)?;
        let key = path.to_string_lossy().into_owned();
        if let Ok(known) = self.known.lock()
            && let Some(entry) = known.get(&key)
            && entry.stamp == stamp
        {
            return Ok(entry.sha256.clone());
        }
        self.rehash(path)
    }

    /// SHA-256 of the file in `path`, always from its content.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn rehash(&self, path: &Path) -> io::Result<String> {
        let before = stamp(path)?;
        let sha256 = hash_file(path)?;
        if stamp(path)? == before {
            self.remember(path, before, &sha256);
        }
        Ok(sha256)
    }

    fn remember(&self, path: &Path, stamp: Stamp, sha256: &str) {
        let Ok(mut known) = self.known.lock() else {
            return;
        };
        let entry = Known {
            stamp,
            sha256: sha256.to_owned(),
        };
        known.insert(path.to_string_lossy().into_owned(), entry);
        let Some(file) = &self.file else {
            return;
        };
        // Another process may have learnt other files meanwhile.
        for (path, entry) in read(file) {
            known.entry(path).or_insert(entry);
        }
        while known.len() > N_REMEMBERED {
            known.pop_first();
        }
        if let Err(error) = write(file, &known) {
            tracing::debug!(path = %file.display(), %error, "hashes are not remembered");
        }
    }
}

/// SHA-256 of a file's content, in hexadecimal.
///
/// # Errors
/// When the file can't be read.
pub fn hash_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hex(&hasher.finalize())),
            n => hasher.update(&chunk[..n]),
        }
    }
}

/// SHA-256 of `bytes`, in hexadecimal.
pub fn hash_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    let meta = fs::metadata(path)?;
    let ns = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
    Ok(Stamp {
        size: meta.size(),
        modified_ns: ns(meta.mtime(), meta.mtime_nsec()),
        changed_ns: ns(meta.ctime(), meta.ctime_nsec()),
        inode: meta.ino(),
        device: meta.dev(),
    })
}

fn read(file: &Path) -> BTreeMap<String, Known> {
    fs::read(file)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

fn write(file: &Path, known: &BTreeMap<String, Known>) -> io::Result<()> {
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    let part = file.with_extension(format!("{}.part", std::process::id()));
    let written = serde_json::to_vec(known)
        .map_err(io::Error::other)
        .and_then(|bytes| fs::write(&part, bytes))
        .and_then(|()| fs::rename(&part, file));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_hashed_again() {
        let dir = tempfile::tempdir().unwrap();
        let (memory, path) = (dir.path().join("hashes.json"), dir.path().join("a"));
        fs::write(&path, "abc").unwrap();
        let prints = Fingerprints::open(Some(memory.clone()));
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(prints.sha256(&path).unwrap(), abc);
        let again = Fingerprints::open(Some(memory));
        assert_eq!(again.known.lock().unwrap().len(), 1);
        fs::write(&path, "abd").unwrap();
        assert_ne!(again.sha256(&path).unwrap(), abc);
    }

    #[test]
    fn a_broken_or_unwritable_memory_only_costs_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, "abc").unwrap();
        fs::write(dir.path().join("hashes.json"), "{nonsense").unwrap();
        for memory in [dir.path().join("hashes.json"), path.join("below a file")] {
            assert!(Fingerprints::open(Some(memory)).sha256(&path).is_ok());
        }
    }
}
