//! What a person practises for themself is theirs alone, whatever interface is asked.

use candor_core::access::{Role, Scope};
use candor_testkit::Database;
use reqwest::multipart::{Form, Part};
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    calls::{As, read},
    pipeline::stage::Stage,
};

fn consent() -> Value {
    json!({"version": "1", "obtainedAt": "2026-01-31T12:00:00Z", "by": "me"})
}

async fn upload(caller: &As<'_>, clip: &[u8], meta: Value) -> String {
    let form = Form::new()
        .text("meta", meta.to_string())
        .part("file", Part::bytes(clip.to_vec()).file_name("a.mp4"));
    let request = caller
        .server
        .client
        .post(caller.server.at("/api/v1/recordings"));
    let made = read(request.bearer_auth(&caller.token).multipart(form)).await;
    made.expect(201)["id"].as_str().unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn what_a_person_practises_is_told_to_nobody_else(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "what_a_person_practises_is_told_to_nobody_else";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let server = &stage.server;
    let me = As::new(
        server,
        server.person(stage.organisation, Role::Candidate).await.1,
    );
    let staff = As::new(
        server,
        server.person(stage.organisation, Role::Admin).await.1,
    );
    // Both addresses refuse; what they would have been told stands in the log of deliveries.
    let hook = json!({"url": format!("{}hook", stage.media)});
    staff.post("/api/v1/webhooks", hook).await.expect(201);
    let recording = upload(&me, &stage.clip, json!({"consent": consent()})).await;
    let new = json!({
        "recording_id": recording, "callback_url": format!("{}mine", stage.media),
        "question": {"text": "How do you make a slow query fast?", "keywords": ["index"]},
    });
    let analysis = me.post("/api/v1/analyses", new).await.expect(202);
    let analysis = analysis["id"].as_str().unwrap();
    let path = format!("/api/v1/analyses/{analysis}");
    let events = me.get(&format!("{path}/events")).await;
    assert!(events.text.contains("job.done"), "{}", events.text);
    let found = me.get(&path).await.expect(200);
    assert_eq!(
        (&found["purpose"], &found["state"]),
        (&json!("practice"), &json!("done"))
    );
    assert!(found["overall_score"].is_number(), "{found}");
    let report = me
        .get(&format!("/api/v1/reports?analysis_id={analysis}"))
        .await
        .expect(200);
    let report = report["items"][0]["id"].as_str().unwrap().to_owned();

    for path in [
        path.clone(),
        format!("{path}/report"),
        format!("{path}/report.html"),
        format!("{path}/artefacts"),
        format!("{path}/events"),
        format!("/api/v1/reports/{report}"),
        format!("/api/v1/recordings/{recording}"),
        format!("/api/v1/recordings/{recording}/content"),
        format!("/api/v1/consents?subject={recording}"),
    ] {
        me.get(&path).await.expect(200);
        for other in [&staff, &stage.caller()] {
            assert_eq!(other.get(&path).await.problem(404), "not_found", "{path}");
        }
    }
    for list in ["analyses", "reports", "recordings"] {
        let seen = staff.get(&format!("/api/v1/{list}")).await.expect(200);
        assert_eq!(seen["items"], json!([]), "{list}");
    }
    let taken = stage
        .caller()
        .post("/api/v1/analyses", json!({"recording_id": recording}))
        .await;
    assert_eq!(taken.problem(404), "not_found");

    // The person's own address is told that it ended, the organisation's nothing.
    let told = staff.get("/api/v1/webhooks/deliveries").await.expect(200);
    let told = told["items"].as_array().unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0]["url"].as_str().unwrap().ends_with("/mine"));
    let path = format!(
        "/api/v1/webhooks/deliveries/{}",
        told[0]["id"].as_str().unwrap()
    );
    let delivery = staff.get(&path).await;
    assert!(delivery.text.contains(analysis), "{}", delivery.text);
    let body: Value = serde_json::from_str(delivery.json()["body"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&body["state"], &body["overall_score"]),
        (&json!("done"), &Value::Null)
    );
}

#[rstest]
#[tokio::test]
async fn what_is_held_for_hiring_is_the_organisations_whoever_sent_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "what_is_held_for_hiring_is_the_organisations_whoever_sent_it";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let server = &stage.server;
    let me = As::new(
        server,
        server.person(stage.organisation, Role::Candidate).await.1,
    );
    let staff = As::new(
        server,
        server.person(stage.organisation, Role::Reviewer).await.1,
    );
    let key = As::new(server, server.key(stage.organisation, &[Scope::Read]).await);
    for (purpose, seen) in [("hiring", true), ("practice", false)] {
        let form = Form::new()
            .text("purpose", purpose)
            .text("consent", consent().to_string())
            .part("video", Part::bytes(stage.clip.clone()).file_name("a.mp4"));
        let request = server.client.post(server.at("/api/interviews/"));
        let made = read(request.bearer_auth(&me.token).multipart(form))
            .await
            .expect(201);
        let id = made["id"].as_str().unwrap();
        let video = made["video"].as_str().unwrap().rsplit('/').nth(1).unwrap();
        for path in [
            format!("/api/interviews/{id}/"),
            format!("/api/v1/interviews/{id}"),
            format!("/api/v1/recordings/{video}"),
        ] {
            me.get(&path).await.expect(200);
            for caller in [&staff, &key] {
                let status = caller.get(&path).await.status;
                assert_eq!(status, if seen { 200 } else { 404 }, "{purpose} {path}");
            }
        }
    }
}
