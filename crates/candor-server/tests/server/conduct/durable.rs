//! Nothing that was acknowledged is lost or taken twice, whichever process is asked.

use std::sync::Arc;

use candor_app::conduct;
use candor_core::access::Role;
use candor_testkit::{Database, FakeEngines, HandClock, Storage, TestServer};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use super::stage::{STRONG, Stage, answer_all, at, prepared, short, text};
use crate::calls::As;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_goes_on_where_the_first_one_stopped(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "another_process_goes_on_where_the_first_one_stopped";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let url = stage.server.app.config.store.url.clone();
    let engines = FakeEngines::default();
    let there = TestServer::start_with(test, database, engines, |config| config.store.url = url);
    let there = there.await.unwrap();
    let staff = stage.staff(Role::Recruiter).await;
    let elsewhere = As::new(&there, staff.token.clone());
    let id = prepared(&staff, short()).await;
    staff
        .post(&at(&id, "/begin"), Value::Null)
        .await
        .expect(200);
    // Each of them holds an older copy of the turns when it is asked again.
    for n in 0..6 {
        let caller = if n % 2 == 0 { &staff } else { &elsewhere };
        let body = json!({"text": format!("{STRONG} {n}")});
        let step = caller.post(&at(&id, "/answers"), body).await.expect(200);
        if step["status"] == "ended" {
            break;
        }
    }
    let here = staff.get(&at(&id, "")).await.expect(200);
    assert_eq!(here, elsewhere.get(&at(&id, "")).await.expect(200));
    let turns = here["turns"].as_array().unwrap();
    let alternate = turns
        .windows(2)
        .all(|two| two[0]["speaker"] != two[1]["speaker"]);
    assert!(alternate, "{turns:#?}");
    for (index, turn) in turns.iter().enumerate() {
        assert_eq!(turn["id"], format!("turn-{}", index + 1));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_answers_to_one_turn_that_come_at_once_one_is_taken(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "of_answers_to_one_turn_that_come_at_once_one_is_taken";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let url = stage.server.app.config.store.url.clone();
    let engines = FakeEngines::default();
    let there = TestServer::start_with(test, database, engines, |config| config.store.url = url);
    let there = there.await.unwrap();
    let staff = stage.staff(Role::Recruiter).await;
    let elsewhere = As::new(&there, staff.token.clone());
    let id = prepared(&staff, short()).await;
    let begun = staff
        .post(&at(&id, "/begin"), Value::Null)
        .await
        .expect(200);
    let body = json!({"text": STRONG, "turn_id": begun["turn"]["id"]});
    let path = at(&id, "/answers");
    let asked = (0..10).map(|n| {
        let caller = if n % 2 == 0 { &staff } else { &elsewhere };
        caller.post(&path, body.clone())
    });
    let answers = futures::future::join_all(asked).await;
    let taken = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(taken, 1, "{answers:#?}");
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.problem(409), "turn_passed");
    }
    let session = staff.get(&at(&id, "")).await.expect(200);
    assert_eq!(session["turns"].as_array().unwrap().len(), 3);

    // Without a turn they are taken one after the other.
    let asked = (0..4).map(|n| staff.post(&path, json!({"text": format!("{STRONG} {n}")})));
    for answer in futures::future::join_all(asked).await {
        assert!(
            [200, 409].contains(&answer.status.as_u16()),
            "{}",
            answer.text
        );
    }
    let session = staff.get(&at(&id, "")).await.expect(200);
    let turns = session["turns"].as_array().unwrap();
    assert!(
        turns
            .windows(2)
            .all(|two| two[0]["speaker"] != two[1]["speaker"])
    );
}

