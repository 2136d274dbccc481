//! Webhooks: registered, signed, tried again, given up.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use candor_app::{
    jobs::{self, Pool, Workers},
    webhooks,
};
use candor_core::{access::Scope, ids::OrganisationId};
use candor_testkit::{Database, FakeEngines, TestServer};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::As;

/// What the receiver got.
#[derive(Debug, Clone)]
struct Got {
    headers: HeaderMap,
    body: Bytes,
}

/// Answers with these statuses in turn, the last one for ever; 0 hangs.
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<Got>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Script = (Arc<Mutex<Vec<Got>>>, Arc<Vec<u16>>);

impl Receiver {
    async fn start(statuses: &[u16]) -> Self {
        async fn receive(
            State((got, statuses)): State<Script>,
            headers: HeaderMap,
            body: Bytes,
        ) -> impl IntoResponse {
            let number = {
                let mut got = got.lock().unwrap();
                got.push(Got { headers, body });
                got.len() - 1
            };
            let status = statuses[number.min(statuses.len() - 1)];
            if status == 0 {
                std::future::pending::<()>().await;
            }
            let header = match status {
                429 => (header::RETRY_AFTER, "2"),
                _ => (header::LOCATION, "/elsewhere"),
            };
            (
                StatusCode::from_u16(status).unwrap(),
                [header],
                "x".repeat(100_000),
            )
        }
        let got = Arc::default();
        let script: Script = (Arc::clone(&got), Arc::new(statuses.to_vec()));
        let router = Router::new().fallback(receive).with_state(script);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, got, task }
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

struct Stage {
    server: TestServer,
    organisation: OrganisationId,
    key: String,
    _workers: Workers,
}

async fn stage(test: &str, database: Database) -> Option<Stage> {
    let server = TestServer::start_with(test, database, FakeEngines::default(), |config| {
        config.webhooks.allow_private = true;
        config.webhooks.timeout_s = 0.5;
        config.webhooks.callback_secret = "callback secret".to_owned();
        config.jobs.reconcile_s = 0.2;
    })
    .await?;
    let organisation = server.organisation("Acme").await;
    let key = server.key(organisation, &[Scope::Admin]).await;
    let workers = Workers::start(&server.app, &[Pool::Webhook]);
    Some(Stage {
        server,
        organisation,
        key,
        _workers: workers,
    })
}

impl Stage {
    fn caller(&self) -> As<'_> {
        As::new(&self.server, self.key.clone())
    }

    async fn register(&self, receiver: &Receiver, events: &[&str]) -> (String, String) {
        let body = json!({"url": receiver.url, "events": events});
        let made = self
            .caller()
            .post("/api/v1/webhooks", body)
            .await
            .expect(201);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    }

    async fn emit(&self, event_type: &str, data: Value, callback_url: Option<&str>) {
        let app = &self.server.app;
        let transaction = app.store.begin().await.unwrap();
        webhooks::emit(
            app,
            &transaction,
            self.organisation,
            event_type,
            data,
            callback_url,
        )
        .await
        .unwrap();
        transaction.commit().await.unwrap();
        jobs::wake(app);
    }

