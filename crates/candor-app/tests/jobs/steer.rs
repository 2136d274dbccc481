//! Jobs are stopped and steps repeated.

use std::time::Duration;

use candor_app::{
    AppError,
    jobs::{self, Pool, Workers},
};
use candor_core::ids::{JobId, OrganisationId};
use candor_testkit::{Database, jobs::TestApp};
use rstest::rstest;
use serde_json::json;

use crate::run::states;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_job_ends_although_a_step_runs_and_can_go_on_later(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestApp::start("a_stopped_job_ends", database).await else {
        return;
    };
    let _workers = Workers::start(&test.app, &Pool::ALL);
    let gate = test.folder().join("gate");
    let job = test
        .enqueue("chain", json!({ "second": { "wait_for": gate } }))
        .await;
    test.until(job, |view| view.steps[1].state == "in_progress")
        .await;
    let begun = std::time::Instant::now();
    jobs::cancel(&test.app, job).await.unwrap();
    let view = test.ended(job).await;
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert_eq!(view.state, "cancelled");
    assert_eq!(
        states(&view),
        [
            ("first", "done"),
            ("second", "cancelled"),
            ("third", "cancelled")
        ]
    );
    assert_eq!(view.steps[1].history[0].state, "cancelled");

    std::fs::write(&gate, "").unwrap();
    jobs::retry_step(&test.app, job, "second", true)
        .await
        .unwrap();
    let view = test.ended(job).await;
    assert_eq!(view.state, "done");
    assert_eq!(view.steps[1].history.last().unwrap().attempt, 2);
    assert_eq!(view.steps[0].history.len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_step_runs_again_and_what_follows_is_kept_while_nothing_changes(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestApp::start("a_repeated_step_runs_again", database).await else {
        return;
    };
    let _workers = Workers::start(&test.app, &Pool::ALL);
    let job = test
        .enqueue("chain", json!({ "value": { "b": 1.5, "a": [1] } }))
        .await;
    test.ended(job).await;
    jobs::retry_step(&test.app, job, "second", true)
        .await
        .unwrap();
    let view = test
        .until(job, |view| {
            view.state == "done" && view.steps[1].history.len() == 2
        })
        .await;
    assert_eq!(view.steps[0].history.len(), 1, "it comes before");
    assert_eq!(view.steps[1].history[1].attempt, 2);
    assert_eq!(
        view.steps[2].history.len(),
        1,
        "the same inputs: its outcome is kept"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parked_step_can_be_repeated_and_attempts_are_numbered_on(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = TestApp::start_with("a_parked_step_can_be_repeated", database, |config| {
        config.jobs.max_attempts = 2;
    });
    let Some(test) = test.await else { return };
    let _workers = Workers::start(&test.app, &Pool::ALL);
    let job = test
        .enqueue("chain", json!({ "second": { "fail": 3 } }))
        .await;
    assert_eq!(test.ended(job).await.state, "failed");
    jobs::retry_step(&test.app, job, "second", false)
        .await
        .unwrap();
    let view = test.until(job, |view| view.state == "done").await;
    let attempts: Vec<_> = view.steps[1].history.iter().map(|a| a.attempt).collect();
    assert_eq!(attempts, [1, 2, 3, 4]);
    assert_eq!(view.error, None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_step_runs_alone_without_any_worker(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestApp::start("one_step_runs_alone", database).await else {
        return;
    };
    let job = test.enqueue("chain", json!({ "value": 3 })).await;
    let early = jobs::run_step_alone(&test.app, job, "second").await;
    assert!(matches!(
        early,
        Err(AppError::Conflict {
            code: "needs_not_met",
            ..
        })
    ));
    let step = jobs::run_step_alone(&test.app, job, "first").await.unwrap();
    assert_eq!((step.state.as_str(), step.history.len()), ("done", 1));
    let step = jobs::run_step_alone(&test.app, job, "first").await.unwrap();
    assert_eq!(step.history.len(), 2);
    let view = test.job(job).await;
    assert_eq!(view.steps[1].state, "ready");
}

#[tokio::test]
async fn other_organisations_jobs_do_not_exist() {
    let Some(test) = TestApp::start("other_organisations_jobs", Database::Sqlite).await else {
        return;
    };
    let job = test.enqueue("chain", json!({})).await;
    let other = jobs::get_job(&test.app, OrganisationId::generate(), job).await;
    assert!(matches!(other, Err(AppError::NotFound("job"))));
    let unknown = jobs::cancel(&test.app, JobId::generate()).await;
    assert!(matches!(unknown, Err(AppError::NotFound("job"))));
}
