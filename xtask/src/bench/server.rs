//! A server of a bench's own.

use std::{
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::{
    demo,
    run::{output, program},
    setup,
};

/// Longest wait for the server to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server to ask; ends with the value where it was started for it.
pub struct Server {
    /// `127.0.0.1:port`.
    pub address: String,
    /// A key that may write.
    pub key: String,
    /// The process.
    pub pid: u32,
    /// The process, where it is ours.
    pub child: Option<Child>,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Server {
    /// Starts one with a data folder in `folder`.
    pub fn start(folder: &Path) -> Result<Self> {
        let candor = demo::build()?;
        let data = folder.join("data");
        let address = {
            let free = TcpListener::bind("127.0.0.1:0")?;
            free.local_addr()?.to_string()
        };
        let told = output(
            program(&candor)
                .args(["keys", "create", "--name", "bench", "--scope", "write"])
                .args(["--attest-consent", "--data"])
                .arg(&data),
        )?;
        let key = told.split_whitespace().last().context("no key was told")?;
        let mut command = Command::new(&candor);
        command
            .args(["serve", "--listen", &address, "--data"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = setup::with_models(&mut command).spawn()?;
        let server = Self {
            address,
            key: key.to_owned(),
            pid: child.id(),
            child: Some(child),
        };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(&server.address).is_err() {
            ensure!(Instant::now() < deadline, "the server does not answer");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}
