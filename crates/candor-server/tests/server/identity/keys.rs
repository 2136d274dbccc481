//! API keys over the interface.

use candor_core::{
    access::{Role, Scope},
    ids::ApiKeyId,
};
use candor_testkit::{Database, TestServer};
use reqwest::Method;
use rstest::rstest;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::nobody;
use crate::calls::As;

#[rstest]
#[tokio::test]
async fn a_key_is_shown_once_and_refused_once_revoked(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_key_is_shown_once_and_refused_once_revoked";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let (user, token) = server.person(organisation, Role::Admin).await;
    let admin = As::new(&server, token);
    let body = json!({
        "name": "ci <b>'\";--",
        "scopes": ["write", "read", "write"],
        "attested_consent": {"version": "2026-01", "by": "Legal & Co"},
    });
    let made = admin.post("/api/v1/keys", body).await;
    assert_eq!(made.header("cache-control"), "no-store");
    let made = made.expect(201);
    let key = made["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("cdr_") && key.len() > 40);
    assert_eq!(made["name"], "ci <b>'\";--");
    assert_eq!(made["scopes"], json!(["read", "write"]));
    assert_eq!(made["attested_consent"]["by"], "Legal & Co");
    assert_eq!(made["created_by"], user.to_string());
    assert_eq!(made["last_used_at"], json!(null));
    let path = format!("/api/v1/keys/{}", made["id"].as_str().unwrap());
    let shown = admin.get(&path).await;
    assert!(!shown.text.contains(&key));
    assert!(shown.expect(200)["key"].is_null());
    let list = admin.get("/api/v1/keys").await.expect(200);
    assert_eq!(list["items"][0]["id"], made["id"]);
    // Both headers carry it; its scopes decide.
    let machine = As::new(&server, key.clone());
    machine.get("/api/v1/organisation").await.expect(200);
    assert_eq!(machine.get("/api/v1/keys").await.problem(403), "denied");
    let header = [("x-api-key", key.as_str())];
    nobody(&server)
        .send(Method::GET, "/api/v1/organisation", &header, None)
        .await
        .expect(200);
    assert_eq!(machine.get("/api/v1/users/me").await.problem(403), "denied");
    let revoked = admin.delete(&path).await.expect(200);
    assert!(revoked["revoked_at"].is_string());
    assert_eq!(
        machine.get("/api/v1/organisation").await.problem(401),
        "unauthenticated"
    );
    let again = admin.delete(&path).await.expect(200);
    assert_eq!(again["revoked_at"], revoked["revoked_at"]);
}

#[rstest]
#[tokio::test]
async fn a_key_notes_the_minute_of_its_last_use_and_ends_in_time(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_key_notes_the_minute_of_its_last_use_and_ends_in_time";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let key = server.key(organisation, &[Scope::Admin]).await;
    let machine = As::new(&server, key);
    // The use is written beside the request.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let used = loop {
        let list = machine.get("/api/v1/keys").await.expect(200);
        if let Some(used) = list["items"][0]["last_used_at"].as_str() {
            break used.to_owned();
        }
        assert!(
            std::time::Instant::now() < deadline,
            "the use is never noted"
        );
        tokio::task::yield_now().await;
    };
    assert!(used.ends_with(":00Z"), "{used}");
    for (what, body) in [
        ("no scope", json!({"name": "x", "scopes": []})),
        ("unknown scope", json!({"name": "x", "scopes": ["root"]})),
        ("no name", json!({"name": "  ", "scopes": ["read"]})),
        (
            "long name",
            json!({"name": "x".repeat(101), "scopes": ["read"]}),
        ),
        (
            "past",
            json!({"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}),
        ),
        (
            "not a time",
            json!({"name": "x", "scopes": ["read"], "expires_at": "soon"}),
        ),
        ("nul", json!({"name": "x\u{0}y", "scopes": ["read"]})),
    ] {
        let refused = machine.post("/api/v1/keys", body).await;
        assert_eq!(refused.status, 422, "{what}: {}", refused.text);
    }
    let body = json!({"name": "short", "scopes": ["read"], "expires_at": "2099-01-01T00:00:00Z"});
    let made = machine.post("/api/v1/keys", body).await.expect(201);
    assert_eq!(made["expires_at"], "2099-01-01T00:00:00Z");
    server
        .app
        .store
        .writer()
        .execute_unprepared("update api_keys set expires_at = 1 where name = 'short'")
        .await
        .unwrap();
    let short = As::new(&server, made["key"].as_str().unwrap());
    short.get("/api/v1/organisation").await.expect(401);
}

#[rstest]
#[tokio::test]
async fn keys_of_another_organisation_dont_exist(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "keys_of_another_organisation_dont_exist";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let acme = server.organisation("Acme").await;
    let other = server.organisation("Other").await;
    let acme_key = server.key(acme, &[Scope::Admin]).await;
    let acme_admin = As::new(&server, acme_key);
    let other_admin = As::new(&server, server.key(other, &[Scope::Admin]).await);
    let list = acme_admin.get("/api/v1/keys").await.expect(200);
    let id = list["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/keys/{id}");
    assert_eq!(other_admin.get(&path).await.problem(404), "not_found");
    assert_eq!(other_admin.delete(&path).await.problem(404), "not_found");
    acme_admin.get(&path).await.expect(200);
    let theirs = other_admin.get("/api/v1/keys").await.expect(200);
    assert_eq!(theirs["items"].as_array().unwrap().len(), 1);
    for unknown in [
        ApiKeyId::generate().to_string(),
        "x".to_owned(),
        "'--".to_owned(),
    ] {
        let path = format!("/api/v1/keys/{unknown}");
        assert_eq!(acme_admin.get(&path).await.problem(404), "not_found");
    }
}
