//! Fields that cannot be.

use candor_core::access::Scope;
use candor_testkit::{Database, TestServer};
use rstest::rstest;
use serde_json::json;

use crate::calls::As;

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
