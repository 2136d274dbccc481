//! The long run: real worker processes with the default intervals, killed again and again, while other things
//! go wrong too. Every job must end, each step with one recorded outcome.

use std::time::{Duration, Instant};

use candor_core::ids::JobId;
use candor_store::{Backend, Store};
use candor_testkit::{
    Cluster, Database,
    jobs::{TestApp, WorkerProcess},
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

/// Worker processes that run at the same time.
const WORKERS: usize = 3;
/// One of them is killed this often.
const KILL_EVERY: Duration = Duration::from_secs(4);
/// What a step takes; an empty one would hardly ever be met by a kill.
const WORK_MS: u64 = 20;
/// Longest round.
const PATIENCE: Duration = Duration::from_secs(1200);

/// What else goes wrong in a round.
#[derive(Debug, Clone, Copy)]
enum Trouble {
    /// Nothing but the kills.
    Kills,
    /// The queue's tables are emptied by hand.
    EmptiedQueue,
    /// The database restarts as after a power cut; an SQLite file is locked for 2 s.
    Restarts,
    /// Workers are told to end instead of being killed, and some steps kill their own process.
    Aborts,
}

const ROUNDS: [Trouble; 4] = [
    Trouble::Kills,
    Trouble::EmptiedQueue,
    Trouble::Restarts,
    Trouble::Aborts,
];

pub async fn run(database: Database, n: usize) {
    let cluster = match database {
        Database::Sqlite => None,
        Database::Postgres => {
            let Some(cluster) = Cluster::start() else {
                println!("SKIPPED: soak jobs: PostgreSQL is not installed");
                return;
            };
            Some(cluster)
        }
    };
    let url = cluster.as_ref().map(Cluster::url);
    let test = TestApp::start_with("soak jobs", Database::Sqlite, |config| {
        config.jobs = candor_app::config::Config::default().jobs;
        if let Some(url) = url {
            config.store.url = url;
        }
    });
    let test = test.await.unwrap();
    println!("{database:?}");
    for trouble in ROUNDS {
        round(&test, cluster.as_ref(), n / ROUNDS.len(), trouble).await;
    }
}

async fn round(test: &TestApp, cluster: Option<&Cluster>, n: usize, trouble: Trouble) {
    let begun = Instant::now();
    let work = json!({ "work_ms": WORK_MS });
    let script = json!({ "first": work, "second": work, "third": work });
    let mut all = Vec::with_capacity(n);
    for _ in 0..n {
        all.push(test.enqueue("chain", script.clone()).await);
    }
    let parked = match trouble {
        Trouble::Aborts => Some(
            test.enqueue("chain", json!({"second": {"abort": true}}))
                .await,
        ),
        _ => None,
    };
    let enqueued_s = begun.elapsed().as_secs_f64();
    let mut workers: Vec<WorkerProcess> = (0..WORKERS).map(|_| start(test)).collect();
    let (mut kills, mut troubles) = (0, 0);
    while left(test).await != Some(0) {
        assert!(begun.elapsed() < PATIENCE, "the round does not end");
        tokio::time::sleep(KILL_EVERY).await;
        let at = kills % WORKERS;
        match trouble {
            Trouble::Aborts => {
                for (n, worker) in workers.iter_mut().enumerate() {
                    if n != at && worker.has_ended() {
                        *worker = start(test);
                    }
                }
                if !workers[at].has_ended() {
                    workers[at].end();
                }
            }
            _ => workers[at].kill(),
        }
        workers[at] = start(test);
        kills += 1;
        // Every third time, and not for ever.
        if kills % 3 == 0 && troubles < 5 && make_trouble(test, cluster, trouble).await {
            troubles += 1;
        }
    }
    let took_s = begun.elapsed().as_secs_f64();
    let found = judge(test, &all).await;
    if let Some(job) = parked {
        let view = test.ended(job).await;
        let error = view.steps[1].error_code.as_deref();
        assert_eq!(
            (view.state.as_str(), error),
            ("failed", Some("worker_lost"))
        );
        println!(
            "  a step that kills its process: parked after {} attempts",
            view.steps[1].attempts
        );
    }
    println!(
        "  {trouble:?}: {} of {n} jobs done, {} steps with other than one outcome, {} begun again after their \
         outcome; {kills} workers ended, {} attempts lost with them, {troubles} times trouble; \
         {enqueued_s:.1} s to enqueue, {took_s:.1} s in all",
        found.done, found.not_once, found.repeated, found.lost
    );
}

fn start(test: &TestApp) -> WorkerProcess {
    WorkerProcess::start(test, &[])
}

/// Whether there was something to be done.
async fn make_trouble(test: &TestApp, cluster: Option<&Cluster>, trouble: Trouble) -> bool {
    match (trouble, cluster) {
        (Trouble::Kills | Trouble::Aborts, _) => return false,
        (Trouble::EmptiedQueue, _) => {
            // In one statement where workers go on taking messages meanwhile.
            let statements: &[&str] = match test.app.store.backend() {
                Backend::Sqlite => &["delete from Jobs", "delete from Workers"],
                Backend::Postgres => &["truncate apalis.jobs, apalis.workers"],
            };
            for statement in statements {
                let writer = test.app.queue.store().writer();
                writer.execute_unprepared(statement).await.unwrap();
            }
        }
        (Trouble::Restarts, Some(cluster)) => {
            cluster.down();
            tokio::time::sleep(Duration::from_secs(2)).await;
            cluster.up();
        }
        (Trouble::Restarts, None) => {
            let url = &test.app.config.store.url;
            let other = Store::connect(url, None).await.unwrap();
            let writer = other.writer();
            writer.execute_unprepared("begin exclusive").await.unwrap();
            tokio::time::sleep(Duration::from_secs(2)).await;
            writer.execute_unprepared("commit").await.unwrap();
            other.close().await;
        }
    }
    true
}

/// Jobs that have not ended; `None` while the database is away.
async fn left(test: &TestApp) -> Option<i64> {
    let sql = "select count(*) as n from durable_jobs where state in ('queued', 'in_progress')";
    count(test, sql).await
}

async fn count(test: &TestApp, sql: &str) -> Option<i64> {
    let connection = test.app.store.fresh();
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.ok()??;
    row.try_get("", "n").ok()
}

#[derive(Default)]
struct Found {
    done: usize,
    not_once: usize,
    repeated: usize,
    lost: usize,
}

async fn judge(test: &TestApp, all: &[JobId]) -> Found {
    let mut found = Found::default();
    for job in all {
        let view = test.job(*job).await;
        found.done += usize::from(view.state == "done");
        for step in view.steps {
            let ends = |state| step.history.iter().filter(|a| a.state == state).count();
            found.not_once += usize::from(ends("succeeded") != 1);
            found.lost += ends("abandoned");
            let last = step.history.last().map(|attempt| attempt.state.as_str());
            found.repeated += usize::from(last != Some("succeeded"));
        }
    }
    found
}
