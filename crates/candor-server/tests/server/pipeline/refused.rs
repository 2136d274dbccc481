//! What is refused, in the documented shapes, without a trace.

use candor_core::access::Scope;
use candor_testkit::Database;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::stage::Stage;
use crate::calls::As;

fn with(mut record: Value, pointer: &str, value: Value) -> Value {
    *record.pointer_mut(pointer).unwrap() = value;
    record
}

fn without(mut record: Value, parent: &str, name: &str) -> Value {
    let fields = record.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    fields.remove(name);
    record
}

#[rstest]
#[tokio::test]
async fn wrong_records_are_refused_with_the_field_and_nothing_is_stored(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "wrong_records_are_refused_with_the_field_and_nothing_is_stored";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let caller = stage.caller();
    let record = || stage.record("r");
    let question = "/interview/questions/0";
    let video = "/interview/questions/0/video";
    let cases = [
        (
            without(record(), "/interview", "questions"),
            "interview.questions",
        ),
        (
            with(record(), "/interview/questions", json!({})),
            "interview.questions",
        ),
        (
            with(record(), "/interview/questions", json!(["x"])),
            "interview.questions[0]",
        ),
        (without(record(), "", "application"), "application"),
        (without(record(), "/application", "id"), "application.id"),
        (
            with(record(), "/application/id", json!({"$ne": ""})),
            "application.id",
        ),
        (without(record(), "/interview", "id"), "interview.id"),
        (
            without(record(), question, "id"),
            "interview.questions[0].id",
        ),
        (
            without(record(), question, "video"),
            "interview.questions[0].video",
        ),
        (
            without(record(), video, "url"),
            "interview.questions[0].video.url",
        ),
        (
            with(record(), &format!("{video}/url"), json!("ftp://a/b.mp4")),
            "interview.questions[0].video.url",
        ),
        (
            with(
                record(),
                &format!("{video}/url"),
                json!("http://a.example/b.mp4"),
            ),
            "interview.questions[0].video.url",
        ),
        (
            with(record(), &format!("{video}/url"), json!(7)),
            "interview.questions[0].video.url",
        ),
        (
            without(record(), video, "videoResponseId"),
            "interview.questions[0].video.videoResponseId",
        ),
        (
            with(record(), &format!("{question}/order"), json!("first")),
            "interview.questions[0].order",
        ),
        (
            with(record(), &format!("{question}/keywords"), json!("index")),
            "interview.questions[0].keywords",
        ),
        (
            with(
                record(),
                &format!("{question}/questionText"),
                json!("a\u{0}b"),
            ),
            "interview.questions[0].questionText",
        ),
        (
            with(record(), "/interview/questions/1/id", json!("q1")),
            "interview.questions[1].id",
        ),
        (
            with(record(), "/meta", json!({"callbackUrl": "nowhere"})),
            "meta.callbackUrl",
        ),
        (
            with(
                record(),
                "/meta",
                json!({"consent": {"version": "1", "by": "Ada"}}),
            ),
            "meta.consent.obtainedAt",
        ),
        (
            with(record(), "/meta", json!({"purpose": "fun"})),
            "meta.purpose",
        ),
    ];
    for (body, field) in cases {
        for path in ["/api/pipeline", "/api/interview-record"] {
            let answer = caller.post(path, body.clone()).await;
            let refused = answer.expect(400);
            assert_eq!(refused["ok"], false, "{field}");
            let message = refused["error"].as_str().unwrap();
            assert!(message.starts_with(field), "{field}: {message}");
        }
    }
    for body in ["", "{", "[]", "7"] {
        let request = stage.server.client.post(stage.server.at("/api/pipeline"));
        let request = request.bearer_auth(&stage.key).body(body);
        let answer = crate::calls::read(request).await;
        assert_eq!(answer.expect(400)["ok"], false, "{body}");
    }
    let none = caller.get("/api/v1/interviews").await.expect(200);
    assert_eq!(none["items"], json!([]));
    let none = caller.get("/api/v1/recordings").await.expect(200);
    assert_eq!(none["items"], json!([]));
}

#[rstest]
#[tokio::test]
async fn without_consent_nothing_is_accepted(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "without_consent_nothing_is_accepted";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let key = stage.server.key(stage.organisation, &[Scope::Write]).await;
    let caller = As::new(&stage.server, key);
    let refused = caller
        .post("/api/pipeline", stage.record("n"))
        .await
        .expect(400);
    assert!(
        refused["error"].as_str().unwrap().contains("consent"),
        "{refused}"
    );
    let none = caller.get("/api/v1/interviews").await.expect(200);
    assert_eq!(none["items"], json!([]));
    let consent = json!({"version": "2026-01", "obtainedAt": "2026-01-31T12:00:00Z", "by": "Ada"});
    let mut record = stage.record("n");
    record["meta"]["consent"] = consent;
    caller.post("/api/pipeline", record).await.expect(201);
}

