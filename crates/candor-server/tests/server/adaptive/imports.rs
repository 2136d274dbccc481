//! Documents that lie in a bucket: an organisation reads its own folder, and what can't be read is told.

use std::sync::Arc;

use candor_core::{
    access::{Role, Scope},
    ports::SystemClock,
};
use candor_testkit::{
    Database, FakeEngines, Storage, TestServer,
    documents::{docx, pdf},
};
use serde_json::{Value, json};

use crate::calls::As;

const FETCH: &str = "/api/v1/documents/fetch";
const WORDS: &str = "Five years of backend services in Rust at a bank in Izmir.";

fn resume(url: &str) -> Value {
    json!({"url": url, "kind": "resume"})
}

#[tokio::test]
async fn a_resume_is_read_from_the_organisations_own_folder_of_a_bucket() {
    let test = "a_resume_is_read_from_the_organisations_own_folder_of_a_bucket";
    let (engines, clock) = (FakeEngines::default(), Arc::new(SystemClock));
    let started = TestServer::start_on(test, Database::Sqlite, Storage::S3, engines, clock, |_| {});
    let Some(server) = started.await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let theirs = server.organisation("Theirs").await;
    let recruiter = As::new(&server, server.person(ours, Role::Recruiter).await.1);
    let incoming = server.incoming.as_ref().unwrap();
    for (key, bytes) in [
        (format!("{ours}/cv.pdf"), pdf(&["Ada Lovelace", WORDS])),
        (format!("{ours}/b/cv.docx"), docx(&["Ada Lovelace", WORDS])),
        (
            format!("{ours}/cv.png"),
            b"\x89PNG\r\n\x1a\n\x01\xff".to_vec(),
        ),
        (format!("{ours}/large.txt"), vec![b'a'; (5 << 20) + 1]),
        (format!("{theirs}/cv.pdf"), pdf(&["Theirs alone"])),
        ("cv.pdf".to_owned(), pdf(&["Of nobody"])),
    ] {
        incoming.objects.put(&key, bytes.into()).await.unwrap();
    }
    let url = |key: &str| format!("{}/{key}", incoming.url);

    for (name, content_type) in [
        ("cv.pdf", "application/pdf"),
        (
            "b/cv.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ] {
        let address = url(&format!("{ours}/{name}"));
        let made = recruiter.post(FETCH, resume(&address)).await.expect(201);
        assert_eq!(made["source"], "s3");
        assert_eq!(made["source_url"], json!(address));
        assert_eq!(made["file_name"], json!(name.rsplit('/').next().unwrap()));
        assert_eq!(made["content_type"], content_type);
        assert!(made["text"].as_str().unwrap().contains(WORDS));
        // A copy is kept: what happens in the bucket later changes nothing.
        let path = format!("/api/v1/documents/{}/content", made["id"].as_str().unwrap());
        assert_eq!(recruiter.get(&path).await.status, 200);
    }

    for (address, status, code) in [
        (url(&format!("{ours}/none.pdf")), 422, "unreachable"),
        (url(&format!("{ours}/cv.png")), 415, "unsupported"),
        (url(&format!("{ours}/large.txt")), 413, "too_large"),
        (url(&format!("{theirs}/cv.pdf")), 422, "address_refused"),
        (url("cv.pdf"), 422, "address_refused"),
        (
            url(&format!("{ours}/../{theirs}/cv.pdf")),
            422,
            "invalid_address",
        ),
        (format!("s3://other/{ours}/cv.pdf"), 422, "address_refused"),
    ] {
        let refused = recruiter.post(FETCH, resume(&address)).await;
        assert_eq!(refused.problem(status), code, "{address}");
    }
    let kept = recruiter.get("/api/v1/documents").await.expect(200);
    assert_eq!(kept["items"].as_array().unwrap().len(), 2);

    let reader = As::new(&server, server.key(ours, &[Scope::Read]).await);
    let address = url(&format!("{ours}/cv.pdf"));
    let denied = reader.post(FETCH, resume(&address)).await;
    assert_eq!(denied.status, 403);
}

#[tokio::test]
async fn without_a_folder_in_the_settings_nothing_is_read_from_a_bucket() {
    let test = "without_a_folder_in_the_settings_nothing_is_read_from_a_bucket";
    let Some(server) = TestServer::start(test, Database::Sqlite).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let key = As::new(&server, server.key(ours, &[Scope::Write]).await);
    let refused = key
        .post(FETCH, resume(&format!("s3://bucket/{ours}/cv.pdf")))
        .await;
    assert_eq!(refused.problem(422), "s3_not_configured");
}
