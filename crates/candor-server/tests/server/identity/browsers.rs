//! Sessions of browsers: cookies that scripts can't read, and a header that other sites can't send.

use candor_testkit::{Database, FakeEngines, TestServer};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{PASSWORD, nobody, patient, register};
use crate::calls::Answer;

/// `name=value` of each cookie that an answer sets.
fn cookies(answer: &Answer) -> Vec<String> {
    answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| {
            value
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect()
}

async fn sign_in(server: &TestServer) -> (String, String, Value) {
    register(server, "alice").await;
    let body = json!({"login": "alice", "password": PASSWORD});
    let answer = nobody(server).post("/api/v1/auth/session", body).await;
    let jar = cookies(&answer).join("; ");
    let body = answer.expect(200);
    (jar, body["csrf_token"].as_str().unwrap().to_owned(), body)
}

#[rstest]
#[tokio::test]
async fn a_cookie_alone_reads_but_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = patient("a_cookie_alone_reads_but_changes_nothing", database).await else {
        return;
    };
    let (jar, csrf, body) = sign_in(&server).await;
    assert!(body["access_token"].is_null() && body["refresh_token"].is_null());
    let browser = nobody(&server);
    let cookie = ("cookie", jar.as_str());
    let me = "/api/v1/users/me";
    browser
        .send(Method::GET, me, &[cookie], None)
        .await
        .expect(200);
    let change = Some(json!({"display_name": "Changed"}));
    let refused = browser
        .send(Method::PATCH, me, &[cookie], change.clone())
        .await;
    assert_eq!(refused.problem(403), "csrf");
    let wrong = ("x-csrf-token", "guess");
    let refused = browser
        .send(Method::PATCH, me, &[cookie, wrong], change.clone())
        .await;
    assert_eq!(refused.problem(403), "csrf");
    // The token of another session does not fit.
    let other = register(&server, "mallory").await;
    let foreign = candor_app::identity::sessions::csrf_token(
        &server.app,
        other["accessToken"].as_str().unwrap(),
    )
    .unwrap();
    let foreign = ("x-csrf-token", foreign.as_str());
    let refused = browser
        .send(Method::PATCH, me, &[cookie, foreign], change.clone())
        .await;
    assert_eq!(refused.problem(403), "csrf");
    let shown = browser
        .send(Method::GET, me, &[cookie], None)
        .await
        .expect(200);
    assert_eq!(shown["display_name"], "alice's name");
    let right = ("x-csrf-token", csrf.as_str());
    let changed = browser
        .send(Method::PATCH, me, &[cookie, right], change)
        .await;
    assert_eq!(changed.expect(200)["display_name"], "Changed");
}

#[rstest]
#[tokio::test]
async fn a_browsers_session_goes_on_and_ends(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = patient("a_browsers_session_goes_on_and_ends", database).await else {
        return;
    };
    let (jar, csrf, _) = sign_in(&server).await;
    let browser = nobody(&server);
    let right = ("x-csrf-token", csrf.as_str());
    let refresh = "/api/v1/auth/session/refresh";
    let old = ("cookie", jar.as_str());
    let refused = browser.send(Method::POST, refresh, &[old], None).await;
    assert_eq!(refused.problem(403), "csrf");
    let next = browser
        .send(Method::POST, refresh, &[old, right], None)
        .await;
    let newer = cookies(&next).join("; ");
    assert_eq!(next.expect(200)["csrf_token"], csrf);
    assert_ne!(newer, jar);
    let cookie = ("cookie", newer.as_str());
    browser
        .send(Method::GET, "/auth/me", &[cookie], None)
        .await
        .expect(200);
    let session = "/api/v1/auth/session";
    let refused = browser.send(Method::DELETE, session, &[cookie], None).await;
    assert_eq!(refused.problem(403), "csrf");
    let ended = browser
        .send(Method::DELETE, session, &[cookie, right], None)
        .await;
    assert_eq!(cookies(&ended), ["candor_access=", "candor_refresh="]);
    ended.expect(204);
    browser
        .send(Method::GET, "/auth/me", &[cookie], None)
        .await
        .expect(401);
}

#[rstest]
#[tokio::test]
async fn cookies_are_hidden_from_scripts_and_from_plain_http(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "cookies_are_hidden_from_scripts_and_from_plain_http";
    for (public_url, secure) in [("", false), ("https://interviews.example.org", true)] {
        let change = |config: &mut candor_app::config::Config| {
            config.server.public_url = public_url.to_owned();
        };
        let Some(server) =
            TestServer::start_with(test, database, FakeEngines::default(), change).await
        else {
            return;
        };
        register(&server, "alice").await;
        let body = json!({"login": "alice", "password": PASSWORD});
        let answer = nobody(&server).post("/api/v1/auth/session", body).await;
        let set: Vec<&str> = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect();
        assert_eq!(set.len(), 2);
        assert!(set[0].contains("SameSite=Lax") && set[0].contains("Path=/;"));
        assert!(set[1].contains("SameSite=Strict") && set[1].contains("Path=/api/v1/auth;"));
        for cookie in set {
            assert!(cookie.contains("HttpOnly"), "{cookie}");
            assert_eq!(cookie.contains("; Secure"), secure, "{cookie}");
        }
    }
}
