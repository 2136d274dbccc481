//! What stands behind a join link: the candidate's papers, what they are told before they begin, what they agreed to, and
//! the page that the link leads to.

use std::{collections::BTreeMap, sync::Arc};

use candor_app::organisations::{self, PolicyRequest};
use candor_core::{
    access::{Actor, Role, Scope},
    policy::{OrganisationKind, Scoring},
    ports::{ChatError, ChatModel, ChatReply, ChatRequest, Watch},
    report::Provenance,
};
use candor_testkit::{Database, TestServer, documents::pdf};
use jiff::{SignedDuration, Timestamp};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::scheduling::{scheduled, started};
use crate::calls::{Answer, As, read};

const PROCESSOR: &str = "Example <Models> Ltd";
const RESUME: [&str; 4] = [
    "Ada Example",
    "EXPERIENCE",
    "Sold refrigerated containers to ports in the Baltic for nine years.",
    "I negotiated renewals and kept the forecast of the region.",
];

/// A chat model that is never there.
struct Away;

impl ChatModel for Away {
    fn complete(&self, _: &ChatRequest, _: &dyn Watch) -> Result<ChatReply, ChatError> {
        Err(ChatError::Unavailable("away".to_owned()))
    }

    fn provenance(&self) -> Provenance {
        Provenance {
            engine: "away".to_owned(),
            version: "1".to_owned(),
            model: None,
            model_sha256: None,
            formula: None,
            settings: BTreeMap::new(),
        }
    }
}

async fn upload(server: &TestServer) -> Value {
    let file = Part::bytes(pdf(&RESUME)).file_name("ada.pdf");
    let path = server.at("/api/v1/public/jobs/resume-upload");
    let form = Form::new().part("resume", file);
    read(server.client.post(path).multipart(form))
        .await
        .expect(201)["resumeUrl"]
        .clone()
}

/// The plan of the only interview.
async fn plan(server: &TestServer) -> Value {
    let reader = server.app.store.reader();
    let sql = "select plan from interview_sessions";
    let statement = Statement::from_string(reader.get_database_backend(), sql);
    let rows = reader.query_all_raw(statement).await.unwrap();
    rows[0].try_get("", "plan").unwrap()
}

