//! Jobs run to their end, in the order that their steps need.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use candor_app::jobs::{
    JobView, Pipelines, Pool, Step, StepContext, StepError, StepOutput, Workers,
};
use candor_testkit::{
    Database,
    jobs::{ScriptedPipeline, TestApp, open_with, quick_config},
};
use rstest::rstest;
use serde_json::json;

pub fn states(view: &JobView) -> Vec<(&str, &str)> {
    let steps = view.steps.iter();
    steps
        .map(|step| (step.name.as_str(), step.state.as_str()))
        .collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_run_when_what_they_need_is_done_and_get_its_outputs(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestApp::start("steps_run_in_order", database).await else {
        return;
    };
    let workers = Workers::start(&test.app, &Pool::ALL);
    let job = test.enqueue("diamond", json!({ "value": 7 })).await;
    let view = test.ended(job).await;
    assert_eq!(view.state, "done");
    let last = view.steps.last().unwrap();
    let output = last.output.as_ref().unwrap();
    assert_eq!(output["from"][0]["step"], "left");
    assert_eq!(output["from"][1]["from"][0]["value"], 7);
    for step in &view.steps {
        assert_eq!((step.state.as_str(), step.history.len()), ("done", 1));
        assert_eq!(step.history[0].state, "succeeded");
    }
    let begun = |name: &str| {
        let step = view.steps.iter().find(|step| step.name == name).unwrap();
        (step.started_at.unwrap(), step.finished_at.unwrap())
    };
    assert!(begun("last").0 >= begun("left").1.max(begun("right").1));
    workers.drain(Duration::from_secs(5)).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_fails_in_passing_is_tried_again_and_every_error_is_kept(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestApp::start("a_step_that_fails_in_passing", database).await else {
        return;
    };
    let _workers = Workers::start(&test.app, &Pool::ALL);
    let job = test
        .enqueue("chain", json!({ "second": { "fail": 2 } }))
        .await;
    let view = test.ended(job).await;
    assert_eq!(view.state, "done");
    let second = &view.steps[1];
    assert_eq!(second.attempts, 3);
    let history: Vec<_> = second
        .history
        .iter()
        .map(|attempt| {
            (
                attempt.attempt,
                attempt.state.as_str(),
                attempt.error.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        history,
        [
            (1, "failed", Some("told to fail")),
            (2, "failed", Some("told to fail")),
            (3, "succeeded", None)
        ]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_can_not_succeed_is_parked_while_other_branches_finish(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values("refuse", "panic")] how: &str,
) {
    let test = TestApp::start_with("a_step_that_can_not_succeed", database, |config| {
        config.jobs.max_attempts = 2;
    });
    let Some(test) = test.await else { return };
    let _workers = Workers::start(&test.app, &Pool::ALL);
    let job = test
        .enqueue("diamond", json!({ "left": { how: true } }))
        .await;
    let view = test.ended(job).await;
    assert_eq!(view.state, "failed");
    assert!(view.error.as_ref().unwrap().starts_with("left: "));
    assert_eq!(
        states(&view),
        [
            ("first", "done"),
            ("left", "error"),
            ("right", "done"),
            ("last", "pending")
        ]
    );
    let attempts = if how == "refuse" { 1 } else { 2 };
    assert_eq!(view.steps[1].history.len(), attempts);
    assert_eq!(
        view.steps[1].error_code.as_deref(),
        Some(if how == "refuse" {
            "told_to_refuse"
        } else {
            "panicked"
        })
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_takes_too_long_is_ended_at_its_limit(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = TestApp::start_with("a_step_that_takes_too_long", database, |config| {
        config.jobs.max_attempts = 1;
        config.jobs.step_timeout_s = 0.3;
    });
    let Some(test) = test.await else { return };
    let _workers = Workers::start(&test.app, &Pool::ALL);
    let never = json!({ "only": { "wait_for": "/nowhere/at/all", "fill": true } });
    let job = test.enqueue("single", never).await;
    let view = test.ended(job).await;
    assert_eq!(view.steps[0].error_code.as_deref(), Some("timeout"));
    let left: Vec<_> = std::fs::read_dir(&test.app.scratch).unwrap().collect();
    assert!(left.is_empty(), "temporary files are removed: {left:?}");
}

/// The one file that a new step needs …
struct Shout;

#[async_trait]
impl Step for Shout {
    fn name(&self) -> &'static str {
        "shouted"
    }
    fn pool(&self) -> Pool {
        Pool::Io
    }
    fn needs(&self) -> &'static [&'static str] {
        &["first"]
    }
    fn version(&self) -> String {
        "1".to_owned()
    }
    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let heard = context.outputs["first"]["value"].as_str().unwrap_or("");
        Ok(json!(heard.to_uppercase()).into())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_step_is_one_file_and_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let pipeline = ScriptedPipeline::new("chain")
        .step("first", &[])
        .with(Arc::new(Shout)) // … and the one line.
        .step("second", &["shouted"]);
    let mut config = quick_config();
    config.store.url = candor_store::Store::sqlite_url(&folder.path().join("candor.db"));
    let pipelines = Pipelines::default().with(Arc::new(pipeline));
    let app = open_with(config, folder.path(), pipelines).await;
    let test = TestApp::on(app, folder).await;
    let _workers = Workers::start(&test.app, &Pool::ALL);
    let job = test.enqueue("chain", json!({ "value": "hello" })).await;
    let view = test.ended(job).await;
    assert_eq!(view.steps[1].output, Some(json!("HELLO")));
    assert_eq!(view.steps[2].output.as_ref().unwrap()["from"][0], "HELLO");
}
