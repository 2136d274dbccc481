use std::{
    collections::VecDeque,
    io,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use candor_app::{
    config::Config,
    jobs::{AttemptWatch, StepError},
    media::{
        self,
        guard::{GuardedClient, Policy, Resolver},
    },
};
use candor_core::ids::RecordingId;
use candor_testkit::{Database, Storage};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    Stage, consent, problem, read, sha256,
    source::{Answer, Source, answer, loopback, raw, whole},
};

impl Stage {
    async fn state(&self, id: RecordingId) -> Value {
        let path = format!("/api/v1/recordings/{id}");
        read(self.get(&path).send().await.unwrap(), 200).await
    }

    /// A failed fetch: its code, whether it is final, and nothing kept.
    async fn failure(&self, id: RecordingId) -> (&'static str, bool) {
        let (code, is_final) = match self.fetch(id).await {
            Err(StepError::Passing { code, .. }) => (code, false),
            Err(StepError::Permanent { code, .. }) => (code, true),
            other => panic!("{other:?}"),
        };
        let state = self.state(id).await;
        assert_eq!(state["state"], if is_final { "failed" } else { "pending" });
        assert_eq!(state["error"].is_string(), is_final);
        assert_eq!(self.n_objects().await, 0);
        (code, is_final)
    }
}

#[rstest]
#[tokio::test]
async fn a_recording_is_fetched_from_its_address(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "a_recording_is_fetched_from_its_address";
    let Some(stage) = Stage::with(test, database, storage, loopback).await else {
        return;
    };
    let clip = stage.clip();
    let source = Source::start(vec![whole(&clip)]).await;
    let moved = answer(&format!("302 Found\r\nLocation: {}", source.url), b"");
    let redirecting = Source::start(vec![moved]).await;
    let id = stage.announce(&redirecting.url).await;
    let fetched = stage.fetch(id).await.unwrap();
    assert_eq!(fetched.sha256, Some(sha256(&clip)));
    let state = stage.state(id).await;
    assert_eq!(state["state"], "available");
    assert_eq!(state["source"], "url");
    assert_eq!(state["content_type"], "video/mp4");
    // Fetched once, it is not fetched again.
    stage.fetch(id).await.unwrap();
    assert_eq!(source.requests().len(), 1);
    assert!(source.requests()[0].contains("accept-encoding: identity"));
}

