//! Tokens of chat models as an admin reads them.

use candor_core::{access::Role, ids::OrganisationId};
use candor_store::records::token_usage::{self, TokenUsageRow};
use candor_testkit::{Database, TestServer};
use rstest::rstest;
use serde_json::json;
use uuid::Uuid;

use crate::calls::As;

/// 2026-11-01.
const DAY: i32 = 20_758;

fn row(organisation: OrganisationId, day: i32, task: &str) -> TokenUsageRow {
    TokenUsageRow {
        id: Uuid::now_v7(),
        organisation_id: organisation.uuid(),
        day,
        processor: "Example Models Ltd".to_owned(),
        model: "m-1".to_owned(),
        task: task.to_owned(),
        calls: 1,
        estimated_calls: 0,
        calls_without_figures: 2,
        prompt_tokens: 100,
        completion_tokens: 7,
    }
}

#[rstest]
#[tokio::test]
async fn tokens_that_are_counted_at_the_same_time_add_up(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "tokens_that_are_counted_at_the_same_time_add_up";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let other = server.organisation("Other").await;
    let store = server.app.store.writer();
    let same = (0..24).map(|_| token_usage::add(store, row(organisation, DAY, "evaluate")));
    for added in futures::future::join_all(same).await {
        added.unwrap();
    }
    for row in [
        row(organisation, DAY, "word"),
        row(organisation, DAY + 1, "word"),
        row(organisation, DAY + 30, "word"),
        row(other, DAY, "evaluate"),
    ] {
        token_usage::add(store, row).await.unwrap();
    }
    let (_, token) = server.person(organisation, Role::Admin).await;
    let admin = As::new(&server, token);
    let seen = admin
        .get("/api/v1/usage?from=2026-11-01&to=2026-11-30")
        .await
        .expect(200);
    assert_eq!(
        (&seen["from"], &seen["to"]),
        (&json!("2026-11-01"), &json!("2026-11-30"))
    );
    let lines = seen["items"].as_array().unwrap();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        lines[0],
        json!({
            "day": "2026-11-01", "processor": "Example Models Ltd", "model": "m-1", "task": "evaluate",
            "calls": 24, "estimated_calls": 0, "calls_without_figures": 48, "prompt_tokens": 2400, "completion_tokens": 168,
        })
    );
    assert_eq!(
        seen["total"],
        json!({"calls": 26, "estimated_calls": 0, "calls_without_figures": 52, "prompt_tokens": 2600, "completion_tokens": 182})
    );
    let (_, token) = server.person(organisation, Role::Recruiter).await;
    let recruiter = As::new(&server, token);
    assert_eq!(recruiter.get("/api/v1/usage").await.problem(403), "denied");
}

#[tokio::test]
async fn a_period_that_can_t_be_is_refused() {
    let test = "a_period_that_can_t_be_is_refused";
    let server = TestServer::start(test, Database::Sqlite).await.unwrap();
    let organisation = server.organisation("Acme").await;
    let (_, token) = server.person(organisation, Role::Admin).await;
    let admin = As::new(&server, token);
    let usual = admin.get("/api/v1/usage").await.expect(200);
    assert_eq!(usual["items"], json!([]));
    assert_eq!(usual["total"]["calls"], 0);
    for query in [
        "from=2026-11-02&to=2026-11-01",
        "from=2020-01-01&to=2026-11-01",
        "from=-009999-01-01",
    ] {
        let path = format!("/api/v1/usage?{query}");
        assert_eq!(
            admin.get(&path).await.problem(422),
            "invalid_period",
            "{query}"
        );
    }
    let path = "/api/v1/usage?from=yesterday";
    assert_eq!(admin.get(path).await.status, 422);
}
