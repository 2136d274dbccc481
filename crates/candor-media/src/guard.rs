//! Outside media programs as guarded child processes: allow-lists, no new privileges, limits on
//! memory, processor time and files, their own process group, killed when Candor dies.

use std::{
    ffi::OsString,
    io::{Read, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::MediaError;

/// Containers that may be opened. Playlists and scripts (`hls`, `concat`, `dash`, `sdp` …), which
/// make a decoder read further files or addresses, are not among them.
const FORMATS: &str = "mov,matroska,avi,mpeg,mpegts,mpegvideo,asf,flv,ogg,wav,w64,flac,mp3,aac,\
                       aiff,caf,amr,au";

/// Address space of a media program, in bytes.
const MEMORY_BYTES: u64 = 4 << 30;

/// Error text of a child kept for messages, in bytes.
const STDERR_KEPT: usize = 16 << 10;

/// Where the media programs are.
#[derive(Debug, Clone)]
pub struct Tools {
    ffmpeg: PathBuf,
    ffprobe: PathBuf,
    guard: Guard,
}

/// The programs of util-linux that keep a child within bounds.
#[derive(Debug, Clone)]
pub struct Guard {
    setpriv: Option<PathBuf>,
    prlimit: Option<PathBuf>,
}

/// What a child may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildLimits {
    /// Address space, in bytes.
    pub memory_bytes: u64,
    /// Processor time.
    pub cpu: Duration,
}

impl Guard {
    /// Looks for the programs on `PATH`.
    pub fn find() -> Self {
        Self {
            setpriv: find_program("CANDOR_SETPRIV", "setpriv"),
            prlimit: find_program("CANDOR_PRLIMIT", "prlimit"),
        }
    }

    /// Whether children get no new privileges and hard limits.
    pub fn is_complete(&self) -> bool {
        self.setpriv.is_some() && self.prlimit.is_some()
    }

    /// A command that runs `program` within bounds: no new privileges, limits, an empty environment, nothing to read,
    /// a process group of its own, ended when Candor dies.
    pub fn command(&self, program: &Path, limits: ChildLimits) -> Command {
        let mut words: Vec<OsString> = Vec::new();
        if let Some(setpriv) = &self.setpriv {
            words.push(setpriv.into());
            words.extend(["--no-new-privs", "--pdeathsig", "KILL", "--"].map(Into::into));
        }
        if let Some(prlimit) = &self.prlimit {
            words.push(prlimit.into());
            words.push(format!("--as={}", limits.memory_bytes).into());
            words.push(format!("--cpu={}", limits.cpu.as_secs().max(1)).into());
            words.extend(["--core=0", "--nofile=64", "--"].map(Into::into));
        }
        words.push(program.into());
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null())
            .process_group(0);
        command
    }
}

/// A program and what it says of its version.
#[derive(Debug, Clone)]
pub struct ToolVersion {
    /// Where it is.
    pub path: PathBuf,
    /// The first line of its version report.
    pub version: String,
}

impl Tools {
    /// Looks for the programs on `PATH`; `CANDOR_FFMPEG` and `CANDOR_FFPROBE` come first.
    ///
    /// # Errors
    /// [`MediaError::ToolMissing`] names the program that is missing.
    pub fn find() -> Result<Self, MediaError> {
        Ok(Self {
            ffmpeg: find_program("CANDOR_FFMPEG", "ffmpeg")
                .ok_or(MediaError::ToolMissing("ffmpeg"))?,
            ffprobe: find_program("CANDOR_FFPROBE", "ffprobe")
                .ok_or(MediaError::ToolMissing("ffprobe"))?,
            guard: Guard::find(),
        })
    }

    /// Whether children get no new privileges and hard limits (util-linux is installed).
    pub fn is_guarded(&self) -> bool {
        self.guard.is_complete()
    }

    /// Asks ffmpeg for its version.
    ///
    /// # Errors
    /// When it can't be started or says nothing within ten seconds.
    pub fn ffmpeg_version(&self) -> Result<ToolVersion, MediaError> {
        let mut command = self.command(&self.ffmpeg, Duration::from_secs(10));
        command.arg("-version");
        let output = run_to_end(command, Duration::from_secs(10), 1 << 20)?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(ToolVersion {
            path: self.ffmpeg.clone(),
            version: text.lines().next().unwrap_or_default().to_owned(),
        })
    }