#[rstest]
#[tokio::test]
async fn a_broken_download_goes_on_where_it_broke(
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "a_broken_download_goes_on_where_it_broke";
    let Some(stage) = Stage::with(test, Database::Sqlite, storage, loopback).await else {
        return;
    };
    let clip = stage.clip();
    let n = clip.len();
    let head = format!("200 OK\r\nContent-Length: {n}\r\nETag: \"v1\"");
    let rest = |from: usize, to: usize| {
        let length = n - from;
        let head = format!(
            "206 Partial Content\r\nContent-Length: {length}\r\n\
             Content-Range: bytes {from}-{}/{n}\r\nETag: \"v1\"",
            n - 1
        );
        answer(&head, &clip[from..to])
    };
    let source = Source::start(vec![
        answer(&head, &clip[..1000]),
        rest(1000, 3000),
        rest(3000, n),
    ])
    .await;
    let id = stage.announce(&source.url).await;
    let fetched = stage.fetch(id).await.unwrap();
    assert_eq!(fetched.sha256, Some(sha256(&clip)));
    let requests = source.requests();
    assert!(requests[1].contains("range: bytes=1000-"), "{requests:?}");
    assert!(requests[1].contains("if-range: \"v1\""), "{requests:?}");
    assert!(requests[2].contains("range: bytes=3000-"), "{requests:?}");

    // Another file by then: nothing is mixed.
    let changed = Source::start(vec![answer(&head, &clip[..1000]), whole(&clip)]).await;
    let id = stage.announce(&changed.url).await;
    assert!(matches!(
        stage.fetch(id).await,
        Err(StepError::Passing {
            code: "connection_broken",
            ..
        })
    ));
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_fetched_is_told_and_nothing_is_kept(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "what_cannot_be_fetched_is_told_and_nothing_is_kept";
    let Some(stage) = Stage::with(test, database, Storage::Folder, loopback).await else {
        return;
    };
    let zeros = vec![0; 1000];
    for (told, code, is_final) in [
        (
            answer("404 Not Found\r\nContent-Length: 0", b""),
            "source_refused",
            true,
        ),
        (
            answer("503 Busy\r\nRetry-After: 7\r\nContent-Length: 0", b""),
            "source_busy",
            false,
        ),
        (
            answer("429 Slow\r\nContent-Length: 0", b""),
            "source_busy",
            false,
        ),
        (whole(b"<html>sign in</html>"), "not_media", true),
        (
            whole(b"ffconcat version 1.0\nfile '/etc/passwd'\n"),
            "not_media",
            true,
        ),
        (
            answer("200 OK\r\nContent-Length: 99999999", &zeros),
            "too_large",
            true,
        ),
        (Answer::Endless(raw("200 OK", b"")), "too_large", true),
        (
            Answer::Endless(raw("200 OK\r\nTransfer-Encoding: chunked", b"ffffffff\r\n")),
            "too_large",
            true,
        ),
        // Less than it said, and no way to go on.
        (
            answer("200 OK\r\nContent-Length: 5000", &zeros),
            "connection_broken",
            false,
        ),
        (
            answer(
                "200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3",
                b"abc",
            ),
            "source_refused",
            true,
        ),
        (
            Answer::Silence(raw("200 OK\r\nContent-Length: 5000", &zeros)),
            "connection_broken",
            false,
        ),
        (
            answer(
                "302 Found\r\nLocation: http://10.0.0.1/a.mp4\r\nContent-Length: 0",
                b"",
            ),
            "address_refused",
            true,
        ),
        (
            answer(
                "302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0",
                b"",
            ),
            "address_refused",
            true,
        ),
        (
            answer(
                "302 Found\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0",
                b"",
            ),
            "address_refused",
            true,
        ),
        (
            answer("302 Found\r\nLocation: /clip.mp4\r\nContent-Length: 0", b""),
            "address_refused",
            true,
        ),
    ] {
        let source = Source::start(vec![told]).await;
        let id = stage.announce(&source.url).await;
        assert_eq!(stage.failure(id).await, (code, is_final));
    }
    // Nobody listens there: accepted, and fails when it is fetched.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let id = stage
        .announce(&format!("http://127.0.0.1:{port}/a.mp4"))
        .await;
    assert_eq!(stage.failure(id).await, ("unreachable", false));
}

#[rstest]
#[tokio::test]
async fn a_drip_that_never_ends_is_cut_off_and_a_cancelled_fetch_stops(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_drip_that_never_ends_is_cut_off_and_a_cancelled_fetch_stops";
    let change = |config: &mut Config| {
        loopback(config);
        config.limits.idle_s = 600.0;
        config.limits.download_s = 0.5;
    };
    let Some(stage) = Stage::with(test, database, Storage::Folder, change).await else {
        return;
    };
    let drip = Answer::Silence(raw("200 OK\r\nContent-Length: 5000", b"x"));
    let source = Source::start(vec![drip.clone(), drip]).await;
    let id = stage.announce(&source.url).await;
    assert_eq!(stage.failure(id).await, ("too_slow", false));
    let watch = AttemptWatch::default();
    watch.cancel();
    let stopped = media::fetch_into(&stage.server.app, stage.organisation, id, &watch).await;
    assert!(matches!(stopped, Err(StepError::Cancelled)));
}

/// Says one address the first time and another from then on.
struct Rebinding(Mutex<VecDeque<Vec<IpAddr>>>);

#[async_trait]
impl Resolver for Rebinding {
    async fn resolve(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        let mut answers = self.0.lock().unwrap();
        let first = answers.front().cloned().unwrap();
        if answers.len() > 1 {
            answers.pop_front();
        }
        Ok(first)
    }
}

#[rstest]
#[tokio::test]
async fn a_name_that_leads_inside_is_never_asked(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_name_that_leads_inside_is_never_asked";
    let Some(stage) = Stage::new(test, database, Storage::Folder).await else {
        return;
    };
    let public: IpAddr = "93.184.216.34".parse().unwrap();
    let inside: IpAddr = "127.0.0.1".parse().unwrap();
    let mapped: IpAddr = "::ffff:10.1.2.3".parse().unwrap();
    for answers in [
        vec![vec![inside]],
        vec![vec![mapped]],
        // One good address among bad ones helps nobody.
        vec![vec![public, inside]],
    ] {
        let id = stage.announce("https://rebind.example.org/a.mp4").await;
        let resolver = Arc::new(Rebinding(Mutex::new(answers.into())));
        let policy = Policy::fetch(&stage.server.app.config);
        let client = GuardedClient::with_resolver(policy, resolver).unwrap();
        let watch = AttemptWatch::default();
        let app = &stage.server.app;
        let refused = media::fetch_with(app, stage.organisation, id, &watch, &client).await;
        assert!(
            matches!(
                refused,
                Err(StepError::Permanent {
                    code: "address_refused",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn what_was_checked_is_what_is_connected_to() {
    let Some(stage) = Stage::new(
        "what_was_checked_is_what_is_connected_to",
        Database::Sqlite,
        Storage::Folder,
    )
    .await
    else {
        return;
    };
    // The name is asked once for a connection: a second answer is never looked at.
    let source = Source::start(vec![whole(b"hello")]).await;
    let url = source.url.replace("127.0.0.1", "rebind.example.org");
    let url: url::Url = url.parse().unwrap();
    let inside: IpAddr = "127.0.0.1".parse().unwrap();
    let other: IpAddr = "10.0.0.1".parse().unwrap();
    let resolver = Rebinding(Mutex::new(vec![vec![inside], vec![other]].into()));
    let policy = Policy {
        loopback: true,
        idle: Duration::from_secs(5),
        ..Policy::fetch(&stage.server.app.config)
    };
    let client = GuardedClient::with_resolver(policy, Arc::new(resolver)).unwrap();
    let answer = client.get(&url, http::HeaderMap::new());
    assert_eq!(answer.await.unwrap().bytes().await.unwrap(), "hello");
}

#[rstest]
#[tokio::test]
async fn addresses_that_may_never_be_asked_are_refused_at_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "addresses_that_may_never_be_asked_are_refused_at_once";
    let Some(stage) = Stage::new(test, database, Storage::Folder).await else {
        return;
    };
    for url in [
        "http://videos.example.org/a.mp4",
        "https://127.0.0.1/a.mp4",
        "https://[::1]/a.mp4",
        "https://10.0.0.1/a.mp4",
        "https://user:secret@videos.example.org/a.mp4",
        "https://videos.example.org:8443/a.mp4",
        "file:///etc/passwd",
    ] {
        let request = stage
            .post("/api/v1/recordings/fetch")
            .json(&json!({"url": url, "consent": consent()}));
        problem(request.send().await.unwrap(), 422, "address_refused").await;
    }
    for url in ["no address", "", "https://"] {
        let request = stage
            .post("/api/v1/recordings/fetch")
            .json(&json!({"url": url, "consent": consent()}));
        problem(request.send().await.unwrap(), 422, "invalid_address").await;
    }
    let request = stage
        .post("/api/v1/recordings/fetch")
        .json(&json!({"url": "https://videos.example.org/a.mp4"}));
    problem(request.send().await.unwrap(), 422, "consent_required").await;
    stage.holds_nothing().await;
}
