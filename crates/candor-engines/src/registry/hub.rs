//! Downloads from a model's public hub: resumable, with limits on size and time, checked by hash.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
    sync::mpsc::{RecvTimeoutError, sync_channel},
    thread,
    time::{Duration, Instant},
};

use candor_core::ports::Watch;
use reqwest::{
    StatusCode,
    blocking::Client,
    header::{CONTENT_RANGE, RANGE},
};

use super::{FileEntry, RegistryError, hash_file};

/// How long a connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long the hub may send nothing.
const STALL_LIMIT: Duration = Duration::from_secs(30);
/// Time for any download, and on top of it one second for each of these many bytes.
const BASE_LIMIT: Duration = Duration::from_secs(120);
const SLOWEST_BYTES_PER_S: u64 = 100_000;
/// How often cancellation is looked at.
const POLL: Duration = Duration::from_millis(250);
/// What is said of a hub that does not answer.
pub const UNREACHABLE: &str = "it can't be reached";
/// Bytes read at once.
const CHUNK: usize = 1 << 16;

/// Why a download failed.
#[derive(Debug)]
pub enum HubError {
    /// The hub can't be reached at all; other files of it need not be tried.
    Unreachable(String),
    /// This file can't be had.
    Failed(String),
    /// The caller cancelled.
    Cancelled,
    /// The file can't be written here.
    Local(RegistryError),
}

/// What a hub answers: bytes from `starts_at` on.
pub struct Reply {
    pub starts_at: u64,
    pub body: Box<dyn Read + Send>,
}

/// Asks a hub for a file.
pub trait Transport {
    /// The content of `url` from byte `from` on; a hub that can't do that starts at 0.
    fn get(&self, url: &str, from: u64) -> Result<Reply, HubError>;
}

/// HTTPS, with the proxies and root certificates of the machine.
pub struct Https {
    client: Client,
}

impl Https {
    pub fn new() -> Result<Self, HubError> {
        // Another part of the program may have chosen the provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Client::builder()
            .https_only(true)
            .user_agent(concat!("candor/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_LIMIT)
            .timeout(STALL_LIMIT)
            .build()
            .map(|client| Self { client })
            .map_err(|error| HubError::Failed(error.to_string()))
    }
}

impl Transport for Https {
    fn get(&self, url: &str, from: u64) -> Result<Reply, HubError> {
        let mut request = self.client.get(url);
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        let response = request.send().map_err(|error| {
            if error.is_connect() || error.is_timeout() {
                HubError::Unreachable(UNREACHABLE.to_owned())
            } else {
                HubError::Failed(error.without_url().to_string())
            }
        })?;
        let starts_at = match response.status() {
            StatusCode::OK => 0,
            StatusCode::PARTIAL_CONTENT => {
                let range = response.headers().get(CONTENT_RANGE);
                range
                    .and_then(|value| value.to_str().ok())
                    .and_then(|value| value.strip_prefix("bytes "))
                    .and_then(|value| value.split('-').next()?.parse().ok())
                    .ok_or_else(|| HubError::Failed("it sent an odd range".to_owned()))?
            }
            status => return Err(HubError::Failed(format!("it answered {status}"))),
        };
        Ok(Reply {
            starts_at,
            body: Box::new(response),
        })
    }
}

/// Downloads `file` from `url` to `target`; what an interrupted download left in `target` with the
/// ending `.part` is continued.
pub fn download(
    transport: &dyn Transport,
    url: &str,
    file: &FileEntry,
    target: &Path,
    watch: &dyn Watch,
    progress: &dyn Fn(u64),
) -> Result<(), HubError> {
    let part = target.with_extension("part");
    let mut have = fs::metadata(&part).map_or(0, |meta| meta.len());
    if have > file.bytes {
        have = 0;
    }
    if have < file.bytes {
        let reply = transport.get(url, have)?;
        if reply.starts_at != 0 && reply.starts_at != have {
            return Err(HubError::Failed("it sent another range".to_owned()));
        }
        let mut output = open_part(&part, reply.starts_at).map_err(local(&part))?;
        let have = reply.starts_at;
        receive(
            reply.body,
            &mut output,
            &part,
            have,
            file.bytes,
            watch,
            progress,
        )?;
    }
    let sha256 = hash_file(&part).map_err(local(&part))?;
    if sha256 != file.sha256 {
        fs::remove_file(&part).map_err(local(&part))?;
        return Err(HubError::Failed(
            "it sent a file with another SHA-256".to_owned(),
        ));
    }
    fs::rename(&part, target).map_err(local(target))
}

fn open_part(part: &Path, from: u64) -> io::Result<File> {
    if let Some(parent) = part.parent() {
        fs::create_dir_all(parent)?;
    }
    let output = OpenOptions::new().create(true).append(true).open(part)?;
    output.set_len(from)?;
    Ok(output)
}

/// Writes `body` behind the `have` bytes that are there; a thread of its own reads, so that a hub that
/// says nothing does not keep cancellation waiting.
fn receive(
    mut body: Box<dyn Read + Send>,
    output: &mut File,
    part: &Path,
    mut have: u64,
    bytes: u64,
    watch: &dyn Watch,
    progress: &dyn Fn(u64),
) -> Result<(), HubError> {
    let limit = BASE_LIMIT + Duration::from_secs((bytes - have) / SLOWEST_BYTES_PER_S);
    let started = Instant::now();
    let (sender, receiver) = sync_channel::<io::Result<Vec<u8>>>(4);
    thread::spawn(move || {
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = match body.read(&mut chunk) {
                Ok(0) => return,
                Ok(n) => Ok(chunk[..n].to_vec()),
                Err(error) => Err(error),
            };
            let ended = read.is_err();
            if sender.send(read).is_err() || ended {
                return;
            }
        }
    });
    loop {
        if watch.is_cancelled() {
            return Err(HubError::Cancelled);
        }
        if started.elapsed() > limit {
            return Err(HubError::Failed("it is too slow".to_owned()));
        }
        match receiver.recv_timeout(POLL) {
            Ok(Ok(chunk)) => {
                have += chunk.len() as u64;
                if have > bytes {
                    return Err(HubError::Failed(format!("it sent more than {bytes} bytes")));
                }
                output.write_all(&chunk).map_err(local(part))?;
                progress(have);
            }
            Ok(Err(error)) => return Err(HubError::Failed(error.to_string())),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) if have == bytes => {
                return output.sync_all().map_err(local(part));
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(HubError::Failed(format!("it sent {have} of {bytes} bytes")));
            }
        }
    }
}