/// A server whose clock stands still until it is moved.
async fn with_clock(test: &str) -> (TestServer, Arc<HandClock>) {
    let clock = Arc::new(HandClock::of_now());
    let hands: Arc<dyn candor_core::ports::Clock> = Arc::clone(&clock) as _;
    let server = TestServer::start_on(
        test,
        Database::Sqlite,
        Storage::Folder,
        FakeEngines::default(),
        hands,
        |_| {},
    );
    (server.await.unwrap(), clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_that_nobody_ends_ends_with_a_report() {
    let (server, clock) = with_clock("a_pause_that_nobody_ends_ends_with_a_report").await;
    let organisation = server.organisation("Ours").await;
    let key = server.key(organisation, &[candor_core::access::Scope::Write]);
    let staff = As::new(&server, key.await);
    let left = prepared(&staff, short()).await;
    let begun = staff.post(&at(&left, "/begin"), Value::Null).await;
    begun.expect(200);
    let said = json!({"text": STRONG});
    staff.post(&at(&left, "/answers"), said).await.expect(200);
    let pause = at(&left, "/pause");
    staff.post(&pause, Value::Null).await.expect(200);
    // Half an hour is free, the ten minutes after it are the interview's.
    clock.advance(SignedDuration::from_mins(39));
    assert_eq!(conduct::end_overdue(&server.app).await.unwrap(), 0);
    let stands = staff.get(&at(&left, "")).await.expect(200);
    assert_eq!(stands["status"], "paused");
    clock.advance(SignedDuration::from_mins(2));
    assert_eq!(conduct::end_overdue(&server.app).await.unwrap(), 1);
    let stands = staff.get(&at(&left, "")).await.expect(200);
    assert_eq!(
        (&stands["status"], &stands["end"]),
        (&json!("ended"), &json!("out_of_time"))
    );
    let report = format!("/api/v1/interviews/{left}/report");
    staff.get(&report).await.expect(200);

    // One that was paused for so long goes on, and is not paused again.
    let long = prepared(
        &staff,
        json!({"role_family": "sales", "duration_minutes": 30}),
    )
    .await;
    for step in ["/begin", "/pause"] {
        staff.post(&at(&long, step), Value::Null).await.expect(200);
    }
    clock.advance(SignedDuration::from_mins(31));
    let resume = staff.post(&at(&long, "/resume"), Value::Null).await;
    resume.expect(200);
    let again = staff.post(&at(&long, "/pause"), Value::Null).await;
    assert_eq!(again.problem(409), "no_pause_left");
    let stands = staff.get(&at(&long, "")).await.expect(200);
    assert_eq!(stands["status"], "running");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interview_that_nobody_goes_on_with_ends_with_a_report() {
    let test = "an_interview_that_nobody_goes_on_with_ends_with_a_report";
    let (server, clock) = with_clock(test).await;
    let organisation = server.organisation("Ours").await;
    let staff = As::new(
        &server,
        server
            .key(organisation, &[candor_core::access::Scope::Write])
            .await,
    );
    let left = prepared(&staff, short()).await;
    let paused = prepared(&staff, short()).await;
    for id in [&left, &paused] {
        staff.post(&at(id, "/begin"), Value::Null).await.expect(200);
        staff
            .post(&at(id, "/answers"), json!({"text": STRONG}))
            .await
            .expect(200);
    }
    staff
        .post(&at(&paused, "/pause"), Value::Null)
        .await
        .expect(200);
    clock.advance(SignedDuration::from_mins(6));
    assert_eq!(conduct::end_overdue(&server.app).await.unwrap(), 0);
    clock.advance(SignedDuration::from_mins(6));
    assert_eq!(conduct::end_overdue(&server.app).await.unwrap(), 1);
    let session = staff.get(&at(&left, "")).await.expect(200);
    assert_eq!(
        (&session["status"], &session["end"]),
        (&json!("ended"), &json!("out_of_time"))
    );
    let report = staff
        .get(&format!("/api/v1/interviews/{left}/report"))
        .await
        .expect(200);
    assert!(report["overall"]["score"].is_number(), "{report}");

    // A pause stops the clock: the other one goes on, and ends as usual.
    assert_eq!(
        staff.get(&at(&paused, "")).await.expect(200)["status"],
        "paused"
    );
    let early = staff
        .post(&at(&paused, "/answers"), json!({"text": STRONG}))
        .await;
    assert_eq!(early.problem(409), "interview_paused");
    staff
        .post(&at(&paused, "/resume"), Value::Null)
        .await
        .expect(200);
    let steps = answer_all(&staff, &paused, STRONG).await;
    assert_eq!(text(&steps.last().unwrap()["end"]), "completed");
}
