//! Packages, fetched with the client that is configured on the machine: `pip download`, `npm pack`.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use candor_core::ports::Watch;

use super::{Package, PackageClient, RegistryOptions};

/// How long a client may take.
const LIMIT: Duration = Duration::from_secs(15 * 60);
/// How often the client and cancellation are looked at.
const POLL: Duration = Duration::from_millis(100);
/// Most of a client's complaint that is shown.
const COMPLAINT_CHARS: usize = 300;

/// Why a package could not be fetched.
#[derive(Debug)]
pub enum PackageError {
    /// What the client said, or that there is none.
    Failed(String),
    /// The caller cancelled.
    Cancelled,
}

/// Fetches `package` into the empty directory `dir` and tells where its archive lies.
pub fn fetch(
    package: &Package,
    options: &RegistryOptions,
    dir: &Path,
    watch: &dyn Watch,
    progress: &dyn Fn(u64),
) -> Result<PathBuf, PackageError> {
    let failed = |error: io::Error| PackageError::Failed(error.to_string());
    fs::create_dir_all(dir).map_err(failed)?;
    let log = dir.join("client.log");
    let mut child = start(package, options, dir, &log)?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        let cancelled = watch.is_cancelled();
        if cancelled || started.elapsed() > LIMIT {
            // It may have ended meanwhile; either way it is waited for.
            let _ = child.kill();
            child.wait().map_err(failed)?;
            return Err(if cancelled {
                PackageError::Cancelled
            } else {
                PackageError::Failed("the package client took too long".to_owned())
            });
        }
        progress(bytes_in(dir).min(package.bytes));
        thread::sleep(POLL);
    };
    if !status.success() {
        return Err(PackageError::Failed(complaint(status, &log)));
    }
    let archive = fs::read_dir(dir)
        .map_err(failed)?
        .flatten()
        .map(|entry| entry.path());
    archive
        .filter(|path| path.extension().is_some_and(|e| e == "whl" || e == "tgz"))
        .min()
        .ok_or_else(|| PackageError::Failed("the package client left no archive".to_owned()))
}

fn start(
    package: &Package,
    options: &RegistryOptions,
    dir: &Path,
    log: &Path,
) -> Result<Child, PackageError> {
    let (programs, arguments) = match package.client {
        PackageClient::Pip => (pip_programs(options), pip_arguments(package, dir)),
        PackageClient::Npm => (npm_programs(options), npm_arguments(package, dir)),
    };
    for program in &programs {
        let file = File::create(log);
        let (output, errors) = match file.and_then(|file| Ok((file.try_clone()?, file))) {
            Ok(pair) => pair,
            Err(error) => return Err(PackageError::Failed(error.to_string())),
        };
        let started = Command::new(&program[0])
            .args(&program[1..])
            .args(&arguments)
            .current_dir(dir)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn();
        match started {
            Ok(child) => return Ok(child),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(PackageError::Failed(error.to_string())),
        }
    }
    let name = match package.client {
        PackageClient::Pip => "pip",
        PackageClient::Npm => "npm",
    };
    Err(PackageError::Failed(format!("`{name}` is not installed")))
}

fn pip_programs(options: &RegistryOptions) -> Vec<Vec<OsString>> {
    match &options.pip {
        Some(pip) => vec![vec![pip.into()]],
        None => vec![
            vec!["pip".into()],
            vec!["pip3".into()],
            vec!["python3".into(), "-m".into(), "pip".into()],
        ],
    }
}

fn npm_programs(options: &RegistryOptions) -> Vec<Vec<OsString>> {
    let npm = options.npm.clone().unwrap_or_else(|| "npm".into());
    vec![vec![npm.into()]]
}

/// The archive is only unpacked, never installed: which Python runs here does not matter, so the one
/// that the archive was made for is named.
fn pip_arguments(package: &Package, dir: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = [
        "download",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary=:all:",
        "--dest",
    ]
    .map(OsString::from)
    .to_vec();
    arguments.push(dir.into());
    if let Some(python) = &package.python {
        arguments.extend(["--python-version".into(), python.into()]);
    }
    for platform in &package.platforms {
        arguments.extend(["--platform".into(), platform.into()]);
    }
    arguments.push((&package.spec).into());
    arguments
}

fn npm_arguments(package: &Package, dir: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = [
        "pack",
        "--ignore-scripts",
        "--loglevel=error",
        "--pack-destination",
    ]
    .map(OsString::from)
    .to_vec();
    arguments.extend([dir.into(), (&package.spec).into()]);
    arguments
}

fn bytes_in(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .map(|meta| meta.len())
        .sum()
}

fn complaint(status: ExitStatus, log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let line = text
        .lines()
        .rfind(|line| line.to_lowercase().contains("error"))
        .or_else(|| text.lines().rfind(|line| !line.trim().is_empty()))
        .unwrap_or_default();
    let line: String = line.trim().chars().take(COMPLAINT_CHARS).collect();
    format!("the package client ended with {status}: {line}")
}
