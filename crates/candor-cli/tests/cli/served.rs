//! The program as an operator starts it: commands, and a server that runs beside the test.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// The first admin of every server here.
pub const ADMIN: &str = "admin@example.org";
/// Their password.
pub const PASSWORD: &str = "correct horse battery";

/// Longest wait for something that comes by itself.
const PATIENCE: Duration = Duration::from_secs(40);

/// A command with nothing but what it needs of the environment.
pub fn candor(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_candor"));
    command.env_clear();
    for name in ["PATH", "HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    candor(arguments).output().unwrap()
}

/// What a command that succeeds prints.
pub fn succeed(arguments: &[&str]) -> String {
    let output = run(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// Refused with exit code 2; gives what was said.
pub fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
    stderr
}

/// A new API key for everything, made while the server runs.
pub fn key(data: &Path) -> String {
    let data = data.to_str().unwrap();
    let words = [
        "keys", "create", "--data", data, "--name", "test", "--scope", "admin",
    ];
    let printed = succeed(&[&words[..], &["--attest-consent"]].concat());
    printed.split_whitespace().last().unwrap().to_owned()
}

/// Waits until it is so.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A running `candor serve`; killed when dropped.
pub struct Served {
    child: Child,
    /// What it listens on.
    pub addresses: Vec<String>,
}

impl Served {
    /// Starts one that logs what goes wrong beside the test.
    pub fn start(data: &Path, more: &[&str]) -> Self {
        let quiet = [("CANDOR_TELEMETRY__LOG", "warn")];
        Self::start_with(data, more, &quiet, Stdio::inherit())
    }

    /// Starts one whose log goes into a file, with these settings from the environment.
    pub fn logged(data: &Path, more: &[&str], settings: &[(&str, &str)], log: &Path) -> Self {
        let log = File::create(log).unwrap();
        Self::start_with(data, more, settings, log.into())
    }

    fn start_with(data: &Path, more: &[&str], settings: &[(&str, &str)], log: Stdio) -> Self {
        let data = data.to_str().unwrap();
        let mut words = vec!["serve", "--data", data, "--listen", "127.0.0.1:0"];
        words.extend(more);
        let n_addresses = words.iter().filter(|word| **word == "--listen").count();
        let mut child = candor(&words)
            .env("CANDOR_ADMIN_EMAIL", ADMIN)
            .env("CANDOR_ADMIN_PASSWORD", PASSWORD)
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let addresses = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(|line| line.unwrap())
            .filter_map(|line| line.strip_prefix("candor listens on ").map(str::to_owned))
            .take(n_addresses)
            .collect::<Vec<_>>();
        assert_eq!(addresses.len(), n_addresses, "the server did not start");
        Self { child, addresses }
    }

    /// The first address with a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.addresses[0])
    }

    /// Status and body of a GET.
    pub fn get(&self, path: &str) -> (u16, String) {
        get(&self.addresses[0], path)
    }

    /// Sends SIGTERM and gives the exit code.
    pub fn stop(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(&id).status().unwrap().success());
        let status = self.child.wait().unwrap();
        assert!(status.code().is_some(), "{status}");
        status.code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // SIGKILL.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Status and body of a GET over plain HTTP.
pub fn get(url: &str, path: &str) -> (u16, String) {
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer[9..12].parse().unwrap();
    let body = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
    (status, body)
}

/// A client for the interface, which trusts these authorities (PEM) alone.
pub fn client(authorities: &[String]) -> reqwest::blocking::Client {
    // Another test of the same process may have installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let roots = authorities
        .iter()
        .map(|pem| reqwest::Certificate::from_pem(pem.as_bytes()).unwrap());
    reqwest::blocking::Client::builder()
        .tls_certs_only(roots)
        .timeout(Duration::from_secs(20))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}
