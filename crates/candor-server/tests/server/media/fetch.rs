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
        guard::{GuardedClient, Policy, Resolver, SystemResolver},
    },
};
use candor_core::{ids::RecordingId, ports::Watch};
use candor_server::listen::{Listening, TlsFiles};
use candor_testkit::{Authority, Database, Storage};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    Stage, consent, problem, read, sha256,
    source::{Answer, Source, answer, loopback, raw, whole},
};

impl Stage {
    pub async fn state(&self, id: RecordingId) -> Value {
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

/// A source whose first connection breaks off after `n` bytes and that is busy then; what it answers to later
/// attempts.
async fn interrupted(clip: &[u8], n: usize, later: Vec<Answer>) -> Source {
    let head = format!("200 OK\r\nContent-Length: {}\r\nETag: \"v1\"", clip.len());
    let mut answers = vec![
        answer(&head, &clip[..n]),
        answer("503 Busy\r\nRetry-After: 3\r\nContent-Length: 0", b""),
    ];
    answers.extend(later);
    Source::start(answers).await
}

/// The rest of a clip, as another answer goes on with it.
fn rest(clip: &[u8], from: usize) -> Answer {
    let n = clip.len();
    let head = format!(
        "206 Partial Content\r\nContent-Length: {}\r\nContent-Range: bytes {from}-{}/{n}\r\n\
         ETag: \"v1\"",
        n - from,
        n - 1
    );
    answer(&head, &clip[from..])
}

impl Stage {
    /// An attempt that is told to come back in three seconds.
    async fn is_sent_away(&self, id: RecordingId) {
        let outcome = self.fetch(id).await;
        let Err(StepError::Passing { code, wait, .. }) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!((code, wait), ("source_busy", Some(Duration::from_secs(3))));
        assert_eq!(self.state(id).await["state"], "pending");
    }
}

#[rstest]
#[tokio::test]
async fn the_next_attempt_goes_on_where_the_last_one_stopped(
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "the_next_attempt_goes_on_where_the_last_one_stopped";
    let Some(stage) = Stage::with(test, Database::Sqlite, storage, loopback).await else {
        return;
    };
    let clip = stage.clip();
    let busy = || answer("503 Busy\r\nRetry-After: 3\r\nContent-Length: 0", b"");
    let source = interrupted(&clip, 1000, vec![busy(), rest(&clip, 1000)]).await;
    let id = stage.announce(&source.url).await;
    stage.is_sent_away(id).await;
    // What came is not lost by an attempt that gets nothing.
    stage.is_sent_away(id).await;
    let fetched = stage.fetch(id).await.unwrap();
    assert_eq!(fetched.sha256, Some(sha256(&clip)));
    let requests = source.requests();
    for request in &requests[1..] {
        assert!(request.contains("range: bytes=1000-"), "{requests:?}");
        assert!(request.contains("if-range: \"v1\""), "{requests:?}");
    }
    assert_eq!(stage.n_objects().await, 1, "only the recording is kept");
}

#[tokio::test]
async fn what_came_before_is_not_mixed_with_another_file() {
    let test = "what_came_before_is_not_mixed_with_another_file";
    let folder = Storage::Folder;
    let Some(stage) = Stage::with(test, Database::Sqlite, folder, loopback).await else {
        return;
    };
    let clip = stage.clip();
    let mut other = clip.clone();
    other.extend_from_slice(&[0; 64]);
    // Another file, whole; no rest to be had; a part that was not asked for; a part of another file.
    let none = answer("416 Range Not Satisfiable\r\nContent-Length: 0", b"");
    for later in [
        vec![whole(&other)],
        vec![none, whole(&other)],
        vec![rest(&clip, 500), whole(&other)],
        vec![rest(&other, 1000), whole(&other)],
    ] {
        let source = interrupted(&clip, 1000, later).await;
        let id = stage.announce(&source.url).await;
        stage.is_sent_away(id).await;
        let fetched = stage.fetch(id).await.unwrap();
        assert_eq!(fetched.sha256, Some(sha256(&other)));
    }
    assert_eq!(stage.n_objects().await, 4, "only the recordings are kept");
    // Gone by then, and deleted in between: nothing stays.
    let gone = answer("404 Not Found\r\nContent-Length: 0", b"");
    let source = interrupted(&clip, 1000, vec![gone]).await;
    let failed = stage.announce(&source.url).await;
    stage.is_sent_away(failed).await;
    assert_eq!(stage.n_objects().await, 6);
    assert!(matches!(
        stage.fetch(failed).await,
        Err(StepError::Permanent { .. })
    ));
    assert_eq!(stage.n_objects().await, 4);
    let source = interrupted(&clip, 1000, Vec::new()).await;
    let deleted = stage.announce(&source.url).await;
    stage.is_sent_away(deleted).await;
    let path = stage.server.at(&format!("/api/v1/recordings/{deleted}"));
    let request = stage.server.client.delete(path).bearer_auth(&stage.key);
    assert_eq!(request.send().await.unwrap().status(), 204);
    assert_eq!(stage.n_objects().await, 4);
}

#[tokio::test]
async fn a_worker_that_goes_down_leaves_what_came_to_the_next_one() {
    let test = "a_worker_that_goes_down_leaves_what_came_to_the_next_one";
    let folder = Storage::Folder;
    let Some(stage) = Stage::with(test, Database::Sqlite, folder, loopback).await else {
        return;
    };
    let clip = stage.clip();
    let head = format!("200 OK\r\nContent-Length: {}\r\nETag: \"v1\"", clip.len());
    let silent = Answer::Silence(raw(&head, &clip[..2000]));
    let source = Source::start(vec![silent, rest(&clip, 2000)]).await;
    let id = stage.announce(&source.url).await;
    let watch = AttemptWatch::default();
    let stop = async {
        while watch.fraction() <= 0.0 {
            tokio::task::yield_now().await;
        }
        assert!(!watch.is_cancelled());
        watch.cancel();
    };
    let fetch = media::fetch_into(&stage.server.app, stage.organisation, id, &watch);
    let (stopped, ()) = tokio::join!(fetch, stop);
    assert!(matches!(stopped, Err(StepError::Cancelled)), "{stopped:?}");
    let fetched = stage.fetch(id).await.unwrap();
    assert_eq!(fetched.sha256, Some(sha256(&clip)));
    assert!(source.requests()[1].contains("range: bytes=2000-"));
    assert_eq!(stage.n_objects().await, 1);
}

#[tokio::test]
async fn over_tls_only_a_trusted_certificate_for_the_name_counts() {
    let test = "over_tls_only_a_trusted_certificate_for_the_name_counts";
    let folder = Storage::Folder;
    let Some(stage) = Stage::with(test, Database::Sqlite, folder, loopback).await else {
        return;
    };
    let clip = stage.clip();
    let authority = Authority::new();
    let files = tempfile::tempdir().unwrap();
    authority.issue(&["127.0.0.1"]).write(files.path());
    let tls = TlsFiles {
        certificate: files.path().join("certificate.pem"),
        key: files.path().join("key.pem"),
    };
    let addresses = ["127.0.0.1:0".to_owned()];
    let listening = Listening::bind(&addresses, false, Some(tls)).await.unwrap();
    let url = format!("{}/clip.mp4", listening.urls().unwrap()[0]);
    let sent = clip.clone();
    let router = axum::Router::new().fallback(move || std::future::ready(sent.clone()));
    let _serving = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(async move {
        listening.serve(router, &Config::default()).await
    }));

    let app = &stage.server.app;
    let policy = Policy::fetch(&app.config);
    let root = reqwest::Certificate::from_pem(authority.pem().as_bytes()).unwrap();
    let trusting = GuardedClient::with_roots(policy, Arc::new(SystemResolver), &[root]).unwrap();
    let watch = AttemptWatch::default();
    let id = stage.announce(&url).await;
    assert_eq!(stage.failure(id).await, ("untrusted_certificate", false));
    let named = stage.announce(&url.replace("127.0.0.1", "localhost")).await;
    let refused = media::fetch_with(app, stage.organisation, named, &watch, &trusting).await;
    assert!(
        matches!(
            refused,
            Err(StepError::Passing {
                code: "untrusted_certificate",
                ..
            })
        ),
        "{refused:?}"
    );
    let fetched = media::fetch_with(app, stage.organisation, id, &watch, &trusting).await;
    assert_eq!(fetched.unwrap().sha256, Some(sha256(&clip)));
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
