//! Candidates with the token of one interview: what it opens, what it does not, and when it ends.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use candor_core::{
    access::{Role, Scope},
    ids::OrganisationId,
};
use candor_testkit::{Database, FakeEngines, HandClock, Storage, TestServer};
use jiff::{SignedDuration, Unit};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::calls::{Answer, As, read};

const CONSENT_AT: &str = "2026-02-03T04:05:06Z";

/// Half a second of silence.
fn sound() -> Vec<u8> {
    let samples = vec![0u8; 8000];
    let length = u32::try_from(samples.len()).unwrap();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    for (value, n) in [(1u32, 2), (1, 2), (8000, 4), (16_000, 4), (2, 2), (16, 2)] {
        file.extend(&value.to_le_bytes()[..n]);
    }
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}

async fn upload(caller: &As<'_>, meta: Option<Value>) -> Answer {
    let mut form = Form::new();
    if let Some(meta) = meta {
        form = form.text("meta", meta.to_string());
    }
    let form = form.part("file", Part::bytes(sound()).file_name("answer.wav"));
    let request = caller
        .server
        .client
        .post(caller.server.at("/api/v1/recordings"));
    read(request.bearer_auth(&caller.token).multipart(form)).await
}

async fn bytes(caller: &As<'_>, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = caller.server.client.request(method, caller.server.at(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(request.bearer_auth(&caller.token).body(sound())).await
}

fn id(body: &Value) -> String {
    body["id"].as_str().unwrap().to_owned()
}

async fn recruiter(server: &TestServer, organisation: OrganisationId) -> As<'_> {
    let (_, token) = server.person(organisation, Role::Recruiter).await;
    As::new(server, token)
}

/// A token for an interview, and the candidate who holds it.
async fn invite<'a>(staff: &As<'a>, interview: &str, body: Value) -> (Value, As<'a>) {
    let path = format!("/api/v1/interviews/{interview}/tokens");
    let made = staff.post(&path, body).await.expect(201);
    let candidate = As::new(staff.server, made["token"].as_str().unwrap());
    (made, candidate)
}

