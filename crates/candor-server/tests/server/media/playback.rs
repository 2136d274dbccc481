use candor_testkit::{Database, Storage};
use reqwest::{Method, header};
use rstest::rstest;

use super::{Stage, problem, read, sha256};

#[rstest]
#[tokio::test]
async fn players_seek_by_ranges(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "players_seek_by_ranges";
    let Some(stage) = Stage::new(test, database, storage).await else {
        return;
    };
    let clip = stage.clip();
    let id = stage.uploaded(clip.clone()).await;
    let path = format!("/api/v1/recordings/{id}/content");
    let whole = stage.get(&path).send().await.unwrap();
    assert_eq!(whole.status(), 200);
    let headers = whole.headers().clone();
    assert_eq!(headers[header::CONTENT_TYPE], "video/mp4");
    assert_eq!(headers[header::ACCEPT_RANGES], "bytes");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(headers[header::ETAG], format!("\"{}\"", sha256(&clip)));
    assert!(
        headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .starts_with("sandbox")
    );
    assert_eq!(
        headers[header::CONTENT_DISPOSITION],
        "inline; filename=\"clip.mp4\"; filename*=UTF-8''clip.mp4"
    );
    assert_eq!(whole.bytes().await.unwrap(), clip);

    let n = clip.len();
    for (range, from, to) in [
        ("bytes=0-0".to_owned(), 0, 1),
        ("bytes=10-99".to_owned(), 10, 100),
        (format!("bytes={}-", n - 5), n - 5, n),
        ("bytes=-7".to_owned(), n - 7, n),
        (format!("bytes=5-{}", n * 2), 5, n),
    ] {
        let request = stage.get(&path).header(header::RANGE, &range);
        let part = request.send().await.unwrap();
        assert_eq!(part.status(), 206, "{range}");
        assert_eq!(
            part.headers()[header::CONTENT_RANGE],
            format!("bytes {from}-{}/{n}", to - 1)
        );
        assert_eq!(
            part.headers()[header::CONTENT_LENGTH],
            (to - from).to_string()
        );
        assert_eq!(part.bytes().await.unwrap(), clip[from..to], "{range}");
    }
    for range in [format!("bytes={n}-"), "bytes=0-1,4-5".to_owned()] {
        let request = stage.get(&path).header(header::RANGE, &range);
        let answer = request.send().await.unwrap();
        assert_eq!(
            answer.headers()[header::CONTENT_RANGE],
            format!("bytes */{n}")
        );
        problem(answer, 416, "range_not_satisfiable").await;
    }
    let other_version = stage
        .get(&path)
        .header(header::RANGE, "bytes=0-0")
        .header(header::IF_RANGE, "\"other\"");
    assert_eq!(other_version.send().await.unwrap().status(), 200);
    let same_version = stage
        .get(&path)
        .header(header::RANGE, "bytes=0-0")
        .header(header::IF_RANGE, headers[header::ETAG].clone());
    assert_eq!(same_version.send().await.unwrap().status(), 206);
    let known = stage
        .get(&path)
        .header(header::IF_NONE_MATCH, headers[header::ETAG].clone());
    assert_eq!(known.send().await.unwrap().status(), 304);

    let url = stage.server.at(&path);
    let head = stage
        .server
        .client
        .request(Method::HEAD, url)
        .bearer_auth(&stage.key)
        .send()
        .await
        .unwrap();
    assert_eq!(head.status(), 200);
    assert_eq!(head.headers()[header::CONTENT_LENGTH], n.to_string());
    assert_eq!(head.bytes().await.unwrap().len(), 0);
}

#[rstest]
#[tokio::test]
async fn a_deleted_recording_is_gone_with_its_media(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values(Storage::Folder, Storage::S3)] storage: Storage,
) {
    let test = "a_deleted_recording_is_gone_with_its_media";
    let Some(stage) = Stage::new(test, database, storage).await else {
        return;
    };
    let id = stage.uploaded(stage.clip()).await;
    let path = format!("/api/v1/recordings/{id}");
    assert_eq!(stage.n_objects().await, 1);
    let delete = async || {
        let url = stage.server.at(&path);
        let request = stage.server.client.delete(url).bearer_auth(&stage.key);
        request.send().await.unwrap()
    };
    read(delete().await, 204).await;
    problem(delete().await, 404, "not_found").await;
    let content = stage.get(&format!("{path}/content")).send().await.unwrap();
    problem(content, 404, "not_found").await;
    stage.holds_nothing().await;
}
