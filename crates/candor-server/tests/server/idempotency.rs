//! The same key with the same request takes effect once.

use candor_core::access::Scope;
use candor_testkit::{Database, TestServer};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::{Answer, As, read};

/// Sends the same request ten times at once; nine answers say that they are the first one's.
async fn ten_at_once(caller: &As<'_>, path: &str, body: &Value) -> Vec<Answer> {
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let request = caller.server.client.post(caller.server.at(path));
        let request = request
            .bearer_auth(&caller.token)
            .header("idempotency-key", "k-1")
            .json(body);
        running.spawn(read(request));
    }
    let answers = running.join_all().await;
    for answer in &answers {
        assert_eq!(answer.status, answers[0].status, "{}", answer.text);
        assert_eq!(answer.text, answers[0].text);
        assert_eq!(answer.header("location"), answers[0].header("location"));
    }
    let replayed = answers
        .iter()
        .filter(|answer| answer.header("idempotency-replayed") == "true")
        .count();
    assert_eq!(replayed, 9);
    answers
}

#[rstest]
#[tokio::test]
async fn one_key_sent_ten_times_at_once_makes_one_interview(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "one_key_sent_ten_times_at_once_makes_one_interview";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    let body = json!({"title": "Once", "questions": [{"text": "Why?"}]});
    let answers = ten_at_once(&caller, "/api/v1/interviews", &body).await;
    let first = answers[0].expect(201);
    for answer in &answers {
        assert_eq!(answer.header("etag"), "\"1\"");
        assert!(
            answer
                .header("location")
                .starts_with("/api/v1/interviews/int_")
        );
    }
    let list = caller.get("/api/v1/interviews").await.expect(200);
    assert_eq!(list["items"], json!([first]));
}

#[rstest]
#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_caller(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_key_belongs_to_one_request_of_one_caller";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    let colleague = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    let key = [("idempotency-key", "same")];
    let post = |who: &As<'_>, path: &'static str, body| {
        let who = As::new(&server, who.token.clone());
        async move { who.send(Method::POST, path, &key, Some(body)).await }
    };
    let first = post(&caller, "/api/v1/candidates", json!({"name": "A"}))
        .await
        .expect(201);
    let again = post(&caller, "/api/v1/candidates", json!({"name": "A"})).await;
    assert_eq!(again.expect(201), first);
    let other = post(&caller, "/api/v1/candidates", json!({"name": "B"})).await;
    assert_eq!(other.problem(422), "idempotency_key_reused");
    let elsewhere = post(&caller, "/api/v1/applications", json!({})).await;
    assert_eq!(elsewhere.problem(422), "idempotency_key_reused");
    let theirs = post(&colleague, "/api/v1/candidates", json!({"name": "A"}))
        .await
        .expect(201);
    assert_ne!(theirs["id"], first["id"], "keys of callers don't meet");

    let long = "x".repeat(256);
    for wrong in ["", "two words", &long] {
        let answer = caller
            .send(
                Method::POST,
                "/api/v1/candidates",
                &[("idempotency-key", wrong)],
                Some(json!({})),
            )
            .await;
        assert_eq!(answer.problem(422), "invalid_idempotency_key", "{wrong:?}");
    }
}

#[rstest]
#[tokio::test]
async fn a_refused_request_may_be_mended_and_sent_with_its_key_again(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_refused_request_may_be_mended_and_sent_with_its_key_again";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    let key = [("idempotency-key", "mend")];
    let wrong = caller
        .send(
            Method::POST,
            "/api/v1/positions",
            &key,
            Some(json!({"title": ""})),
        )
        .await;
    assert_eq!(wrong.problem(422), "invalid_text");
    let right = caller
        .send(
            Method::POST,
            "/api/v1/positions",
            &key,
            Some(json!({"title": "Dev"})),
        )
        .await;
    right.expect(201);

    let nobody = As::new(&server, "");
    let answer = nobody
        .send(
            Method::POST,
            "/api/v1/positions",
            &key,
            Some(json!({"title": "Dev"})),
        )
        .await;
    assert_eq!(answer.problem(401), "unauthenticated");
}

#[rstest]
#[tokio::test]
async fn one_key_sent_ten_times_at_once_starts_one_documented_analysis(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "one_key_sent_ten_times_at_once_starts_one_documented_analysis";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let token = server.attesting_key(organisation, &[Scope::Write]).await;
    let body = json!({
        "application": {"id": "a-1"},
        "interview": {"id": "i-1", "questions": [{
            "id": "q-1",
            "order": 0,
            "questionText": "Why?",
            "video": {"url": "https://videos.example.org/a.mp4", "videoResponseId": "v-1"},
        }]},
    });
    let caller = As::new(&server, token);
    let answers = ten_at_once(&caller, "/api/pipeline", &body).await;
    answers[0].expect(201);
    let list = caller.get("/api/v1/analyses").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
}

#[rstest]
#[tokio::test]
async fn one_key_sent_ten_times_at_once_starts_one_analysis(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "one_key_sent_ten_times_at_once_starts_one_analysis";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let token = server
        .attesting_key(organisation, &[Scope::Write, Scope::Operate])
        .await;
    let caller = As::new(&server, token);
    let body = json!({"url": "https://videos.example.org/a.mp4", "external_id": "once"});
    let answers = ten_at_once(&caller, "/api/v1/analyses", &body).await;
    let first = answers[0].expect(202);
    let id = first["id"].as_str().unwrap();
    assert_eq!(
        answers[0].header("location"),
        format!("/api/v1/analyses/{id}")
    );
    let list = caller.get("/api/v1/analyses").await.expect(200);
    assert_eq!(list["items"], json!([first]));
    // Nothing of the other nine stayed behind: one recording to fetch, one job.
    let list = caller.get("/api/v1/recordings").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list["items"][0]["id"], first["recording_id"]);
    let list = caller.get("/api/v1/queues/jobs").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
}