async fn begin(server: &TestServer, token: &Value, body: Value) -> Answer {
    let path = format!("/api/v1/public/join/{}/start", token.as_str().unwrap());
    As::new(server, "").post(&path, body).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_resume_of_an_application_reaches_the_interview(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_resume_of_an_application_reaches_the_interview";
    let Some((server, _)) = started(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let recruiter = As::new(&server, server.person(ours, Role::Recruiter).await.1);
    let new = json!({"title": "Seller", "role": "sales"});
    let job = recruiter
        .post("/api/v1/recruiter/jobs", new)
        .await
        .expect(201);
    let apply = format!(
        "/api/v1/public/jobs/{}/apply",
        job["job"]["id"].as_str().unwrap()
    );
    let ada = json!({
        "name": "Ada", "email": "ada@example.org", "resumeUrl": upload(&server).await,
        "coverLetter": "I would like to sell what your shipyard builds.",
    });
    let applied = As::new(&server, "").post(&apply, ada).await.expect(201);
    let schedule = format!(
        "/api/v1/recruiter/applications/{}/schedule",
        applied["application"]["id"].as_str().unwrap()
    );
    let now = Timestamp::now().to_string();
    let made = recruiter
        .post(&schedule, json!({"scheduledAt": now}))
        .await
        .expect(201);
    let invitation = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
    let found = recruiter.get(&invitation).await.expect(200);
    let documents = recruiter.get("/api/v1/documents").await.expect(200);
    assert_eq!(found["document_id"], documents["items"][0]["id"]);

    begin(&server, &made["joinToken"], json!({}))
        .await
        .expect(201);
    let plan = plan(&server).await;
    let extract = plan["background"]["resume"].as_str().unwrap();
    assert!(extract.contains("refrigerated containers"), "{extract}");
    assert!(
        !plan.to_string().contains("shipyard"),
        "the letter is kept with the application alone"
    );
}

#[rstest]
#[tokio::test]
async fn addresses_of_resumes_at_this_server_are_resolved(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "addresses_of_resumes_at_this_server_are_resolved";
    let Some((server, _)) = started(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let theirs = server.organisation("Theirs").await;
    let boss = As::new(&server, server.key(ours, &[Scope::Admin]).await);
    let stranger = As::new(&server, server.key(theirs, &[Scope::Admin]).await);
    let wanted = |url: &Value| {
        json!({
            "candidateEmail": "ada@example.org", "role": "sales",
            "scheduledAt": Timestamp::now().to_string(), "resumeUrl": url,
        })
    };
    let schedule = "/api/v1/admin/schedule";
    let uploaded = upload(&server).await;
    let first = boss.post(schedule, wanted(&uploaded)).await.expect(201);
    let of = async |made: &Value| {
        let path = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
        boss.get(&path).await.expect(200)
    };
    let first = of(&first).await;
    let document = first["document_id"].as_str().unwrap();
    assert_eq!(first["resume_url"], Value::Null, "it was used up");
    assert_eq!(
        boss.post(schedule, wanted(&uploaded)).await.status,
        400,
        "it waits no longer"
    );

    let address = json!(format!("/api/v1/documents/{document}/content"));
    let second = boss.post(schedule, wanted(&address)).await.expect(201);
    let found = of(&second).await;
    assert_eq!(found["document_id"], document);
    let foreign = stranger.post(schedule, wanted(&address)).await;
    let foreign = foreign.expect(400);
    assert_eq!(foreign["details"][0]["path"], "resumeUrl", "{foreign}");
    let elsewhere = json!("https://example.org/cv.pdf");
    let third = boss.post(schedule, wanted(&elsewhere)).await.expect(201);
    let third = of(&third).await;
    assert_eq!(third["document_id"], Value::Null);
    assert_eq!(third["resume_url"], elsewhere);

    // A change resolves it as well.
    let path = format!("/api/v1/invitations/{}", third["id"].as_str().unwrap());
    let changed = boss
        .patch(&path, "\"1\"", json!({"resume_url": address}))
        .await;
    assert_eq!(changed.expect(200)["document_id"], document);
    begin(&server, &second["joinToken"], json!({}))
        .await
        .expect(201);
    let extract = plan(&server).await["background"]["resume"].clone();
    assert!(extract.as_str().unwrap().contains("refrigerated"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_candidate_is_told_who_reads_and_agrees_with_the_start(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_candidate_is_told_who_reads_and_agrees_with_the_start";
    let asking = TestServer::start_asking(test, database, Arc::new(Away), |config| {
        config.auth.logins_per_minute = 1000;
    })
    .await;
    let Some(server) = asking else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let boss = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let nobody = As::new(&server, "");
    let token = json!(scheduled(&boss, "ana@example.org", Timestamp::now()).await);
    let path = format!("/api/v1/public/join/{}", token.as_str().unwrap());
    let before = nobody.get(&path).await.expect(200);
    assert_eq!(before.get("chatProcessor"), None, "nobody is on record");
    assert!(before["notice"].as_str().unwrap().contains("AI system"));

    let policy = PolicyRequest {
        kind: OrganisationKind::Employer,
        scoring: Scoring::ContentOnly,
        legal_basis: None,
        retention_days: None,
        chat_processor: Some(PROCESSOR.to_owned()),
    };
    let operator = Actor::operator(organisation);
    organisations::update_policy(&server.app, &operator, policy, None)
        .await
        .unwrap();
    let told = nobody.get(&path).await.expect(200);
    assert_eq!(told["chatProcessor"], PROCESSOR);
    assert!(told["notice"].as_str().unwrap().contains(PROCESSOR));
    let page = format!("/interview/join/{}", token.as_str().unwrap());
    let page = nobody.get(&page).await.text;
    assert!(page.contains("Example &lt;Models&gt; Ltd"), "{page}");

    for wrong in [
        json!({"consent": {"version": ""}}),
        json!({"consent": {"version": "1", "obtainedAt": "2199-01-01T00:00:00Z"}}),
        json!({"consent": {}}),
    ] {
        begin(&server, &token, wrong).await.expect(400);
    }
    let agreed = json!({"consent": {"version": "2026-11"}});
    let begun = begin(&server, &token, agreed).await.expect(201);
    assert_eq!(begun["chatProcessor"], PROCESSOR);
    let subject = format!("int_{}", begun["interviewId"].as_str().unwrap());
    let list = boss
        .get(&format!("/api/v1/consents?subject={subject}"))
        .await;
    let list = list.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    let consent = &list["items"][0];
    assert_eq!(consent["version"], "2026-11");
    assert_eq!(consent["how"], "app");
    assert_eq!(consent["scopes"], json!(["analysis"]));
    let again = json!({"consent": {"version": "2026-12"}});
    begin(&server, &token, again).await.expect(200);
    let list = boss
        .get(&format!("/api/v1/consents?subject={subject}"))
        .await;
    assert_eq!(list.expect(200)["items"].as_array().unwrap().len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_behind_a_link_tells_how_it_stands(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_page_behind_a_link_tells_how_it_stands";
    let Some((server, clock)) = started(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme & <Söhne>").await;
    let boss = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let nobody = As::new(&server, "");
    let at = Timestamp::now() + SignedDuration::from_hours(2);
    let token = json!(scheduled(&boss, "ana@example.org", at).await);
    let path = format!("/interview/join/{}", token.as_str().unwrap());
    let page = async |path: &str, language: &str, status: u16| {
        let headers = [("accept-language", language)];
        let page = nobody.send(Method::GET, path, &headers, None).await;
        assert_eq!(page.status, status, "{}", page.text);
        assert!(page.header("content-type").starts_with("text/html"));
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(page.text.contains("<style>"), "{}", page.text);
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        for never in ["<script", "Ana", "ana@example.org", "secret key point"] {
            assert!(!page.text.contains(never), "{never} in {}", page.text);
        }
        assert!(!page.text.contains(token.as_str().unwrap()));
        page.text
    };
    let early = page(&path, "de", 200).await;
    assert!(early.contains("lang=\"en\""), "{early}");
    assert!(early.contains("Acme &amp; &lt;Söhne&gt;"), "{early}");
    assert!(early.contains("can be used from"), "{early}");
    let french = page(&path, "fr-BE,fr;q=0.9", 200).await;
    assert!(french.contains("lang=\"fr\"") && french.contains("Votre entretien avec"));

    clock.advance(SignedDuration::from_mins(110));
    assert!(page(&path, "", 200).await.contains("can begin now"));
    let begun = begin(&server, &token, json!({})).await.expect(201);
    assert!(page(&path, "", 200).await.contains("has begun"));
    let candidate = As::new(&server, begun["sessionToken"].as_str().unwrap());
    let interview = begun["interviewId"].as_str().unwrap();
    candidate
        .post(&format!("/api/v1/interview/{interview}/end"), json!({}))
        .await
        .expect(200);
    assert!(page(&path, "", 200).await.contains("is over"));

    let other = scheduled(&boss, "bo@example.org", clock_time(&server)).await;
    let other = format!("/interview/join/{other}");
    clock.advance(SignedDuration::from_hours(8 * 24));
    assert!(page(&other, "", 410).await.contains("is closed"));
    assert!(
        page("/interview/join/short", "tr", 404)
            .await
            .contains("lang=\"tr\"")
    );
    let unknown = page("/interview/join/0123456789abcdef", "id", 404).await;
    assert!(unknown.contains("lang=\"id\""), "{unknown}");
}

#[rstest]
#[tokio::test]
async fn the_type_of_an_interview_stands_in_its_plan(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_type_of_an_interview_stands_in_its_plan";
    let Some((server, _)) = started(test, database).await else {
        return;
    };
    let organisation = server.organisation("Acme").await;
    let boss = As::new(&server, server.key(organisation, &[Scope::Admin]).await);
    let wanted = |kind: &str| {
        json!({
            "candidateEmail": "ada@example.org", "role": "technical", "interviewType": kind,
            "scheduledAt": Timestamp::now().to_string(),
        })
    };
    let schedule = "/api/v1/admin/schedule";
    let wrong = boss.post(schedule, wanted("chat")).await.expect(400);
    assert_eq!(wrong["details"][0]["path"], "interviewType");
    let made = boss.post(schedule, wanted("behavioral")).await.expect(201);
    let path = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
    let change = json!({"interview_type": "screening"});
    let changed = boss.patch(&path, "\"1\"", change).await.expect(200);
    assert_eq!(changed["interview_type"], "screening");
    let begun = begin(&server, &made["joinToken"], json!({}))
        .await
        .expect(201);
    let plan = plan(&server).await;
    assert_eq!(plan["interview_type"], "screening");
    let questions = plan["questions"].as_array().unwrap();
    assert!(questions.iter().all(|one| one["phase"] != "coding"));
    let session = format!(
        "/api/v1/interviews/{}/session",
        begun["interviewId"].as_str().unwrap()
    );
    let session = boss.get(&session).await.expect(200);
    assert_eq!(session["interview_type"], "screening");
}

fn clock_time(server: &TestServer) -> Timestamp {
    server.app.clock.now()
}
