//! Speed of an authenticated `GET` of one record on SQLite beside that of an empty handler, with the same
//! load generator in the same process: run by `cargo xtask bench api`.

use std::time::Duration;

use axum::{Router, routing::get};
use candor_core::access::Scope;
use candor_testkit::{Database, LoadFigures, TestServer, load};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// As in `candor` itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Length of one measurement.
const SPAN: Duration = Duration::from_secs(5);
/// The least share of the empty handler's requests per second.
const LEAST_SHARE: f64 = 0.25;
/// The most times p50 that p99 may be at half load.
const MOST_SPREAD: f64 = 5.0;

#[tokio::main]
async fn main() {
    let empty = empty_server().await;
    let server = TestServer::start("bench api", Database::Sqlite)
        .await
        .expect("SQLite needs no server");
    let organisation = server.organisation("Bench").await;
    let key = server.key(organisation, &[Scope::Write]).await;
    let made: Value = server
        .client
        .post(server.at("/api/v1/interviews"))
        .bearer_auth(&key)
        .json(&json!({"title": "Bench"}))
        .send()
        .await
        .expect("the server answers")
        .json()
        .await
        .expect("an interview is JSON");
    let id = made["id"].as_str().expect("an interview has an id");
    let path = format!("/api/v1/interviews/{id}");
    let host = server.url.trim_start_matches("http://").to_owned();

    println!(
        "{:<40} {:>10} {:>9} {:>9}",
        "", "requests/s", "p50 ms", "p99 ms"
    );
    let mut shares = Vec::new();
    let mut full = 0.0;
    for _ in 0..3 {
        let floor = load(&empty, "/", "", None, SPAN).await;
        show("empty handler", &floor);
        let record = load(&host, &path, &key, None, SPAN).await;
        show("GET of one interview", &record);
        shares.push(record.per_s / floor.per_s);
        full = record.per_s.max(full);
    }
    let mut spreads = Vec::new();
    for _ in 0..3 {
        let half = load(&host, &path, &key, Some(full / 2.0), SPAN).await;
        show("GET of one interview, half load", &half);
        spreads.push(half.p99_ms / half.p50_ms);
    }
    let share = middle(&mut shares);
    verdict(
        "share of the empty handler",
        share,
        share >= LEAST_SHARE,
        LEAST_SHARE,
    );
    let spread = middle(&mut spreads);
    verdict(
        "p99 / p50 at half load",
        spread,
        spread <= MOST_SPREAD,
        MOST_SPREAD,
    );
}

fn middle(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn show(name: &str, figures: &LoadFigures) {
    println!(
        "{name:<40} {:>10.0} {:>9.3} {:>9.3}",
        figures.per_s, figures.p50_ms, figures.p99_ms
    );
}

fn verdict(what: &str, figure: f64, is_within: bool, limit: f64) {
    let word = if is_within { "within" } else { "OUTSIDE" };
    println!("{what}: {figure:.2} ({word} the limit of {limit})");
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
