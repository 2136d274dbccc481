use candor_testkit::{Database, Storage};
use reqwest::Response;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Stage, meta, problem, read, sha256};

impl Stage {
    pub async fn begin_live(&self) -> String {
        let request = self.post("/api/v1/recordings/live").json(&meta());
        let made = read(request.send().await.unwrap(), 201).await;
        assert_eq!(made["state"], "pending");
        format!("/api/v1/recordings/{}", made["id"].as_str().unwrap())
    }

    pub async fn segment(&self, live: &str, number: &str, content: &[u8], hash: &str) -> Response {
        self.server
            .client
            .put(self.server.at(&format!("{live}/segments/{number}")))
            .bearer_auth(&self.key)
            .header("content-type", "application/octet-stream")
            .header("x-content-sha256", hash)
            .body(content.to_vec())
            .send()
            .await
            .unwrap()
    }

    pub async fn complete(&self, live: &str, segments: u32) -> Response {
        self.post(&format!("{live}/complete"))
            .json(&json!({"segments": segments}))
            .send()
            .await
            .unwrap()
    }
}

#[rstest]
#[tokio::test]
async fn parts_become_one_recording_in_order(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "parts_become_one_recording_in_order";
    let Some(stage) = Stage::new(test, database, storage).await else {
        return;
    };
    let clip = stage.clip();
    let live = stage.begin_live().await;
    let parts: Vec<&[u8]> = clip.chunks(clip.len().div_ceil(3)).collect();
    for number in [2, 0] {
        let part = parts[number];
        let kept = stage
            .segment(&live, &number.to_string(), part, &sha256(part))
            .await;
        let kept = read(kept, 201).await;
        assert_eq!(kept["bytes"], part.len());
    }
    // The same again is fine, something else is not.
    let again = stage.segment(&live, "2", parts[2], &sha256(parts[2])).await;
    read(again, 200).await;
    let other = stage.segment(&live, "2", b"other", &sha256(b"other")).await;
    problem(other, 409, "segment_differs").await;
    let damaged = stage.segment(&live, "1", b"dam", &sha256(parts[1])).await;
    problem(damaged, 422, "hash_mismatch").await;
    let missing: Value = read(stage.complete(&live, 3).await, 409).await;
    assert_eq!(missing["code"], "segments_missing");
    assert!(
        missing["detail"].as_str().unwrap().ends_with(": 1"),
        "{missing}"
    );
    problem(stage.complete(&live, 0).await, 422, "invalid_number").await;

    read(
        stage.segment(&live, "1", parts[1], &sha256(parts[1])).await,
        201,
    )
    .await;
    problem(stage.complete(&live, 2).await, 409, "segments_surplus").await;
    let whole = read(stage.complete(&live, 3).await, 200).await;
    assert_eq!(whole["state"], "available");
    assert_eq!(whole["source"], "segments");
    assert_eq!(whole["sha256"], sha256(&clip));
    // Said again, it answers the same, and late parts are refused.
    assert_eq!(read(stage.complete(&live, 3).await, 200).await, whole);
    read(
        stage.segment(&live, "1", parts[1], &sha256(parts[1])).await,
        200,
    )
    .await;
    let late = stage.segment(&live, "3", b"late", &sha256(b"late")).await;
    problem(late, 409, "recording_complete").await;
    assert_eq!(stage.n_objects().await, 1);
}

#[rstest]
#[tokio::test]
async fn parts_have_limits_and_hashes(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "parts_have_limits_and_hashes";
    let change = |config: &mut candor_app::config::Config| {
        config.limits.segment_bytes = 1000;
        config.limits.upload_bytes = 1500;
        config.limits.segments = 3;
    };
    let Some(stage) = Stage::with(test, database, Storage::Folder, change).await else {
        return;
    };
    let live = stage.begin_live().await;
    let large = vec![1; 1001];
    let too_large = stage.segment(&live, "0", &large, &sha256(&large)).await;
    problem(too_large, 413, "too_large").await;
    let first = vec![1; 900];
    read(
        stage.segment(&live, "0", &first, &sha256(&first)).await,
        201,
    )
    .await;
    let beyond = vec![2; 700];
    let beyond = stage.segment(&live, "1", &beyond, &sha256(&beyond)).await;
    problem(beyond, 413, "too_large").await;
    problem(
        stage.segment(&live, "3", b"x", &sha256(b"x")).await,
        422,
        "invalid_number",
    )
    .await;
    problem(
        stage.segment(&live, "-1", b"x", &sha256(b"x")).await,
        404,
        "not_found",
    )
    .await;
    problem(
        stage.segment(&live, "1", b"x", "no hash").await,
        422,
        "missing_hash",
    )
    .await;
    // Parts that make no recording stay: the client may have named a wrong number.
    problem(stage.complete(&live, 1).await, 415, "unsupported").await;
    assert_eq!(stage.n_objects().await, 1);
    let no_consent = stage.post("/api/v1/recordings/live").json(&json!({}));
    problem(no_consent.send().await.unwrap(), 422, "consent_required").await;
}