    /// `ffmpeg` with the guards and the options every call needs, up to the input.
    pub(crate) fn ffmpeg(&self, cpu: Duration) -> Command {
        let mut command = self.command(&self.ffmpeg, cpu);
        command.args(["-nostdin", "-hide_banner", "-loglevel", "error", "-y"]);
        command
    }

    /// `ffprobe` with the guards, up to the input.
    pub(crate) fn ffprobe(&self, cpu: Duration) -> Command {
        let mut command = self.command(&self.ffprobe, cpu);
        command.args(["-hide_banner", "-loglevel", "error"]);
        command
    }

    /// A guarded command; `cpu` limits its processor time.
    fn command(&self, program: &Path, cpu: Duration) -> Command {
        let limits = ChildLimits {
            memory_bytes: MEMORY_BYTES,
            cpu,
        };
        self.guard.command(program, limits)
    }
}

/// Adds the allow-lists and the input file.
pub(crate) fn add_input(command: &mut Command, path: &Path) {
    command
        .args(["-protocol_whitelist", "file,pipe"])
        .args(["-format_whitelist", FORMATS]);
    let mut url = OsString::from("file:");
    url.push(path);
    command.arg("-i").arg(url);
}

/// What a finished child left.
pub struct Output {
    /// Whether it says that all went well.
    pub success: bool,
    /// What it wrote, up to the limit.
    pub stdout: Vec<u8>,
    /// What it wrote about errors, up to a limit.
    pub stderr: String,
}

/// Runs `command` like [`run_to_end`] and gives it `input` to read. What a child does not read is dropped.
///
/// # Errors
/// When it can't be started or does not end in time; it is killed then.
pub fn run_with_input(
    mut command: Command,
    input: Vec<u8>,
    limit: Duration,
    max_stdout: usize,
) -> Result<Output, MediaError> {
    command.stdin(Stdio::piped());
    run(command, Some(input), limit, max_stdout)
}

/// Runs `command` to its end within `limit`, keeping at most `max_stdout` bytes of its output.
pub(crate) fn run_to_end(
    command: Command,
    limit: Duration,
    max_stdout: usize,
) -> Result<Output, MediaError> {
    run(command, None, limit, max_stdout)
}

fn run(
    mut command: Command,
    input: Option<Vec<u8>>,
    limit: Duration,
    max_stdout: usize,
) -> Result<Output, MediaError> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|source| MediaError::io("starting a media program", source))?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        // A child that ends early breaks the pipe; what it then says counts.
        std::thread::spawn(move || stdin.write_all(&input));
    }
    let stdout = child.stdout.take().expect("stdout is piped");
    let stderr = child.stderr.take().expect("stderr is piped");
    let out = std::thread::spawn(move || read_capped(stdout, max_stdout));
    let err = std::thread::spawn(move || read_capped(stderr, STDERR_KEPT));
    let deadline = Instant::now() + limit;
    let status = loop {
        let waited = child
            .try_wait()
            .map_err(|source| MediaError::io("waiting for a media program", source))?;
        match waited {
            Some(status) => break status,
            None if Instant::now() > deadline => {
                kill(&mut child);
                return Err(MediaError::Decode(format!(
                    "a media program did not finish within {} s",
                    limit.as_secs()
                )));
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    Ok(Output {
        success: status.success(),
        stdout: out.join().unwrap_or_default(),
        stderr: String::from_utf8_lossy(&err.join().unwrap_or_default()).into_owned(),
    })
}

/// Reads to the end, keeps the first `max` bytes.
pub(crate) fn read_capped(mut reader: impl Read, max: usize) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut block = [0_u8; 8192];
    while let Ok(n) = reader.read(&mut block) {
        if n == 0 {
            break;
        }
        let room = max.saturating_sub(kept.len());
        kept.extend_from_slice(&block[..n.min(room)]);
    }
    kept
}

/// Reads a child's error text to the end, keeping its beginning.
pub(crate) fn read_stderr(reader: impl Read) -> String {
    String::from_utf8_lossy(&read_capped(reader, STDERR_KEPT)).into_owned()
}

/// Kills the child's whole process group and reaps the child.
pub(crate) fn kill(child: &mut Child) {
    if let Some(group) = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        // The group may be gone already; then there is nothing left to kill.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn find_program(variable: &str, name: &str) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable).filter(|value| !value.is_empty()) {
        return Some(PathBuf::from(path)).filter(|path| path.is_file());
    }
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}
