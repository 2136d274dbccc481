//! A backup on disk: a folder, or one tar file where the name ends so.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The owner reads and writes, nobody else.
const PRIVATE: u32 = 0o600;

/// A backup that becomes visible when it is finished.
pub struct Writer {
    to: PathBuf,
    part: PathBuf,
    hashes: BTreeMap<String, String>,
    tar: Option<tar::Builder<BufWriter<File>>>,
}

impl Writer {
    /// Begins beside the target.
    pub fn create(to: &Path) -> Result<Self> {
        discard(to);
        let part = part(to);
        let tar = if is_tar(to) {
            Some(tar::Builder::new(BufWriter::new(private(&part)?)))
        } else {
            fs::create_dir_all(&part)
                .with_context(|| format!("{} can't be made", part.display()))?;
            None
        };
        Ok(Self {
            to: to.to_owned(),
            part,
            hashes: BTreeMap::new(),
            tar,
        })
    }

    /// SHA-256 of what was added, by name.
    pub fn hashes(&self) -> &BTreeMap<String, String> {
        &self.hashes
    }

    /// Adds a file.
    pub fn add(&mut self, name: &str, file: &Path) -> Result<()> {
        let source = File::open(file)?;
        let length = source.metadata()?.len();
        let hash = match &mut self.tar {
            Some(tar) => {
                let mut hashing = Hashing::new(BufReader::new(source));
                tar.append_data(&mut header(length), name, &mut hashing)?;
                hashing.finish()
            }
            None => copy(&mut BufReader::new(source), &self.part.join(name))?,
        };
        self.hashes.insert(name.to_owned(), hash);
        Ok(())
    }

    /// Adds the last file, waits until everything is on disk and shows the backup.
    pub fn finish(self, name: &str, content: &[u8]) -> Result<()> {
        match self.tar {
            Some(mut tar) => {
                tar.append_data(&mut header(content.len() as u64), name, content)?;
                let file = tar
                    .into_inner()?
                    .into_inner()
                    .map_err(io::IntoInnerError::into_error)?;
                file.sync_all()?;
            }
            None => {
                let mut file = private(&self.part.join(name))?;
                file.write_all(content)?;
                file.sync_all()?;
            }
        }
        fs::rename(&self.part, &self.to)?;
        Ok(())
    }
}

/// Removes what an unfinished backup left.
pub fn discard(to: &Path) {
    let part = part(to);
    // One of both is it, or none.
    let _ = fs::remove_file(&part).or_else(|_| fs::remove_dir_all(&part));
}

/// Reads a backup file by file.
pub enum Reader {
    /// A folder.
    Folder(PathBuf),
    /// A tar file.
    Tar(Box<tar::Archive<BufReader<File>>>),
}

impl Reader {
    /// Opens it.
    pub fn open(from: &Path) -> Result<Self> {
        if from.is_dir() {
            return Ok(Self::Folder(from.to_owned()));
        }
        Ok(Self::Tar(Box::new(tar::Archive::new(BufReader::new(
            File::open(from)?,
        )))))
    }

    /// Calls `take` for each file with its name; anything but files is left out.
    pub fn each(&mut self, mut take: impl FnMut(&str, &mut dyn Read) -> Result<()>) -> Result<()> {
        match self {
            Self::Folder(root) => {
                let mut folders = vec![root.clone()];
                while let Some(folder) = folders.pop() {
                    for entry in fs::read_dir(&folder)? {
                        let entry = entry?;
                        let path = entry.path();
                        if entry.file_type()?.is_dir() {
                            folders.push(path);
                        } else if entry.file_type()?.is_file() {
                            let name = path.strip_prefix(&*root).expect("the walk began there");
                            let name = name.to_str().context("a name is no text")?;
                            take(name, &mut BufReader::new(File::open(&path)?))?;
                        }
                    }
                }
            }
            Self::Tar(tar) => {
                for entry in tar.entries().context("it is no tar file")? {
                    let mut entry = entry.context("the tar file is damaged")?;
                    if entry.header().entry_type().is_file() {
                        let name = entry
                            .path()?
                            .to_str()
                            .context("a name is no text")?
                            .to_owned();
                        take(&name, &mut entry)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Writes a new file for the owner alone and gives its SHA-256.
pub fn copy(from: &mut dyn Read, to: &Path) -> Result<String> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = private(to)?;
    let mut hashing = Hashing::new(from);
    io::copy(&mut hashing, &mut file)?;
    file.sync_all()?;
    Ok(hashing.finish())
}

fn private(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE)
        .open(file)
}

fn part(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn is_tar(to: &Path) -> bool {
    to.extension().is_some_and(|ending| ending == "tar")
}

fn header(length: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(length);
    header.set_mode(PRIVATE);
    header.set_cksum();
    header
}

struct Hashing<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
        }
    }

    fn finish(self) -> String {
        self.hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hash.update(&buffer[..n]);
        Ok(n)
    }
}
