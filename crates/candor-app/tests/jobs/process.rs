//! Worker processes: this very test program, started once more.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use candor_app::jobs::{Pool, Workers};
use candor_testkit::jobs::{TestApp, open, pipelines};

const FOLDER: &str = "CANDOR_TEST_WORKER_FOLDER";

/// Does nothing in an ordinary run of the tests; started by [`WorkerProcess`] it is a worker.
#[test]
fn is_a_worker_when_started_as_one() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("worker.json")).unwrap();
    let config = serde_json::from_str(&text).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let app = open(config, &folder, pipelines()).await;
        let mut terminated =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
        let workers = Workers::start(&app, &Pool::ALL);
        terminated.recv().await;
        workers
            .drain(Duration::from_secs_f64(app.config.server.drain_s))
            .await;
    });
}

/// A worker in a process of its own. Killed when dropped.
pub struct WorkerProcess(Child);

impl WorkerProcess {
    /// Starts one on the database and in the folder of a test.
    pub fn start(test: &TestApp) -> Self {
        let config = serde_json::to_string(&test.app.config).unwrap();
        std::fs::write(test.folder().join("worker.json"), config).unwrap();
        Self::start_in(test.folder())
    }

    fn start_in(folder: &Path) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "process::is_a_worker_when_started_as_one"])
            .env(FOLDER, folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM, and waits for the end.
    pub fn terminate(&mut self) {
        let pid = self.0.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success());
        assert!(self.0.wait().unwrap().success());
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
