//! People of an organisation: invited, promoted, taken out; and the policy of their organisation.

use candor_core::{
    access::{Role, Scope},
    ids::UserId,
};
use candor_testkit::{Database, TestServer};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{nobody, patient};
use crate::calls::As;

fn path_of(link: &Value) -> String {
    let url = link["setup_url"].as_str().unwrap();
    url[url.find("/setup/").unwrap()..].to_owned()
}

#[rstest]
#[tokio::test]
async fn an_invited_person_sets_a_password_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = patient("an_invited_person_sets_a_password_once", database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let admin = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let body =
        json!({"login": "rita@acme.example", "display_name": "Rita <R>", "role": "recruiter"});
    let invited = admin.post("/api/v1/users", body.clone()).await.expect(201);
    assert_eq!(
        admin.post("/api/v1/users", body).await.problem(409),
        "login_taken"
    );
    let path = path_of(&invited);
    let shown = nobody(&server).get(&path).await.expect(200);
    assert_eq!(
        shown,
        json!({"purpose": "password", "login": "rita@acme.example"})
    );
    let weak = nobody(&server)
        .post(&path, json!({"password": "short pass"}))
        .await;
    assert_eq!(weak.problem(422), "weak_password");
    let body = json!({"password": "long enough for staff"});
    let session = nobody(&server).post(&path, body.clone()).await.expect(200);
    assert_eq!(session["user"]["display_name"], "Rita <R>");
    assert_eq!(session["organisation_id"], organisation.to_string());
    assert_eq!(
        nobody(&server).post(&path, body).await.problem(404),
        "not_found"
    );
    assert_eq!(nobody(&server).get(&path).await.problem(404), "not_found");
    let body = json!({"login": "rita@acme.example", "password": "long enough for staff"});
    let session = nobody(&server)
        .post("/api/v1/auth/login", body)
        .await
        .expect(200);
    let rita = As::new(&server, session["access_token"].as_str().unwrap());
    let me = rita.get("/api/v1/users/me").await.expect(200);
    assert_eq!(me["role"], "recruiter");
    // A new link leaves the session alone until it is used; then it ends.
    let user = invited["user"]["id"].as_str().unwrap();
    let renew = format!("/api/v1/users/{user}/setup-link");
    let first = admin
        .send(Method::POST, &renew, &[], None)
        .await
        .expect(201);
    let second = admin
        .send(Method::POST, &renew, &[], None)
        .await
        .expect(201);
    nobody(&server).get(&path_of(&first)).await.expect(404);
    rita.get("/api/v1/users/me").await.expect(200);
    let body = json!({"password": "another long password"});
    nobody(&server)
        .post(&path_of(&second), body)
        .await
        .expect(200);
    rita.get("/api/v1/users/me").await.expect(401);
}

#[rstest]
#[tokio::test]
async fn a_role_counts_from_the_next_request_and_the_last_admin_stays(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_role_counts_from_the_next_request_and_the_last_admin_stays";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let (first, first_token) = server.person(organisation, Role::Admin).await;
    let (second, second_token) = server.person(organisation, Role::Candidate).await;
    let (one, two) = (
        As::new(&server, first_token),
        As::new(&server, second_token),
    );
    let role = async |caller: &As<'_>, of: UserId, role: &str| {
        let path = format!("/api/v1/users/{of}");
        let body = Some(json!({ "role": role }));
        caller.send(Method::PATCH, &path, &[], body).await
    };
    assert_eq!(two.get("/api/v1/users").await.problem(403), "denied");
    assert_eq!(role(&two, second, "admin").await.problem(403), "denied");
    assert_eq!(
        role(&one, first, "reviewer").await.problem(409),
        "last_admin"
    );
    assert_eq!(
        one.delete(&format!("/api/v1/users/{first}"))
            .await
            .problem(409),
        "last_admin"
    );
    assert_eq!(
        role(&one, second, "root").await.problem(422),
        "invalid_body"
    );
    assert_eq!(
        role(&one, second, "admin").await.expect(200)["role"],
        "admin"
    );
    let list = two.get("/api/v1/users").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    // Two admins who demote each other at the same time leave one.
    let (a, b) = tokio::join!(
        role(&one, second, "reviewer"),
        role(&two, first, "reviewer")
    );
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert!(matches!(statuses, [200, 403 | 409]), "{statuses:?}");
}

