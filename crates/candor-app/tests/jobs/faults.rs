//! Nothing is lost and nothing finished is repeated, whatever dies.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::Duration,
};

use candor_app::jobs::{self, Pool, Workers};
use candor_core::ids::JobId;
use candor_store::Backend;
use candor_testkit::{Cluster, Database, jobs::TestApp, skip};
use rstest::rstest;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

use crate::process::worker;

const STEPS: [&str; 3] = ["first", "second", "third"];

/// How often each step of each job was begun and ended, from the log that its side effects are.
fn side_effects(log: &Path) -> HashMap<(String, String, String), usize> {
    let mut counts = HashMap::new();
    for line in std::fs::read_to_string(log).unwrap_or_default().lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let key = (
            words[0].to_owned(),
            words[1].to_owned(),
            words[3].to_owned(),
        );
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn count(log: &Path, step: &str, what: &str) -> usize {
    side_effects(log)
        .iter()
        .filter(|((of, _, did), _)| of == step && did == what)
        .map(|(_, n)| n)
        .sum()
}

/// Waits for a condition that no event tells about.
pub async fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "not in time: {what}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn gate(test: &TestApp, step: &str) -> PathBuf {
    test.folder().join(format!("gate-{step}"))
}

/// Steps that log what they do and wait for a gate of their own.
fn gated(test: &TestApp, log: &Path) -> Value {
    let mut script = json!({});
    for step in STEPS {
        script[step] = json!({ "log": log, "wait_for": gate(test, step), "fill": true });
    }
    script
}

