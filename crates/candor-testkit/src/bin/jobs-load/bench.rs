//! How fast jobs begin and end, and what ten thousand that wait cost everybody else.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use candor_app::jobs::{self, Pool, Workers};
use candor_core::{access::Scope, ids::JobId};
use candor_testkit::{Database, FakeEngines, TestServer, jobs::TestApp, load};
use futures::StreamExt;
use reqwest::multipart::{Form, Part};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

/// Jobs of which the time from enqueueing to the end is measured, one after the other.
const SINGLE: usize = 200;
/// Jobs that run together for the throughput.
const TOGETHER: usize = 1000;
/// Steps of a job.
const STEPS: usize = 3;
/// Requests that enqueue at once.
const CLIENTS: usize = 16;
/// Length of one measurement of reads, and how many there are; the middle one counts.
const SPAN: Duration = Duration::from_secs(4);
const SPANS: usize = 3;
/// Reads per second, far from what the server can do.
const READS_PER_S: f64 = 500.0;

pub async fn run(database: Database, queued: usize) {
    steps(database).await;
    waiting(database, queued).await;
}

/// Three empty steps, one job at a time and many together.
async fn steps(database: Database) {
    let test = TestApp::start_with("bench jobs", database, |config| {
        config.jobs = candor_app::config::Config::default().jobs;
    });
    let Some(test) = test.await else { return };
    println!("{database:?}");
    let floor_ms = floor(&test).await;
    figure("floor: insert + commit, p50 ms", floor_ms);
    let workers = Workers::start(&test.app, &Pool::ALL);
    let mut times = Vec::new();
    for _ in 0..SINGLE {
        let begun = Instant::now();
        let job = test.enqueue("chain", json!({})).await;
        ended(&test, job).await;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    let p50_ms = median(&mut times);
    let limit_ms = match database {
        Database::Sqlite => 150.0,
        Database::Postgres => 250.0,
    };
    at_most(
        "empty three-step job, enqueue to done, p50 ms",
        p50_ms,
        limit_ms,
    );
    figure("the same in commits of the floor", p50_ms / floor_ms);
    let begun = Instant::now();
    let mut all = Vec::with_capacity(TOGETHER);
    for _ in 0..TOGETHER {
        all.push(test.enqueue("chain", json!({})).await);
    }
    let enqueued_s = begun.elapsed().as_secs_f64();
    for job in all {
        ended(&test, job).await;
    }
    let per_s = (TOGETHER * STEPS) as f64 / begun.elapsed().as_secs_f64();
    at_least("step executions per s, enqueueing included", per_s, 200.0);
    figure(
        "jobs enqueued per s meanwhile",
        TOGETHER as f64 / enqueued_s,
    );
    workers.drain(Duration::from_secs(10)).await;
}

/// Reads of one record while nothing waits, and while many analyses do.
async fn waiting(database: Database, queued: usize) {
    let server =
        TestServer::start_with("bench jobs", database, FakeEngines::default(), |_| {}).await;
    let Some(server) = server else { return };
    let organisation = server.organisation("Bench").await;
    let key = server.attesting_key(organisation, &[Scope::Write]).await;
    let interview = send(
        &server,
        &key,
        "/api/v1/interviews",
        json!({"title": "Bench"}),
    )
    .await;
    let recording = recording(&server, &key).await;
    // They reconcile, like those of a server with work to do, but have no place for a step.
    let _workers = Workers::start(&server.app, &[]);
    let host = server.url.trim_start_matches("http://").to_owned();
    let path = format!("/api/v1/interviews/{interview}");
    // What the first requests fill, caches and pools, is there before memory counts.
    load(&host, &path, &key, None, SPAN).await;

    let before_ms = reads(&host, &path, &key).await;
    let before_mb = resident_mb();
    let begun = Instant::now();
    let mut left = queued;
    while left > 0 {
        let n = left.min(CLIENTS);
        let body = || json!({ "recording_id": recording });
        let requests = (0..n).map(|_| send(&server, &key, "/api/v1/analyses", body()));
        futures::future::join_all(requests).await;
        left -= n;
    }
    figure(
        &format!("analyses accepted per s, {CLIENTS} clients"),
        queued as f64 / begun.elapsed().as_secs_f64(),
    );
    let after_ms = reads(&host, &path, &key).await;
    figure("GET of one interview, p50 ms, nothing queued", before_ms);
    figure(
        &format!("GET of one interview, p50 ms, {queued} analyses queued"),
        after_ms,
    );
    at_most("slower by, %", (after_ms / before_ms - 1.0) * 100.0, 20.0);
    at_most("memory grown by, MB", resident_mb() - before_mb, 50.0);
}

async fn reads(host: &str, path: &str, key: &str) -> f64 {
    let mut all = Vec::new();
    for _ in 0..SPANS {
        all.push(load(host, path, key, Some(READS_PER_S), SPAN).await.p50_ms);
    }
    median(&mut all)
}

/// Sends a body and gives the id of what was made.
async fn send(server: &TestServer, key: &str, path: &str, body: Value) -> String {
    let request = server.client.post(server.at(path)).bearer_auth(key);
    let answer = request.json(&body).send().await.unwrap();
    id(answer).await
}

async fn recording(server: &TestServer, key: &str) -> String {
    let file = Part::bytes(second_of_silence()).file_name("a.wav");
    let request = server.client.post(server.at("/api/v1/recordings"));
    let form = Form::new().part("file", file);
    id(request
        .bearer_auth(key)
        .multipart(form)
        .send()
        .await
        .unwrap())
    .await
}

async fn id(answer: reqwest::Response) -> String {
    let status = answer.status();
    let made: Value = answer.json().await.unwrap();
    assert!(status.is_success(), "{status}: {made}");
    made["id"].as_str().unwrap().to_owned()
}

/// 16 kHz, mono, 16 bit.
fn second_of_silence() -> Vec<u8> {
    let data: u32 = 32_000;
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((data + 36).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend(1_u16.to_le_bytes());
    wav.extend(1_u16.to_le_bytes());
    wav.extend(16_000_u32.to_le_bytes());
    wav.extend(32_000_u32.to_le_bytes());
    wav.extend(2_u16.to_le_bytes());
    wav.extend(16_u16.to_le_bytes());
    wav.extend(b"data");
    wav.extend(data.to_le_bytes());
    wav.resize(wav.len() + data as usize, 0);
    wav
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

/// Waits for the end without asking again and again.
async fn ended(test: &TestApp, job: JobId) {
    let events = jobs::events(Arc::clone(&test.app), test.organisation, job, None);
    let mut events = Box::pin(events);
    while let Some(event) = events.next().await {
        if event.unwrap().kind == "job.done" {
            return;
        }
    }
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

fn at_most(what: &str, value: f64, limit: f64) {
    verdict(what, value, value <= limit, limit);
}

fn at_least(what: &str, value: f64, limit: f64) {
    verdict(what, value, value >= limit, limit);
}

fn verdict(what: &str, value: f64, is_within: bool, limit: f64) {
    let word = if is_within { "within" } else { "OUTSIDE" };
    println!("  {what}: {value:.2} ({word} the limit of {limit})");
}
