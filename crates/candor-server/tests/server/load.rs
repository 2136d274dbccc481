//! More than a server can take, and clients that take their time.

use std::time::Duration;

use candor_app::config::Config;
use candor_core::access::{Role, Scope};
use candor_testkit::{Database, FakeEngines, TestServer};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use crate::calls::{As, read};

/// Longest wait for an end that comes within seconds.
const PATIENCE: Duration = Duration::from_secs(20);

async fn server(test: &str, change: impl FnOnce(&mut Config)) -> TestServer {
    let engines = FakeEngines::default();
    let server = TestServer::start_with(test, Database::Sqlite, engines, change).await;
    server.expect("SQLite is always there")
}

async fn connect(server: &TestServer) -> TcpStream {
    let host = server.url.strip_prefix("http://").unwrap();
    TcpStream::connect(host).await.unwrap()
}

/// Begins a request and leaves its body open.
async fn begin(server: &TestServer, head: &str) -> TcpStream {
    let mut stream = connect(server).await;
    let head = format!("{head}\r\nhost: candor\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// What is answered until the connection ends.
async fn end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    // A connection that is cut off with unread bytes is an end too.
    assert!(read.is_ok(), "the connection is still open");
    String::from_utf8_lossy(&answer).into_owned()
}

/// The answer to a request whose body never ends: one byte now and then.
async fn dripped(mut stream: TcpStream, byte: &[u8]) -> String {
    let (mut reader, mut writer) = stream.split();
    let drip = async {
        while writer.write_all(byte).await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, reader.read_to_end(&mut answer));
    tokio::select! {
        outcome = read => assert!(outcome.is_ok(), "the connection is still open"),
        () = drip => {}
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_busy_server_sends_clients_away_but_answers_its_operators() {
    let test = "a_busy_server_sends_clients_away_but_answers_its_operators";
    let server = server(test, |config| config.limits.requests = 2).await;
    let organisation = server.organisation("Acme").await;
    let key = server.attesting_key(organisation, &[Scope::Admin]).await;
    let caller = As::new(&server, key.clone());
    let head = format!(
        "POST /api/v1/recordings HTTP/1.1\r\nauthorization: Bearer {key}\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: 100000"
    );
    let mut open = Vec::new();
    for _ in 0..2 {
        open.push(begin(&server, &head).await);
    }
    let begun = Instant::now();
    let busy = loop {
        let answer = caller.get("/api/v1/interviews").await;
        if answer.status == 503 {
            break answer;
        }
        assert!(begun.elapsed() < PATIENCE, "never busy");
        sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(busy.problem(503), "busy");
    assert_eq!(busy.header("retry-after"), "1");
    for (path, field) in [
        (format!("/api/pipeline/{}", uuid::Uuid::new_v4()), "error"),
        ("/api/interviews/".to_owned(), "detail"),
        ("/app/me/sessions".to_owned(), "detail"),
        ("/api/v1/admin/me".to_owned(), "error"),
    ] {
        let answer = caller.get(&path).await;
        assert_eq!(answer.header("retry-after"), "1", "{path}");
        let body = answer.expect(503);
        assert!(
            body[field].is_string() && body.get("code").is_none(),
            "{path}: {body}"
        );
    }
    caller.get("/health").await.expect(200);
    caller.get("/health/ready").await.expect(200);
    assert_eq!(
        read(server.client.get(server.at("/metrics"))).await.status,
        200
    );

    drop(open);
    let begun = Instant::now();
    while caller.get("/api/v1/interviews").await.status != 200 {
        assert!(begun.elapsed() < PATIENCE, "still busy");
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_ended() {
    let test = "a_request_that_takes_too_long_is_ended";
    let server = server(test, |config| config.server.request_timeout_s = 0.5).await;
    let organisation = server.organisation("Acme").await;
    let (_, token) = server.person(organisation, Role::Admin).await;
    for (path, field) in [("/api/v1/interviews", "code"), ("/api/pipeline", "error")] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\nconnection: close\r\ncontent-length: 1000"
        );
        let stream = begin(&server, &head).await;
        let answer = dripped(stream, b" ").await;
        assert!(answer.starts_with("HTTP/1.1 503"), "{path}: {answer}");
        assert!(answer.contains("retry-after: 5"), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        assert!(body[field].is_string(), "{body}");
        assert_eq!(body.get("code").is_some(), path == "/api/v1/interviews");
    }
}

#[tokio::test]
async fn a_head_that_never_ends_closes_the_connection() {
    let test = "a_head_that_never_ends_closes_the_connection";
    let server = server(test, |config| config.server.request_timeout_s = 0.5).await;
    let mut stream = connect(&server).await;
    stream
        .write_all(b"GET /health HTTP/1.1\r\nx-a: ")
        .await
        .unwrap();
    dripped(stream, b"a").await;
}

#[tokio::test]
async fn a_body_that_only_drips_is_cut_off_whatever_it_says_it_is() {
    let test = "a_body_that_only_drips_is_cut_off_whatever_it_says_it_is";
    let server = server(test, |config| config.limits.idle_s = 0.5).await;
    let organisation = server.organisation("Acme").await;
    let key = server.attesting_key(organisation, &[Scope::Admin]).await;
    // Nobody: the route takes any body as a sign-in.
    let stream = begin(
        &server,
        "POST /api/v1/admin/login HTTP/1.1\r\ncontent-type: video/mp4\r\n\
         connection: close\r\ncontent-length: 1000000",
    )
    .await;
    let answer = dripped(stream, b"x").await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    let mut stream = begin(
        &server,
        &format!(
            "POST /api/v1/recordings HTTP/1.1\r\nauthorization: Bearer {key}\r\n\
             content-type: multipart/form-data; boundary=x\r\nconnection: close\r\n\
             content-length: 1000000"
        ),
    )
    .await;
    let part = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    stream.write_all(part.as_bytes()).await.unwrap();
    let answer = dripped(stream, b"x").await;
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    let list = As::new(&server, key)
        .get("/api/v1/recordings")
        .await
        .expect(200);
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn heads_that_are_too_large_are_refused() {
    let server = server("heads_that_are_too_large_are_refused", |_| {}).await;
    let many: String = (0..200).map(|n| format!("\r\nx-{n}: a")).collect();
    for more in [many, format!("\r\nx-a: {}", "a".repeat(1 << 20))] {
        let mut stream = connect(&server).await;
        let head = format!("GET /health HTTP/1.1\r\nhost: candor{more}\r\n\r\n");
        // It may be refused before all of it is sent.
        let _ = stream.write_all(head.as_bytes()).await;
        let answer = end(&mut stream).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
            "{answer}"
        );
    }
    assert_eq!(
        read(server.client.get(server.at("/health"))).await.status,
        200
    );
}
