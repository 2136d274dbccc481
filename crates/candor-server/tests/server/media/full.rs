//! No room: nothing is taken that could not be kept, and it goes on when there is room again.

use candor_app::{
    config::Config,
    jobs::{AttemptWatch, StepError},
    media,
};
use candor_core::ids::RecordingId;
use candor_testkit::{Database, Storage, TinyDisk};
use futures::stream;
use reqwest::{
    Body, RequestBuilder, Response,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use super::{Stage, consent, file, meta, read, resumable::metadata, sha256, source::Source};
use crate::calls;

/// Room that stays free.
const RESERVE: u64 = 1 << 20;

/// A recording in one form.
fn form(content: Vec<u8>) -> Form {
    Form::new()
        .text("meta", meta().to_string())
        .part("file", file(content, "clip.mp4"))
}

/// So many bytes, without saying before how many.
fn unannounced(bytes: usize) -> Body {
    let pieces = (0..bytes.div_ceil(65_536)).map(|_| Ok::<_, std::io::Error>(vec![7; 65_536]));
    Body::wrap_stream(stream::iter(pieces))
}

async fn told_full(answer: Response) -> Value {
    let wait = answer.headers().get("retry-after").cloned();
    let body = read(answer, 503).await;
    assert_eq!(wait.unwrap(), "60", "{body}");
    body
}

async fn refused(answer: Response) {
    assert_eq!(told_full(answer).await["code"], "disk_full");
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

struct FullStage {
    stage: Stage,
    disk: TinyDisk,
}

impl FullStage {
    async fn new(test: &str, bytes: u64, reserve: u64) -> Option<Self> {
        let disk = TinyDisk::mount(test, bytes)?;
        let change = |config: &mut Config| {
            config.media.url = format!("file://{}", disk.path().display());
            config.limits.disk_reserve_bytes = reserve;
            config.fetch.allow_loopback = true;
        };
        let stage = Stage::with(test, Database::Sqlite, Storage::Folder, change).await?;
        Some(Self { stage, disk })
    }

    async fn announced(&self, source: &Source) -> RecordingId {
        let body = json!({"url": source.url, "consent": consent()});
        let request = self.stage.post("/api/v1/recordings/fetch").json(&body);
        super::id(&read(sent(request).await, 201).await)
    }

    async fn fetch(&self, id: RecordingId) -> Result<media::Recording, StepError> {
        let watch = AttemptWatch::default();
        let stage = &self.stage;
        media::fetch_into(&stage.server.app, stage.organisation, id, &watch).await
    }
}

#[tokio::test]
async fn a_full_disk_refuses_recordings_in_every_way_and_nothing_else() {
    let test = "a_full_disk_refuses_recordings_in_every_way_and_nothing_else";
    let Some(full) = FullStage::new(test, 8 << 20, RESERVE).await else {
        return;
    };
    let (stage, disk) = (&full.stage, &full.disk);
    let clip = stage.clip();
    let (first, rest) = clip.split_at(clip.len() / 2);
    let source = Source::giving(&clip).await;
    let kept = stage.uploaded(clip.clone()).await;
    let upload = stage.begin(clip.len()).await;
    assert_eq!(stage.patch(&upload, 0, first).await.status(), 204);
    let live = stage.begin_live().await;
    read(stage.segment(&live, "0", first, &sha256(first)).await, 201).await;
    let fetched = full.announced(&source).await;
    let before = disk.files();
    disk.fill(RESERVE / 2);

    refused(stage.send(form(clip.clone())).await).await;
    let headers = [("upload-length", "1000"), ("upload-metadata", "")];
    refused(
        stage
            .tus("POST", "/api/v1/uploads", &headers, Vec::new())
            .await,
    )
    .await;
    refused(stage.patch(&upload, first.len(), rest).await).await;
    assert_eq!(stage.offset(&upload).await, first.len());
    refused(stage.segment(&live, "1", rest, &sha256(rest)).await).await;
    // Also where the request does not look like an upload.
    let bare = stage
        .server
        .client
        .put(stage.server.at(&format!("{live}/segments/1")));
    let bare = bare
        .bearer_auth(&stage.key)
        .header("x-content-sha256", sha256(rest));
    refused(sent(bare.body(rest.to_vec())).await).await;
    refused(stage.complete(&live, 1).await).await;
    let body = json!({"url": source.url, "consent": consent()});
    refused(sent(stage.post("/api/v1/recordings/fetch").json(&body)).await).await;
    let passing = full.fetch(fetched).await;
    assert!(
        matches!(
            passing,
            Err(StepError::Passing {
                code: "disk_full",
                ..
            })
        ),
        "{passing:?}"
    );
    let told = stage.state(fetched).await;
    assert_eq!(told["state"], "pending");

    // Documented routes tell it in their shapes.
    let video = Form::new().part("video", Part::bytes(clip.clone()).file_name("a.mp4"));
    let lab = stage.post("/api/interviews/").multipart(video);
    assert!(told_full(sent(lab).await).await["detail"].is_string());
    let video = Form::new().part("video", Part::bytes(clip.clone()).file_name("a.mp4"));
    let nobody = uuid::Uuid::new_v4();
    let practice = stage
        .post(&format!("/app/live/{nobody}/end"))
        .multipart(video);
    assert!(told_full(sent(practice).await).await["detail"].is_string());
    let by_url =
        json!({"videoUrl": source.url, "applicationId": "a", "meta": {"consent": consent()}});
    let pipeline = told_full(sent(stage.post("/api/pipeline").json(&by_url)).await).await;
    assert_eq!(pipeline["ok"], false);

    assert_eq!(disk.files(), before, "nothing half-kept stays behind");
    let played = sent(stage.get(&format!("/api/v1/recordings/{kept}/content"))).await;
    assert_eq!(played.bytes().await.unwrap(), clip);
    let body = json!({"title": "T"});
    read(
        sent(stage.post("/api/v1/interviews").json(&body)).await,
        201,
    )
    .await;
    read(sent(stage.get("/health")).await, 200).await;
    let ready = read(sent(stage.get("/health/ready")).await, 503).await;
    assert_eq!(ready["checks"]["disk"], "full");
    assert_eq!(ready["checks"]["media"], "ok");

    disk.clear();
    read(sent(stage.get("/health/ready")).await, 200).await;
    stage.uploaded(clip.clone()).await;
    assert_eq!(stage.patch(&upload, first.len(), rest).await.status(), 204);
    read(stage.segment(&live, "1", rest, &sha256(rest)).await, 201).await;
    let whole = read(stage.complete(&live, 2).await, 200).await;
    assert_eq!(whole["sha256"], sha256(&clip));
    assert_eq!(
        full.fetch(fetched).await.unwrap().sha256,
        Some(sha256(&clip))
    );
    assert_eq!(stage.recordings().await.len(), 5);
}

#[tokio::test]
async fn a_disk_that_fills_up_in_the_middle_keeps_no_half() {
    let test = "a_disk_that_fills_up_in_the_middle_keeps_no_half";
    let Some(full) = FullStage::new(test, 6 << 20, 0).await else {
        return;
    };
    let (stage, disk) = (&full.stage, &full.disk);
    let headers = [
        ("upload-defer-length", "1"),
        ("upload-metadata", &*metadata()),
    ];
    let made = stage
        .tus("POST", "/api/v1/uploads", &headers, Vec::new())
        .await;
    assert_eq!(made.status(), 201);
    let upload = made.headers()["location"].to_str().unwrap().to_owned();
    let live = stage.begin_live().await;
    let source = Source::giving(&vec![7; 12 << 20]).await;
    let fetched = full.announced(&source).await;
    let before = disk.files();
    // One that is put in one piece, and one that goes in parts.
    for bytes in [7 << 20, 20 << 20] {
        let content = Part::stream(unannounced(bytes)).file_name("clip.mp4");
        let form = Form::new()
            .text("meta", meta().to_string())
            .part("file", content);
        refused(stage.send(form).await).await;
        let request = stage
            .server
            .client
            .put(stage.server.at(&format!("{live}/segments/0")));
        let request = request
            .bearer_auth(&stage.key)
            .header("x-content-sha256", sha256(b""));
        refused(sent(request.body(unannounced(bytes))).await).await;
    }
    let request = stage
        .server
        .client
        .patch(stage.server.at(&upload))
        .bearer_auth(&stage.key)
        .header("tus-resumable", "1.0.0")
        .header("upload-offset", "0")
        .header("content-type", "application/offset+octet-stream");
    refused(sent(request.body(unannounced(20 << 20))).await).await;
    // What was acknowledged before the end of the room stays.
    let offset = stage.offset(&upload).await;
    assert_eq!(offset, 4 << 20);
    stage.tus("DELETE", &upload, &[], Vec::new()).await;
    let passing = full.fetch(fetched).await;
    assert!(
        matches!(
            passing,
            Err(StepError::Passing {
                code: "disk_full",
                ..
            })
        ),
        "{passing:?}"
    );
    assert_eq!(disk.files(), before, "nothing half-kept stays behind");
    let clip = stage.clip();
    stage.uploaded(clip).await;
    assert_eq!(stage.recordings().await.len(), 3);
}

#[tokio::test]
async fn records_on_a_full_disk_are_read_but_not_written() {
    let test = "records_on_a_full_disk_are_read_but_not_written";
    let Some(disk) = TinyDisk::mount(test, 32 << 20) else {
        return;
    };
    let url = candor_testkit::sqlite_url(&disk.path().join("candor.db"));
    let change = |config: &mut Config| {
        config.store.url = url;
        config.limits.disk_reserve_bytes = RESERVE;
    };
    let stage = Stage::with(test, Database::Sqlite, Storage::Folder, change).await;
    let Some(stage) = stage else {
        return;
    };
    let caller = calls::As::new(&stage.server, stage.key.clone());
    let interview = |title: &str| json!({"title": title, "details": {"x": "y".repeat(3000)}});
    let there = async || {
        let list = caller.get("/api/v1/interviews?limit=100").await.expect(200);
        list["items"].as_array().unwrap().len()
    };
    let path = "/api/v1/interviews";
    caller.post(path, interview("before")).await.expect(201);
    disk.fill(0);
    // The log may be large enough for some more.
    let (mut refusals, mut made) = (0, 1);
    while refusals < 20 && made < 90 {
        let answer = caller.post(path, interview("during")).await;
        if answer.status == 201 {
            made += 1;
            continue;
        }
        assert_eq!(answer.problem(503), "disk_full");
        assert_eq!(answer.header("retry-after"), "60");
        refusals += 1;
    }
    assert!(refusals > 0, "the disk is full");
    assert_eq!(
        there().await,
        made,
        "what was accepted is there for others too"
    );
    refused(stage.send(form(vec![7; 100])).await).await;
    disk.clear();
    caller.post(path, interview("after")).await.expect(201);
    assert_eq!(there().await, made + 1);
}
