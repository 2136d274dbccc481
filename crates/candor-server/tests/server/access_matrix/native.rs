//! Things that the native interface makes.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use super::{
    callers::{Callers, text},
    requests::{PART, consent, metadata, part_hash},
    things::{INVITED, OTHER_INVITED, OWNER, STAFF, Thing},
};
use crate::{
    calls::{As, read},
    pipeline::stage::Stage,
};

/// A recording of this caller, for an interview or none.
pub async fn recording(stage: &Stage, caller: &As<'_>, interview: Option<&str>) -> String {
    let meta = json!({"interview_id": interview, "consent": consent()});
    let file = Part::bytes(stage.clip.clone()).file_name("a.mp4");
    let form = Form::new()
        .text("meta", meta.to_string())
        .part("file", file);
    let request = stage
        .server
        .client
        .post(stage.server.at("/api/v1/recordings"));
    let made = read(request.bearer_auth(&caller.token).multipart(form)).await;
    text(&made.expect(201)["id"])
}

/// A resumable upload that this caller began.
pub async fn upload(caller: &As<'_>) -> String {
    let headers = [
        ("tus-resumable", "1.0.0"),
        ("upload-length", "100"),
        ("upload-metadata", &*metadata(None)),
    ];
    let begun = caller
        .send(Method::POST, "/api/v1/uploads", &headers, None)
        .await;
    begun.expect(201);
    begun
        .header("location")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned()
}

/// A live recording of this caller with one part.
async fn live(caller: &As<'_>, interview: Option<&str>) -> String {
    let meta = json!({"interview_id": interview, "consent": consent()});
    let id = made(caller, "/api/v1/recordings/live", meta).await;
    let path = caller
        .server
        .at(&format!("/api/v1/recordings/{id}/segments/0"));
    let request = caller.server.client.put(path).bearer_auth(&caller.token);
    let request = request.header("x-content-sha256", part_hash()).body(PART);
    read(request).await.expect(201);
    id
}

async fn agreed(caller: &As<'_>, subject: &str) -> String {
    let agree = json!({
        "subject": subject, "scopes": ["recording", "analysis"], "version": "1",
        "obtained_at": "2026-01-31T12:00:00Z", "by": "test",
    });
    made(caller, "/api/v1/consents", agree).await
}

async fn made(caller: &As<'_>, path: &str, body: Value) -> String {
    let answer = caller.post(path, body).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.text);
    text(&answer.json()["id"])
}

/// Holds an interview in words to its end.
async fn hold(caller: &As<'_>, interview: &str) {
    let path = format!("/api/v1/interviews/{interview}/session");
    let setup = json!({"role_family": "sales", "duration_minutes": 5});
    caller.post(&path, setup).await.expect(201);
    for step in ["begin", "end"] {
        caller
            .post(&format!("{path}/{step}"), Value::Null)
            .await
            .expect(200);
    }
}

/// Interviews, what came to them, and analyses that workers are to run.
pub async fn recorded(stage: &Stage, callers: &Callers) -> Vec<Thing> {
    let (invited, other) = (callers.invited.as_str(), callers.other.as_str());
    let recruiter = callers.of(stage, "recruiter");
    let owner = callers.of(stage, "owner");
    let candidate = callers.of(stage, "candidate token");
    let question = json!({"questions": [{"text": "Why?"}]});
    let own = made(&owner, "/api/v1/interviews", question).await;
    hold(&recruiter, invited).await;
    hold(&recruiter, other).await;
    hold(&owner, &own).await;
    let of_staff = recording(stage, &recruiter, Some(invited)).await;
    let of_owner = recording(stage, &owner, None).await;
    for (caller, recording) in [(&recruiter, &of_staff), (&owner, &of_owner)] {
        made(
            caller,
            "/api/v1/analyses",
            json!({"recording_id": recording}),
        )
        .await;
    }
    vec![
        Thing::new("interview", invited, INVITED),
        Thing::new("interview", other, OTHER_INVITED),
        Thing::new("interview", own.as_str(), OWNER),
        Thing::new("held interview", invited, INVITED),
        Thing::new("held interview", other, OTHER_INVITED),
        Thing::new("held interview", own.as_str(), OWNER),
        Thing::new("token", invited, STAFF).with(callers.token.as_str()),
        Thing::new("recording", of_staff, STAFF),
        Thing::new("recording", of_owner, OWNER),
        Thing::new(
            "recording",
            recording(stage, &candidate, None).await,
            INVITED,
        ),
        Thing::new(
            "live recording",
            live(&recruiter, Some(invited)).await,
            STAFF,
        ),
        Thing::new("live recording", live(&owner, Some(&own)).await, OWNER),
        Thing::new("live recording", live(&candidate, None).await, INVITED),
        Thing::new("upload", upload(&recruiter).await, &["recruiter"]),
        Thing::new("upload", upload(&owner).await, OWNER),
        Thing::new("upload", upload(&candidate).await, &["candidate token"]),
        Thing::new("consent", agreed(&recruiter, other).await, OTHER_INVITED),
        Thing::new("consent", agreed(&owner, &own).await, OWNER),
        Thing::new("consent", agreed(&candidate, invited).await, INVITED),
    ]
}