#[rstest]
#[tokio::test]
async fn a_person_who_is_taken_out_is_out_at_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) =
        TestServer::start("a_person_who_is_taken_out_is_out_at_once", database).await
    else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let other = server.organisation("Other").await;
    let admin = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let stranger = As::new(&server, server.key(other, &[Scope::Admin]).await);
    let (user, token) = server.person(organisation, Role::Reviewer).await;
    let person = As::new(&server, token);
    person.get("/api/v1/users/me").await.expect(200);
    let path = format!("/api/v1/users/{user}");
    assert_eq!(stranger.get(&path).await.problem(404), "not_found");
    assert_eq!(stranger.delete(&path).await.problem(404), "not_found");
    let body = Some(json!({"role": "admin"}));
    let refused = stranger.send(Method::PATCH, &path, &[], body).await;
    assert_eq!(refused.problem(404), "not_found");
    let link = format!("{path}/setup-link");
    let refused = stranger.send(Method::POST, &link, &[], None).await;
    assert_eq!(refused.problem(404), "not_found");
    person.get("/api/v1/users/me").await.expect(200);
    admin.delete(&path).await.expect(204);
    person.get("/api/v1/users/me").await.expect(401);
    assert_eq!(admin.get(&path).await.problem(404), "not_found");
}

#[rstest]
#[tokio::test]
async fn a_policy_says_who_recorded_the_legal_basis(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) =
        TestServer::start("a_policy_says_who_recorded_the_legal_basis", database).await
    else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let (user, token) = server.person(organisation, Role::Admin).await;
    let admin = As::new(&server, token);
    let (_, token) = server.person(organisation, Role::Recruiter).await;
    let recruiter = As::new(&server, token);
    let before = recruiter.get("/api/v1/organisation").await;
    let etag = before.header("etag");
    let before = before.expect(200);
    assert_eq!(before["policy"]["scoring"], "content_only");
    assert_eq!(before["policy"]["behavioural_observations"], json!(null));
    let put = async |caller: &As<'_>, etag: &str, body: Value| {
        let path = "/api/v1/organisation/policy";
        let headers = [("if-match", etag)];
        caller.send(Method::PUT, path, &headers, Some(body)).await
    };
    let policy = |kind: &str, basis: Value, scoring: &str, days: Value| json!({"kind": kind, "scoring": scoring, "legal_basis": basis, "retention_days": days});
    let wanted = policy(
        "employer",
        json!("Works agreement <§ 7>"),
        "documented",
        json!(30),
    );
    assert_eq!(
        put(&recruiter, &etag, wanted.clone()).await.problem(403),
        "denied"
    );
    for (what, body) in [
        (
            "no basis",
            policy("employer", json!(null), "documented", json!(null)),
        ),
        (
            "empty basis",
            policy("employer", json!("  "), "content_only", json!(null)),
        ),
        (
            "no days",
            policy("employer", json!(null), "content_only", json!(0)),
        ),
        (
            "personal",
            policy("personal", json!(null), "content_only", json!(null)),
        ),
    ] {
        assert_eq!(
            put(&admin, &etag, body).await.problem(422),
            "invalid_policy",
            "{what}"
        );
    }
    let changed = put(&admin, &etag, wanted.clone()).await;
    let newer = changed.header("etag");
    let changed = changed.expect(200);
    let basis = &changed["policy"]["behavioural_observations"];
    assert_eq!(basis["basis"], "Works agreement <§ 7>");
    assert_eq!(basis["recorded_by"], user.to_string());
    assert_eq!(changed["policy"]["emotion_inference_in_practice"], false);
    assert_eq!(changed["policy"]["retention_days"], 30);
    assert_eq!(
        put(&admin, &etag, wanted.clone()).await.problem(412),
        "stale"
    );
    let missing = admin
        .send(
            Method::PUT,
            "/api/v1/organisation/policy",
            &[],
            Some(wanted.clone()),
        )
        .await;
    assert_eq!(missing.problem(428), "if_match_required");
    let kept = put(&admin, &newer, wanted).await.expect(200);
    assert_eq!(&kept["policy"]["behavioural_observations"], basis);
    assert_eq!(kept["policy"]["chat_processor"], json!(null));
    let read = candor_app::organisations::policy(&server.app, organisation)
        .await
        .unwrap();
    assert_eq!((read.retention_days, read.chat_processor), (Some(30), None));
    let mut named = policy("employer", json!(null), "content_only", json!(null));
    named["chat_processor"] = json!(" Example Models Ltd ");
    let named = put(&admin, "*", named).await.expect(200);
    let processor = &named["policy"]["chat_processor"];
    assert_eq!(processor["name"], "Example Models Ltd");
    assert_eq!(processor["recorded_by"], user.to_string());
    let mut nameless = policy("employer", json!(null), "content_only", json!(null));
    nameless["chat_processor"] = json!("\u{7}");
    assert_eq!(
        put(&admin, "*", nameless).await.problem(422),
        "invalid_policy"
    );
    let log = admin.get("/api/v1/audit").await.expect(200);
    let line = &log["items"][0];
    assert_eq!(line["action"], "organisation.policy_changed");
    assert_eq!(line["details"]["chat_processor"], "Example Models Ltd");
    let renamed = admin
        .patch(
            "/api/v1/organisation",
            "*",
            json!({"name": "Acme; drop table --"}),
        )
        .await
        .expect(200);
    assert_eq!(renamed["name"], "Acme; drop table --");
}
