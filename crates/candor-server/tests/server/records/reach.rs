//! What belongs to a person, and what to an organisation.

use candor_core::access::{Role, Scope};
use candor_testkit::{Database, TestServer};
use rstest::rstest;
use serde_json::json;

use crate::calls::As;

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
