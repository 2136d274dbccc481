//! Interviews, candidates, positions, competencies and applications.

use candor_core::access::{Role, Scope};
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

#[rstest]
#[tokio::test]
async fn a_change_needs_the_version_it_rests_on(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = TestServer::start("a_change_needs_the_version_it_rests_on", database).await
    else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    for (collection, new, change) in [
        ("interviews", json!({}), json!({"title": "x"})),
        ("candidates", json!({}), json!({"name": "x"})),
        ("positions", json!({"title": "t"}), json!({"title": "x"})),
        ("applications", json!({}), json!({"status": "x"})),
        (
            "competencies",
            json!({"key": "teamwork", "name": "Teamwork", "description": "Works with others"}),
            json!({"name": "x"}),
        ),
    ] {
        let made = caller
            .post(&format!("/api/v1/{collection}"), new)
            .await
            .expect(201);
        let path = format!("/api/v1/{collection}/{}", made["id"].as_str().unwrap());
        let without = caller
            .send(reqwest::Method::PATCH, &path, &[], Some(change.clone()))
            .await;
        assert_eq!(without.problem(428), "if_match_required");
        assert_eq!(caller.get(&path).await.expect(200), made, "nothing changed");

        let both = join_all(vec![
            caller.patch(&path, "\"1\"", change.clone()),
            caller.patch(&path, "\"1\"", change.clone()),
        ])
        .await;
        let mut statuses: Vec<_> = both.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(
            statuses,
            [200, 412],
            "{collection}: one of two writers wins"
        );
        assert_eq!(
            caller.patch(&path, "*", change).await.expect(200)["version"],
            3
        );
        let stale = caller
            .send(
                reqwest::Method::DELETE,
                &path,
                &[("if-match", "\"1\"")],
                None,
            )
            .await;
        assert_eq!(stale.problem(412), "stale");
        assert_eq!(caller.delete(&path).await.status, 204, "{collection}");
        assert_eq!(caller.get(&path).await.problem(404), "not_found");
    }
}

#[rstest]
#[tokio::test]
async fn what_a_person_made_is_theirs_and_for_practice(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "what_a_person_made_is_theirs_and_for_practice";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let (user, token) = server.person(organisation, Role::Candidate).await;
    let owner = As::new(&server, token);
    let other = As::new(
        &server,
        server.person(organisation, Role::Candidate).await.1,
    );
    let reviewer = As::new(&server, server.person(organisation, Role::Reviewer).await.1);

    let made = owner
        .post("/api/v1/interviews", json!({"title": "Mine"}))
        .await
        .expect(201);
    assert_eq!(made["owner_id"], user.to_string());
    assert_eq!(made["purpose"], "practice");
    let hiring = owner
        .post("/api/v1/interviews", json!({"purpose": "hiring"}))
        .await;
    assert_eq!(hiring.problem(422), "invalid_value");
    let path = format!("/api/v1/interviews/{}", made["id"].as_str().unwrap());
    assert_eq!(other.get(&path).await.problem(404), "not_found");
    assert_eq!(
        other
            .patch(&path, "*", json!({"title": "x"}))
            .await
            .problem(404),
        "not_found"
    );
    assert_eq!(other.delete(&path).await.problem(404), "not_found");
    let list = other.get("/api/v1/interviews").await.expect(200);
    assert_eq!(list["items"], json!([]));
    assert_eq!(reviewer.get(&path).await.problem(404), "not_found");
    assert_eq!(reviewer.delete(&path).await.problem(403), "denied");
    assert_eq!(owner.get("/api/v1/candidates").await.problem(403), "denied");
    assert_eq!(owner.delete(&path).await.status, 204);
}

