//! Hostile text that is taken comes back as it was sent, and does nothing where it is shown.

use candor_core::access::{Role, Scope};
use candor_testkit::{Clips, Database, FakeEngines, TestServer};
use reqwest::multipart::{Form, Part};
use rstest::rstest;
use serde_json::{Value, json};

use super::dice::HOSTILE;
use crate::calls::{As, read};

/// Hostile texts that a line may hold.
fn lines() -> impl Iterator<Item = String> {
    HOSTILE
        .into_iter()
        .filter(|text| !text.trim().is_empty() && !text.chars().any(char::is_control))
        .map(|text| text.trim().to_owned())
}

#[rstest]
#[tokio::test]
async fn hostile_text_comes_back_as_it_was_sent(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "hostile_text_comes_back_as_it_was_sent";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let all = [Scope::Admin];
    let caller = As::new(&server, server.attesting_key(organisation, &all).await);
    for collection in ["candidates", "interviews", "recordings"] {
        let path = format!("/api/v1/{collection}?external_id=a%00b");
        assert_eq!(caller.get(&path).await.problem(422), "invalid_query");
    }
    let long = "\u{1f980}".repeat(250);
    for (number, text) in lines().chain([long]).enumerate() {
        let text = text.as_str();
        let made = |path: &'static str, body: Value| {
            let caller = As::new(&server, caller.token.as_str());
            async move {
                let made = caller.post(path, body).await;
                assert_eq!(made.status, 201, "{text:?}: {}", made.text);
                made.json()
            }
        };
        let details = json!({"deep": [{"text": text}], text: text});
        let candidate = json!({"name": text, "external_id": text, "profile": details});
        let candidate = made("/api/v1/candidates", candidate).await;
        let position = json!({"title": text, "description": text, "role_family": text});
        let position = made("/api/v1/positions", position).await;
        let asked = json!({"text": text, "external_id": "q", "keywords": [text]});
        let interview = json!({
            "title": text, "job_role": text, "domain": text, "external_id": text,
            "details": details, "questions": [asked],
        });
        let interview = made("/api/v1/interviews", interview).await;
        let competency = json!({"key": format!("k{number}"), "name": text, "description": text});
        let competency = made("/api/v1/competencies", competency).await;
        let at = |collection: &str, row: &Value| {
            format!("/api/v1/{collection}/{}", row["id"].as_str().unwrap())
        };
        for (collection, row, fields) in [
            ("candidates", &candidate, &["name", "external_id"][..]),
            (
                "positions",
                &position,
                &["title", "description", "role_family"],
            ),
            (
                "interviews",
                &interview,
                &["title", "job_role", "domain", "external_id"],
            ),
            ("competencies", &competency, &["name", "description"]),
        ] {
            let found = caller.get(&at(collection, row)).await.expect(200);
            assert_eq!(found, *row);
            for name in fields {
                assert_eq!(found[*name], text, "{collection}.{name}");
            }
            let list = caller.get(&format!("/api/v1/{collection}?limit=1")).await;
            assert_eq!(list.expect(200)["items"][0], found, "{collection}");
        }
        assert_eq!(candidate["profile"], details);
        assert_eq!(interview["details"], details);
        let questions = format!("{}/questions", at("interviews", &interview));
        let question = &caller.get(&questions).await.expect(200)["items"][0];
        assert_eq!(
            (&question["text"], &question["keywords"]),
            (&json!(text), &json!([text]))
        );
        let answers = format!("{}/responses", at("interviews", &interview));
        let answer = json!({"question_id": question["id"], "text": text});
        caller.post(&answers, answer).await.expect(201);
        let answers = caller.get(&answers).await.expect(200);
        assert_eq!(answers["items"][0]["text"], text);
        // As a filter it finds what has it, and nothing else.
        for collection in ["candidates", "interviews"] {
            let query: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let path = format!("/api/v1/{collection}?external_id={query}");
            let found = caller.get(&path).await.expect(200);
            assert_eq!(found["items"].as_array().unwrap().len(), 1, "{path}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn documented_interfaces_give_hostile_text_back_as_it_was_sent(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "documented_interfaces_give_hostile_text_back_as_it_was_sent";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let key = server.attesting_key(organisation, &[Scope::Write]).await;
    let caller = As::new(&server, key);
    let me = As::new(
        &server,
        server.person(organisation, Role::Candidate).await.1,
    );
    for (number, text) in lines().enumerate() {
        let text = text.as_str();
        let record = json!({
            "application": {"id": text, "candidate": {"name": text, "skills": [text, {text: 1}]}},
            "interview": {"id": text, "title": text, "questions": [{
                "id": text, "questionText": text, "expectedAnswer": text, "keywords": [text],
                "video": {"videoResponseId": text, "url": "https://videos.example.org/a.mp4"},
            }]},
        });
        let made = caller
            .post("/api/pipeline", record.clone())
            .await
            .expect(201);
        let id = made["interviewRecordId"].as_str().unwrap();
        let path = format!("/api/interview-record/{id}");
        let found = caller.get(&path).await.expect(200);
        assert_eq!(found["application"], record["application"]);
        let (asked, told) = (
            &record["interview"]["questions"][0],
            &found["interview"]["questions"][0],
        );
        for name in ["id", "questionText", "expectedAnswer", "keywords"] {
            assert_eq!(told[name], asked[name], "{name}");
        }
        let query: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let path = format!("/api/job-result/{}", query.replace('+', "%20"));
        assert_eq!(caller.get(&path).await.expect(404)["status"], "not_found");

        let start = json!({"jobRole": text, "domain": text});
        let begun = me.post("/app/me/sessions/start", start).await.expect(201);
        let session = begun["sessionId"].as_str().unwrap();
        let path = format!("/app/me/sessions/{session}/status");
        let found = me.get(&path).await.expect(200);
        assert_eq!(
            (&found["jobRole"], &found["domain"]),
            (&json!(text), &json!(text))
        );
        let list = me.get("/app/me/sessions").await.expect(200);
        assert_eq!(list.as_array().unwrap().len(), number + 1);
        assert_eq!(list[0]["jobRole"], text);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_text_does_nothing_on_pages(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "hostile_text_does_nothing_on_pages";
    let Some(clips) = Clips::new(test) else {
        return;
    };
    let Some(server) = TestServer::start_with(test, database, FakeEngines::default(), |_| {}).await
    else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let scopes = [Scope::Write, Scope::Operate];
    let key = server.attesting_key(organisation, &scopes).await;
    let caller = As::new(&server, key);
    let workers = candor_app::jobs::Workers::start(&server.app, &candor_app::jobs::Pool::ALL);
    let clip = clips.make("clip.wav", "-f lavfi -i sine=duration=1");
    let text = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
    let file = Part::bytes(std::fs::read(clip).unwrap()).file_name(format!("{text}.wav"));
    let request = server.client.post(server.at("/api/v1/recordings"));
    let request = request.bearer_auth(&caller.token);
    let kept = read(request.multipart(Form::new().part("file", file))).await;
    let question = json!({"text": text, "keywords": [text]});
    let start = json!({
        "recording_id": kept.expect(201)["id"], "question": question, "external_id": text,
        "purpose": "practice",
    });
    let made = caller.post("/api/v1/analyses", start).await.expect(202);
    let path = format!("/api/v1/analyses/{}", made["id"].as_str().unwrap());
    let begun = std::time::Instant::now();
    while caller.get(&path).await.expect(200)["state"] != "done" {
        assert!(begun.elapsed().as_secs() < 60, "not in time");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(caller.get(&path).await.expect(200)["external_id"], text);
    for path in [format!("{path}/report.html"), "/admin/queues".to_owned()] {
        let accept = [("accept", "text/html")];
        let page = caller
            .send(reqwest::Method::GET, &path, &accept, None)
            .await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{path}"
        );
        assert!(!page.text.contains("<script>alert"), "{path}");
        assert!(!page.text.contains("<img src=x"), "{path}");
        assert!(!page.header("content-security-policy").is_empty(), "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
    }
    workers.drain(std::time::Duration::from_secs(5)).await;
}
