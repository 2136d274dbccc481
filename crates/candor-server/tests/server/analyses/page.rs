//! The report's page, as a browser with a session opens it.

use candor_testkit::{Database, media_in_page};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use url::Url;

use super::desk::{Desk, FOUR_SECONDS};
use crate::calls::{As, read};

const PASSWORD: &str = "correct horse battery";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_page_plays_the_recording_with_the_session_of_the_browser(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_page_plays_the_recording_with_the_session_of_the_browser";
    let Some(mut desk) = Desk::open(test, database).await else {
        return;
    };
    let clip = desk.clips.make("a.mkv", FOUR_SECONDS);
    let nobody = As::new(&desk.server, "");
    let body = json!({"userId": "ada", "password": PASSWORD});
    let made = nobody.post("/auth/register", body).await.expect(201);
    let body = json!({"login": "ada", "password": PASSWORD});
    let session = nobody.post("/api/v1/auth/session", body).await;
    let jar: Vec<&str> = session
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .collect();
    let jar = jar.join("; ");
    desk.key = made["accessToken"].as_str().unwrap().to_owned();
    let recording = desk.upload(&clip).await;
    let id = desk.begin(json!({"recording_id": recording})).await;
    desk.follow(&id, None).await;

    let path = format!("/api/v1/analyses/{id}/report.html");
    let nobody = As::new(&desk.server, "");
    let cookie = [("cookie", jar.as_str())];
    let open = || nobody.send(Method::GET, &path, &cookie, None);
    let page = open().await;
    assert_eq!(page.status, 200, "{}", page.text);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("connect-src 'none'"), "{policy}");
    assert!(
        page.text
            .contains("default-src 'none'; script-src 'sha256-")
    );
    for secret in jar
        .split("; ")
        .filter_map(|cookie| cookie.split('=').nth(1))
    {
        assert!(!page.text.contains(secret), "no secret stands in the page");
    }
    let media = media_in_page(&page.text);
    assert_eq!(media["kind"], "video");
    let here = Url::parse(&desk.server.at(&path)).unwrap();
    let whole = std::fs::read(&clip).unwrap();
    for (name, kind) in [("video", "video/x-matroska"), ("audio", "audio/wav")] {
        let address = media[name].as_str().unwrap();
        assert!(!address.contains(['?', '#']), "{address}");
        let url = here.join(address).unwrap();
        let client = &desk.server.client;
        let range = client.get(url.clone()).header("range", "bytes=0-99");
        let part = read(range.header("cookie", &jar)).await;
        assert_eq!(part.status, 206, "{url}: {}", part.text);
        assert_eq!(part.header("content-type"), kind);
        let refused = read(client.get(url.clone())).await;
        assert_eq!(refused.status, 401, "{url}");
        if name == "video" {
            let all = client.get(url).header("cookie", &jar).send().await.unwrap();
            assert_eq!(all.bytes().await.unwrap(), whole);
        }
    }
    // Without a session there is no page, and without the recording nothing to play.
    assert_eq!(nobody.get(&path).await.problem(401), "unauthenticated");
    let gone = format!("/api/v1/recordings/{recording}");
    desk.caller().delete(&gone).await.expect(204);
    let media = media_in_page(&open().await.text);
    assert_eq!(
        (&media["video"], &media["audio"]),
        (&Value::Null, &Value::Null)
    );
}
