//! Answers that are judged again for the report, after the interview: by a model that says something else each time, is
//! gone at the end, or is not to be asked any more.

use std::{sync::Arc, time::Duration};

use candor_app::{
    conduct::{self, Again, Held, NewDecision},
    consent::{self, ConsentStatement, Scope, Subject},
    jobs::{self, JobFilter, JobView, StepView},
    paging::PageRequest,
    webhooks::{self, DeliveryFilter, NewWebhook},
};
use candor_core::{ids::ReportId, interview::Judged, ports::ChatModel};
use candor_engines::chat::{Access, ChatSettings, OpenAiChat, circuit::CircuitSettings};
use candor_store::records::conduct as rows;
use candor_testkit::{
    Database,
    chat::{Act, ChatServer},
};
use serde_json::{Value, json};

use super::served::{FELL, PROCESSOR, Stage, good};

/// A judgement whose marks are all the same, and so its total.
fn all(mark: f64) -> Act {
    let marked = json!({"mark": mark, "quotes": [FELL]});
    Act::Say(
        json!({
            "relevance": marked,
            "structure": marked,
            "depth": marked,
            "key_points": [],
            "competencies": [],
            "red_flags": [],
            "feedback": "The answer tells own deeds with figures.",
        })
        .to_string(),
    )
}

/// Three judgements of each of so many answers: the mean is 7, the deviation 1.
fn three_of_each(answers: usize) -> Vec<Act> {
    let three = || [6.0, 7.0, 8.0].map(all);
    (0..answers).flat_map(|_| three()).collect()
}

/// A model that is never left alone.
fn patient(url: &str) -> Arc<dyn ChatModel> {
    let model = OpenAiChat::new(ChatSettings {
        retry_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(100),
        circuit: CircuitSettings {
            failures: 1000,
            pause: Duration::from_millis(1),
        },
        ..ChatSettings::new(url, Access::Open, "asked-for")
    });
    Arc::new(model.expect("valid settings"))
}

async fn stage(test: &str, database: Database, chat: &ChatServer) -> Option<Stage> {
    let stage = Stage::start_with(test, database, patient(&chat.url()), |_| {}).await?;
    stage.name(Some(PROCESSOR)).await;
    Some(stage)
}

/// Jobs that judge again, newest first.
async fn jobs_of(stage: &Stage) -> Vec<JobView> {
    let filter = JobFilter {
        pipeline: Some(conduct::JUDGING.to_owned()),
        ..JobFilter::default()
    };
    let found = jobs::list_jobs(
        &stage.server.app,
        &stage.actor,
        &filter,
        PageRequest::default(),
    );
    found.await.expect("an admin may").items
}

/// One attempt of the job of the last interview.
async fn attempt(stage: &Stage) -> StepView {
    let job = jobs_of(stage).await.first().expect("there is a job").id;
    jobs::run_step_alone(&stage.server.app, job, conduct::JUDGING_STEP)
        .await
        .expect("it can be run")
}

async fn report(stage: &Stage, held: &Held) -> (ReportId, Value) {
    let found = conduct::find_report(&stage.server.app, stage.organisation, held.id());
    let row = found.await.expect("it is there").expect("it is kept");
    (row.id.into(), row.body.expect("it is JSON"))
}

/// What readers of the report are told of the judging: its state, and why.
async fn told(stage: &Stage, held: &Held) -> (Again, Option<String>) {
    let found = conduct::assess_report(&stage.server.app, &stage.actor, held.id())
        .await
        .expect("an admin may");
    let again = found.judged_again;
    assert_eq!(again.asked_at.is_some(), again.state != Again::NotAsked);
    if again.state != Again::Dropped {
        let has_ended = matches!(again.state, Again::Done | Again::Failed);
        assert_eq!(again.ended_at.is_some(), has_ended, "{again:?}");
    }
    (again.state, again.code)
}

