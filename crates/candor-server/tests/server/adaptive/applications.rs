//! Strangers and people with accounts apply for published jobs.

use candor_app::media;
use candor_core::access::{Role, Scope};
use candor_testkit::{
    Database, FakeEngines, HandClock, Storage, TestServer,
    documents::{docx, docx_bomb, encrypted_pdf, pdf},
};
use jiff::SignedDuration;
use reqwest::multipart::{Form, Part};
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

use crate::calls::{Answer, As, read};

const APPLICATIONS: &str = "/api/v1/recruiter/applications";

async fn upload(server: &TestServer, bytes: Vec<u8>, name: &str) -> Answer {
    let form = Form::new().part("resume", Part::bytes(bytes).file_name(name.to_owned()));
    let path = server.at("/api/v1/public/jobs/resume-upload");
    read(server.client.post(path).multipart(form)).await
}

async fn job(caller: &As<'_>, title: &str) -> String {
    let new = json!({"title": title, "role": "sales"});
    let made = caller.post("/api/v1/recruiter/jobs", new).await.expect(201);
    format!(
        "/api/v1/public/jobs/{}",
        made["job"]["id"].as_str().unwrap()
    )
}

async fn server(test: &str, database: Database) -> Option<TestServer> {
    TestServer::start_with(test, database, FakeEngines::default(), |config| {
        config.auth.logins_per_minute = 1000;
    })
    .await
}

/// Account and organisation of every candidate, oldest first.
async fn owners(server: &TestServer) -> Vec<(Option<Uuid>, Uuid)> {
    let reader = server.app.store.reader();
    let sql = "select user_id, organisation_id from candidates order by id";
    let statement = Statement::from_string(reader.get_database_backend(), sql);
    let rows = reader.query_all_raw(statement).await.unwrap();
    let whose = rows.iter().map(|row| {
        let account = row.try_get("", "user_id").unwrap();
        (account, row.try_get("", "organisation_id").unwrap())
    });
    whose.collect()
}

