//! Worker processes: this very test program, started once more.

use candor_testkit::jobs::{TestApp, WorkerProcess, work_as_told};

/// Does nothing in an ordinary run of the tests; started by [`worker`] it is a worker.
#[test]
fn is_a_worker_when_started_as_one() {
    work_as_told();
}

/// A worker in a process of its own, on the database and in the folder of a test.
pub fn worker(test: &TestApp) -> WorkerProcess {
    WorkerProcess::start(
        test,
        &["--exact", "process::is_a_worker_when_started_as_one"],
    )
}
