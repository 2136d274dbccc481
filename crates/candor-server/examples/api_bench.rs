//! Speed of an authenticated `GET` of one record on SQLite beside that of an empty handler, with the same
//! load generator in the same process: `cargo xtask bench api`.

use std::time::{Duration, Instant};

use axum::{Router, routing::get};
use candor_core::access::Scope;
use candor_testkit::{Database, TestServer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Connections that are kept open, each with one request at a time.
const CONNECTIONS: usize = 16;
/// Length of one measurement.
const SPAN: Duration = Duration::from_secs(5);
/// The least share of the empty handler's requests per second.
const LEAST_SHARE: f64 = 0.25;
/// The most times p50 that p99 may be at half load.
const MOST_SPREAD: f64 = 5.0;

/// What a measurement found.
struct Figures {
    per_s: f64,
    p50_ms: f64,
    p99_ms: f64,
}

#[tokio::main]
async fn main() {
    let empty = empty_server().await;
    let server = TestServer::start("bench api", Database::Sqlite)
        .await
        .expect("SQLite needs no server");
    let organisation = server.organisation("Bench").await;
    let key = server.key(organisation, &[Scope::Write]).await;
    let made: serde_json::Value = server
        .client
        .post(server.at("/api/v1/interviews"))
        .bearer_auth(&key)
        .json(&serde_json::json!({"title": "Bench"}))
        .send()
        .await
        .expect("the server answers")
        .json()
        .await
        .expect("an interview is JSON");
    let path = format!(
        "/api/v1/interviews/{}",
        made["id"].as_str().expect("an interview has an id")
    );
    let host = server.url.trim_start_matches("http://").to_owned();

    println!(
        "{:<40} {:>10} {:>9} {:>9}",
        "", "requests/s", "p50 ms", "p99 ms"
    );
    let mut shares = Vec::new();
    let mut full = 0.0;
    for _ in 0..3 {
        let floor = load(&empty, "/", "", None).await;
        show("empty handler", &floor);
        let record = load(&host, &path, &key, None).await;
        show("GET of one interview", &record);
        shares.push(record.per_s / floor.per_s);
        full = record.per_s.max(full);
    }
    let half = load(&host, &path, &key, Some(full / 2.0)).await;
    show("GET of one interview, half load", &half);
    shares.sort_by(f64::total_cmp);
    verdict(
        "share of the empty handler",
        shares[1],
        shares[1] >= LEAST_SHARE,
    );
    let spread = half.p99_ms / half.p50_ms;
    verdict("p99 / p50 at half load", spread, spread <= MOST_SPREAD);
}

fn show(name: &str, figures: &Figures) {
    println!(
        "{name:<40} {:>10.0} {:>9.3} {:>9.3}",
        figures.per_s, figures.p50_ms, figures.p99_ms
    );
}

fn verdict(what: &str, figure: f64, within: bool) {
    let word = if within { "within" } else { "OUTSIDE" };
    println!("{what}: {figure:.2} ({word} the limit)");
}

async fn empty_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    let router = Router::new().route("/", get(|| async {}));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address.to_string()
}

/// Asks again and again for [`SPAN`], as fast as answers come or `per_s` times a second.
async fn load(host: &str, path: &str, key: &str, per_s: Option<f64>) -> Figures {
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n\r\n");
    let pause = per_s.map(|per_s| Duration::from_secs_f64(CONNECTIONS as f64 / per_s));
    let begun = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (host, request) = (host.to_owned(), request.clone());
        running.spawn(async move { ask(&host, request.as_bytes(), pause, begun + SPAN).await });
    }
    let mut times: Vec<Duration> = running.join_all().await.concat();
    let elapsed = begun.elapsed();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    Figures {
        per_s: times.len() as f64 / elapsed.as_secs_f64(),
        p50_ms: at(0.5),
        p99_ms: at(0.99),
    }
}

/// One connection. With a pause, requests are due at fixed times, and waiting for a late answer counts.
async fn ask(host: &str, request: &[u8], pause: Option<Duration>, end: Instant) -> Vec<Duration> {
    let mut stream = TcpStream::connect(host).await.expect("the server listens");
    stream.set_nodelay(true).expect("a TCP socket can do so");
    let mut times = Vec::new();
    let mut buffer = vec![0_u8; 16 << 10];
    let mut due = Instant::now();
    while Instant::now() < end {
        match pause {
            Some(pause) => {
                tokio::time::sleep_until(due.into()).await;
                stream.write_all(request).await.expect("the server reads");
                answer(&mut stream, &mut buffer).await;
                times.push(due.elapsed());
                due += pause;
            }
            None => {
                due = Instant::now();
                stream.write_all(request).await.expect("the server reads");
                answer(&mut stream, &mut buffer).await;
                times.push(due.elapsed());
            }
        }
    }
    times
}

/// Reads one answer with a known length; anything but 200 ends the benchmark.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    let head = loop {
        let read = stream
            .read(&mut buffer[filled..])
            .await
            .expect("the server answers");
        assert!(read > 0, "the server closed the connection");
        filled += read;
        if let Some(at) = buffer[..filled]
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
        {
            break at + 4;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
    assert!(text.starts_with("http/1.1 200"), "{text}");
    let length: usize = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok())
        .expect("the answer tells its length");
    while filled < head + length {
        let read = stream
            .read(&mut buffer[filled..])
            .await
            .expect("the server answers");
        assert!(read > 0, "the server closed the connection");
        filled += read;
    }
}
