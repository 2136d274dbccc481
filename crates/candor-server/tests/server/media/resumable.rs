use base64::{Engine, prelude::BASE64_STANDARD};
use candor_core::{access::Scope, ids::RecordingId};
use candor_testkit::{Database, Storage};
use reqwest::{Method, Response};
use rstest::rstest;
use tokio::io::AsyncWriteExt;

use super::{Stage, meta, problem, read, sha256};

pub fn metadata() -> String {
    format!(
        "filename {},meta {}",
        BASE64_STANDARD.encode("clip.mp4"),
        BASE64_STANDARD.encode(meta().to_string())
    )
}

impl Stage {
    pub async fn tus(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Response {
        let url = if url.starts_with('/') {
            self.server.at(url)
        } else {
            url.to_owned()
        };
        let mut request = self
            .server
            .client
            .request(Method::from_bytes(method.as_bytes()).unwrap(), url)
            .bearer_auth(&self.key);
        if !headers.iter().any(|(name, _)| *name == "tus-resumable") {
            request = request.header("tus-resumable", "1.0.0");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body).send().await.unwrap()
    }

    pub async fn begin(&self, length: usize) -> String {
        let headers = [
            ("upload-length", &*length.to_string()),
            ("upload-metadata", &*metadata()),
        ];
        let made = self
            .tus("POST", "/api/v1/uploads", &headers, Vec::new())
            .await;
        assert_eq!(made.status(), 201, "{}", made.text().await.unwrap());
        made.headers()["location"].to_str().unwrap().to_owned()
    }

    pub async fn patch(&self, upload: &str, offset: usize, bytes: &[u8]) -> Response {
        let headers = [
            ("upload-offset", &*offset.to_string()),
            ("content-type", "application/offset+octet-stream"),
        ];
        self.tus("PATCH", upload, &headers, bytes.to_vec()).await
    }

    pub async fn offset(&self, upload: &str) -> usize {
        let head = self.tus("HEAD", upload, &[], Vec::new()).await;
        assert_eq!(head.status(), 200);
        assert_eq!(head.headers()["cache-control"], "no-store");
        number(&head, "upload-offset")
    }
}

fn number(answer: &Response, name: &str) -> usize {
    answer.headers()[name].to_str().unwrap().parse().unwrap()
}

fn made(answer: &Response) -> RecordingId {
    answer.headers()["candor-recording-id"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

#[rstest]
#[tokio::test]
async fn an_upload_in_pieces_becomes_the_same_recording(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "an_upload_in_pieces_becomes_the_same_recording";
    let Some(stage) = Stage::new(test, database, storage).await else {
        return;
    };
    let clip = stage.clip();
    let upload = stage.begin(clip.len()).await;
    let (first, rest) = clip.split_at(1000);
    let answer = stage.patch(&upload, 0, first).await;
    assert_eq!(answer.status(), 204);
    assert_eq!(number(&answer, "upload-offset"), 1000);
    assert!(answer.headers().contains_key("upload-expires"));
    assert_eq!(stage.offset(&upload).await, 1000);
    problem(stage.patch(&upload, 0, first).await, 409, "offset_mismatch").await;
    problem(
        stage.patch(&upload, 5000, first).await,
        409,
        "offset_mismatch",
    )
    .await;
    let answer = stage.patch(&upload, 1000, rest).await;
    assert_eq!(answer.status(), 204);
    let id = made(&answer);
    let recording = read(
        stage
            .get(&format!("/api/v1/recordings/{id}"))
            .send()
            .await
            .unwrap(),
        200,
    )
    .await;
    assert_eq!(recording["state"], "available");
    assert_eq!(recording["source"], "resumable");
    assert_eq!(recording["sha256"], sha256(&clip));
    assert_eq!(recording["file_name"], "clip.mp4");
    assert_eq!(recording["external_id"], "answer-1");
    // The parts are gone, and saying the end again changes nothing.
    assert_eq!(stage.n_objects().await, 1);
    let again = stage.patch(&upload, clip.len(), b"").await;
    assert_eq!(made(&again), id);
    assert_eq!(stage.recordings().await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn the_protocol_is_kept_to(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_protocol_is_kept_to";
    let change = |config: &mut candor_app::config::Config| config.limits.upload_bytes = 1 << 20;
    let Some(stage) = Stage::with(test, database, Storage::Folder, change).await else {
        return;
    };
    let options = stage
        .tus("OPTIONS", "/api/v1/uploads/", &[], Vec::new())
        .await;
    assert_eq!(options.status(), 204);
    assert_eq!(options.headers()["tus-version"], "1.0.0");
    assert_eq!(options.headers()["tus-max-size"], (1 << 20).to_string());
    assert_eq!(options.headers()["tus-checksum-algorithm"], "sha1,sha256");

    let post = async |headers: &[(&str, &str)]| {
        stage
            .tus("POST", "/api/v1/uploads/", headers, Vec::new())
            .await
    };
    let described = ("upload-metadata", &*metadata());
    problem(
        post(&[("upload-length", "9")]).await,
        422,
        "consent_required",
    )
    .await;
    problem(post(&[described]).await, 422, "invalid_length").await;
    problem(
        post(&[described, ("upload-length", "-1")]).await,
        422,
        "invalid_header",
    )
    .await;
    problem(
        post(&[described, ("upload-length", "0")]).await,
        422,
        "empty_upload",
    )
    .await;
    problem(
        post(&[described, ("upload-length", "1048577")]).await,
        413,
        "too_large",
    )
    .await;
    let old = post(&[
        described,
        ("upload-length", "9"),
        ("tus-resumable", "0.2.2"),
    ])
    .await;
    problem(old, 412, "tus_version").await;

    let made = post(&[described, ("upload-defer-length", "1")]).await;
    assert_eq!(made.status(), 201);
    assert_eq!(made.headers()["upload-defer-length"], "1");
    let upload = made.headers()["location"].to_str().unwrap();
    let patch = async |headers: &[(&str, &str)], body: &[u8]| {
        stage.tus("PATCH", upload, headers, body.to_vec()).await
    };
    let kind = ("content-type", "application/offset+octet-stream");
    let wrong_kind = [("upload-offset", "0"), ("content-type", "video/mp4")];
    problem(patch(&wrong_kind, b"x").await, 415, "unsupported").await;
    problem(patch(&[kind], b"x").await, 422, "invalid_header").await;
    let told = [kind, ("upload-offset", "0"), ("upload-length", "3")];
    problem(patch(&told, b"more").await, 413, "too_large").await;
    assert_eq!(stage.offset(upload).await, 0);
    let other = [kind, ("upload-offset", "0"), ("upload-length", "4")];
    problem(patch(&other, b"x").await, 422, "length_differs").await;
    // Three bytes are no recording: the upload ends and nothing is kept.
    problem(patch(&told, b"abc").await, 415, "unsupported").await;
    let gone = stage.tus("HEAD", upload, &[], Vec::new()).await;
    assert_eq!(gone.status(), 404);
    stage.holds_nothing().await;
}

#[rstest]
#[tokio::test]
async fn bytes_with_another_hash_than_told_are_discarded(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "bytes_with_another_hash_than_told_are_discarded";
    let Some(stage) = Stage::new(test, database, Storage::Folder).await else {
        return;
    };
    let clip = stage.clip();
    let upload = stage.begin(clip.len()).await;
    let checked = async |offset: usize, bytes: &[u8], checksum: &str| {
        let headers = [
            ("upload-offset", &*offset.to_string()),
            ("content-type", "application/offset+octet-stream"),
            ("upload-checksum", checksum),
        ];
        stage.tus("PATCH", &upload, &headers, bytes.to_vec()).await
    };
    let sha256 = |bytes: &[u8]| {
        use sha2::Digest;
        format!(
            "sha256 {}",
            BASE64_STANDARD.encode(sha2::Sha256::digest(bytes))
        )
    };
    let (first, rest) = clip.split_at(500);
    problem(
        checked(0, first, &sha256(rest)).await,
        460,
        "checksum_mismatch",
    )
    .await;
    problem(checked(0, first, "md5 AAAA").await, 422, "invalid_checksum").await;
    assert_eq!(stage.offset(&upload).await, 0);
    assert_eq!(stage.n_objects().await, 0);
    assert_eq!(checked(0, first, &sha256(first)).await.status(), 204);
    assert_eq!(checked(500, rest, &sha256(rest)).await.status(), 204);
    assert_eq!(stage.recordings().await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_broken_connection_loses_nothing_that_was_acknowledged(
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "a_broken_connection_loses_nothing_that_was_acknowledged";
    let Some(stage) = Stage::new(test, Database::Sqlite, storage).await else {
        return;
    };
    let path = stage
        .clips
        .make("long.wav", "-f lavfi -i sine=duration=60:sample_rate=48000");
    let wav = std::fs::read(path).unwrap();
    let upload = stage.begin(wav.len()).await;
    let address = stage.server.url.strip_prefix("http://").unwrap();
    let head = format!(
        "PATCH {upload} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
         Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
        stage.key,
        wav.len()
    );
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    let sent = 5 << 20;
    socket.write_all(&wav[..sent]).await.unwrap();
    socket.flush().await.unwrap();
    // The first part of four MiB is acknowledged while the connection still stands.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let mut offset = 0;
    while offset == 0 {
        assert!(std::time::Instant::now() < deadline, "nothing was kept");
        offset = stage.offset(&upload).await;
        tokio::task::yield_now().await;
    }
    drop(socket);
    let mut settled = false;
    while !settled {
        assert!(
            std::time::Instant::now() < deadline,
            "the upload can't go on"
        );
        offset = stage.offset(&upload).await;
        assert!(offset <= sent);
        let answer = stage.patch(&upload, offset, &wav[offset..]).await;
        settled = answer.status() == 204;
    }
    let list = stage.recordings().await;
    assert_eq!(list[0]["sha256"], sha256(&wav));
}

#[rstest]
#[tokio::test]
async fn of_two_that_append_at_once_one_wins(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "of_two_that_append_at_once_one_wins";
    let Some(stage) = Stage::new(test, database, Storage::Folder).await else {
        return;
    };
    let upload = stage.begin(1_000_000).await;
    let (first, second) = (vec![1; 100_000], vec![2; 100_000]);
    let (a, b) = tokio::join!(
        stage.patch(&upload, 0, &first),
        stage.patch(&upload, 0, &second)
    );
    let mut statuses = [a.status().as_u16(), b.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    assert_eq!(stage.offset(&upload).await, 100_000);
    assert_eq!(stage.n_objects().await, 1);
}

#[rstest]
#[tokio::test]
async fn only_who_began_an_upload_goes_on_with_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "only_who_began_an_upload_goes_on_with_it";
    let Some(mut stage) = Stage::new(test, database, Storage::Folder).await else {
        return;
    };
    let upload = stage.begin(1000).await;
    let owner = stage.key.clone();
    stage.key = stage.server.key(stage.organisation, &[Scope::Admin]).await;
    assert_eq!(
        stage.tus("HEAD", &upload, &[], Vec::new()).await.status(),
        404
    );
    problem(stage.patch(&upload, 0, b"x").await, 404, "not_found").await;
    problem(
        stage.tus("DELETE", &upload, &[], Vec::new()).await,
        404,
        "not_found",
    )
    .await;
    stage.key = owner;
    assert_eq!(stage.patch(&upload, 0, b"x").await.status(), 204);
    read(stage.tus("DELETE", &upload, &[], Vec::new()).await, 204).await;
    assert_eq!(
        stage.tus("HEAD", &upload, &[], Vec::new()).await.status(),
        404
    );
    assert_eq!(stage.n_objects().await, 0);
}

#[rstest]
#[tokio::test]
async fn first_bytes_may_come_with_the_creation(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "first_bytes_may_come_with_the_creation";
    let Some(stage) = Stage::new(test, database, Storage::Folder).await else {
        return;
    };
    let clip = stage.clip();
    let headers = [
        ("upload-length", &*clip.len().to_string()),
        ("upload-metadata", &*metadata()),
        ("content-type", "application/offset+octet-stream"),
    ];
    let answer = stage
        .tus("POST", "/api/v1/uploads", &headers, clip.clone())
        .await;
    assert_eq!(answer.status(), 201);
    assert_eq!(number(&answer, "upload-offset"), clip.len());
    made(&answer);
    assert_eq!(stage.recordings().await.len(), 1);
}