#[rstest]
#[tokio::test]
async fn applications_arrive_with_their_resumes(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "applications_arrive_with_their_resumes";
    let Some(server) = server(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let theirs = server.organisation("Theirs").await;
    let recruiter = As::new(&server, server.person(ours, Role::Recruiter).await.1);
    let stranger = As::new(&server, server.key(theirs, &[Scope::Admin]).await);
    let nobody = As::new(&server, "");
    let first_job = job(&recruiter, "Seller").await;
    let second_job = job(&recruiter, "Buyer").await;

    let file = pdf(&["Ada sells machines"]);
    let sent = upload(&server, file.clone(), "ada.pdf").await.expect(201);
    assert_eq!(sent["fileName"], "ada.pdf");
    let resume = sent["resumeUrl"].as_str().unwrap().to_owned();
    let ada = json!({
        "name": "Ada <script>", "email": "Ada@Example.org", "phone": "+90 555",
        "coverLetter": "=cmd|' /C calc'!A0", "resumeUrl": resume,
    });
    let applied = nobody
        .post(&format!("{first_job}/apply"), ada.clone())
        .await
        .expect(201);
    assert_eq!(applied["application"]["status"], "submitted");
    let bo = json!({"name": "Bo", "email": "bo@example.org"});
    nobody
        .post(&format!("{first_job}/apply"), bo)
        .await
        .expect(201);

    let list = recruiter.get(APPLICATIONS).await.expect(200);
    let rows = list["applications"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (&rows[0]["candidate_name"], &rows[0]["resume_url"]),
        (&json!("Bo"), &Value::Null)
    );
    let row = &rows[1];
    assert_eq!(row["id"], applied["application"]["id"]);
    for (field, value) in [
        ("candidate_name", "Ada <script>"),
        ("candidate_email", "Ada@Example.org"),
        ("candidate_phone", "+90 555"),
        ("cover_letter", "=cmd|' /C calc'!A0"),
        ("position_title", "Seller"),
        ("role", "sales"),
    ] {
        assert_eq!(row[field], value, "{field}");
    }
    let place = row["resume_url"].as_str().unwrap();
    assert_eq!(recruiter.get(place).await.text.as_bytes(), file);
    assert_eq!(stranger.get(place).await.problem(404), "not_found");
    assert_eq!(
        stranger.get(APPLICATIONS).await.expect(200)["applications"],
        json!([])
    );

    let mut again = ada.clone();
    again["email"] = json!("ada@example.org");
    again["resumeUrl"] = Value::Null;
    let used = nobody
        .post(&format!("{second_job}/apply"), ada)
        .await
        .expect(400);
    assert_eq!(
        used["details"][0]["path"], "resumeUrl",
        "a résumé serves once"
    );
    nobody
        .post(&format!("{second_job}/apply"), again)
        .await
        .expect(201);
    let people = recruiter.get("/api/v1/candidates").await.expect(200);
    let n_people = people["items"].as_array().unwrap().len();
    assert_eq!(n_people, 2, "the same e-mail is the same candidate");

    let reject = format!("{APPLICATIONS}/{}/reject", row["id"].as_str().unwrap());
    stranger.post(&reject, json!({})).await.expect(404);
    assert_eq!(
        recruiter.post(&reject, json!({})).await.expect(200),
        json!({"updated": true})
    );
    let list = recruiter.get(APPLICATIONS).await.expect(200);
    let states: Vec<_> = list["applications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["status"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["submitted", "submitted", "rejected"]);
    let admin = As::new(&server, server.key(ours, &[Scope::Admin]).await);
    let told = admin.get("/api/v1/audit").await.expect(200);
    let text = told.to_string();
    assert!(text.contains("application.rejected"));
    assert!(text.contains("application.submitted"));
    assert!(
        !text.contains("Ada") && !text.contains("example.org"),
        "no personal data"
    );
}

#[rstest]
#[tokio::test]
async fn nobody_can_find_out_who_applied(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = server("nobody_can_find_out_who_applied", database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let recruiter = As::new(&server, server.person(ours, Role::Recruiter).await.1);
    let nobody = As::new(&server, "");
    let apply = format!("{}/apply", job(&recruiter, "Seller").await);
    let resume = async || {
        let sent = upload(&server, pdf(&["Ada sells machines"]), "ada.pdf").await;
        sent.expect(201)["resumeUrl"].clone()
    };
    let ada = |resume: &Value| json!({"name": "Ada", "email": "ada@example.org", "phone": "1", "resumeUrl": resume});
    let first_resume = resume().await;
    let first = nobody.post(&apply, ada(&first_resume)).await;
    let second_resume = resume().await;
    let mut other = ada(&second_resume);
    other["email"] = json!("ADA@example.org");
    other["phone"] = json!("2");
    other["coverLetter"] = json!("Please?");
    let second = nobody.post(&apply, other).await;
    let bo = json!({"name": "Bo", "email": "bo@example.org"});
    let stranger = nobody.post(&apply, bo).await;

    // The same status and shape, with an id and a time of its own; only the clock tells them apart.
    let names = |answer: &Answer| -> Vec<String> {
        let body = answer.expect(201);
        let row = body["application"].as_object().unwrap();
        row.keys().cloned().collect()
    };
    assert_eq!(names(&second), names(&stranger));
    let (first, second) = (first.expect(201), second.expect(201));
    assert_eq!(second["application"]["status"], "submitted");
    assert_eq!(second["application"]["email"], "ADA@example.org");
    assert_ne!(second["application"]["id"], first["application"]["id"]);
    let at = |body: &Value| -> jiff::Timestamp {
        let text = body["application"]["created_at"].as_str().unwrap();
        text.parse().unwrap()
    };
    assert!(at(&second) > at(&first));
    let used = nobody.post(&apply, ada(&second_resume)).await.expect(400);
    assert_eq!(
        used["details"][0]["path"], "resumeUrl",
        "used up all the same"
    );

    let list = recruiter.get(APPLICATIONS).await.expect(200);
    let kept = list["applications"].as_array().unwrap();
    assert_eq!(kept.len(), 2, "nothing is kept twice");
    assert_eq!(kept[1]["id"], first["application"]["id"]);
    assert_eq!(
        (&kept[1]["candidate_phone"], &kept[1]["cover_letter"]),
        (&json!("1"), &Value::Null),
        "nobody changes what somebody else sent"
    );
    assert_eq!(owners(&server).await.len(), 2);
    let admin = As::new(&server, server.key(ours, &[Scope::Admin]).await);
    let told = admin.get("/api/v1/audit").await.expect(200);
    let told = told["items"].as_array().unwrap();
    let repeated: Vec<&Value> = told
        .iter()
        .filter(|line| line["action"] == "application.repeated")
        .collect();
    assert_eq!(repeated.len(), 1);
    let uuid = first["application"]["id"]
        .as_str()
        .unwrap()
        .replace('-', "");
    let about = repeated[0]["subject"].as_str().unwrap().replace('-', "");
    assert!(about.ends_with(&uuid), "{about} is not about {uuid}");
}

#[rstest]
#[tokio::test]
async fn an_account_applies_as_itself(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(server) = server("an_account_applies_as_itself", database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let elsewhere = server.organisation("Elsewhere").await;
    let recruiter = As::new(&server, server.person(ours, Role::Recruiter).await.1);
    let (user, token) = server.person(elsewhere, Role::Candidate).await;
    let (first_job, second_job) = (job(&recruiter, "a").await, job(&recruiter, "b").await);
    let nobody = As::new(&server, "");
    let ada = json!({"name": "Ada", "email": "ada@example.org"});
    // Somebody wrote with this e-mail before; an account must not get what is theirs.
    nobody
        .post(&format!("{first_job}/apply"), ada.clone())
        .await
        .expect(201);
    let me = As::new(&server, token);
    me.post(&format!("{second_job}/apply"), ada.clone())
        .await
        .expect(201);
    let mut other = ada.clone();
    other["email"] = json!("other@example.org");
    me.post(&format!("{first_job}/apply"), other)
        .await
        .expect(201);
    let whose = owners(&server).await;
    let expected = [(None, ours.uuid()), (Some(user.uuid()), ours.uuid())];
    assert_eq!(
        whose, expected,
        "one row of the stranger, one of the account"
    );

    // What a stranger sent with the e-mail takes nothing from the account; what the account sent before counts.
    let third_job = job(&recruiter, "c").await;
    let apply = format!("{third_job}/apply");
    nobody.post(&apply, ada.clone()).await.expect(201);
    let mine = me.post(&apply, ada.clone()).await.expect(201);
    assert_eq!(me.post(&apply, ada.clone()).await.expect(201), mine);
    let list = recruiter.get(APPLICATIONS).await.expect(200);
    let list = list["applications"].as_array().unwrap();
    let third: Vec<&Value> = list
        .iter()
        .filter(|row| row["position_title"] == "c")
        .collect();
    assert_eq!(third.len(), 2);
    assert_eq!(third[0]["id"], mine["application"]["id"]);
    assert_eq!(owners(&server).await, expected);

    let forged = As::new(&server, "cdr_forged0000000000000000000000000000000000000");
    forged
        .post(&format!("{second_job}/apply"), ada)
        .await
        .expect(401);
}

#[rstest]
#[tokio::test]
async fn what_no_application_can_be_is_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "what_no_application_can_be_is_refused";
    let Some(server) = server(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let key = As::new(&server, server.key(ours, &[Scope::Write]).await);
    let nobody = As::new(&server, "");
    let job = format!("{}/apply", job(&key, "Seller").await);
    let mut doc = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    doc.extend([0; 512]);
    for (name, bytes, status, said) in [
        ("cv.doc", doc, 400, "DOCX"),
        ("cv.txt", b"only words".to_vec(), 400, "PDF or a DOCX"),
        ("cv.pdf", encrypted_pdf(), 400, "password"),
        ("cv.docx", docx_bomb(64), 400, "too large"),
        ("cv.pdf", vec![b'a'; (5 << 20) + 1], 413, "5242880"),
    ] {
        let refused = upload(&server, bytes, name).await.expect(status);
        assert!(
            refused["error"].as_str().unwrap().contains(said),
            "{refused}"
        );
    }
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("x".repeat(301))),
        ("email", json!("no e-mail")),
        ("phone", json!("5\u{0}5")),
        ("coverLetter", json!("x".repeat(20_001))),
        ("resumeUrl", json!("https://example.org/cv.pdf")),
        ("resumeUrl", json!("urn:candor:resume:../../recordings")),
        (
            "resumeUrl",
            json!(format!("urn:candor:resume:{}", "0".repeat(64))),
        ),
    ] {
        let mut wrong = json!({"name": "Ada", "email": "ada@example.org"});
        wrong[field] = value;
        let refused = nobody.post(&job, wrong).await.expect(400);
        assert_eq!(refused["details"][0]["path"], field, "{refused}");
    }
    nobody.post(&job, json!({"name": "Ada"})).await.expect(400);
    let good = json!({"name": "Ada", "email": "ada@example.org"});
    let nowhere = "/api/v1/public/jobs/01900000-0000-7000-8000-0000000000ff/apply";
    assert_eq!(
        nobody.post(nowhere, good).await.expect(404)["error"],
        "no such job"
    );
    assert_eq!(
        key.get(APPLICATIONS).await.expect(200)["applications"],
        json!([])
    );
    assert_eq!(owners(&server).await, []);
}

#[tokio::test]
async fn public_writes_are_counted_and_unused_resumes_expire() {
    let test = "public_writes_are_counted_and_unused_resumes_expire";
    let clock = Arc::new(HandClock::of_now());
    let server = TestServer::start_on(
        test,
        Database::Sqlite,
        Storage::Folder,
        FakeEngines::default(),
        Arc::clone(&clock) as _,
        |config| config.auth.logins_per_minute = 3,
    )
    .await
    .unwrap();
    let ours = server.organisation("Ours").await;
    let key = As::new(&server, server.key(ours, &[Scope::Write]).await);
    let job = format!("{}/apply", job(&key, "Seller").await);
    let sent = upload(&server, docx(&["Ada sells machines"]), "cv.docx")
        .await
        .expect(201);
    clock.advance(SignedDuration::from_hours(25));
    let late = json!({"name": "Ada", "email": "ada@example.org", "resumeUrl": sent["resumeUrl"]});
    let nobody = As::new(&server, "");
    let late = nobody.post(&job, late).await.expect(400);
    assert_eq!(late["details"][0]["path"], "resumeUrl");
    let swept = media::sweep(&server.app).await.unwrap();
    assert_eq!(swept.objects_removed, 2, "the file and what is known of it");
    upload(&server, docx(&["More"]), "cv.docx")
        .await
        .expect(201);
    let refused = nobody
        .post(&job, json!({"name": "Ada", "email": "ada@example.org"}))
        .await;
    refused.expect(429);
    assert!(!refused.header("retry-after").is_empty());
}