#[rstest]
#[tokio::test]
async fn another_organisation_sees_and_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "another_organisation_sees_and_changes_nothing";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let theirs = server.organisation("Theirs").await;
    let us = As::new(&server, server.key(ours, &[Scope::Admin]).await);
    let them = As::new(&server, server.key(theirs, &[Scope::Admin]).await);
    let candidate = us
        .post("/api/v1/candidates", json!({"name": "Ana"}))
        .await
        .expect(201);
    let position = us
        .post("/api/v1/positions", json!({"title": "Dev"}))
        .await
        .expect(201);
    for (collection, made) in [("candidates", &candidate), ("positions", &position)] {
        let path = format!("/api/v1/{collection}/{}", made["id"].as_str().unwrap());
        assert_eq!(them.get(&path).await.problem(404), "not_found");
        assert_eq!(
            them.patch(&path, "*", json!({})).await.problem(404),
            "not_found"
        );
        assert_eq!(them.delete(&path).await.problem(404), "not_found");
        assert_eq!(&us.get(&path).await.expect(200), made);
        let list = them.get(&format!("/api/v1/{collection}")).await.expect(200);
        assert_eq!(list["items"], json!([]));
    }
    for body in [
        json!({"candidate_id": candidate["id"]}),
        json!({"position_id": position["id"]}),
    ] {
        let answer = them.post("/api/v1/interviews", body.clone()).await;
        assert_eq!(answer.problem(422), "unknown_reference");
        let answer = them.post("/api/v1/applications", body).await;
        assert_eq!(answer.problem(422), "unknown_reference");
    }
}

#[rstest]
#[tokio::test]
async fn bad_fields_are_refused_and_nothing_is_kept(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "bad_fields_are_refused_and_nothing_is_kept";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    for (collection, body, code) in [
        (
            "candidates",
            json!({"email": "no address"}),
            "invalid_email",
        ),
        ("candidates", json!({"name": "a\u{0}b"}), "invalid_text"),
        (
            "candidates",
            json!({"name": "x".repeat(301)}),
            "invalid_text",
        ),
        ("candidates", json!({"nom": "Ana"}), "invalid_body"),
        ("candidates", json!({"name": 7}), "invalid_body"),
        ("candidates", json!({"profile": []}), "invalid_document"),
        (
            "candidates",
            json!({"profile": {"a": "\u{0}"}}),
            "invalid_document",
        ),
        ("positions", json!({}), "invalid_body"),
        ("positions", json!({"title": "  "}), "invalid_text"),
        (
            "positions",
            json!({"title": "t", "status": "gone"}),
            "invalid_value",
        ),
        (
            "applications",
            json!({"candidate_id": "can_x"}),
            "invalid_body",
        ),
        ("interviews", json!({"purpose": "fun"}), "invalid_value"),
        (
            "interviews",
            json!({"questions": [{"text": "a", "duration_s": -1}]}),
            "invalid_value",
        ),
        (
            "interviews",
            json!({"questions": [{"text": "a", "external_id": "1"}, {"text": "b", "external_id": "1"}]}),
            "question_exists",
        ),
        (
            "competencies",
            json!({"key": "A b", "name": "n", "description": "d"}),
            "invalid_value",
        ),
    ] {
        let answer = caller
            .post(&format!("/api/v1/{collection}"), body.clone())
            .await;
        let status = answer.status.as_u16();
        assert!(status == 422 || status == 409, "{body}: {}", answer.text);
        assert_eq!(answer.problem(status), code, "{body}");
    }
    // Metacharacters of other languages are text like any other.
    let name = "Robert'); DROP TABLE candidates;-- <b>\"=1+1";
    let made = caller
        .post("/api/v1/candidates", json!({"name": name}))
        .await
        .expect(201);
    assert_eq!(made["name"], name);
    for collection in ["positions", "applications", "interviews", "competencies"] {
        let list = caller
            .get(&format!("/api/v1/{collection}"))
            .await
            .expect(200);
        assert_eq!(list["items"], json!([]), "{collection}");
    }
    let list = caller.get("/api/v1/candidates").await.expect(200);
    assert_eq!(list["items"], json!([made]));
    for query in ["limit=0", "limit=201", "limit=x", "cursor=x"] {
        let answer = caller.get(&format!("/api/v1/candidates?{query}")).await;
        assert_eq!(answer.problem(422), "invalid_page", "{query}");
    }
    let answer = caller.get("/api/v1/applications?candidate_id=x").await;
    assert_eq!(answer.problem(422), "invalid_query");
}
