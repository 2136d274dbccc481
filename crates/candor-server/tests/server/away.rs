//! The database goes away under a running server, and comes back.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use candor_core::access::Scope;
use candor_testkit::{Cluster, Database, FakeEngines, TestServer, skip};
use futures::future::join_all;
use reqwest::Method;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::calls::{Answer, As, read};

/// Longest wait for something that comes by itself.
const PATIENCE: Duration = Duration::from_secs(60);

async fn on_a_cluster(test: &str) -> Option<(Cluster, TestServer)> {
    let Some(cluster) = Cluster::start() else {
        skip(test, "PostgreSQL's programs are not installed");
        return None;
    };
    let url = cluster.url();
    let engines = FakeEngines::default();
    let change = |config: &mut candor_app::config::Config| config.store.url = url;
    let server = TestServer::start_with(test, Database::Sqlite, engines, change).await?;
    Some((cluster, server))
}

/// Asks again and again until it is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < PATIENCE, "not in time: {what}");
        sleep(Duration::from_millis(50)).await;
    }
}

async fn is_ready(server: &TestServer) -> bool {
    let answer = read(server.client.get(server.at("/health/ready"))).await;
    answer.status == 200
}

/// Whether the body is the documented error of a route.
type Shape = fn(&Value) -> bool;

fn problem(body: &Value) -> bool {
    body["code"] == "unavailable" && body["status"] == 503
}

fn ok_false(body: &Value) -> bool {
    body["ok"] == false && body["error"].is_string()
}

fn error(body: &Value) -> bool {
    body["error"].is_string() && body.get("ok").is_none() && body.get("code").is_none()
}

fn coded(body: &Value) -> bool {
    body["error"].is_string() && body["code"] == "unavailable"
}

fn status(body: &Value) -> bool {
    body["status"] == "error" && body["message"].is_string()
}

