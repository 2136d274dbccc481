//! Signs of life.

use candor_testkit::{Database, TestServer};
use rstest::rstest;
use serde_json::Value;

#[rstest]
#[tokio::test]
async fn a_living_server_says_what_it_is(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = TestServer::start("a_living_server_says_what_it_is", database).await else {
        return;
    };
    let answer = server
        .client
        .get(server.at("/health"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["status"], "ok");
    assert_eq!(body["service"], "candor");
}