#[rstest]
#[tokio::test]
async fn a_candidate_agrees_and_records_for_the_interview_of_their_token(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_candidate_agrees_and_records_for_the_interview_of_their_token";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let staff = recruiter(&server, organisation).await;
    let new = json!({
        "title": "Backend engineer", "details": {"note": "prefers mornings"},
        "questions": [{"text": "What is an index?", "expected_answer": "A tree.", "keywords": ["tree"]}],
    });
    let interview = id(&staff.post("/api/v1/interviews", new).await.expect(201));
    let (_, candidate) = invite(&staff, &interview, json!({})).await;
    let path = format!("/api/v1/interviews/{interview}");

    // They see what they are asked, and nothing that is for staff.
    let seen = candidate.get(&path).await.expect(200);
    assert_eq!(seen["title"], "Backend engineer");
    assert_eq!(seen["details"], json!({}));
    let asked = candidate
        .get(&format!("{path}/questions"))
        .await
        .expect(200);
    assert_eq!(asked["items"][0]["text"], "What is an index?");
    assert_eq!(asked["items"][0]["expected_answer"], Value::Null);
    assert_eq!(asked["items"][0]["keywords"], json!([]));
    let list = candidate.get("/api/v1/interviews").await.expect(200);
    assert_eq!(list["items"], json!([seen]));

    // Without consent nothing is kept.
    assert_eq!(
        upload(&candidate, None).await.problem(422),
        "consent_required"
    );
    let agree = json!({
        "subject": interview, "scopes": ["recording", "analysis"], "version": "1",
        "obtained_at": CONSENT_AT, "by": "candidate 4711",
    });
    let consent = candidate.post("/api/v1/consents", agree).await.expect(201);
    assert_eq!(consent["how"], "app");

    let question = asked["items"][0]["id"].clone();
    let meta = json!({"interview_id": interview, "question_id": question});
    let first = upload(&candidate, Some(meta)).await.expect(201);
    assert_eq!(first["interview_id"], interview.as_str());
    assert_eq!(first["question_id"], question);
    assert_eq!(
        (&first["owner_id"], &first["consent_id"]),
        (&Value::Null, &consent["id"])
    );
    // Their interview needs no naming.
    assert_eq!(
        upload(&candidate, None).await.expect(201)["interview_id"],
        interview.as_str()
    );

    let length = sound().len().to_string();
    let tus = ("tus-resumable", "1.0.0");
    let begun = candidate
        .send(
            Method::POST,
            "/api/v1/uploads",
            &[tus, ("upload-length", &length)],
            None,
        )
        .await;
    begun.expect(201);
    let kind = ("content-type", "application/offset+octet-stream");
    let headers = [tus, ("upload-offset", "0"), kind];
    let ended = bytes(
        &candidate,
        Method::PATCH,
        &begun.header("location"),
        &headers,
    )
    .await;
    ended.expect(204);
    let resumable = ended.header("candor-recording-id");

    let live = id(&candidate
        .post("/api/v1/recordings/live", json!({}))
        .await
        .expect(201));
    let hash = hex::encode(Sha256::digest(sound()));
    let part = format!("/api/v1/recordings/{live}/segments/0");
    bytes(
        &candidate,
        Method::PUT,
        &part,
        &[("x-content-sha256", &hash)],
    )
    .await
    .expect(201);
    let complete = format!("/api/v1/recordings/{live}/complete");
    candidate
        .post(&complete, json!({"segments": 1}))
        .await
        .expect(200);

    let kept = staff
        .get(&format!("/api/v1/recordings?interview_id={interview}"))
        .await
        .expect(200);
    let kept: Vec<String> = kept["items"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(kept.len(), 4, "{kept:?}");
    assert!(
        kept.contains(&resumable) && kept.contains(&live),
        "{kept:?}"
    );

    // What they sent they may take back; what staff sent stays.
    let of_staff = id(&upload(&staff, Some(json!({"interview_id": interview})))
        .await
        .expect(201));
    let gone = candidate
        .delete(&format!("/api/v1/recordings/{of_staff}"))
        .await;
    assert_eq!(gone.problem(404), "not_found");
    assert_eq!(
        candidate
            .delete(&format!("/api/v1/recordings/{live}"))
            .await
            .status,
        204
    );
    let withdraw = format!("/api/v1/consents/{}/withdraw", id(&consent));
    candidate.post(&withdraw, json!({})).await.expect(200);
    assert_eq!(
        upload(&candidate, None).await.problem(422),
        "consent_required"
    );
}

#[rstest]
#[tokio::test]
async fn a_candidates_token_opens_nothing_but_its_interview(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_candidates_token_opens_nothing_but_its_interview";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let staff = recruiter(&server, organisation).await;
    let interview = id(&staff
        .post("/api/v1/interviews", json!({}))
        .await
        .expect(201));
    let other = id(&staff
        .post("/api/v1/interviews", json!({}))
        .await
        .expect(201));
    let (_, candidate) = invite(&staff, &interview, json!({})).await;
    let machine = As::new(
        &server,
        server.attesting_key(organisation, &[Scope::Write]).await,
    );
    let session = json!({"userId": "x", "jobRole": "Nurse", "domain": "Health"});
    let session = machine.post("/interviews/start", session).await.expect(201);
    let session = session["sessionId"].as_str().unwrap();

    for path in [
        "/api/v1/recordings",
        "/api/v1/analyses",
        "/api/v1/reports",
        "/api/v1/candidates",
        "/api/v1/organisation",
        "/api/v1/users/me",
        "/api/v1/audit",
        "/api/v1/queues",
        &format!("/api/v1/interviews/{interview}/tokens"),
        "/api/interviews/",
        "/app/me/sessions",
        // Sessions of machines belong to no person, and neither does a candidate's token.
        &format!("/interviews/{session}/status"),
        &format!("/interviews/{session}/questions"),
    ] {
        assert_eq!(candidate.get(path).await.status, 403, "{path}");
    }
    let path = format!("/api/v1/interviews/{interview}");
    let changed = candidate.patch(&path, "*", json!({"title": "Hired"})).await;
    assert_eq!(changed.problem(403), "denied");
    let recording = json!({"recording_id": "rec_01900000-0000-7000-8000-0000000000ff"});
    let analysed = candidate.post("/api/v1/analyses", recording).await;
    assert_eq!(analysed.problem(403), "denied");
    let more = candidate.post(&format!("{path}/tokens"), json!({})).await;
    assert_eq!(more.problem(403), "denied");

    let elsewhere = format!("/api/v1/interviews/{other}");
    for path in [
        elsewhere.clone(),
        format!("{elsewhere}/questions"),
        format!("{elsewhere}/responses"),
    ] {
        assert_eq!(
            candidate.get(&path).await.problem(404),
            "not_found",
            "{path}"
        );
    }
    let consent = json!({"version": "1", "obtainedAt": CONSENT_AT, "by": "me"});
    let meta = json!({"interview_id": other, "consent": consent});
    assert_eq!(
        upload(&candidate, Some(meta.clone())).await.problem(404),
        "not_found"
    );
    let live = candidate
        .post("/api/v1/recordings/live", meta.clone())
        .await;
    assert_eq!(live.problem(404), "not_found");
    let meta = format!("meta {}", BASE64_STANDARD.encode(meta.to_string()));
    let headers = [
        ("tus-resumable", "1.0.0"),
        ("upload-length", "9"),
        ("upload-metadata", &*meta),
    ];
    let begun = candidate
        .send(Method::POST, "/api/v1/uploads", &headers, None)
        .await;
    assert_eq!(begun.problem(404), "not_found");
    let agree = json!({
        "subject": other, "scopes": ["recording"], "version": "1", "obtained_at": CONSENT_AT,
        "by": "me",
    });
    let agreed = candidate.post("/api/v1/consents", agree).await;
    assert_eq!(agreed.problem(404), "not_found");
}

#[rstest]
#[tokio::test]
async fn a_token_ends_when_it_expires_is_revoked_or_its_interview_is_deleted(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_token_ends_when_it_expires_is_revoked_or_its_interview_is_deleted";
    let clock = Arc::new(HandClock::of_now());
    let engines = FakeEngines::default();
    let hand = Arc::clone(&clock);
    let started = TestServer::start_on(test, database, Storage::Folder, engines, hand, |_| {});
    let Some(server) = started.await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let staff = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let interview = id(&staff
        .post("/api/v1/interviews", json!({}))
        .await
        .expect(201));
    let path = format!("/api/v1/interviews/{interview}");
    let now = candor_core::ports::Clock::now(&*clock);
    let soon = now.round(Unit::Second).unwrap() + SignedDuration::from_hours(1);
    let (short, expiring) = invite(&staff, &interview, json!({"expires_at": soon})).await;
    let (made, revoked) = invite(&staff, &interview, json!({})).await;
    let (_, usual) = invite(&staff, &interview, json!({})).await;
    assert_eq!(short["expires_at"], soon.to_string());
    for candidate in [&expiring, &revoked, &usual] {
        candidate.get(&path).await.expect(200);
    }

    let revoke = format!("{path}/tokens/{}", id(&made));
    let ended = staff.delete(&revoke).await.expect(200);
    assert_ne!(ended["revoked_at"], Value::Null);
    assert_eq!(staff.delete(&revoke).await.expect(200), ended);
    assert_eq!(revoked.get(&path).await.problem(401), "unauthenticated");
    expiring.get(&path).await.expect(200);

    clock.advance(SignedDuration::from_mins(61));
    assert_eq!(expiring.get(&path).await.problem(401), "unauthenticated");
    usual.get(&path).await.expect(200);
    let forged = As::new(&server, format!("{}x", usual.token));
    assert_eq!(forged.get(&path).await.problem(401), "unauthenticated");

    assert_eq!(staff.delete(&path).await.status, 204);
    assert_eq!(usual.get(&path).await.problem(401), "unauthenticated");
    let audit = staff.get("/api/v1/audit").await.expect(200);
    let done: Vec<&str> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|line| line["action"].as_str())
        .filter(|action| action.starts_with("interview_token."))
        .collect();
    let created = "interview_token.created";
    assert_eq!(done, ["interview_token.revoked", created, created, created]);

    let second = id(&staff
        .post("/api/v1/interviews", json!({}))
        .await
        .expect(201));
    let (_, week) = invite(&staff, &second, json!({})).await;
    let path = format!("/api/v1/interviews/{second}");
    clock.advance(SignedDuration::from_hours(7 * 24 - 1));
    week.get(&path).await.expect(200);
    clock.advance(SignedDuration::from_hours(1));
    assert_eq!(week.get(&path).await.problem(401), "unauthenticated");
}