/// What admins and recruiters keep. No worker may run: deliveries would leave this machine.
pub async fn kept(stage: &Stage, callers: &Callers) -> Vec<Thing> {
    let admin = callers.of(stage, "admin");
    let hook = json!({"url": "https://example.org/hook"});
    let webhook = made(&admin, "/api/v1/webhooks", hook).await;
    let test = format!("/api/v1/webhooks/{webhook}/test");
    let competency = json!({"key": "k", "name": "n", "description": "d"});
    let key = json!({"name": "unused", "scopes": ["read"]});
    let position = position(&admin).await;
    vec![
        Thing::new("delivery", made(&admin, &test, json!({})).await, STAFF),
        Thing::new("webhook", webhook, STAFF),
        Thing::new(
            "candidate",
            made(&admin, "/api/v1/candidates", json!({})).await,
            STAFF,
        ),
        Thing::new("bank question", bank_question(&admin).await, STAFF),
        Thing::new("document", document(&admin, &position).await, STAFF),
        Thing::new("position", position, STAFF),
        Thing::new(
            "competency",
            made(&admin, "/api/v1/competencies", competency).await,
            STAFF,
        ),
        Thing::new(
            "application",
            made(&admin, "/api/v1/applications", json!({})).await,
            STAFF,
        ),
        Thing::new("key", made(&admin, "/api/v1/keys", key).await, STAFF),
        Thing::new("user", user(&admin).await, STAFF),
    ]
}

/// A position with a rubric.
pub async fn position(admin: &As<'_>) -> String {
    let position = made(admin, "/api/v1/positions", json!({"title": "t"})).await;
    let generate = format!("/api/v1/positions/{position}/rubric/generate");
    made(admin, &generate, json!({})).await;
    position
}

/// A question of the bank.
pub async fn bank_question(admin: &As<'_>) -> String {
    let new = json!({
        "role_family": "sales", "phase": "intro", "difficulty": "easy", "language": "en",
        "text": "Why?",
    });
    made(admin, "/api/v1/bank-questions", new).await
}

/// A document of a position.
async fn document(admin: &As<'_>, position: &str) -> String {
    let file = Part::bytes(&b"Some words"[..]).file_name("cv.txt");
    let form = Form::new()
        .text("kind", "resume")
        .text("position_id", position.to_owned())
        .part("file", file);
    let request = admin
        .server
        .client
        .post(admin.server.at("/api/v1/documents"));
    let made = read(request.bearer_auth(&admin.token).multipart(form)).await;
    text(&made.expect(201)["id"])
}

/// A member without a password.
pub async fn user(admin: &As<'_>) -> String {
    let login = format!("new-{}", candor_core::ids::UserId::generate().short());
    let invited = json!({"login": login, "role": "reviewer"});
    let invited = admin.post("/api/v1/users", invited).await.expect(201);
    text(&invited["user"]["id"])
}

/// What a list shows to a caller, as things of a kind.
pub async fn listed(
    caller: &As<'_>,
    path: &str,
    kind: &'static str,
    seen_by: &'static [&'static str],
) -> Vec<Thing> {
    let list = caller.get(&format!("{path}?limit=200")).await.expect(200);
    assert_eq!(list["next_cursor"], Value::Null, "one page holds all");
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| Thing::new(kind, text(&item["id"]), seen_by))
        .collect()
}
