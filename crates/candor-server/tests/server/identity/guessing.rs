//! Guessing passwords: accounts lock, addresses wait, and nobody learns which ids exist.

use candor_testkit::{Database, FakeEngines, TestServer};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{PASSWORD, nobody, register};
use crate::calls::Answer;

async fn strict(test: &str, database: Database) -> Option<TestServer> {
    TestServer::start_with(test, database, FakeEngines::default(), |config| {
        config.auth.logins_per_minute = 10_000;
        config.auth.lockout_failures = 3;
    })
    .await
}

async fn login(server: &TestServer, user: &str, password: &str) -> Answer {
    let body = json!({"userId": user, "password": password});
    nobody(server).post("/auth/login", body).await
}

#[rstest]
#[tokio::test]
async fn an_account_locks_after_failures_and_opens_again(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_account_locks_after_failures_and_opens_again";
    let Some(server) = strict(test, database).await else {
        return;
    };
    register(&server, "alice").await;
    register(&server, "bob").await;
    // A success in between begins the count anew.
    for _ in 0..2 {
        login(&server, "alice", "wrong").await.expect(401);
        login(&server, "alice", "wrong").await.expect(401);
        login(&server, "alice", PASSWORD).await.expect(200);
    }
    for _ in 0..3 {
        login(&server, "alice", "wrong").await.expect(401);
    }
    let locked = login(&server, "alice", PASSWORD).await;
    locked.expect(429);
    let wait_s: u64 = locked.header("retry-after").parse().unwrap();
    assert!((1..=901).contains(&wait_s), "{wait_s}");
    login(&server, "bob", PASSWORD).await.expect(200);
    server
        .app
        .store
        .writer()
        .execute_unprepared("update users set locked_until = 1 where login = 'alice'")
        .await
        .unwrap();
    login(&server, "alice", "wrong").await.expect(401);
    login(&server, "alice", PASSWORD).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn attempts_at_the_same_time_dont_exceed_the_limit(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "attempts_at_the_same_time_dont_exceed_the_limit";
    let Some(server) = strict(test, database).await else {
        return;
    };
    register(&server, "alice").await;
    let mut running = tokio::task::JoinSet::new();
    for index in 0..10 {
        let body = json!({"userId": "alice", "password": format!("guess {index}")});
        let request = server.client.post(server.at("/auth/login")).json(&body);
        running.spawn(crate::calls::read(request));
    }
    let answers = running.join_all().await;
    let tried = answers.iter().filter(|one| one.status == 401).count();
    assert_eq!(tried, 3);
    assert!(
        answers
            .iter()
            .all(|one| one.status == 401 || one.status == 429)
    );
}

#[rstest]
#[tokio::test]
async fn unknown_ids_answer_and_lock_like_known_ones(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = strict("unknown_ids_answer_and_lock_like_known_ones", database).await else {
        return;
    };
    register(&server, "alice").await;
    for _ in 0..3 {
        let known = login(&server, "alice", "wrong").await;
        let unknown = login(&server, "nobody", "wrong").await;
        assert_eq!(known.expect(401), unknown.expect(401));
    }
    let known = login(&server, "alice", "wrong").await;
    let unknown = login(&server, "Nobody", "wrong").await;
    known.expect(429);
    unknown.expect(429);
}

#[rstest]
#[tokio::test]
async fn an_address_that_tries_too_often_has_to_wait(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_address_that_tries_too_often_has_to_wait";
    let few = |config: &mut candor_app::config::Config| {
        config.auth.logins_per_minute = 3;
        config.server.trusted_proxies = vec!["127.0.0.1".to_owned()];
    };
    let Some(server) = TestServer::start_with(test, database, FakeEngines::default(), few).await
    else {
        return;
    };
    // Bodies that are refused at once: no password is hashed, so that no attempt is given back meanwhile.
    let from = async |address: &str, path: &str| {
        let headers = [("x-forwarded-for", address)];
        nobody(&server)
            .send(reqwest::Method::POST, path, &headers, Some(json!({})))
            .await
    };
    for (path, status) in [
        ("/auth/login", 422),
        ("/auth/register", 422),
        ("/api/v1/admin/login", 400),
    ] {
        from("203.0.113.7", path).await.expect(status);
    }
    for path in ["/auth/login", "/auth/register", "/api/v1/admin/login"] {
        let answer = from("203.0.113.7", path).await;
        answer.expect(429);
        let wait_s: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=61).contains(&wait_s), "{path}: {wait_s}");
    }
    let body = Some(json!({"login": "nobody", "password": "x"}));
    for path in ["/api/v1/auth/login", "/api/v1/auth/session"] {
        let headers = [("x-forwarded-for", "1.2.3.4, 203.0.113.7")];
        let answer = nobody(&server)
            .send(reqwest::Method::POST, path, &headers, body.clone())
            .await;
        assert_eq!(answer.problem(429), "rate_limited", "{path}");
    }
    from("203.0.113.8", "/auth/login").await.expect(422);
    // One network of the sixth version of the protocol is one address.
    for host in 1..=3 {
        let address = format!("2001:db8:0:1::{host}");
        from(&address, "/auth/login").await.expect(422);
    }
    from("2001:db8:0:1::ffff", "/auth/login").await.expect(429);
    from("2001:db8:0:2::1", "/auth/login").await.expect(422);
}