#[rstest]
#[tokio::test]
async fn staff_issue_tokens_that_are_shown_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "staff_issue_tokens_that_are_shown_once";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let (user, token) = server.person(organisation, Role::Recruiter).await;
    let staff = As::new(&server, token);
    let interview = id(&staff
        .post("/api/v1/interviews", json!({}))
        .await
        .expect(201));
    let tokens = format!("/api/v1/interviews/{interview}/tokens");
    let answer = staff.post(&tokens, json!({})).await;
    let mut made = answer.expect(201);
    assert_eq!(answer.header("cache-control"), "no-store");
    let token = made["token"].take();
    let token = token.as_str().unwrap();
    assert!(
        token.starts_with(made["prefix"].as_str().unwrap()),
        "{made}"
    );
    assert_eq!(made["created_by"], user.to_string());
    made.as_object_mut().unwrap().remove("token");
    let list = staff.get(&tokens).await;
    assert_eq!(list.expect(200)["items"], json!([made]));
    assert!(!list.text.contains(token));

    let past = json!({"expires_at": "2020-01-01T00:00:00Z"});
    assert_eq!(staff.post(&tokens, past).await.problem(422), "invalid_time");
    let elsewhere = server.organisation("Other").await;
    let foreign = As::new(&server, server.key(elsewhere, &[Scope::Admin]).await);
    let reviewer = As::new(&server, server.person(organisation, Role::Reviewer).await.1);
    let person = As::new(
        &server,
        server.person(organisation, Role::Candidate).await.1,
    );
    let revoke = format!("{tokens}/{}", id(&made));
    for (caller, status) in [(&foreign, 404), (&reviewer, 403), (&person, 403)] {
        caller.post(&tokens, json!({})).await.problem(status);
        caller.get(&tokens).await.problem(status);
        caller.delete(&revoke).await.problem(status);
    }
    // A token is revoked where it is.
    let other = id(&staff
        .post("/api/v1/interviews", json!({}))
        .await
        .expect(201));
    let wrong = format!("/api/v1/interviews/{other}/tokens/{}", id(&made));
    assert_eq!(staff.delete(&wrong).await.problem(404), "not_found");
    As::new(&server, token)
        .get(&format!("/api/v1/interviews/{interview}"))
        .await
        .expect(200);

    // People practise with their own accounts.
    let own = id(&person
        .post("/api/v1/interviews", json!({}))
        .await
        .expect(201));
    let hidden = staff
        .post(&format!("/api/v1/interviews/{own}/tokens"), json!({}))
        .await;
    assert_eq!(hidden.problem(404), "not_found");
    let session = json!({"jobRole": "Nurse", "domain": "Health"});
    let session = staff
        .post("/app/me/sessions/start", session)
        .await
        .expect(201);
    let session = session["sessionId"].as_str().unwrap();
    let refused = staff
        .post(&format!("/api/v1/interviews/{session}/tokens"), json!({}))
        .await;
    assert_eq!(refused.problem(409), "interview_of_a_person");
}
