//! Worker processes: a program of the tests that starts itself once more.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use candor_app::{
    config::Config,
    jobs::{Pool, Workers},
};
use serde_json::{Value, json};

use super::{Kit, TestApp, open};

/// Names the folder of the test whose worker a process is.
const FOLDER: &str = "CANDOR_TEST_WORKER_FOLDER";
/// What the worker is told.
const ORDERS: &str = "worker.json";

/// Works until SIGTERM where this process was started as a [`WorkerProcess`]; whether it was.
///
/// # Panics
/// When the test's folder holds no orders.
pub fn work_as_told() -> bool {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return false;
    };
    let orders = std::fs::read_to_string(folder.join(ORDERS)).expect("the orders are there");
    let orders: Value = serde_json::from_str(&orders).expect("the orders are JSON");
    let config: Config =
        serde_json::from_value(orders["config"].clone()).expect("the settings are there");
    let kit = Kit::from_name(orders["kit"].as_str().unwrap_or_default())
        .expect("the kit is one of those that there are");
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be made")
        .block_on(work(config, &folder, kit));
    true
}

async fn work(config: Config, folder: &Path, kit: Kit) {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate()).expect("signals can be listened to");
    let app = open(config, folder, kit).await;
    let workers = Workers::start(&app, &Pool::ALL);
    terminated.recv().await;
    workers
        .drain(Duration::from_secs_f64(app.config.server.drain_s))
        .await;
}

/// A worker in a process of its own. Killed when dropped.
#[derive(Debug)]
pub struct WorkerProcess(Child);

impl WorkerProcess {
    /// Starts this program with `arguments` on the database and in the folder of a test; it must come to
    /// [`work_as_told`] with them.
    ///
    /// # Panics
    /// When it can't be started.
    pub fn start(test: &TestApp, arguments: &[&str]) -> Self {
        let orders = json!({ "config": test.app.config, "kit": test.kit().name() });
        std::fs::write(test.folder().join(ORDERS), orders.to_string())
            .expect("the test's folder can be written");
        let program = std::env::current_exe().expect("a running program has a path");
        let child = Command::new(program)
            .args(arguments)
            .env(FOLDER, test.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program can be started again");
        Self(child)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// SIGKILL.
    ///
    /// # Panics
    /// When it has ended already.
    pub fn kill(&mut self) {
        self.0.kill().expect("the worker runs");
        self.0.wait().expect("a killed process ends");
    }

    /// SIGTERM, and waits for the end.
    ///
    /// # Panics
    /// When it does not end in order.
    pub fn terminate(&mut self) {
        let status = self.end();
        assert!(status.success(), "{status}");
    }

    /// SIGTERM, and waits for the end, which a step that it runs may bring about in another way.
    ///
    /// # Panics
    /// When no signal can be sent.
    pub fn end(&mut self) -> ExitStatus {
        let pid = self.0.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        // Not waited for yet, so the number is still its own.
        assert!(sent.expect("kill can be started").success());
        self.0.wait().expect("a terminated process ends")
    }

    /// Whether it has ended by itself.
    ///
    /// # Panics
    /// When the system does not say.
    pub fn has_ended(&mut self) -> bool {
        self.0
            .try_wait()
            .expect("a child's state is known")
            .is_some()
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
