//! Who follows a job sees everything that happens to it, in order.

use std::{sync::Arc, time::Duration};

use candor_app::{
    AppError,
    jobs::{self, JobEvent, Pool, Workers},
};
use candor_core::ids::OrganisationId;
use candor_testkit::{Database, jobs::TestApp, skip};
use futures::{StreamExt, TryStreamExt};
use rstest::rstest;
use serde_json::json;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_replayed_then_followed_and_end_with_the_job(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestApp::start("events_are_replayed", database).await else {
        return;
    };
    let gate = test.folder().join("gate");
    let job = test
        .enqueue("chain", json!({ "first": { "wait_for": gate } }))
        .await;
    let stream = jobs::events(Arc::clone(&test.app), test.organisation, job, None);
    let followed = tokio::spawn(stream.try_collect::<Vec<JobEvent>>());
    let _workers = Workers::start(&test.app, &Pool::ALL);
    test.until(job, |view| view.steps[0].progress > 0.0).await;
    std::fs::write(gate, "").unwrap();
    let events = followed.await.unwrap().unwrap();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| match event.data["step"].as_str() {
            Some(step) => format!("{} {step}", event.kind),
            None => event.kind.clone(),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "job.queued",
            "job.started",
            "step.started first",
            "step.progress first",
            "step.done first",
            "step.started second",
            "step.done second",
            "step.started third",
            "step.done third",
            "job.done"
        ]
    );
    let after = Some(events[6].id);
    let rest = jobs::events(Arc::clone(&test.app), test.organisation, job, after);
    let rest: Vec<JobEvent> = rest.try_collect().await.unwrap();
    assert_eq!(rest, events[7..]);
    let other = jobs::events(Arc::clone(&test.app), OrganisationId::generate(), job, None);
    let first = Box::pin(other).next().await.unwrap();
    assert!(matches!(first, Err(AppError::NotFound("job"))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signals_reach_other_processes_through_redis() {
    let Ok(url) = std::env::var("CANDOR_TEST_REDIS_URL") else {
        skip(
            "signals_reach_other_processes_through_redis",
            "CANDOR_TEST_REDIS_URL names no server",
        );
        return;
    };
    use candor_store::live::{Live, Topic};
    let here = Live::connect(Some(&url), Duration::from_secs(60))
        .await
        .unwrap();
    let there = Live::connect(Some(&url), Duration::from_secs(60))
        .await
        .unwrap();
    let mut heard = there.follow();
    let subject = uuid::Uuid::now_v7();
    // The other process may not be listening yet: told again until it hears.
    let hears = async {
        loop {
            let signal = heard.recv().await.unwrap();
            if signal.subject == subject {
                return signal.topic;
            }
        }
    };
    tokio::pin!(hears);
    for _ in 0..100 {
        here.signal(Topic::Stop, subject);
        let wait = std::time::Duration::from_millis(100);
        if let Ok(topic) = tokio::time::timeout(wait, &mut hears).await {
            assert_eq!(topic, Topic::Stop);
            return;
        }
    }
    panic!("nothing was heard");
}
