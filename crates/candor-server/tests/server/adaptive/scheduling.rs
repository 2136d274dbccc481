//! Schedules, recruiters, the portal of candidates and join links, as *adaptive* documents them.

use std::sync::Arc;

use candor_core::{
    access::{Role, Scope},
    ids::OrganisationId,
};
use candor_testkit::{Database, FakeEngines, HandClock, SmtpSink, Storage, TestServer};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::{Answer, As};

const PASSWORD: &str = "correct horse battery";

pub(super) async fn started(
    test: &str,
    database: Database,
) -> Option<(TestServer, Arc<HandClock>)> {
    let clock = Arc::new(HandClock::of_now());
    let watch = Arc::clone(&clock);
    let engines = FakeEngines::default();
    let server = TestServer::start_on(test, database, Storage::Folder, engines, watch, |config| {
        config.auth.logins_per_minute = 1000;
    })
    .await?;
    Some((server, clock))
}

async fn admin(server: &TestServer, organisation: OrganisationId) -> As<'_> {
    As::new(server, server.person(organisation, Role::Admin).await.1)
}

#[track_caller]
fn error(answer: &Answer, status: u16) -> String {
    let body = answer.expect(status);
    body["error"].as_str().unwrap().to_owned()
}

/// What is wrong with which field.
#[track_caller]
fn wrong_field(answer: &Answer) -> String {
    assert_eq!(error(answer, 400), "Validation failed");
    let detail = answer.json()["details"][0].clone();
    assert_eq!(detail["type"], "field");
    detail["path"].as_str().unwrap().to_owned()
}

async fn change(caller: &As<'_>, path: &str, body: Value) -> Answer {
    caller.send(Method::PATCH, path, &[], Some(body)).await
}