async fn all_done_once(test: &TestApp, jobs: &[JobId], log: &Path) {
    for job in jobs {
        let view = test.ended(*job).await;
        assert_eq!(view.state, "done", "{view:#?}");
    }
    let ends = side_effects(log);
    for job in jobs {
        for step in STEPS {
            let key = (step.to_owned(), job.to_string(), "end".to_owned());
            assert_eq!(ends.get(&key), Some(&1), "{step} of {job} ended once");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_jobs_finish_although_workers_are_killed_in_each_step(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = TestApp::start_with("twenty_jobs_finish", database, |config| {
        config.jobs.cpu = 10;
    });
    let Some(test) = test.await else { return };
    let log = test.folder().join("log");
    let script = gated(&test, &log);
    let mut jobs = Vec::new();
    for _ in 0..20 {
        jobs.push(test.enqueue("chain", script.clone()).await);
    }
    let mut workers = [worker(&test), worker(&test)];
    for step in STEPS {
        // Both workers are full of this step; one dies with all of its attempts.
        until(step, || count(&log, step, "begin") >= 20).await;
        workers[0].kill();
        std::fs::write(gate(&test, step), "").unwrap();
        workers[0] = worker(&test);
    }
    all_done_once(&test, &jobs, &log).await;
    let mut abandoned = 0;
    for job in &jobs {
        for step in &test.job(*job).await.steps {
            let ended = step.history.iter().filter(|a| a.state == "succeeded");
            assert_eq!(ended.count(), 1);
            abandoned += step
                .history
                .iter()
                .filter(|a| a.state == "abandoned")
                .count();
        }
    }
    assert!(abandoned >= 3, "each kill met attempts: {abandoned}");
    // What the killed left behind is cleared up by the others.
    let scratch = test.app.scratch.clone();
    until("temporary files are removed", || {
        std::fs::read_dir(&scratch).unwrap().count() == 0
    })
    .await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_kills_its_process_is_parked_after_its_limit(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = TestApp::start_with("a_step_that_kills_its_process", database, |config| {
        config.jobs.max_attempts = 2;
    });
    let Some(test) = test.await else { return };
    let job = test
        .enqueue("chain", json!({ "second": { "abort": true } }))
        .await;
    let mut process = worker(&test);
    let view = loop {
        if process.has_ended() {
            process = worker(&test);
        }
        let view = test.job(job).await;
        if jobs::state::job::has_ended(&view.state) {
            break view;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(view.state, "failed");
    let second = &view.steps[1];
    assert_eq!(second.error_code.as_deref(), Some("worker_lost"));
    let states: Vec<_> = second.history.iter().map(|a| a.state.as_str()).collect();
    assert_eq!(states, ["abandoned", "abandoned"]);
    assert_eq!(view.steps[0].history.len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_that_run_beside_one_that_kills_its_process_are_done_in_the_end(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let name = "steps_that_run_beside_one_that_kills_its_process";
    let test = TestApp::start_with(name, database, |config| config.jobs.backoff_s = 1.0);
    let Some(test) = test.await else { return };
    let mut all = Vec::new();
    for _ in 0..3 {
        let script = json!({ "first": { "work_ms": 150 } });
        all.push(test.enqueue("chain", script).await);
    }
    let script = json!({ "first": { "abort": true } });
    test.enqueue("chain", script).await;
    let mut process = worker(&test);
    for job in all {
        let view = loop {
            if process.has_ended() {
                process = worker(&test);
            }
            let view = test.job(job).await;
            if jobs::state::job::has_ended(&view.state) {
                break view;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert_eq!(view.state, "done", "{view:#?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn emptying_the_queue_by_hand_loses_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestApp::start("emptying_the_queue_by_hand", database).await else {
        return;
    };
    let log = test.folder().join("log");
    let script = gated(&test, &log);
    let mut jobs = Vec::new();
    for _ in 0..12 {
        jobs.push(test.enqueue("chain", script.clone()).await);
    }
    let _workers = Workers::start(&test.app, &Pool::ALL);
    for step in STEPS {
        until(step, || count(&log, step, "begin") >= 4).await;
        let tables = match test.app.store.backend() {
            Backend::Sqlite => ["delete from Jobs", "delete from Workers"],
            Backend::Postgres => ["delete from apalis.jobs", "delete from apalis.workers"],
        };
        for table in tables {
            let writer = test.app.queue.store().writer();
            writer.execute_unprepared(table).await.unwrap();
        }
        std::fs::write(gate(&test, step), "").unwrap();
    }
    all_done_once(&test, &jobs, &log).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_told_to_end_hands_its_work_back(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = TestApp::start_with("a_worker_that_is_told_to_end", database, |config| {
        config.server.drain_s = 0.5;
        // Nobody takes anything over in this test.
        config.jobs.takeover_s = 60.0;
    });
    let Some(test) = test.await else { return };
    let log = test.folder().join("log");
    let job = test.enqueue("chain", gated(&test, &log)).await;
    std::fs::write(gate(&test, "first"), "").unwrap();
    let mut process = worker(&test);
    until("second", || count(&log, "second", "begin") == 1).await;
    process.terminate();
    let view = test.job(job).await;
    assert_eq!(view.steps[1].state, "ready");
    assert_eq!(view.steps[1].attempts, 0, "it does not count as an attempt");
    assert_eq!(view.steps[1].history[0].state, "cancelled");
    for step in STEPS {
        std::fs::write(gate(&test, step), "").unwrap();
    }
    let _workers = Workers::start(&test.app, &Pool::ALL);
    all_done_once(&test, &[job], &log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_file_that_is_locked_for_seconds_only_costs_time() {
    let name = "a_database_file_that_is_locked";
    let Some(test) = TestApp::start(name, Database::Sqlite).await else {
        return;
    };
    let log = test.folder().join("log");
    let mut jobs = Vec::new();
    for _ in 0..5 {
        jobs.push(test.enqueue("chain", gated(&test, &log)).await);
    }
    let _process = worker(&test);
    until("first", || count(&log, "first", "begin") >= 4).await;
    let other = candor_store::Store::connect(&test.app.config.store.url, None)
        .await
        .unwrap();
    let writer = other.writer();
    writer.execute_unprepared("begin exclusive").await.unwrap();
    for step in STEPS {
        std::fs::write(gate(&test, step), "").unwrap();
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    writer.execute_unprepared("commit").await.unwrap();
    all_done_once(&test, &jobs, &log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_server_that_restarts_mid_run_loses_nothing() {
    let name = "a_database_server_that_restarts_mid_run_loses_nothing";
    let Some(cluster) = Cluster::start() else {
        skip(name, "PostgreSQL's programs are not installed");
        return;
    };
    let url = cluster.url();
    let test = TestApp::start_with(name, Database::Sqlite, |config| config.store.url = url);
    let Some(test) = test.await else { return };
    let log = test.folder().join("log");
    let mut jobs = Vec::new();
    for _ in 0..12 {
        jobs.push(test.enqueue("chain", gated(&test, &log)).await);
    }
    let _process = worker(&test);
    for step in STEPS {
        until(step, || count(&log, step, "begin") >= 4).await;
        cluster.down();
        // Steps end while nobody can write it down.
        std::fs::write(gate(&test, step), "").unwrap();
        cluster.up();
    }
    for job in &jobs {
        let view = test.ended(*job).await;
        assert_eq!(view.state, "done", "{view:#?}");
        for step in &view.steps {
            let ended = step.history.iter().filter(|a| a.state == "succeeded");
            assert_eq!(ended.count(), 1, "one recorded outcome: {step:#?}");
        }
    }
}

/// Transactions of this database that were begun and that nobody ends.
const LEFT_OPEN: &str = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() \
     AND state LIKE 'idle in transaction%'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_leaves_no_transaction_open() {
    let test = TestApp::start("a_caller_that_goes_away", Database::Postgres).await;
    let Some(test) = test else { return };
    let store = &test.app.store;
    for round in 0..200 {
        let mut begun = Box::pin(store.begin());
        for _ in 0..round % 10 {
            if futures::poll!(&mut begun).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    let asked = Statement::from_string(DbBackend::Postgres, LEFT_OPEN);
    let begun = std::time::Instant::now();
    loop {
        let row = store.writer().query_one_raw(asked.clone()).await.unwrap();
        let left: i64 = row.unwrap().try_get("", "n").unwrap();
        if left == 0 {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{left} are left open"
        );
        tokio::task::yield_now().await;
    }
}
