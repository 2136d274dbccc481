use candor_core::access::Role;
use candor_testkit::{Database, Storage};
use reqwest::multipart::{Form, Part};
use rstest::rstest;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Stage, file, id, meta, problem, read, sha256};

#[rstest]
#[tokio::test]
async fn an_uploaded_recording_is_described_by_its_content(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "an_uploaded_recording_is_described_by_its_content";
    let Some(stage) = Stage::new(test, database, storage).await else {
        return;
    };
    let clip = stage.clip();
    let form = Form::new()
        .text("meta", meta().to_string())
        .part("file", file(clip.clone(), "whatever.txt"));
    let made = read(stage.send(form).await, 201).await;
    assert_eq!(made["state"], "available");
    assert_eq!(made["content_type"], "video/mp4");
    assert_eq!(made["bytes"], clip.len());
    assert_eq!(made["sha256"], sha256(&clip));
    assert_eq!(made["has_video"], true);
    assert_eq!(made["has_audio"], true);
    assert_eq!(made["file_name"], "whatever.txt");
    assert_eq!(made["external_id"], "answer-1");
    assert!((made["duration_s"].as_f64().unwrap() - 1.0).abs() < 0.2);

    // The description may come last.
    let wav = std::fs::read(stage.clips.make("tone.wav", "-f lavfi -i sine=duration=2")).unwrap();
    let form = Form::new()
        .part("file", file(wav.clone(), "tone.wav"))
        .text("meta", meta().to_string());
    let second = read(stage.send(form).await, 201).await;
    assert_eq!(second["content_type"], "audio/wav");
    assert_eq!(second["has_video"], false);
    assert_eq!(second["sha256"], sha256(&wav));

    let list = stage.recordings().await;
    assert_eq!(list.len(), 2);
    assert_eq!(list[0]["id"], second["id"]);
    let folder = tempfile::tempdir().unwrap();
    let app = &stage.server.app;
    let copy = candor_app::media::local_copy(app, stage.organisation, id(&made), folder.path());
    assert_eq!(std::fs::read(copy.await.unwrap()).unwrap(), clip);
}

#[rstest]
#[tokio::test]
async fn a_recording_of_many_parts_is_kept_whole(
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "a_recording_of_many_parts_is_kept_whole";
    let Some(stage) = Stage::new(test, Database::Sqlite, storage).await else {
        return;
    };
    let path = stage.clips.make(
        "long.wav",
        "-f lavfi -i anoisesrc=duration=220:sample_rate=48000",
    );
    let wav = std::fs::read(path).unwrap();
    assert!(wav.len() > 20 << 20);
    let id = stage.uploaded(wav.clone()).await;
    let path = format!("/api/v1/recordings/{id}/content");
    let played = stage.get(&path).send().await.unwrap();
    assert_eq!(sha256(&played.bytes().await.unwrap()), sha256(&wav));
}

#[rstest]
#[tokio::test]
async fn without_consent_nothing_is_stored(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "without_consent_nothing_is_stored";
    let Some(stage) = Stage::new(test, database, Storage::Folder).await else {
        return;
    };
    let clip = stage.clip();
    for form in [
        Form::new().part("file", file(clip.clone(), "a.mp4")),
        Form::new()
            .text("meta", json!({"external_id": "x"}).to_string())
            .part("file", file(clip.clone(), "a.mp4")),
        Form::new()
            .part("file", file(clip.clone(), "a.mp4"))
            .text("meta", json!({}).to_string()),
    ] {
        problem(stage.send(form).await, 422, "consent_required").await;
    }
    let future =
        json!({"consent": {"version": "1", "obtainedAt": "2999-01-01T00:00:00Z", "by": "x"}});
    let form = Form::new()
        .text("meta", future.to_string())
        .part("file", file(clip.clone(), "a.mp4"));
    problem(stage.send(form).await, 422, "invalid_consent").await;
    stage.holds_nothing().await;

    // A key whose holder attests it needs no statement.
    let mut stage = stage;
    stage.key = stage
        .server
        .attesting_key(stage.organisation, &[candor_core::access::Scope::Write])
        .await;
    let form = Form::new().part("file", file(clip, "a.mp4"));
    read(stage.send(form).await, 201).await;
}

#[rstest]
#[tokio::test]
async fn what_is_no_recording_is_refused_whatever_its_name(
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "what_is_no_recording_is_refused_whatever_its_name";
    let Some(stage) = Stage::new(test, Database::Sqlite, storage).await else {
        return;
    };
    let secret = stage
        .clips
        .make("secret.wav", "-f lavfi -i sine=duration=1");
    let concat = format!("ffconcat version 1.0\nfile '{}'\n", secret.display());
    let playlist = format!(
        "#EXTM3U\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
        secret.display()
    );
    let zip = [b"PK\x03\x04".as_slice(), &[0; 400]].concat();
    for content in [
        concat.into_bytes(),
        playlist.into_bytes(),
        b"<html><script>alert(1)</script></html>".to_vec(),
        zip,
        vec![0; 70_000],
        Vec::new(),
    ] {
        let form = Form::new()
            .text("meta", meta().to_string())
            .part("file", file(content, "answer.mp4"));
        problem(stage.send(form).await, 415, "unsupported").await;
    }
    stage.holds_nothing().await;
}