fn detail(body: &Value) -> bool {
    body["detail"].is_string() && body.get("code").is_none()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_every_route_says_so_in_its_shape() {
    let test = "while_the_database_is_away_every_route_says_so_in_its_shape";
    let Some((cluster, server)) = on_a_cluster(test).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let key = server.attesting_key(organisation, &[Scope::Admin]).await;
    let caller = As::new(&server, key);
    let before = caller
        .post("/api/v1/interviews", json!({"title": "before"}))
        .await;
    let before = before.expect(201);
    let id = before["id"].as_str().unwrap().to_owned();
    cluster.down();

    let some = uuid::Uuid::new_v4();
    let native = json!({"login": "ana", "password": "secret"});
    let sign_in = json!({"email": "ana", "userId": "ana", "password": "secret"});
    let title = json!({"title": "lost"});
    let video = json!({"videoUrl": "https://videos.example.org/a.mp4", "applicationId": "a"});
    let cases: [(Method, String, Option<&Value>, Shape); 15] = [
        (Method::GET, "/api/v1/interviews".into(), None, problem),
        (
            Method::GET,
            format!("/api/v1/interviews/{id}"),
            None,
            problem,
        ),
        (
            Method::POST,
            "/api/v1/interviews".into(),
            Some(&title),
            problem,
        ),
        (
            Method::DELETE,
            format!("/api/v1/interviews/{id}"),
            None,
            problem,
        ),
        (Method::GET, "/api/v1/queues".into(), None, problem),
        (
            Method::POST,
            "/api/v1/auth/login".into(),
            Some(&native),
            problem,
        ),
        (Method::POST, "/api/v1/uploads".into(), None, problem),
        (Method::GET, format!("/api/pipeline/{some}"), None, ok_false),
        (Method::POST, "/api/pipeline".into(), Some(&video), ok_false),
        (Method::GET, format!("/api/job-result/{some}"), None, status),
        (
            Method::GET,
            format!("/v1/analysis/video/{some}"),
            None,
            error,
        ),
        (
            Method::POST,
            "/api/v1/admin/login".into(),
            Some(&sign_in),
            coded,
        ),
        (Method::GET, "/api/interviews/".into(), None, detail),
        (Method::GET, "/app/me/sessions".into(), None, detail),
        (Method::POST, "/auth/login".into(), Some(&sign_in), detail),
    ];
    let tus = [("tus-resumable", "1.0.0"), ("upload-length", "5")];
    let asked = join_all(cases.iter().map(|(method, path, body, _)| {
        let headers: &[(&str, &str)] = if path.ends_with("uploads") { &tus } else { &[] };
        caller.send(method.clone(), path, headers, body.cloned())
    }));
    let (answers, alive, ready) =
        tokio::join!(asked, caller.get("/health"), caller.get("/health/ready"),);
    for ((method, path, _, shape), answer) in cases.iter().zip(&answers) {
        assert_eq!(answer.status, 503, "{method} {path}: {}", answer.text);
        assert_eq!(answer.header("retry-after"), "5", "{method} {path}");
        assert!(shape(&answer.json()), "{method} {path}: {}", answer.text);
    }
    assert_eq!(alive.status, 200);
    let checks = ready.expect(503)["checks"].clone();
    assert_eq!(
        (&checks["database"], &checks["queue"]),
        (&json!("away"), &json!("away"))
    );
    assert_eq!(
        (&checks["media"], &checks["disk"]),
        (&json!("ok"), &json!("ok"))
    );

    cluster.up();
    until("ready again", async || is_ready(&server).await).await;
    let list = caller.get("/api/v1/interviews").await.expect(200);
    assert_eq!(
        list["items"],
        json!([before]),
        "what was refused was not done"
    );
    caller.post("/api/v1/interviews", title).await.expect(201);
}

/// What became of requests that each had a key of their own, by title.
#[derive(Default)]
struct Told {
    accepted: BTreeMap<String, String>,
    /// Nobody could tell whether they took effect.
    unknown: Vec<String>,
}

/// Makes interviews one after the other until `enough`; what is refused is sent again with its key.
async fn make(
    server: &TestServer,
    token: &str,
    name: usize,
    refused: &AtomicUsize,
    accepted: &AtomicUsize,
    enough: &AtomicUsize,
) -> Told {
    let caller = As::new(server, token);
    let mut told = Told::default();
    let mut number = 0;
    while enough.load(Ordering::SeqCst) == 0 || number < 5 {
        let title = format!("{name}-{number}");
        let key = [("idempotency-key", &*title)];
        let body = json!({"title": title});
        let path = "/api/v1/interviews";
        let answer: Answer = caller.send(Method::POST, path, &key, Some(body)).await;
        match answer.status.as_u16() {
            201 => {
                let id = answer.json()["id"].as_str().unwrap().to_owned();
                told.accepted.insert(title, id);
                accepted.fetch_add(1, Ordering::SeqCst);
                number += 1;
            }
            409 => {
                told.unknown.push(title);
                number += 1;
            }
            _ => {
                answer.problem(503);
                assert!(!answer.header("retry-after").is_empty());
                refused.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_accepted_around_a_crash_of_the_database_is_there_once() {
    let test = "what_is_accepted_around_a_crash_of_the_database_is_there_once";
    let Some((cluster, server)) = on_a_cluster(test).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let token = server.key(organisation, &[Scope::Write]).await;
    let server = Arc::new(server);
    let counts: [Arc<AtomicUsize>; 3] = Default::default();
    let [refused, accepted, enough] = &counts;
    let mut running = tokio::task::JoinSet::new();
    for name in 0..6 {
        let (server, token, counts) = (Arc::clone(&server), token.clone(), counts.clone());
        running.spawn(async move {
            let [refused, accepted, enough] = &counts;
            make(&server, &token, name, refused, accepted, enough).await
        });
    }
    for _ in 0..2 {
        let (before, refusals) = (
            accepted.load(Ordering::SeqCst),
            refused.load(Ordering::SeqCst),
        );
        until("some are accepted", async || {
            accepted.load(Ordering::SeqCst) > before + 30
        })
        .await;
        cluster.down();
        until("some are refused", async || {
            refused.load(Ordering::SeqCst) > refusals
        })
        .await;
        cluster.up();
    }
    until("ready again", async || is_ready(&server).await).await;
    enough.store(1, Ordering::SeqCst);
    let told = running.join_all().await;

    let mut there: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let caller = As::new(&server, token);
    let mut path = "/api/v1/interviews?limit=100".to_owned();
    loop {
        let page = caller.get(&path).await.expect(200);
        for item in page["items"].as_array().unwrap() {
            let text = |name: &str| item[name].as_str().unwrap().to_owned();
            there.entry(text("title")).or_default().push(text("id"));
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/api/v1/interviews?limit=100&cursor={cursor}");
    }
    let mut n = 0;
    for told in told {
        for (title, id) in told.accepted {
            assert_eq!(there.remove(&title), Some(vec![id]), "{title}");
            n += 1;
        }
        for title in told.unknown {
            let found = there.remove(&title).unwrap_or_default();
            assert!(found.len() <= 1, "{title} is there {} times", found.len());
        }
    }
    assert!(n > 60);
    assert_eq!(
        there,
        BTreeMap::new(),
        "nothing that was not accepted is there"
    );
}

#[tokio::test]
async fn a_locked_database_file_is_read_but_writes_are_told_to_come_back() {
    let test = "a_locked_database_file_is_read_but_writes_are_told_to_come_back";
    let server = TestServer::start(test, Database::Sqlite).await;
    let server = server.expect("SQLite is always there");
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    caller
        .post("/api/v1/interviews", json!({"title": "before"}))
        .await
        .expect(201);
    let other = sea_orm::Database::connect(&server.app.config.store.url)
        .await
        .unwrap();
    let lock = other.begin().await.unwrap();
    lock.execute_unprepared("update organisations set name = name")
        .await
        .unwrap();

    let body = json!({"title": "during"});
    let (write, documented, reads) = tokio::join!(
        caller.post("/api/v1/interviews", body),
        caller.post(
            "/app/me/sessions/start",
            json!({"jobRole": "a", "domain": "b", "consent": true})
        ),
        caller.get("/api/v1/interviews"),
    );
    assert_eq!(write.problem(503), "unavailable");
    assert_eq!(write.header("retry-after"), "5");
    assert_eq!(documented.status, 503, "{}", documented.text);
    assert!(detail(&documented.json()));
    assert_eq!(reads.expect(200)["items"].as_array().unwrap().len(), 1);
    lock.rollback().await.unwrap();
    caller
        .post("/api/v1/interviews", json!({"title": "after"}))
        .await
        .expect(201);
    let list = caller.get("/api/v1/interviews").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
}