fn why(code: &str) -> Option<String> {
    Some(code.to_owned())
}

async fn session(stage: &Stage, held: &Held) -> Held {
    conduct::get_session(&stage.server.app, &stage.actor, held.id())
        .await
        .expect("it is there")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value}"))
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
}

/// Whether the report says that answers were judged once.
fn says_once(report: &Value) -> bool {
    let reasons = report["not_measured"].as_array().expect("a list");
    reasons.iter().any(|reason| reason["code"] == "spread")
}

fn questions(report: &Value) -> Vec<&Value> {
    let questions = report["questions"].as_array().expect("a list").iter();
    questions
        .filter(|question| question["score"].is_number())
        .collect()
}

async fn three_judgements(database: Database) {
    let chat = ChatServer::start([Act::Reply(good)]);
    let test = "three_judgements_that_differ_are_shown_with_their_spread";
    let Some(stage) = stage(test, database, &chat).await else {
        return;
    };
    let app = &stage.server.app;
    let wants = NewWebhook {
        url: "https://hooks.example.com/candor".to_owned(),
        description: None,
        events: vec!["interview.report_replaced".to_owned()],
        enabled: true,
    };
    webhooks::create_webhook(app, &stage.actor, wants)
        .await
        .expect("an admin may");
    let held = stage.held().await;
    let (first, live) = report(&stage, &held).await;
    assert!(says_once(&live), "{live}");
    assert!(live["questions"][0]["spread"].is_null());
    let waiting = &jobs_of(&stage).await[0];
    assert_eq!(
        (waiting.state.as_str(), waiting.steps[0].pool.as_str()),
        ("queued", "llm")
    );
    assert_eq!(told(&stage, &held).await, (Again::Pending, None));

    let n = questions(&live).len();
    chat.follow(three_of_each(n));
    let done = attempt(&stage).await;
    assert_eq!(done.state, "done", "{done:?}");
    assert_eq!(done.output, Some(json!({"judged": n, "of": n})));
    assert_eq!(told(&stage, &held).await, (Again::Done, None));
    let (second, thorough) = report(&stage, &held).await;
    assert_ne!(first, second);
    assert!(!says_once(&thorough), "{thorough}");
    near(number(&thorough["overall"]["score"]), 7.0);
    // Nothing but the repeats tells the answers apart.
    let uncertainty = number(&thorough["overall"]["uncertainty"]);
    near(uncertainty, 1.0 / (n as f64).sqrt());
    for question in questions(&thorough) {
        near(number(&question["score"]), 7.0);
        let spread = &question["spread"];
        assert_eq!(spread["n"], 3, "{question}");
        near(number(&spread["deviation"]), 1.0);
    }
    assert_eq!(thorough["provenance"][0]["settings"]["repeats"], "3 of 3");

    shown_to_others(&stage, &held, n).await;
    let asked = chat.got().len();
    assert_eq!(stage.usage().await.total.calls, asked as i64);
    let deliveries = webhooks::list_deliveries(
        app,
        &stage.actor,
        DeliveryFilter::default(),
        PageRequest::default(),
    );
    let sent = deliveries.await.expect("an admin may").items;
    assert_eq!(sent.len(), 1);
    assert!(sent[0].body.contains(&second.to_string()), "{:?}", sent[0]);

    // Once more is no second judging.
    let again = attempt(&stage).await;
    assert_eq!(
        again.output,
        Some(json!({"judged": 0, "because": "already_judged"}))
    );
    assert_eq!(chat.got().len(), asked);
    assert_eq!(report(&stage, &held).await.0, second);
    assert_eq!(told(&stage, &held).await, (Again::Done, None));
}

