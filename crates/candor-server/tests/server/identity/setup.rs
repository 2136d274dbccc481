//! One-time links: the first admin, and single-user mode.

use candor_app::{
    config::Config,
    identity::{setup_link, single_user},
    organisations::ensure_main_organisation,
};
use candor_testkit::{Database, FakeEngines, TestServer};
use reqwest::Method;
use rstest::rstest;
use serde_json::json;

use super::{nobody, patient};
use crate::calls::{As, read};

#[rstest]
#[tokio::test]
async fn the_first_admins_link_works_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = patient("the_first_admins_link_works_once", database).await else {
        return;
    };
    let stale = setup_link(&server.app).await.unwrap().unwrap();
    let link = setup_link(&server.app).await.unwrap().unwrap();
    assert!(
        link.url("https://x.example/")
            .starts_with("https://x.example/setup/")
    );
    nobody(&server).get(&stale.url("")).await.expect(404);
    let path = link.url("");
    let shown = nobody(&server).get(&path).await.expect(200);
    assert_eq!(shown["purpose"], "first_admin");
    let page = nobody(&server)
        .send(Method::GET, &path, &[("accept", "text/html")], None)
        .await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'none'")
    );
    assert!(page.text.contains("<form method=\"post\">"));
    for body in [
        json!({"password": "a long password"}),
        json!({"login": "boss", "password": "short"}),
        json!({"login": "b", "password": "a long password"}),
    ] {
        nobody(&server).post(&path, body).await.expect(422);
    }
    let form = [
        ("login", "<boss>"),
        ("display_name", ""),
        ("password", "a long password"),
    ];
    let encoded: Vec<String> = form
        .iter()
        .map(|(name, value)| {
            let value = value
                .replace('<', "%3C")
                .replace('>', "%3E")
                .replace(' ', "+");
            format!("{name}={value}")
        })
        .collect();
    let send = || {
        server
            .client
            .post(server.at(&path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded.join("&"))
    };
    let done = read(send()).await;
    done.expect(303);
    assert_eq!(done.header("location"), "/");
    assert!(done.header("set-cookie").starts_with("candor_access="));
    let again = read(send()).await;
    again.expect(404);
    assert!(again.header("content-type").starts_with("text/html"));
    assert!(setup_link(&server.app).await.unwrap().is_none());
    let body = json!({"email": "<boss>", "password": "a long password"});
    let session = nobody(&server)
        .post("/api/v1/admin/login", body)
        .await
        .expect(200);
    let admin = As::new(&server, session["token"].as_str().unwrap());
    let users = admin.get("/api/v1/users").await.expect(200);
    assert_eq!(users["items"][0]["role"], "admin");
    for path in ["/setup/x", "/setup/%00", "/setup/'--"] {
        nobody(&server).get(path).await.expect(404);
    }
}

#[rstest]
#[tokio::test]
async fn single_user_mode_answers_to_this_machine_and_its_own_pages(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "single_user_mode_answers_to_this_machine_and_its_own_pages";
    let off = |config: &mut Config| config.auth.mode = "off".to_owned();
    let Some(server) = TestServer::start_with(test, database, FakeEngines::default(), off).await
    else {
        return;
    };
    let link = single_user(&server.app).await.unwrap();
    let newer = single_user(&server.app).await.unwrap();
    nobody(&server).get(&link.url("")).await.expect(404);
    let path = newer.url("");
    let send = async |method: Method, path: &str, headers: &[(&str, &str)]| {
        nobody(&server).send(method, path, headers, None).await
    };
    // A foreign name that resolves to this machine.
    for host in ["evil.example", "127.0.0.1.evil.example", "10.0.0.1:8000"] {
        let refused = send(Method::GET, "/health", &[("host", host)]).await;
        assert_eq!(refused.problem(403), "foreign_host", "{host}");
    }
    send(Method::GET, "/health", &[]).await.expect(200);
    let port = server.url.rsplit(':').next().unwrap();
    let host = format!("localhost:{port}");
    send(Method::GET, "/health", &[("host", &host)])
        .await
        .expect(200);
    let post = async |origin: Option<&str>| {
        let headers: Vec<_> = origin
            .map(|origin| ("origin", origin))
            .into_iter()
            .collect();
        let body = Some(json!({}));
        nobody(&server)
            .send(Method::POST, &path, &headers, body)
            .await
    };
    for origin in ["http://evil.example", "null", "http://localhost:1"] {
        assert_eq!(
            post(Some(origin)).await.problem(403),
            "foreign_origin",
            "{origin}"
        );
    }
    // Without the link nobody gets in, also on this machine.
    send(Method::GET, "/api/v1/users/me", &[]).await.expect(401);
    let started = post(Some(&server.url)).await;
    let cookie = started.header("set-cookie");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let body = started.expect(200);
    assert_eq!(post(None).await.status, 404);
    let me = send(Method::GET, "/api/v1/users/me", &[("cookie", &cookie)])
        .await
        .expect(200);
    assert_eq!(me["role"], "admin");
    assert_eq!(me["organisation_id"], body["organisation_id"]);
    let main = ensure_main_organisation(&server.app).await.unwrap();
    assert_eq!(me["organisation_id"], main.to_string());
    let body = json!({"userId": "candor:local", "password": "any password"});
    nobody(&server)
        .post("/auth/register", body.clone())
        .await
        .expect(409);
    nobody(&server).post("/auth/login", body).await.expect(401);
}

#[tokio::test]
async fn single_user_mode_is_for_this_machine_only() {
    let test = "single_user_mode_is_for_this_machine_only";
    let open = |config: &mut Config| {
        config.auth.mode = "off".to_owned();
        config.server.listen = vec!["0.0.0.0:8000".to_owned()];
    };
    let server = TestServer::start_with(test, Database::Sqlite, FakeEngines::default(), open)
        .await
        .unwrap();
    assert!(single_user(&server.app).await.is_err());
    let on = |_: &mut Config| {};
    let server = TestServer::start_with(test, Database::Sqlite, FakeEngines::default(), on)
        .await
        .unwrap();
    assert!(single_user(&server.app).await.is_err());
}
