use std::sync::Arc;

use bytes::Bytes;
use candor_app::media::{self, Swept};
use candor_testkit::{Clips, Database, FakeEngines, HandClock, Storage, TestServer};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::Value;

use super::{Stage, meta, read};

#[rstest]
#[tokio::test]
async fn what_nobody_goes_on_with_is_cleared_and_nothing_else(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "what_nobody_goes_on_with_is_cleared_and_nothing_else";
    let clock = Arc::new(HandClock::of_now());
    let Some(clips) = Clips::new(test) else {
        return;
    };
    let server = TestServer::start_on(
        test,
        database,
        storage,
        FakeEngines::default(),
        Arc::clone(&clock) as _,
        |_| {},
    );
    let Some(server) = server.await else {
        return;
    };
    let mut stage = Stage::of(server, clips).await;
    let kept = stage.uploaded(stage.clip()).await;
    let upload = stage.begin(1_000_000).await;
    stage.patch(&upload, 0, b"some bytes").await;
    let live = stage.begin_live().await;
    let hash = super::sha256(b"part");
    read(stage.segment(&live, "0", b"part", &hash).await, 201).await;
    let app = &stage.server.app;
    for key in ["recordings/x/y/z", "uploads/x/y/z", "artefacts/x/y/z/w"] {
        app.objects.put(key, Bytes::from("orphan")).await.unwrap();
    }
    assert_eq!(stage.n_objects().await, 5);
    assert_eq!(media::sweep(app).await.unwrap(), Swept::default());
    assert_eq!(stage.n_objects().await, 5);

    clock.advance(SignedDuration::from_hours(25));
    let swept = media::sweep(app).await.unwrap();
    assert_eq!(swept.uploads_expired, 1);
    assert_eq!(swept.live_expired, 1);
    assert_eq!(swept.objects_removed, 3);
    assert!(app.objects.stat("artefacts/x/y/z/w").await.is_err());
    assert_eq!(stage.n_objects().await, 1);
    assert_eq!(media::sweep(app).await.unwrap(), Swept::default());

    // The key's organisation still plays what it kept; the token of the test outlives a day.
    stage.key = stage
        .server
        .key(stage.organisation, &[candor_core::access::Scope::Write])
        .await;
    let list = stage.recordings().await;
    let state = |id: &str| {
        let found = list.iter().find(|one| one["id"] == id);
        found.map_or(Value::Null, |one| one["state"].clone())
    };
    assert_eq!(state(&kept.to_string()), "available");
    assert_eq!(state(live.rsplit('/').next().unwrap()), "failed");
    assert_eq!(
        stage.tus("HEAD", &upload, &[], Vec::new()).await.status(),
        404
    );
    // A clip is kept under the consent that came with it.
    assert!(meta()["consent"].is_object());
}
