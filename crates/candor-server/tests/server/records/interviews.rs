//! Interviews with their questions and answers, from the first to the last.

use candor_core::access::Scope;
use candor_testkit::{Database, TestServer};
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::As;

#[rstest]
#[tokio::test]
async fn an_interview_is_made_read_changed_listed_and_deleted(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_interview_is_made_read_changed_listed_and_deleted";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);

    let candidate = caller
        .post(
            "/api/v1/candidates",
            json!({"name": "Ana Díaz", "email": "ana@example.org"}),
        )
        .await
        .expect(201);
    let position = caller
        .post(
            "/api/v1/positions",
            json!({"title": "Rust developer", "description": "Build\nthings"}),
        )
        .await
        .expect(201);
    let application = caller
        .post(
            "/api/v1/applications",
            json!({"candidate_id": candidate["id"], "position_id": position["id"]}),
        )
        .await
        .expect(201);
    let made = caller
        .post(
            "/api/v1/interviews",
            json!({
                "candidate_id": candidate["id"],
                "position_id": position["id"],
                "application_id": application["id"],
                "external_id": "ours-1",
                "title": "First talk",
                "details": {"room": [1, "two"]},
                "questions": [{"text": "Why Rust?", "keywords": ["safety"], "duration_s": 90.5}],
            }),
        )
        .await;
    let interview = made.expect(201);
    let id = interview["id"].as_str().unwrap();
    assert!(id.starts_with("int_"));
    assert_eq!(made.header("location"), format!("/api/v1/interviews/{id}"));
    assert_eq!(interview["purpose"], "hiring");
    assert_eq!(interview["status"], "open");
    assert_eq!(interview["candidate_id"], candidate["id"]);
    assert_eq!(interview["owner_id"], Value::Null);

    let path = format!("/api/v1/interviews/{id}");
    let read = caller.get(&path).await;
    assert_eq!(read.expect(200), interview);
    assert_eq!(read.header("etag"), "\"1\"");
    let bare = id.trim_start_matches("int_");
    assert_eq!(
        caller
            .get(&format!("/api/v1/interviews/{bare}"))
            .await
            .expect(200),
        interview
    );

    let changed = caller
        .patch(
            &path,
            "\"1\"",
            json!({"title": null, "job_role": "SRE", "status": "in_progress"}),
        )
        .await;
    let body = changed.expect(200);
    assert_eq!(body["title"], Value::Null);
    assert_eq!(body["job_role"], "SRE");
    assert_eq!(body["external_id"], "ours-1", "an absent field stays");
    assert!(body["started_at"].is_string());
    assert_eq!(changed.header("etag"), "\"2\"");

    for (query, found) in [
        ("external_id=ours-1", 1),
        ("external_id=ours-2", 0),
        (
            &*format!("candidate_id={}", candidate["id"].as_str().unwrap()),
            1,
        ),
        ("status=in_progress&purpose=hiring", 1),
        ("purpose=practice", 0),
    ] {
        let list = caller
            .get(&format!("/api/v1/interviews?{query}"))
            .await
            .expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), found, "{query}");
    }
    let nul = caller.get("/api/v1/interviews?status=a%00b").await;
    assert_eq!(nul.problem(422), "invalid_query");

    assert_eq!(caller.delete(&path).await.status, 204);
    assert_eq!(caller.get(&path).await.problem(404), "not_found");
    assert_eq!(caller.delete(&path).await.problem(404), "not_found");
}

#[rstest]
#[tokio::test]
async fn questions_and_answers_are_appended_in_order(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) =
        TestServer::start("questions_and_answers_are_appended_in_order", database).await
    else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    let interview = caller
        .post("/api/v1/interviews", json!({}))
        .await
        .expect(201);
    let path = format!("/api/v1/interviews/{}", interview["id"].as_str().unwrap());
    let questions = format!("{path}/questions");
    let answers = format!("{path}/responses");

    let together: Vec<_> = (0..8)
        .map(|number| {
            let body =
                json!({"text": format!("Question {number}?"), "external_id": format!("q{number}")});
            caller.post(&questions, body)
        })
        .collect();
    for answer in join_all(together).await {
        answer.expect(201);
    }
    let list = caller.get(&questions).await.expect(200);
    let ordinals: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|question| question["ordinal"].as_i64().unwrap())
        .collect();
    assert_eq!(ordinals, (0..8).collect::<Vec<_>>());
    let twice = caller
        .post(&questions, json!({"text": "Again?", "external_id": "q3"}))
        .await;
    assert_eq!(twice.problem(409), "question_exists");

    let first = list["items"][0]["id"].clone();
    let answer = caller
        .post(
            &answers,
            json!({"question_id": first, "text": "Because\nof the compiler"}),
        )
        .await
        .expect(201);
    caller
        .post(&answers, json!({"text": "More"}))
        .await
        .expect(201);
    let page = caller.get(&format!("{answers}?limit=1")).await.expect(200);
    assert_eq!(page["items"][0]["text"], "More", "newest first");
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = caller
        .get(&format!("{answers}?limit=1&cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(rest["items"], json!([answer]));
    assert_eq!(rest["next_cursor"], Value::Null);

    let other = caller
        .post("/api/v1/interviews", json!({}))
        .await
        .expect(201);
    let elsewhere = format!(
        "/api/v1/interviews/{}/responses",
        other["id"].as_str().unwrap()
    );
    let foreign = caller
        .post(&elsewhere, json!({"question_id": first, "text": "x"}))
        .await;
    assert_eq!(foreign.problem(422), "unknown_reference");
}