#[rstest]
#[tokio::test]
async fn nobody_and_strangers_see_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "nobody_and_strangers_see_nothing";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let made = stage
        .caller()
        .post("/api/pipeline", stage.record("s"))
        .await
        .expect(201);
    let pipeline = made["pipelines"][0]["pipelineId"].as_str().unwrap();
    let record = made["interviewRecordId"].as_str().unwrap();
    let other = stage.server.organisation("Other").await;
    let stranger = stage.server.attesting_key(other, &[Scope::Write]).await;
    let stranger = As::new(&stage.server, stranger);
    let nobody = As::new(&stage.server, "");
    let reader = stage.server.key(stage.organisation, &[Scope::Read]).await;
    let reader = As::new(&stage.server, reader);
    for path in [
        format!("/api/pipeline/{pipeline}"),
        format!("/api/interview-record/{record}"),
        "/api/job-result/video-s-1".to_owned(),
        format!("/api/job-result/by-job/{pipeline}"),
        format!("/video-analysis/{pipeline}/status"),
        format!("/v1/analysis/video/{pipeline}"),
    ] {
        for (caller, status) in [(&stranger, 404), (&nobody, 401)] {
            let refused = caller.get(&path).await.expect(status);
            let fields: Vec<&String> = refused.as_object().unwrap().keys().collect();
            let (shape, name) = match path.as_str() {
                path if path.starts_with("/api/job-result") && status == 404 => {
                    (&["message", "status"][..], "message")
                }
                path if path.starts_with("/api/job-result") => {
                    (&["detail", "message", "status"][..], "message")
                }
                path if path.starts_with("/api/") => (&["error", "ok"][..], "error"),
                _ => (&["error"][..], "error"),
            };
            assert_eq!(fields, shape, "{path}");
            assert!(refused[name].is_string(), "{path}");
        }
    }
    for path in [
        "/api/pipeline/nonsense",
        "/api/job-result/%00",
        "/api/job-result/by-job/%27",
    ] {
        stage.caller().get(path).await.expect(404);
    }
    let retry = format!("/api/pipeline/{pipeline}/steps/transcribed/retry");
    stranger.post(&retry, json!({})).await.expect(404);
    nobody.post(&retry, json!({})).await.expect(401);
    reader.post(&retry, json!({})).await.expect(403);
    let unknown = format!("/api/pipeline/{pipeline}/steps/make_coffee/retry");
    stage.caller().post(&unknown, json!({})).await.expect(400);
    reader
        .post("/api/pipeline", stage.record("t"))
        .await
        .expect(403);
    // The same recordings may be sent by another organisation.
    stranger
        .post("/api/pipeline", stage.record("s"))
        .await
        .expect(201);
    // A key in its own header counts as well.
    let headers = [("x-api-key", stage.key.as_str())];
    let path = format!("/api/pipeline/{pipeline}");
    nobody
        .send(Method::GET, &path, &headers, None)
        .await
        .expect(200);
}

#[rstest]
#[tokio::test]
async fn the_earlier_routes_and_services_refuse_in_their_own_shapes(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_earlier_routes_and_services_refuse_in_their_own_shapes";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let caller = stage.caller();
    let refused = caller
        .post("/analyzeVideo", json!({"applicationId": "x"}))
        .await
        .expect(400);
    assert_eq!(refused, json!({"error": "videoUrl is required"}));
    let body = json!({"videoUrl": "https://a.example/b.mp4", "applicationId": "x"});
    caller.post("/analyzeVideo", body).await.expect(400);
    let refused = caller
        .post("/api/application-submissions", json!({}))
        .await
        .expect(400);
    assert_eq!(refused["status"], "error");
    assert!(refused["message"].is_string());
    let version = with(stage.record("w"), "/meta/apiVersion", json!("2.0.0"));
    caller.post("/v1/analysis/video", version).await.expect(409);
    for (path, field) in [
        ("/face/analyze", "video_path"),
        ("/voice/analyze", "audio_path"),
    ] {
        for place in [
            json!("/etc/passwd"),
            json!("../a.mp4"),
            json!(uuid::Uuid::new_v4()),
            json!(7),
            Value::Null,
        ] {
            let refused = caller.post(path, json!({field: place})).await.expect(422);
            assert!(
                refused["error"].as_str().unwrap().starts_with(field),
                "{refused}"
            );
        }
        caller.post(path, json!([])).await.expect(422);
    }
    // One recording can't belong to two records.
    caller
        .post("/api/pipeline", stage.record("x"))
        .await
        .expect(201);
    let mut mixed = stage.record("y");
    mixed["interview"]["questions"][0]["video"]["videoResponseId"] = json!("video-x-1");
    let refused = caller.post("/api/pipeline", mixed).await.expect(409);
    assert_eq!(refused["ok"], false);
}

#[rstest]
#[tokio::test]
async fn the_same_request_ten_times_at_once_makes_one_record(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_same_request_ten_times_at_once_makes_one_record";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let caller = stage.caller();
    let calls = (0..10).map(|_| caller.post("/api/pipeline", stage.record("p")));
    let answers = futures::future::join_all(calls).await;
    let first = answers[0].expect(201);
    for answer in &answers {
        assert_eq!(answer.expect(201), first);
    }
    let all = caller.get("/api/v1/interviews").await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}