#[rstest]
#[tokio::test]
async fn a_recording_over_the_limit_is_stopped_while_it_arrives(
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "a_recording_over_the_limit_is_stopped_while_it_arrives";
    let change = |config: &mut candor_app::config::Config| config.limits.upload_bytes = 9 << 20;
    let Some(stage) = Stage::with(test, Database::Sqlite, storage, change).await else {
        return;
    };
    for length_is_told in [true, false] {
        let content = vec![7_u8; 10 << 20];
        let part = if length_is_told {
            Part::bytes(content)
        } else {
            Part::stream(reqwest::Body::from(content))
        };
        let form = Form::new()
            .text("meta", meta().to_string())
            .part("file", part.file_name("big.mp4"));
        problem(stage.send(form).await, 413, "too_large").await;
    }
    stage.holds_nothing().await;
}

#[rstest]
#[tokio::test]
async fn forms_that_make_no_sense_change_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "forms_that_make_no_sense_change_nothing";
    let Some(stage) = Stage::new(test, database, Storage::Folder).await else {
        return;
    };
    let clip = stage.clip();
    let unknown = candor_core::ids::InterviewId::generate();
    for (form, status) in [
        (Form::new(), 422),
        (Form::new().text("meta", meta().to_string()), 422),
        (Form::new().text("meta", "no json"), 422),
        (Form::new().text("meta", "{\"nonsense\": 1}"), 422),
        (Form::new().text("other", "x"), 422),
        (
            Form::new()
                .text("meta", meta().to_string())
                .part("file", file(clip.clone(), "a.mp4"))
                .part("file", file(clip.clone(), "b.mp4")),
            422,
        ),
        (
            Form::new().part("file", file(clip.clone(), "a.mp4")).text(
                "meta",
                json!({"consent": super::consent(), "interview_id": unknown}).to_string(),
            ),
            404,
        ),
    ] {
        read(stage.send(form).await, status).await;
    }
    let answer = stage
        .post("/api/v1/recordings")
        .body("no form")
        .send()
        .await
        .unwrap();
    problem(answer, 415, "unsupported").await;
    stage.holds_nothing().await;
}

#[rstest]
#[tokio::test]
async fn a_connection_that_breaks_leaves_nothing(
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "a_connection_that_breaks_leaves_nothing";
    let Some(stage) = Stage::new(test, Database::Sqlite, storage).await else {
        return;
    };
    let address = stage.server.url.strip_prefix("http://").unwrap();
    let head = format!(
        "POST /api/v1/recordings HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 50000000\r\n\r\n\
         --b\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp4\"\r\n\r\n",
        stage.key,
        meta()
    );
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    // More than one part of a multipart object.
    socket.write_all(&vec![1; 18 << 20]).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut answer = Vec::new();
    // Whether the server still says something to a half-closed connection is up to it.
    let _ = socket.read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || text.starts_with("HTTP/1.1 4"),
        "{text}"
    );
    stage.holds_nothing().await;
}

#[rstest]
#[tokio::test]
async fn nobody_reaches_what_is_not_theirs(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "nobody_reaches_what_is_not_theirs";
    let Some(mut stage) = Stage::new(test, database, Storage::Folder).await else {
        return;
    };
    let of_staff = stage.uploaded(stage.clip()).await;
    let (_, first) = stage
        .server
        .person(stage.organisation, Role::Candidate)
        .await;
    let (_, second) = stage
        .server
        .person(stage.organisation, Role::Candidate)
        .await;
    let (_, reviewer) = stage
        .server
        .person(stage.organisation, Role::Reviewer)
        .await;
    let elsewhere = stage.server.organisation("Other").await;
    let (_, stranger) = stage.server.person(elsewhere, Role::Admin).await;

    stage.key = first;
    let own = stage.uploaded(stage.clip()).await;
    let status = async |stage: &Stage, id: candor_core::ids::RecordingId| {
        let path = format!("/api/v1/recordings/{id}");
        let seen = stage.get(&path).send().await.unwrap().status().as_u16();
        let played = stage
            .get(&format!("{path}/content"))
            .send()
            .await
            .unwrap()
            .status()
            .as_u16();
        assert_eq!(seen, played);
        seen
    };
    assert_eq!(status(&stage, own).await, 200);
    assert_eq!(status(&stage, of_staff).await, 404);
    stage.key = second;
    assert_eq!(status(&stage, own).await, 404);
    stage.key = stranger;
    assert_eq!(status(&stage, own).await, 404);
    let path = format!("/api/v1/recordings/{own}");
    let url = stage.server.at(&path);
    let delete = async |token: &str| {
        let request = stage.server.client.delete(&url).bearer_auth(token);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(delete(&stage.key).await, 404);
    assert_eq!(delete(&reviewer).await, 403);
    assert_eq!(delete("forged").await, 401);
    stage.key = reviewer;
    assert_eq!(status(&stage, own).await, 404);
    assert_eq!(status(&stage, of_staff).await, 200);
    let form = Form::new()
        .text("meta", meta().to_string())
        .part("file", file(stage.clip(), "a.mp4"));
    problem(stage.send(form).await, 403, "denied").await;
}