/// The record and the turns say what the report says; the judgements that led through the interview are kept.
async fn shown_to_others(stage: &Stage, held: &Held, n: usize) {
    let now = session(stage, held).await;
    near(now.interview.overall_score.expect("it is judged"), 70.0);
    assert_eq!(now.version, held.version + 1);
    assert!(now.interview.version > held.interview.version);
    let writer = stage.server.app.store.writer();
    let turns = rows::list_turns(writer, stage.organisation, held.id())
        .await
        .expect("they are there");
    let mut n_replaced = 0;
    for (row, turn) in turns.iter().zip(&now.session.turns) {
        let Some(first) = &row.first_evaluation else {
            continue;
        };
        n_replaced += 1;
        let first: Judged = serde_json::from_value(first.clone()).expect("a judgement");
        assert_eq!(first.evaluation().map(|it| it.spread.n), Some(1));
        let shown = turn.evaluation.as_ref().and_then(Judged::evaluation);
        let spread = shown.expect("it is judged").spread;
        assert_eq!(spread.n, 3);
        near(spread.min, 6.0);
        near(spread.max, 8.0);
        near(spread.deviation, 1.0);
    }
    assert_eq!(n_replaced, n);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_judgements_that_differ_are_shown_with_their_spread() {
    three_judgements(Database::Sqlite).await;
    three_judgements(Database::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_down_at_the_end_leaves_the_report_and_judges_the_rest_later() {
    let chat = ChatServer::start([Act::Reply(good)]);
    let test = "a_model_that_is_down_at_the_end_leaves_the_report_and_judges_the_rest_later";
    let stage = stage(test, Database::Sqlite, &chat)
        .await
        .expect("SQLite is always there");
    let held = stage.held().await;
    let (first, live) = report(&stage, &held).await;
    let said = session(&stage, &held).await.session;
    let n = questions(&live).len();
    assert!(n > 1);

    chat.follow([Act::status(503)]);
    let failed = attempt(&stage).await;
    assert_eq!(failed.state, "ready", "{failed:?}");
    assert_eq!(failed.error_code.as_deref(), Some("chat_unavailable"));
    assert!(failed.not_before.is_some());
    let pending = (Again::Pending, why("chat_unavailable"));
    assert_eq!(told(&stage, &held).await, pending);
    let (same, still) = report(&stage, &held).await;
    assert_eq!((same, &still), (first, &live));
    assert!(says_once(&still));
    assert_eq!(session(&stage, &held).await.session, said);

    // It comes back for one answer: that one is kept, the others are said to have been judged once.
    let mut script = three_of_each(1);
    script.push(Act::status(503));
    chat.follow(script);
    let failed = attempt(&stage).await;
    assert_eq!(failed.error_code.as_deref(), Some("chat_unavailable"));
    let (second, partly) = report(&stage, &held).await;
    assert_ne!(second, first);
    assert!(says_once(&partly));
    let repeated = |report: &Value| {
        let all = questions(report).into_iter();
        all.filter(|question| question["spread"]["n"] == 3).count()
    };
    assert_eq!(repeated(&partly), 1);

    let before = chat.got().len();
    chat.follow(three_of_each(n - 1));
    let done = attempt(&stage).await;
    assert_eq!(done.state, "done", "{done:?}");
    assert_eq!(chat.got().len() - before, 3 * (n - 1));
    let (_, whole) = report(&stage, &held).await;
    assert!(!says_once(&whole));
    assert_eq!(repeated(&whole), n);
    assert_eq!(told(&stage, &held).await, (Again::Done, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_contradicts_the_answers_leaves_their_judgements() {
    let chat = ChatServer::start([Act::Reply(good)]);
    let test = "a_model_that_contradicts_the_answers_leaves_their_judgements";
    let stage = stage(test, Database::Sqlite, &chat)
        .await
        .expect("SQLite is always there");
    let held = stage.held().await;
    let (first, live) = report(&stage, &held).await;
    let n = questions(&live).len();
    chat.follow([Act::Say("I can't say.".to_owned())]);
    let done = attempt(&stage).await;
    assert_eq!(done.output, Some(json!({"judged": 0, "of": n})));
    assert_eq!(report(&stage, &held).await, (first, live));
    let used = stage.usage().await;
    assert_eq!(used.total.calls, chat.got().len() as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_somebody_decided_on_stays() {
    let chat = ChatServer::start([Act::Reply(good)]);
    let test = "a_report_that_somebody_decided_on_stays";
    let stage = stage(test, Database::Sqlite, &chat)
        .await
        .expect("SQLite is always there");
    let held = stage.held().await;
    let (first, live) = report(&stage, &held).await;
    let said = session(&stage, &held).await.session;
    let new = NewDecision {
        decision: "hold".to_owned(),
        reason: "Another talk first.".to_owned(),
    };
    let decided = conduct::create_decision(&stage.server.app, &stage.actor, held.id(), new)
        .await
        .expect("an admin may");
    assert_eq!(decided.report, Some(first));
    let dropped = (Again::Dropped, why("decided"));
    assert_eq!(told(&stage, &held).await, dropped);
    let asked = chat.got().len();
    let done = attempt(&stage).await;
    assert_eq!(
        done.output,
        Some(json!({"judged": 0, "because": "decided"}))
    );
    assert_eq!(chat.got().len(), asked);
    assert_eq!(report(&stage, &held).await, (first, live));
    assert_eq!(session(&stage, &held).await.session, said);
    assert_eq!(told(&stage, &held).await, dropped);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_after_consent_was_withdrawn_or_the_processor_taken_off_the_record() {
    let chat = ChatServer::start([Act::Reply(good)]);
    let test = "nobody_is_asked_after_consent_was_withdrawn";
    let stage = stage(test, Database::Sqlite, &chat)
        .await
        .expect("SQLite is always there");
    let app = &stage.server.app;
    let held = stage.held().await;
    let asked = chat.got().len();
    let statement = ConsentStatement {
        version: "1".to_owned(),
        obtained_at: app.clock.now(),
        by: "the candidate".to_owned(),
    };
    let about = Subject::Interview(held.id());
    let given =
        consent::create_consent(app, &stage.actor, about, statement, &[Scope::Analysis]).await;
    let given = given.expect("staff may");
    consent::withdraw_consent(app, &stage.actor, given.id)
        .await
        .expect("staff may");
    let done = attempt(&stage).await;
    assert_eq!(
        done.output,
        Some(json!({"judged": 0, "because": "consent_withdrawn"}))
    );
    assert_eq!(chat.got().len(), asked);

    stage.held().await;
    stage.name(None).await;
    let asked = chat.got().len();
    let done = attempt(&stage).await;
    assert_eq!(
        done.output,
        Some(json!({"judged": 0, "because": "no_chat_model"}))
    );
    assert_eq!(chat.got().len(), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_named_model_or_repeats_nothing_is_judged_again() {
    let chat = ChatServer::start([Act::Reply(good)]);
    let test = "without_a_named_model_or_repeats_nothing_is_judged_again";
    let once = Stage::start_with(test, Database::Sqlite, patient(&chat.url()), |config| {
        config.chat.repeats = 1;
    });
    let once = once.await.expect("SQLite is always there");
    once.name(Some(PROCESSOR)).await;
    let held = once.held().await;
    assert!(jobs_of(&once).await.is_empty());
    assert_eq!(told(&once, &held).await, (Again::NotAsked, None));
    assert!(says_once(&report(&once, &held).await.1));

    let unnamed = Stage::start_with(test, Database::Sqlite, patient(&chat.url()), |_| {});
    let unnamed = unnamed.await.expect("SQLite is always there");
    let held = unnamed.held().await;
    assert!(jobs_of(&unnamed).await.is_empty());
    assert_eq!(told(&unnamed, &held).await, (Again::NotAsked, None));
    // The built-in evaluator says the same each time.
    assert!(!says_once(&report(&unnamed, &held).await.1));
}
