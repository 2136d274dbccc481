use candor_core::access::Scope;
use candor_testkit::{Database, Storage};
use rstest::rstest;
use serde_json::{Value, json};

use super::{
    Stage, read, sha256,
    source::{Source, loopback, whole},
};
use crate::calls::As;

/// Somebody who is told when recordings arrive.
struct Listener<'a>(As<'a>);

impl<'a> Listener<'a> {
    async fn register(stage: &'a Stage, organisation: candor_core::ids::OrganisationId) -> Self {
        let key = stage.server.key(organisation, &[Scope::Admin]).await;
        let caller = As::new(&stage.server, key);
        for (host, events) in [
            ("a", json!(["recording.available"])),
            ("b", json!(["analysis.done"])),
        ] {
            let body = json!({"url": format!("https://{host}.example.org/"), "events": events});
            caller.post("/api/v1/webhooks", body).await.expect(201);
        }
        Self(caller)
    }

    /// The data of all events, in order.
    async fn told(&self) -> Vec<Value> {
        let list = self.0.get("/api/v1/webhooks/deliveries").await.expect(200);
        let mut told = Vec::new();
        for delivery in list["items"].as_array().unwrap().iter().rev() {
            assert_eq!(delivery["event_type"], "recording.available");
            let path = format!(
                "/api/v1/webhooks/deliveries/{}",
                delivery["id"].as_str().unwrap()
            );
            let whole = self.0.get(&path).await.expect(200);
            let body: Value = serde_json::from_str(whole["body"].as_str().unwrap()).unwrap();
            assert_eq!(body["type"], "recording.available");
            told.push(body["data"].clone());
        }
        told
    }
}

#[rstest]
#[tokio::test]
async fn each_recording_is_told_once_when_it_is_available(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "each_recording_is_told_once_when_it_is_available";
    let Some(stage) = Stage::with(test, database, Storage::Folder, loopback).await else {
        return;
    };
    let listener = Listener::register(&stage, stage.organisation).await;
    let other = stage.server.organisation("Other").await;
    let stranger = Listener::register(&stage, other).await;
    let clip = stage.clip();
    let (first, rest) = clip.split_at(1000);

    let sent = stage.uploaded(clip.clone()).await;
    let told = listener.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    let recording = read(
        stage
            .get(&format!("/api/v1/recordings/{sent}"))
            .send()
            .await
            .unwrap(),
        200,
    )
    .await;
    assert_eq!(told[0]["recording_id"], recording["id"]);
    for name in [
        "interview_id",
        "question_id",
        "external_id",
        "source",
        "content_type",
        "bytes",
        "sha256",
        "duration_s",
        "has_video",
        "has_audio",
    ] {
        assert_eq!(told[0][name], recording[name], "{name}");
    }
    assert_eq!(told[0]["sha256"], sha256(&clip));
    assert_eq!(told[0].get("file_name"), None, "names stay here");

    // Parts, announcements and what is refused are not told; the end is, and once.
    let upload = stage.begin(clip.len()).await;
    stage.patch(&upload, 0, first).await;
    let live = stage.begin_live().await;
    read(stage.segment(&live, "0", first, &sha256(first)).await, 201).await;
    read(stage.segment(&live, "1", rest, &sha256(rest)).await, 201).await;
    let source = Source::start(vec![whole(&clip)]).await;
    let page = Source::start(vec![whole(b"<html>no recording</html>")]).await;
    let fetched = stage.announce(&source.url).await;
    let refused = stage.announce(&page.url).await;
    stage.fetch(refused).await.unwrap_err();
    assert_eq!(listener.told().await.len(), 1);

    for _ in 0..2 {
        stage.patch(&upload, 1000, rest).await;
    }
    for _ in 0..2 {
        read(stage.complete(&live, 2).await, 200).await;
    }
    for _ in 0..2 {
        stage.fetch(fetched).await.unwrap();
    }
    let told = listener.told().await;
    let sources: Vec<&str> = told
        .iter()
        .filter_map(|data| data["source"].as_str())
        .collect();
    assert_eq!(sources, ["upload", "resumable", "segments", "url"]);
    assert!(told.iter().all(|data| data["sha256"] == sha256(&clip)));
    assert_eq!(told[3]["recording_id"], fetched.to_string());
    let at_once = futures::future::join_all((0..4).map(|_| stage.uploaded(clip.clone()))).await;
    let told = listener.told().await;
    let ids: std::collections::BTreeSet<&str> = told
        .iter()
        .filter_map(|data| data["recording_id"].as_str())
        .collect();
    assert_eq!((told.len(), ids.len()), (8, 8));
    assert!(at_once.iter().all(|id| ids.contains(&*id.to_string())));
    assert_eq!(stranger.told().await, Vec::<Value>::new());
}