    /// The delivery, once it is `state`.
    async fn delivery(&self, id: &str, state: &str) -> Value {
        let path = format!("/api/v1/webhooks/deliveries/{id}");
        let begun = tokio::time::Instant::now();
        loop {
            let delivery = self.caller().get(&path).await.expect(200);
            if delivery["state"] == state {
                return delivery;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{delivery}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn only_delivery(&self) -> String {
        let list = self
            .caller()
            .get("/api/v1/webhooks/deliveries")
            .await
            .expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
        list["items"][0]["id"].as_str().unwrap().to_owned()
    }
}

fn verify(secret: &str, got: &Got) -> bool {
    standardwebhooks::Webhook::new(secret)
        .unwrap()
        .verify(&got.body, &got.headers)
        .is_ok()
}

#[rstest]
#[tokio::test]
async fn an_event_is_delivered_signed_to_those_who_want_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_event_is_delivered_signed_to_those_who_want_it";
    let Some(stage) = stage(test, database).await else {
        return;
    };
    let wanting = Receiver::start(&[204]).await;
    let other = Receiver::start(&[204]).await;
    let (_, secret) = stage.register(&wanting, &["analysis.done"]).await;
    stage.register(&other, &["analysis.failed"]).await;
    stage
        .emit("analysis.done", json!({"analysis_id": "ana_1"}), None)
        .await;
    let id = stage.only_delivery().await;
    let delivery = stage.delivery(&id, "delivered").await;
    assert_eq!(delivery["attempts"], 1);
    assert_eq!(delivery["tries"][0]["status"], 204);
    let got = wanting.got();
    assert!(verify(&secret, &got[0]));
    assert_eq!(
        got[0].headers["webhook-id"],
        delivery["event_id"].as_str().unwrap()
    );
    assert_eq!(
        delivery["body"],
        String::from_utf8_lossy(&got[0].body).as_ref()
    );
    let body: Value = serde_json::from_slice(&got[0].body).unwrap();
    assert_eq!(body["type"], "analysis.done");
    assert_eq!(body["data"], json!({"analysis_id": "ana_1"}));
    assert!(other.got().is_empty());

    let path = format!("/api/v1/webhooks/deliveries/{id}/redeliver");
    let again = stage
        .caller()
        .send(Method::POST, &path, &[], None)
        .await
        .expect(202);
    assert_ne!(again["id"], delivery["id"]);
    assert_eq!(again["event_id"], delivery["event_id"]);
    stage
        .delivery(again["id"].as_str().unwrap(), "delivered")
        .await;
    assert_eq!(wanting.got()[1].body, got[0].body);
}

#[rstest]
#[tokio::test]
async fn failures_silence_and_redirects_are_tried_again_and_logged(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "failures_silence_and_redirects_are_tried_again_and_logged";
    let Some(stage) = stage(test, database).await else {
        return;
    };
    let receiver = Receiver::start(&[500, 302, 0, 404, 200]).await;
    let (_, secret) = stage.register(&receiver, &[]).await;
    stage
        .emit("recording.available", json!({"n": 1}), None)
        .await;
    let id = stage.only_delivery().await;
    let delivery = stage.delivery(&id, "delivered").await;
    let statuses: Vec<_> = delivery["tries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["status"].clone())
        .collect();
    assert_eq!(json!(statuses), json!([500, 302, null, 404, 200]));
    assert_eq!(delivery["attempts"], 5);
    let got = receiver.got();
    assert_eq!(got.len(), 5, "the redirect was not followed");
    for one in &got {
        assert!(verify(&secret, one), "every try is signed");
        assert_eq!(one.headers["webhook-id"], got[0].headers["webhook-id"]);
    }
}

#[rstest]
#[tokio::test]
async fn an_address_that_is_gone_is_switched_off(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(stage) = stage("an_address_that_is_gone_is_switched_off", database).await else {
        return;
    };
    let receiver = Receiver::start(&[410]).await;
    let (webhook, _) = stage.register(&receiver, &[]).await;
    let path = format!("/api/v1/webhooks/{webhook}");
    let test = format!("{path}/test");
    let delivery = stage
        .caller()
        .send(Method::POST, &test, &[], None)
        .await
        .expect(202);
    let delivery = stage
        .delivery(delivery["id"].as_str().unwrap(), "failed")
        .await;
    assert_eq!(delivery["attempts"], 1);
    assert_eq!(delivery["event_type"], "webhook.test");
    assert_eq!(
        stage.caller().get(&path).await.expect(200)["enabled"],
        false
    );
    let again = stage.caller().send(Method::POST, &test, &[], None).await;
    assert_eq!(again.problem(409), "webhook_disabled");
    stage.emit("analysis.done", json!({}), None).await;
    stage.only_delivery().await;
}

#[rstest]
#[tokio::test]
async fn an_address_that_never_answers_is_given_up_after_the_last_wait(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_address_that_never_answers_is_given_up_after_the_last_wait";
    let Some(stage) = stage(test, database).await else {
        return;
    };
    let receiver = Receiver::start(&[503]).await;
    stage.register(&receiver, &[]).await;
    stage.emit("analysis.failed", json!({}), None).await;
    let delivery = stage.delivery(&stage.only_delivery().await, "failed").await;
    assert_eq!(delivery["attempts"], 8);
    assert_eq!(receiver.got().len(), 8);
}

#[rstest]
#[tokio::test]
async fn a_receiver_that_asks_for_time_gets_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(stage) = stage("a_receiver_that_asks_for_time_gets_it", database).await else {
        return;
    };
    let receiver = Receiver::start(&[429, 200]).await;
    stage.register(&receiver, &[]).await;
    stage.emit("analysis.done", json!({}), None).await;
    let delivery = stage
        .delivery(&stage.only_delivery().await, "delivered")
        .await;
    let time = |number: usize, name: &str| -> jiff::Timestamp {
        delivery["tries"][number][name]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    };
    let waited = time(1, "started_at").duration_since(time(0, "finished_at"));
    assert!(waited.as_millis() >= 1900, "{waited:?}");
}

#[rstest]
#[tokio::test]
async fn old_and_new_secret_sign_after_a_rotation(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(stage) = stage("old_and_new_secret_sign_after_a_rotation", database).await else {
        return;
    };
    let receiver = Receiver::start(&[200]).await;
    let (webhook, old) = stage.register(&receiver, &[]).await;
    let path = format!("/api/v1/webhooks/{webhook}");
    let rotate = format!("{path}/rotate-secret");
    let rotated = stage
        .caller()
        .send(Method::POST, &rotate, &[], None)
        .await
        .expect(200);
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, old);
    assert!(rotated["previous_secret_until"].is_string());
    let shown = stage.caller().get(&path).await;
    assert_eq!(shown.expect(200)["secret"], Value::Null, "shown once only");
    assert!(!shown.text.contains("whsec_"));
    stage.emit("analysis.done", json!({}), None).await;
    stage
        .delivery(&stage.only_delivery().await, "delivered")
        .await;
    let got = receiver.got();
    assert!(verify(&old, &got[0]) && verify(new, &got[0]));
}

#[rstest]
#[tokio::test]
async fn a_callback_url_gets_the_documented_body_and_signature(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_callback_url_gets_the_documented_body_and_signature";
    let Some(stage) = stage(test, database).await else {
        return;
    };
    let receiver = Receiver::start(&[200]).await;
    let documented = json!({"jobId": "j", "videoResponseId": "v", "status": "done", "overallScore": 71, "aiAnalysisId": "a"});
    stage
        .emit("analysis.done", documented.clone(), Some(&receiver.url))
        .await;
    stage
        .delivery(&stage.only_delivery().await, "delivered")
        .await;
    let got = &receiver.got()[0];
    assert_eq!(
        serde_json::from_slice::<Value>(&got.body).unwrap(),
        documented
    );
    use hmac::{KeyInit, Mac};
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(b"callback secret").unwrap();
    mac.update(&got.body);
    let expected = hex::encode(mac.finalize().into_bytes());
    assert_eq!(got.headers["x-signature"], expected);
    assert!(!got.headers.contains_key("webhook-signature"));
}

#[rstest]
#[tokio::test]
async fn addresses_of_this_machine_and_private_networks_are_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "addresses_of_this_machine_and_private_networks_are_refused";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    for url in [
        "http://example.org/hook",
        "https://127.0.0.1/hook",
        "https://10.1.2.3/hook",
        "https://169.254.169.254/latest",
        "https://[::1]/hook",
        "https://user:password@example.org/",
        "ftp://example.org/",
        "nonsense",
    ] {
        let answer = caller.post("/api/v1/webhooks", json!({"url": url})).await;
        assert_eq!(answer.status, 422, "{url}: {}", answer.text);
    }
    let unknown = json!({"url": "https://example.org/", "events": ["analysis.exploded"]});
    let answer = caller.post("/api/v1/webhooks", unknown).await;
    assert_eq!(answer.problem(422), "invalid_value");
    let list = caller.get("/api/v1/webhooks").await.expect(200);
    assert_eq!(list["items"], json!([]));
}
