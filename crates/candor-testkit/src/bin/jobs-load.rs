//! Load for durable jobs, run by `cargo xtask bench jobs` and `cargo xtask soak jobs`; prints one figure in
//! each line, each beside its floor of the same run.
#![expect(
    clippy::unwrap_used,
    reason = "a program of the test kit: what fails ends it"
)]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use candor_app::jobs::{self, Pool, Workers};
use candor_core::ids::JobId;
use candor_testkit::{Database, jobs::TestApp};
use sea_orm::ConnectionTrait;
use serde_json::json;

/// Jobs of which the time from enqueueing to the end is measured, one after the other.
const SINGLE: usize = 100;
/// Jobs that run together for the throughput.
const TOGETHER: usize = 500;
/// Steps of a job.
const STEPS: usize = 3;
/// Reads of one record.
const READS: usize = 2000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let queued = words.get(1).map_or(10_000, |n| n.parse().unwrap());
    runtime.block_on(async {
        for database in [Database::Sqlite, Database::Postgres] {
            match words.first().map(String::as_str) {
                Some("bench") => bench(database, queued).await,
                Some("soak") => soak(database, queued).await,
                _ => panic!("usage: jobs-load bench|soak [JOBS]"),
            }
        }
    });
}

async fn bench(database: Database, queued: usize) {
    let test = TestApp::start_with("bench jobs", database, |config| {
        let defaults = candor_app::config::Config::default().jobs;
        config.jobs = defaults;
        config.jobs.cpu = 4;
    });
    let Some(test) = test.await else { return };
    println!("{database:?}");
    figure("floor: insert + commit, p50 ms", floor(&test).await);
    let workers = Workers::start(&test.app, &Pool::ALL);
    let mut times = Vec::new();
    for _ in 0..SINGLE {
        let begun = Instant::now();
        let job = test.enqueue("chain", json!({})).await;
        ended(&test, job).await;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    figure(
        "empty three-step job, enqueue to done, p50 ms",
        median(&mut times),
    );
    let begun = Instant::now();
    let all = enqueue(&test, TOGETHER).await;
    let enqueued_s = begun.elapsed().as_secs_f64();
    for job in all {
        ended(&test, job).await;
    }
    let steps = (TOGETHER * STEPS) as f64;
    figure(
        "step executions per s, enqueueing included",
        steps / begun.elapsed().as_secs_f64(),
    );
    figure(
        "jobs enqueued per s meanwhile",
        TOGETHER as f64 / enqueued_s,
    );
    workers.drain(Duration::from_secs(10)).await;

    let one = test.enqueue("chain", json!({})).await;
    let before_ms = read(&test, one).await;
    let before_mb = resident_mb();
    enqueue(&test, queued).await;
    // Workers without places reconcile, but run nothing.
    let _idle = Workers::start(&test.app, &[]);
    let after_ms = read(&test, one).await;
    figure("read of one job, p50 ms, nothing queued", before_ms);
    figure(
        &format!("read of one job, p50 ms, {queued} queued"),
        after_ms,
    );
    figure("slower by, %", (after_ms / before_ms - 1.0) * 100.0);
    figure("memory grown by, MB", resident_mb() - before_mb);
}

/// All of `n` jobs finish with one outcome for each step, with the default intervals.
async fn soak(database: Database, n: usize) {
    let test = TestApp::start_with("soak jobs", database, |config| {
        config.jobs = candor_app::config::Config::default().jobs;
        config.jobs.cpu = 8;
    });
    let Some(test) = test.await else { return };
    println!("{database:?}");
    for round in 1..=4 {
        let begun = Instant::now();
        let all = enqueue(&test, n / 4).await;
        // Workers that vanish without a word: their tasks are cut off in the middle.
        for _ in 0..4 {
            let workers = Workers::start(&test.app, &Pool::ALL);
            tokio::time::sleep(Duration::from_secs(5)).await;
            drop(workers);
        }
        let workers = Workers::start(&test.app, &Pool::ALL);
        let (mut done, mut repeated) = (0, 0);
        for job in all {
            let view = test.ended(job).await;
            done += usize::from(view.state == "done");
            repeated += view
                .steps
                .iter()
                .filter(|step| {
                    step.history
                        .iter()
                        .filter(|a| a.state == "succeeded")
                        .count()
                        != 1
                })
                .count();
        }
        workers.drain(Duration::from_secs(20)).await;
        println!(
            "round {round}: {done} of {} done, {repeated} steps with other than one outcome, {:.1} s",
            n / 4,
            begun.elapsed().as_secs_f64()
        );
    }
}

/// What any durable change costs: one row, one commit.
async fn floor(test: &TestApp) -> f64 {
    let mut times = Vec::new();
    let create = "create table floor_of_bench (n integer)";
    let writer = test.app.store.writer();
    writer.execute_unprepared(create).await.unwrap();
    for n in 0..200 {
        let begun = Instant::now();
        let transaction = test.app.store.begin().await.unwrap();
        let insert = format!("insert into floor_of_bench values ({n})");
        transaction.execute_unprepared(&insert).await.unwrap();
        transaction.commit().await.unwrap();
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    median(&mut times)
}

async fn enqueue(test: &TestApp, n: usize) -> Vec<JobId> {
    let mut all = Vec::with_capacity(n);
    for _ in 0..n {
        all.push(test.enqueue("chain", json!({})).await);
    }
    all
}

/// Waits for the end without asking again and again.
async fn ended(test: &TestApp, job: JobId) {
    use futures::StreamExt;
    let events = jobs::events(Arc::clone(&test.app), test.organisation, job, None);
    let mut events = Box::pin(events);
    while let Some(event) = events.next().await {
        if event.unwrap().kind == "job.done" {
            return;
        }
    }
}

async fn read(test: &TestApp, job: JobId) -> f64 {
    let mut times = Vec::with_capacity(READS);
    for _ in 0..READS {
        let begun = Instant::now();
        test.job(job).await;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    median(&mut times)
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1));
    kb.unwrap().parse::<f64>().unwrap() / 1024.0
}

fn figure(what: &str, value: f64) {
    println!("  {what}: {value:.2}");
}