fn token_of(schedule: &Value) -> String {
    schedule["joinToken"].as_str().unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn an_admin_schedules_lists_moves_and_deletes(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_admin_schedules_lists_moves_and_deletes";
    let Some((server, _)) = started(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let boss = admin(&server, organisation).await;
    let wanted = json!({
        "candidateEmail": "ana@example.org", "candidateName": "Ana", "role": "technical",
        "scheduledAt": "2099-05-12T10:00:00.000Z", "difficulty": "hard", "durationMinutes": 20,
        "customQuestions": ["Why Rust?", {"text": "And why us?", "phase": "intro", "keyPoints": ["team"]}],
        "codingQuestions": [{"text": "Reverse it", "starterCode": "f()", "language": "python"}],
        "focusAreas": ["async"], "message": "See you", "resumeUrl": "https://example.org/cv.pdf",
    });
    let made = boss
        .post("/api/v1/admin/schedule", wanted)
        .await
        .expect(201);
    let token = token_of(&made);
    assert_eq!(token.len(), 64);
    assert_eq!(
        made["joinUrl"],
        server.at(&format!("/interview/join/{token}"))
    );
    assert_eq!(made["status"], "scheduled");
    assert_eq!(made["scheduledAt"], "2099-05-12T10:00:00Z");
    assert_eq!(made["emailSent"], false);
    assert!(made["emailError"].as_str().unwrap().contains("mail server"));
    let other = json!({
        "candidateEmail": "bo@example.org", "role": "sales",
        "scheduledAt": "2099-06-01T09:00", "timeZone": "America/New_York",
    });
    let second = boss.post("/api/v1/admin/schedule", other).await.expect(201);
    assert_eq!(second["scheduledAt"], "2099-06-01T13:00:00Z");

    let list = boss.get("/api/v1/admin/schedules").await.expect(200);
    let list = list["schedules"].as_array().unwrap().clone();
    assert_eq!(list.len(), 2);
    assert_eq!(list[0]["candidate_email"], "bo@example.org", "newest first");
    assert_eq!(list[1]["join_token"], token);
    assert_eq!(list[1]["role"], "technical");
    let none = boss.get("/api/v1/admin/schedules?status=cancelled").await;
    assert_eq!(none.expect(200)["schedules"], json!([]));
    error(&boss.get("/api/v1/admin/schedules?status=lost").await, 400);

    let path = format!("/api/v1/admin/schedule/{}", made["id"].as_str().unwrap());
    let found = boss.get(&path).await.expect(200);
    assert_eq!(found["duration_minutes"], 20);
    let moved = change(&boss, &path, json!({"scheduledAt": "2099-05-13T10:00:00Z"})).await;
    assert_eq!(moved.expect(200), json!({"updated": true}));
    let off = change(&boss, &path, json!({"status": "cancelled"})).await;
    assert_eq!(off.expect(200), json!({"updated": true}));
    let nobody = As::new(&server, "");
    error(
        &nobody.get(&format!("/api/v1/public/join/{token}")).await,
        410,
    );
    error(
        &nobody
            .post(&format!("/api/v1/public/join/{token}/start"), json!({}))
            .await,
        410,
    );
    assert_eq!(
        boss.delete(&path).await.expect(200),
        json!({"deleted": true})
    );
    error(&boss.get(&path).await, 404);
    error(&boss.delete(&path).await, 404);
    error(
        &nobody.get(&format!("/api/v1/public/join/{token}")).await,
        404,
    );

    let overview = boss.get("/api/v1/admin/overview").await.expect(200);
    assert_eq!(
        overview["metrics"],
        json!({"recruiters": 0, "candidates": 0, "interviews": 0})
    );
    assert_eq!(overview["latestSchedules"].as_array().unwrap().len(), 1);

    for (body, field) in [
        (json!({}), "candidateEmail"),
        (json!({"candidateEmail": "ana@example.org"}), "role"),
        (
            json!({"candidateEmail": "ana@example.org", "role": "sales"}),
            "scheduledAt",
        ),
        (
            json!({"candidateEmail": "ana", "role": "sales", "scheduledAt": "2099-01-01T00:00:00Z"}),
            "candidateEmail",
        ),
        (
            json!({"candidateEmail": "a@b.org", "role": "pilot", "scheduledAt": "2099-01-01T00:00:00Z"}),
            "role",
        ),
        (
            json!({"candidateEmail": "a@b.org", "role": "sales", "scheduledAt": "soon"}),
            "scheduledAt",
        ),
        (
            json!({"candidateEmail": "a@b.org", "role": "sales", "scheduledAt": "2099-01-01T00:00:00Z", "durationMinutes": 3}),
            "durationMinutes",
        ),
        (
            json!({"candidateEmail": "a@b.org", "role": "sales", "scheduledAt": "2099-01-01T00:00:00Z", "positionId": "x"}),
            "positionId",
        ),
    ] {
        let answer = boss.post("/api/v1/admin/schedule", body.clone()).await;
        assert_eq!(wrong_field(&answer), field, "{body}");
    }
    error(&boss.post("/api/v1/admin/schedule", json!([1])).await, 400);
    let recruiter = As::new(
        &server,
        server.person(organisation, Role::Recruiter).await.1,
    );
    error(&recruiter.get("/api/v1/admin/schedules").await, 403);
    error(&nobody.get("/api/v1/admin/schedules").await, 401);
}

#[rstest]
#[tokio::test]
async fn recruiters_are_kept_sign_in_and_schedule(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "recruiters_are_kept_sign_in_and_schedule";
    let Some((server, _)) = started(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let boss = admin(&server, organisation).await;
    let nobody = As::new(&server, "");
    let new = json!({"email": "rita@example.org", "password": PASSWORD, "name": "Rita"});
    let made = boss
        .post("/api/v1/admin/recruiters", new.clone())
        .await
        .expect(201);
    let rita = made["recruiter"].clone();
    assert_eq!(rita["permission_level"], "full");
    assert_eq!(rita["is_active"], true);
    error(&boss.post("/api/v1/admin/recruiters", new).await, 409);
    for (body, field) in [
        (json!({"email": "x", "password": PASSWORD}), "email"),
        (json!({"email": "x@y.org", "password": "short"}), "password"),
        (
            json!({"email": "x@y.org", "password": PASSWORD, "permissionLevel": "root"}),
            "permissionLevel",
        ),
    ] {
        let answer = boss.post("/api/v1/admin/recruiters", body).await;
        assert_eq!(wrong_field(&answer), field);
    }
    let credentials = json!({"email": "RITA@example.org", "password": PASSWORD});
    let session = nobody
        .post("/api/v1/recruiter/login", credentials.clone())
        .await
        .expect(200);
    assert_eq!(session["recruiter"]["id"], rita["id"]);
    assert_eq!(session["recruiter"]["name"], "Rita");
    let recruiter = As::new(&server, session["token"].as_str().unwrap());
    let me = recruiter.get("/api/v1/recruiter/me").await.expect(200);
    assert_eq!(me["recruiter"]["email"], "rita@example.org");
    let wrong = json!({"email": "rita@example.org", "password": "wrong horse battery"});
    error(&nobody.post("/api/v1/recruiter/login", wrong).await, 401);

    let position = json!({"title": "Seller", "role_family": "sales"});
    let position = boss.post("/api/v1/positions", position).await.expect(201);
    let candidate = json!({"name": "Ana", "email": "ana@example.org"});
    let candidate = boss.post("/api/v1/candidates", candidate).await.expect(201);
    let both = json!({"candidate_id": candidate["id"], "position_id": position["id"]});
    let application = boss.post("/api/v1/applications", both).await.expect(201);
    let path = format!(
        "/api/v1/recruiter/applications/{}/schedule",
        application["id"].as_str().unwrap()
    );
    let at = json!({"scheduledAt": "2099-01-01T10:00:00Z"});
    let scheduled = recruiter.post(&path, at.clone()).await.expect(201);
    assert_eq!(scheduled["candidateEmail"], "ana@example.org");
    assert_eq!(scheduled["role"], "sales");
    let listed = boss.get("/api/v1/admin/applications").await.expect(200);
    assert_eq!(listed["applications"][0]["status"], "scheduled");
    assert_eq!(listed["applications"][0]["position_title"], "Seller");
    let listed = boss.get("/api/v1/admin/candidates").await.expect(200);
    assert_eq!(listed["candidates"][0]["email"], "ana@example.org");
    let nowhere = "/api/v1/recruiter/applications/0190a0a0-0000-7000-8000-000000000001/schedule";
    error(&recruiter.post(nowhere, at).await, 404);

    let own = json!({
        "candidateEmail": "bo@example.org", "role": "behavioral",
        "scheduledAt": "2099-02-01T10:00:00Z",
    });
    let own = recruiter
        .post("/api/v1/recruiter/schedule", own)
        .await
        .expect(201);
    let path = format!("/api/v1/recruiter/schedule/{}", own["id"].as_str().unwrap());
    let moved = change(
        &recruiter,
        &path,
        json!({"scheduledAt": "2099-02-02T10:00:00Z"}),
    )
    .await;
    moved.expect(200);
    let all = recruiter
        .get("/api/v1/recruiter/schedules")
        .await
        .expect(200);
    assert_eq!(all["schedules"][0]["scheduled_at"], "2099-02-02T10:00:00Z");
    assert_eq!(all["schedules"].as_array().unwrap().len(), 2);
    assert_eq!(
        recruiter.delete(&path).await.expect(200),
        json!({"deleted": true})
    );

    let theirs = format!("/api/v1/admin/recruiters/{}", rita["id"].as_str().unwrap());
    let limited = change(&boss, &theirs, json!({"permissionLevel": "limited"})).await;
    assert_eq!(
        limited.expect(200)["recruiter"]["permission_level"],
        "limited"
    );
    error(&recruiter.get("/api/v1/recruiter/schedules").await, 403);
    let off = change(&boss, &theirs, json!({"isActive": false})).await;
    assert_eq!(off.expect(200)["recruiter"]["is_active"], false);
    error(&recruiter.get("/api/v1/recruiter/me").await, 401);
    error(
        &nobody
            .post("/api/v1/recruiter/login", credentials.clone())
            .await,
        401,
    );
    let on = json!({"isActive": true, "password": "another horse battery", "name": "R."});
    let on = change(&boss, &theirs, on).await.expect(200);
    assert_eq!(on["recruiter"]["name"], "R.");
    error(
        &nobody.post("/api/v1/recruiter/login", credentials).await,
        401,
    );
    let renewed = json!({"email": "rita@example.org", "password": "another horse battery"});
    nobody
        .post("/api/v1/recruiter/login", renewed)
        .await
        .expect(200);

    let foreign = server.organisation("Other").await;
    let foreign = admin(&server, foreign).await;
    error(&change(&foreign, &theirs, json!({"name": "x"})).await, 404);
    error(&foreign.delete(&theirs).await, 404);
    let (chief, _) = server.person(organisation, Role::Admin).await;
    let admins = format!("/api/v1/admin/recruiters/{}", chief.uuid());
    error(&boss.delete(&admins).await, 404);
    assert_eq!(
        boss.delete(&theirs).await.expect(200),
        json!({"deleted": true})
    );
    let left = boss.get("/api/v1/admin/recruiters").await.expect(200);
    assert_eq!(left["recruiters"], json!([]));
}

pub(super) async fn scheduled(boss: &As<'_>, email: &str, at: Timestamp) -> String {
    let body = json!({
        "candidateEmail": email, "candidateName": "Ana", "role": "technical",
        "scheduledAt": at.to_string(), "durationMinutes": 30,
        "customQuestions": [{"text": "What is a borrow?", "phase": "intro", "keyPoints": ["secret key point"]}],
    });
    let made = boss.post("/api/v1/admin/schedule", body).await;
    token_of(&made.expect(201))
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_begins_one_interview_within_its_time(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_link_begins_one_interview_within_its_time";
    let Some((server, clock)) = started(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let boss = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let nobody = As::new(&server, "");
    let at = Timestamp::now() + SignedDuration::from_hours(2);
    let token = scheduled(&boss, "Ana@Example.org", at).await;
    let path = format!("/api/v1/public/join/{token}");
    let start = format!("{path}/start");

    let shown = nobody.get(&path).await.expect(200);
    assert_eq!(shown["candidateEmail"], "Ana@Example.org");
    assert_eq!(shown["role"], "technical");
    assert_eq!(shown["alreadyCompleted"], false);
    assert_eq!(shown["interviewId"], Value::Null);
    let early = nobody.post(&start, json!({})).await;
    assert!(error(&early, 403).contains("opens at"));
    error(&nobody.get("/api/v1/public/join/short").await, 400);
    error(
        &nobody
            .post("/api/v1/public/join/short/start", json!({}))
            .await,
        400,
    );
    for unknown in [
        "0123456789abcdef",
        "'; drop table invitations; --",
        &"x".repeat(400),
    ] {
        let path = format!("/api/v1/public/join/{}", unknown.replace(' ', "%20"));
        error(&nobody.get(&path).await, 404);
    }

    clock.advance(SignedDuration::from_mins(106));
    let together = (0..4).map(|_| nobody.post(&start, json!({})));
    let answers = join_all(together).await;
    let firsts: Vec<Value> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .map(Answer::json)
        .collect();
    assert_eq!(firsts.len(), 1, "{answers:?}");
    let first = &firsts[0];
    let interview = first["interviewId"].as_str().unwrap();
    assert!(first["firstReply"].as_str().unwrap().len() > 10);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        let later = answer.expect(200);
        assert_eq!(later["interviewId"], interview);
        assert_eq!(later["alreadyStarted"], true);
        assert_eq!(later.get("sessionToken"), None);
    }
    for told in [&first["state"].to_string(), &answers[3].text] {
        for secret in ["secret key point", "evaluation", "keyPoints"] {
            assert!(!told.contains(secret), "{secret} in {told}");
        }
    }
    let interviews = boss.get("/api/v1/interviews").await.expect(200);
    let interviews = interviews["items"].as_array().unwrap().clone();
    assert_eq!(interviews.len(), 1);
    assert_eq!(interviews[0]["origin"], "adaptive");
    assert_eq!(interviews[0]["purpose"], "hiring");
    let candidates = boss.get("/api/v1/candidates").await.expect(200);
    assert_eq!(candidates["items"][0]["email"], "Ana@Example.org");
    assert_eq!(candidates["items"][0]["id"], interviews[0]["candidate_id"]);
    let list = boss.get("/api/v1/admin/schedules?status=in_progress").await;
    assert_eq!(list.expect(200)["schedules"][0]["interview_id"], interview);

    let candidate = As::new(&server, first["sessionToken"].as_str().unwrap());
    let state = format!("/api/v1/interview/{interview}/state");
    candidate.get(&state).await.expect(200);
    error(&nobody.get(&state).await, 401);
    let answer = json!({"answerText": "A borrow lends a value without giving it away."});
    let answered = candidate
        .post(&format!("/api/v1/interview/{interview}/answer"), answer)
        .await
        .expect(200);
    assert_eq!(answered.get("evaluation"), None);
    candidate
        .post(&format!("/api/v1/interview/{interview}/end"), json!({}))
        .await
        .expect(200);
    let done = nobody.get(&path).await.expect(200);
    assert_eq!(done["alreadyCompleted"], true);
    assert_eq!(done["status"], "completed");
    assert_eq!(done["interviewId"], interview);
    let again = nobody.post(&start, json!({})).await.expect(200);
    assert_eq!(again["interviewId"], interview);

    // A second link to the same person: the candidate is known by then; and it closes after a week.
    let late = scheduled(&boss, "ana@example.ORG", at).await;
    let late = format!("/api/v1/public/join/{late}");
    nobody
        .post(&format!("{late}/start"), json!({}))
        .await
        .expect(201);
    let candidates = boss.get("/api/v1/candidates").await.expect(200);
    assert_eq!(candidates["items"].as_array().unwrap().len(), 1);
    let closed = scheduled(&boss, "bo@example.org", at).await;
    let closed = format!("/api/v1/public/join/{closed}");
    clock.advance(SignedDuration::from_hours(7 * 24 + 1));
    error(&nobody.get(&closed).await, 410);
    error(
        &nobody.post(&format!("{closed}/start"), json!({})).await,
        410,
    );
    error(&candidate.get(&state).await, 401);
}

#[rstest]
#[tokio::test]
async fn a_candidate_sees_only_what_is_linked_to_the_account(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_candidate_sees_only_what_is_linked_to_the_account";
    let Some((server, _)) = started(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let boss = admin(&server, organisation).await;
    let nobody = As::new(&server, "");
    let new = json!({"name": "Ana", "email": "ana@example.org", "password": PASSWORD});
    let signed = nobody
        .post("/api/v1/candidate/signup", new.clone())
        .await
        .expect(201);
    assert_eq!(signed["candidate"]["email"], "ana@example.org");
    error(&nobody.post("/api/v1/candidate/signup", new).await, 409);
    let weak = json!({"name": "Bo", "email": "bo@example.org", "password": "x"});
    assert_eq!(
        wrong_field(&nobody.post("/api/v1/candidate/signup", weak).await),
        "password"
    );
    let unnamed = json!({"name": " ", "email": "bo@example.org", "password": PASSWORD});
    assert_eq!(
        wrong_field(&nobody.post("/api/v1/candidate/signup", unnamed).await),
        "name"
    );
    let credentials = json!({"email": "ana@example.org", "password": PASSWORD});
    let session = nobody
        .post("/api/v1/candidate/login", credentials.clone())
        .await
        .expect(200);
    error(
        &nobody.post("/api/v1/recruiter/login", credentials).await,
        401,
    );
    let ana = As::new(&server, session["token"].as_str().unwrap());
    let me = ana.get("/api/v1/candidate/me").await.expect(200);
    assert_eq!(me["candidate"]["name"], "Ana");
    error(&ana.get("/api/v1/recruiter/me").await, 403);

    // The same e-mail alone links nothing.
    let now = Timestamp::now();
    let token = scheduled(&boss, "ana@example.org", now).await;
    let candidate = json!({"name": "Ana", "email": "ana@example.org"});
    let candidate = boss.post("/api/v1/candidates", candidate).await.expect(201);
    let position = json!({"title": "Rust developer"});
    let position = boss.post("/api/v1/positions", position).await.expect(201);
    let both = json!({"candidate_id": candidate["id"], "position_id": position["id"]});
    boss.post("/api/v1/applications", both).await.expect(201);
    let before = ana.get("/api/v1/candidate/dashboard").await.expect(200);
    assert_eq!(before["applications"], json!([]));
    assert_eq!(before["schedules"], json!([]));
    assert_eq!(before["profile"]["email"], "ana@example.org");

    // To come with one's own link while signed in does.
    let start = format!("/api/v1/public/join/{token}/start");
    let joined = ana.post(&start, json!({})).await.expect(201);
    let after = ana.get("/api/v1/candidate/dashboard").await.expect(200);
    assert_eq!(after["schedules"][0]["companyName"], "Acme");
    assert_eq!(after["schedules"][0]["status"], "in_progress");
    assert_eq!(after["schedules"][0]["interviewId"], joined["interviewId"]);
    assert_eq!(
        after["schedules"][0]["joinUrl"],
        server.at(&format!("/interview/join/{token}"))
    );
    let applications = ana.get("/api/v1/candidate/applications").await.expect(200);
    assert_eq!(
        applications["applications"][0]["positionTitle"],
        "Rust developer"
    );
    let other = json!({"name": "Bo", "email": "bo@example.org", "password": PASSWORD});
    let other = nobody
        .post("/api/v1/candidate/signup", other)
        .await
        .expect(201);
    let other = As::new(&server, other["token"].as_str().unwrap());
    let theirs = other.get("/api/v1/candidate/dashboard").await.expect(200);
    assert_eq!(theirs["schedules"], json!([]));
    let key = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    error(&key.get("/api/v1/candidate/dashboard").await, 403);
    error(&nobody.get("/api/v1/candidate/applications").await, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_tells_what_became_of_its_mail() {
    let test = "a_schedule_tells_what_became_of_its_mail";
    let sink = SmtpSink::start(&[250, 550]).await;
    let url = sink.url.clone();
    let started =
        TestServer::start_with(test, Database::Sqlite, FakeEngines::default(), |config| {
            config.mail.url = url;
            config.mail.from = "interviews@acme.example".to_owned();
        });
    let mut server = started.await.unwrap();
    server.work();
    let organisation = server.organisation("Acme").await;
    let boss = admin(&server, organisation).await;
    let body = |email: &str| {
        json!({
            "candidateEmail": email, "role": "sales", "scheduledAt": "2099-01-01T10:00:00Z",
        })
    };
    let sent = boss
        .post("/api/v1/recruiter/schedule", body("ana@example.org"))
        .await
        .expect(201);
    assert_eq!(sent["emailSent"], true);
    assert_eq!(sent["emailError"], Value::Null);
    assert_eq!(sink.mails()[0].to, ["ana@example.org"]);
    let refused = boss
        .post("/api/v1/recruiter/schedule", body("bo@example.org"))
        .await
        .expect(201);
    assert_eq!(refused["emailSent"], false);
    assert_eq!(refused["emailError"], "the mail server refused it (550)");
}
