//! Things that the documented routes make: each once for the organisation and once for a person who practises.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{
    callers::{Callers, text},
    native::recording,
    requests::consent,
    things::{MACHINES, OWNER, STAFF, Thing},
};
use crate::{
    calls::{As, read},
    pipeline::stage::Stage,
};

async fn send(stage: &Stage, caller: &As<'_>, path: &str, form: Form) -> Value {
    let request = stage.server.client.post(stage.server.at(path));
    let answer = read(request.bearer_auth(&caller.token).multipart(form)).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.text);
    answer.json()
}

fn video(stage: &Stage) -> Form {
    Form::new().part("video", Part::bytes(stage.clip.clone()).file_name("a.mp4"))
}

/// Everything; workers run what is begun here.
pub async fn begun(stage: &Stage, callers: &Callers) -> Vec<Thing> {
    let machine = callers.of(stage, "write key");
    let owner = callers.of(stage, "owner");
    let mut things = Vec::new();
    for (name, caller, purpose, seen_by) in [
        ("ours", &machine, "hiring", STAFF),
        ("own", &owner, "practice", OWNER),
    ] {
        things.extend(pipeline(stage, caller, name, purpose, seen_by).await);
        things.extend(services(stage, caller, purpose, seen_by).await);
        things.push(lab(stage, caller, purpose, seen_by).await);
    }
    things.extend(practised(stage, &owner).await);
    things.extend(practised_by_machine(stage, &machine).await);
    things
}

async fn pipeline(
    stage: &Stage,
    caller: &As<'_>,
    name: &str,
    purpose: &str,
    seen_by: &'static [&'static str],
) -> Vec<Thing> {
    let mut record = stage.record(name);
    record["interview"]["questions"]
        .as_array_mut()
        .unwrap()
        .truncate(1);
    record["meta"]["consent"] = consent();
    record["meta"]["purpose"] = json!(purpose);
    let made = caller.post("/api/pipeline", record).await.expect(201);
    vec![
        Thing::new("record", text(&made["interviewRecordId"]), seen_by),
        Thing::new(
            "pipeline",
            text(&made["pipelines"][0]["pipelineId"]),
            seen_by,
        ),
        Thing::new("video response", format!("video-{name}-1"), seen_by),
    ]
}

async fn services(
    stage: &Stage,
    caller: &As<'_>,
    purpose: &str,
    seen_by: &'static [&'static str],
) -> Vec<Thing> {
    let recording = recording(stage, caller, None).await;
    let mut things = Vec::new();
    for (path, name, kind) in [
        ("/face/analyze", "video_path", "face job"),
        ("/voice/analyze", "audio_path", "voice job"),
    ] {
        let made = caller
            .post(path, json!({name: recording, "purpose": purpose}))
            .await;
        things.push(Thing::new(kind, text(&made.expect(200)["jobId"]), seen_by));
    }
    things
}

/// An interview of *lab*, not analysed yet.
pub async fn unread_lab(stage: &Stage, caller: &As<'_>, purpose: &str) -> String {
    let form = video(stage)
        .text("consent", consent().to_string())
        .text("purpose", purpose.to_owned());
    text(&send(stage, caller, "/api/interviews/", form).await["id"])
}

async fn lab(
    stage: &Stage,
    caller: &As<'_>,
    purpose: &str,
    seen_by: &'static [&'static str],
) -> Thing {
    let id = unread_lab(stage, caller, purpose).await;
    let path = format!("/api/interviews/{id}/analyze/");
    caller.post(&path, json!({})).await.expect(200);
    Thing::new("lab interview", id, seen_by)
}

async fn practised(stage: &Stage, owner: &As<'_>) -> Vec<Thing> {
    let start = json!({"jobRole": "Nurse", "domain": "Health", "consent": true});
    let session = owner.post("/app/live/start", start).await.expect(201);
    let practiser = Thing::new("practiser", text(&session["userId"]), OWNER);
    let session = text(&session["sessionId"]);
    let path = format!("/interviews/{session}/upload");
    let kept = send(stage, owner, &path, video(stage)).await;
    let mut things = finish(owner, &session, &text(&kept["videoFile"]), OWNER).await;
    things.push(practiser);
    things
}

async fn practised_by_machine(stage: &Stage, machine: &As<'_>) -> Vec<Thing> {
    let start = json!({"jobRole": "Nurse", "domain": "Health", "consent": consent()});
    let session = machine.post("/app/live/start", start).await.expect(201);
    let session = text(&session["sessionId"]);
    let path = format!("/interviews/{session}/upload");
    let kept = send(stage, machine, &path, video(stage)).await;
    finish(machine, &session, &text(&kept["videoFile"]), MACHINES).await
}

async fn finish(
    caller: &As<'_>,
    session: &str,
    video: &str,
    seen_by: &'static [&'static str],
) -> Vec<Thing> {
    let analyse = json!({"sessionId": session, "videoFilePath": video});
    let job = caller.post("/analysis/video", analyse).await.expect(202);
    vec![
        Thing::new("session", session, seen_by).with(video),
        Thing::new("practice job", text(&job["jobId"]), seen_by),
    ]
}
