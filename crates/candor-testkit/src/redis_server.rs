//! A Redis of a test's own, that it may stop.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use redis::{Client, FromRedisValue};
use rustix::process::{Pid, Signal, kill_process};

use crate::{cluster::free_port, data::is_installed};

/// Longest wait for it to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Keeps everything in memory, and is gone with the value.
#[derive(Debug)]
pub struct RedisServer {
    folder: tempfile::TempDir,
    port: u16,
    running: Option<Child>,
}

impl RedisServer {
    /// Starts one; `None` where Redis is not installed.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start() -> Option<Self> {
        if !is_installed("redis-server") {
            return None;
        }
        let mut server = Self {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            port: free_port(),
            running: None,
        };
        server.up();
        Some(server)
    }

    /// The address of its first database.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Starts it, empty.
    ///
    /// # Panics
    /// When it does not start.
    pub fn up(&mut self) {
        let server = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("Redis can be started");
        self.running = Some(server);
        let begun = Instant::now();
        while self.try_ask::<String>(&["PING"]).is_err() {
            assert!(begun.elapsed() < PATIENCE, "Redis does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops it as a power cut would; what it held is lost.
    ///
    /// # Panics
    /// When it does not run.
    pub fn down(&mut self) {
        let mut running = self.running.take().expect("it runs");
        running.kill().expect("it can be killed");
        running.wait().expect("a killed process ends");
    }

    /// Lets it take connections and requests, but answer none.
    ///
    /// # Panics
    /// When it does not run.
    pub fn hang(&self) {
        self.send(Signal::STOP);
    }

    /// Lets it answer again after [`RedisServer::hang`].
    ///
    /// # Panics
    /// When it does not run.
    pub fn go_on(&self) {
        self.send(Signal::CONT);
    }

    /// The answer to a command.
    ///
    /// # Panics
    /// When there is none, or another kind of answer.
    pub fn ask<T: FromRedisValue>(&self, words: &[&str]) -> T {
        self.try_ask(words).expect("Redis answers")
    }

    fn try_ask<T: FromRedisValue>(&self, words: &[&str]) -> redis::RedisResult<T> {
        let mut connection = Client::open(self.url())?.get_connection()?;
        let mut command = redis::Cmd::new();
        command.arg(words);
        command.query(&mut connection)
    }

    fn send(&self, signal: Signal) {
        let id = self.running.as_ref().expect("it runs").id();
        let id = i32::try_from(id).ok().and_then(Pid::from_raw);
        kill_process(id.expect("a child has an id"), signal).expect("a child can be signalled");
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if let Some(running) = &mut self.running {
            let _ = running.kill();
            let _ = running.wait();
        }
    }
}