fn local(path: &Path) -> impl FnOnce(io::Error) -> HubError {
    let path = path.to_owned();
    move |source| HubError::Local(RegistryError::Io { path, source })
}

#[cfg(test)]
mod tests {
    use candor_core::ports::Unwatched;

    use super::*;
    use crate::registry::hash_bytes;

    /// A hub with one file; sends at most `sends` bytes for each request.
    struct Fake {
        content: Vec<u8>,
        sends: usize,
        ranges: bool,
    }

    impl Transport for Fake {
        fn get(&self, _url: &str, from: u64) -> Result<Reply, HubError> {
            let starts_at = if self.ranges { from } else { 0 };
            let rest = self.content[starts_at as usize..].to_vec();
            let sent = rest[..rest.len().min(self.sends)].to_vec();
            Ok(Reply {
                starts_at,
                body: Box::new(io::Cursor::new(sent)),
            })
        }
    }

    fn entry(content: &[u8]) -> FileEntry {
        FileEntry {
            role: "network".into(),
            name: "m.bin".into(),
            bytes: content.len() as u64,
            sha256: hash_bytes(content),
            folder: false,
            optional: false,
            url: None,
            package: None,
            member: None,
        }
    }

    fn fetch(fake: &Fake, file: &FileEntry, target: &Path) -> Result<(), HubError> {
        download(fake, "https://hub/m.bin", file, target, &Unwatched, &|_| {})
    }

    #[test]
    fn a_cut_download_goes_on_where_it_stopped() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("m");
        let content: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
        let file = entry(&content);
        for ranges in [true, false] {
            let _ = fs::remove_file(&target);
            let mut fake = Fake {
                content: content.clone(),
                sends: 150_000,
                ranges,
            };
            assert!(matches!(
                fetch(&fake, &file, &target),
                Err(HubError::Failed(_))
            ));
            assert!(!target.exists());
            assert_eq!(
                fs::metadata(target.with_extension("part")).unwrap().len(),
                150_000
            );
            fake.sends = if ranges { 50_000 } else { 200_000 };
            fetch(&fake, &file, &target).unwrap();
            assert_eq!(fs::read(&target).unwrap(), content);
        }
    }

    #[test]
    fn wrong_content_and_endless_content_are_refused_and_leave_nothing_usable() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("m");
        let file = entry(b"weights");
        for content in [b"weightz".to_vec(), vec![0; 1 << 20]] {
            let fake = Fake {
                content,
                sends: usize::MAX,
                ranges: true,
            };
            assert!(matches!(
                fetch(&fake, &file, &target),
                Err(HubError::Failed(_))
            ));
            assert!(!target.exists());
            let part = fs::metadata(target.with_extension("part"));
            assert!(part.map_or(0, |meta| meta.len()) <= file.bytes);
        }
    }

    #[test]
    fn a_cancelled_download_stops() {
        struct Cancelled;
        impl Watch for Cancelled {
            fn progress(&self, _fraction: f32) {}
            fn is_cancelled(&self) -> bool {
                true
            }
        }
        let dir = tempfile::tempdir().unwrap();
        let fake = Fake {
            content: b"weights".to_vec(),
            sends: usize::MAX,
            ranges: true,
        };
        let file = entry(b"weights");
        let target = dir.path().join("m");
        let ended = download(&fake, "https://hub/m", &file, &target, &Cancelled, &|_| {});
        assert!(matches!(ended, Err(HubError::Cancelled)));
    }
}
