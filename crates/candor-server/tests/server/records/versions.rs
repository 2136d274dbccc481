//! Nobody overwrites what they have not seen.

use candor_core::access::Scope;
use candor_testkit::{Database, TestServer};
use futures::future::join_all;
use rstest::rstest;
use serde_json::json;

use crate::calls::As;

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
