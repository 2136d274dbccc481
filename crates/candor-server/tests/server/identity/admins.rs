//! The admin routes of *adaptive*.

use candor_app::identity::ensure_first_admin;
use candor_core::access::{Role, Scope};
use candor_testkit::Database;
use rstest::rstest;
use serde_json::json;

use super::{nobody, patient};
use crate::calls::As;

#[rstest]
#[tokio::test]
async fn the_first_admin_signs_in_as_documented(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = patient("the_first_admin_signs_in_as_documented", database).await else {
        return;
    };
    let app = &server.app;
    assert!(
        ensure_first_admin(app, "boss@acme.example", "short")
            .await
            .is_err()
    );
    assert!(
        ensure_first_admin(app, "boss@acme.example", "a long password")
            .await
            .unwrap()
    );
    assert!(
        !ensure_first_admin(app, "second@acme.example", "a long password")
            .await
            .unwrap()
    );
    let path = "/api/v1/admin/login";
    let body = json!({"email": "Boss@acme.example", "password": "a long password"});
    let session = nobody(&server).post(path, body).await.expect(200);
    assert_eq!(session["email"], "boss@acme.example");
    let admin = As::new(&server, session["token"].as_str().unwrap());
    let me = admin.get("/api/v1/admin/me").await.expect(200);
    assert_eq!(me, json!({"email": "boss@acme.example"}));
    admin.get("/api/v1/users").await.expect(200);
    for (status, body) in [
        (400, json!({})),
        (400, json!({"email": "boss@acme.example"})),
        (400, json!({"email": "", "password": "x"})),
        (400, json!({"email": 1, "password": true})),
        (
            401,
            json!({"email": "boss@acme.example", "password": "wrong"}),
        ),
        (
            401,
            json!({"email": "second@acme.example", "password": "a long password"}),
        ),
    ] {
        let refused = nobody(&server).post(path, body).await.expect(status);
        assert!(refused["error"].is_string());
    }
    let refused = nobody(&server).get("/api/v1/admin/me").await.expect(401);
    assert!(refused["error"].is_string());
    let organisation = server.organisation("Other").await;
    let (_, token) = server.person(organisation, Role::Recruiter).await;
    let refused = As::new(&server, token)
        .get("/api/v1/admin/me")
        .await
        .expect(403);
    assert!(refused["error"].is_string());
    let key = server.key(organisation, &[Scope::Admin]).await;
    As::new(&server, key)
        .get("/api/v1/admin/me")
        .await
        .expect(403);
}
