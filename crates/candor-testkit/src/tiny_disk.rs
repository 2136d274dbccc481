//! A disk that is soon full.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use crate::skip;

/// What takes the room.
const FILLER: &str = "filler";

/// Bytes that are written at once.
const BLOCK: usize = 64 << 10;

/// A file system in memory of a given size. It is gone with the value.
pub struct TinyDisk {
    folder: tempfile::TempDir,
}

impl TinyDisk {
    /// Mounts one. `None`, told as skipped under `test`, where this process may not mount.
    ///
    /// # Panics
    /// When no temporary folder can be made.
    pub fn mount(test: &str, bytes: u64) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mounted = Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={bytes},mode=0700"),
                "tmpfs",
            ])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|mounted| mounted.status.success()) {
            return Some(Self { folder });
        }
        skip(test, "file systems can't be mounted here");
        None
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it until only about `left` bytes are free.
    ///
    /// # Panics
    /// When it can't be written to.
    pub fn fill(&self, left: u64) {
        let free = |folder: &Path| {
            rustix::fs::statvfs(folder).map(|found| found.f_bavail * found.f_frsize)
        };
        let mut filler = File::create(self.filler()).expect("the disk can be written to");
        while free(self.path()).expect("the disk is there") > left {
            if filler.write_all(&[0; BLOCK]).is_err() {
                break;
            }
        }
    }

    /// Makes room again.
    ///
    /// # Panics
    /// When it was not filled.
    pub fn clear(&self) {
        std::fs::remove_file(self.filler()).expect("the disk was filled");
    }

    /// Every other file on it, sorted.
    pub fn files(&self) -> Vec<String> {
        crate::files_below(self.path())
            .into_iter()
            .filter(|name| name != FILLER && self.path().join(name).is_file())
            .collect()
    }

    fn filler(&self) -> PathBuf {
        self.path().join(FILLER)
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        // Lazily: what a server still holds open goes with its last user.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
