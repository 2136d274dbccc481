//! Live interviews that nobody goes on with.

use std::sync::Arc;

use candor_app::practice::close_abandoned;
use candor_core::{access::Scope, ports::Clock};
use candor_testkit::{Database, HandClock, Storage, TestServer};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use super::stage::{Client, DOMAIN, ROLE, engines, text};

const ANSWER: &str = "In my last job I rebuilt the payment service because it lost messages. I measured the queue \
    and reduced lost payments from forty a week to zero within two months.";

async fn begun(me: &Client<'_>) -> String {
    let start = json!({"jobRole": ROLE, "domain": DOMAIN});
    let (status, begun) = me.post("/app/live/start", start).await;
    assert_eq!(status, 201, "{begun}");
    text(&begun["sessionId"])
}

async fn answered(me: &Client<'_>, session: &str) -> (u16, Value) {
    let path = format!("/app/live/{session}/answer");
    let (status, body) = me.post(&path, json!({"answerText": ANSWER})).await;
    (status.as_u16(), body)
}

async fn state(me: &Client<'_>, session: &str) -> Value {
    let (status, state) = me.get(&format!("/app/live/{session}/state")).await;
    assert_eq!(status, 200, "{state}");
    state
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_interview_that_nobody_ends_is_closed_after_a_day(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_live_interview_that_nobody_ends_is_closed_after_a_day";
    let clock = Arc::new(HandClock::of_now());
    let hands: Arc<dyn Clock> = Arc::clone(&clock) as _;
    let started = TestServer::start_on(test, database, Storage::Folder, engines(), hands, |_| {});
    let Some(server) = started.await else {
        return;
    };
    let organisation = server.organisation("practice").await;
    let me = Client {
        server: &server,
        // Sessions of people end sooner than that.
        token: server.key(organisation, &[Scope::Write]).await,
    };
    let (left, kept_up) = (begun(&me).await, begun(&me).await);
    assert_eq!(answered(&me, &left).await.0, 200);
    clock.advance(SignedDuration::from_hours(23));
    assert_eq!(answered(&me, &kept_up).await.0, 200);
    assert_eq!(close_abandoned(&server.app).await.unwrap(), 0);
    clock.advance(SignedDuration::from_hours(2));
    assert_eq!(close_abandoned(&server.app).await.unwrap(), 1);
    assert_eq!(close_abandoned(&server.app).await.unwrap(), 0);

    let over = state(&me, &left).await;
    assert_eq!(over["status"], "live_completed");
    assert_eq!(over["currentQuestion"], Value::Null);
    let said: Vec<&str> = over["turns"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|turn| turn["role"] == "user")
        .map(|turn| turn["text"].as_str().unwrap())
        .collect();
    assert_eq!(said, [ANSWER], "what was answered stays");
    let (status, refused) = answered(&me, &left).await;
    assert_eq!(status, 400, "{refused}");
    let (_, told) = me.get(&format!("/app/me/sessions/{left}/status")).await;
    assert_eq!(told["status"], "live_completed");

    // The other one goes on.
    assert_eq!(state(&me, &kept_up).await["status"], "live_in_progress");
    assert_eq!(answered(&me, &kept_up).await.0, 200);
}
