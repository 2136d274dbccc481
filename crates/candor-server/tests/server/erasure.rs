//! What is left of a candidate who was deleted: no row and no file that says anything of them.

use candor_core::access::Role;
use candor_testkit::{Clips, Database, FakeEngines, TestServer};
use futures::TryStreamExt;
use jiff::{SignedDuration, Timestamp};
use reqwest::multipart::{Form, Part};
use rstest::rstest;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

use crate::calls::{As, read};

/// Stands in everything that the candidate sends or that is written about them.
const MARK: &str = "quackenbush";
const PASSWORD: &str = "correct horse battery";

async fn started(test: &str, database: Database) -> Option<TestServer> {
    TestServer::start_with(test, database, FakeEngines::default(), |config| {
        config.auth.logins_per_minute = 1000;
    })
    .await
}

/// Every row of every table, as text.
async fn rows(server: &TestServer) -> Vec<(String, String)> {
    let reader = server.app.store.writer();
    let backend = reader.get_database_backend();
    let ask = async |sql: String| {
        let statement = Statement::from_string(backend, sql);
        let rows = reader.query_all_raw(statement).await.unwrap();
        let texts = rows.iter().map(|row| row.try_get_by_index::<String>(0));
        texts.map(Result::unwrap).collect::<Vec<_>>()
    };
    let tables = match backend {
        DbBackend::Sqlite => "select name from sqlite_master where type = 'table'",
        _ => {
            "select quote_ident(table_schema) || '.' || quote_ident(table_name) \
             from information_schema.tables where table_type = 'BASE TABLE' \
             and table_schema not in ('pg_catalog', 'information_schema')"
        }
    };
    let mut found = Vec::new();
    for table in ask(tables.to_owned()).await {
        let select = match backend {
            DbBackend::Sqlite => {
                let columns = format!("select name from pragma_table_info('{table}')");
                let texts = ask(columns).await.into_iter().map(|name| {
                    format!(
                        "case typeof(\"{name}\") when 'blob' then hex(\"{name}\") \
                         else coalesce(cast(\"{name}\" as text), '') end"
                    )
                });
                let texts: Vec<String> = texts.collect();
                format!("select {} from \"{table}\"", texts.join(" || ' ' || "))
            }
            _ => format!("select t::text from {table} t"),
        };
        let rows = ask(select).await.into_iter();
        found.extend(rows.map(|row| (table.clone(), row)));
    }
    assert!(found.len() > 10, "{}", found.len());
    found
}

/// The tables that say the mark.
async fn tables_that_say(server: &TestServer, mark: &str) -> Vec<String> {
    let rows = rows(server).await;
    let mut tables: Vec<String> = rows
        .into_iter()
        .filter(|(_, whole)| whole.to_lowercase().contains(mark))
        .map(|(table, _)| table.rsplit('.').next().unwrap().to_owned())
        .collect();
    tables.sort();
    tables.dedup();
    tables
}

/// Every file of the media store.
async fn files(server: &TestServer) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for folder in ["recordings", "uploads", "documents", "resumes", "artefacts"] {
        let mut listed = server.app.objects.list(folder);
        while let Some(object) = listed.try_next().await.unwrap() {
            let bytes = server.app.objects.get(&object.key).await.unwrap();
            files.push((object.key, bytes.to_vec()));
        }
    }
    files
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}

fn id(thing: &Value) -> String {
    text(&thing["id"])
}

/// Somebody applies with a résumé, is invited, comes and answers; what recruiters write about them is there too.
async fn the_whole_story(recruiter: &As<'_>, clips: &Clips, signed_in: bool) -> String {
    let server = recruiter.server;
    let nobody = As::new(server, "");
    let email = "zephyrine@quackenbush.example";
    let signup = json!({"name": "Zephyrine Quackenbush", "email": email, "password": PASSWORD});
    let account = match signed_in {
        true => {
            let made = nobody.post("/api/v1/candidate/signup", signup).await;
            text(&made.expect(201)["token"])
        }
        false => String::new(),
    };
    let me = As::new(server, account);

    let job = json!({"title": "Seller", "role": "sales"});
    let job = recruiter
        .post("/api/v1/recruiter/jobs", job)
        .await
        .expect(201);
    let job = format!("/api/v1/public/jobs/{}", text(&job["job"]["id"]));
    let resume = candor_testkit::documents::docx(&["Zephyrine Quackenbush sold heliotropes."]);
    let form = Form::new().part(
        "resume",
        Part::bytes(resume).file_name("quackenbush.docx".to_owned()),
    );
    let path = server.at("/api/v1/public/jobs/resume-upload");
    let sent = read(server.client.post(path).multipart(form))
        .await
        .expect(201);
    let apply = json!({
        "name": "Zephyrine Quackenbush", "email": email, "phone": "+49 30 quackenbush",
        "coverLetter": "I am a Quackenbush.", "resumeUrl": sent["resumeUrl"],
    });
    let applied = me.post(&format!("{job}/apply"), apply).await.expect(201);
    let application = format!("app_{}", text(&applied["application"]["id"]));
    let path = format!("/api/v1/applications/{application}");
    let candidate = text(&recruiter.get(&path).await.expect(200)["candidate_id"]);

    let at = Timestamp::now() + SignedDuration::from_mins(5);
    let invite = json!({
        "candidate_email": email, "candidate_name": "Zephyrine Quackenbush",
        "role_family": "sales", "scheduled_at": at.to_string(), "application_id": application,
        "message": "Dear Ms Quackenbush", "resume_url": "https://example.org/quackenbush.pdf",
        "questions": [{"text": "Ms Quackenbush, what did you sell last?"}],
        "focus_areas": ["quackenbush"],
    });
    let invited = recruiter.post("/api/v1/invitations", invite).await;
    let link = text(&invited.expect(201)["join_url"]);
    let link = link.rsplit('/').next().unwrap().to_owned();
    // Another one that names the e-mail alone, and was never used.
    let other = json!({
        "candidate_email": email.to_uppercase(), "role_family": "sales",
        "scheduled_at": at.to_string(),
    });
    let other = recruiter.post("/api/v1/invitations", other).await;
    other.expect(201);

    let start = format!("/api/v1/public/join/{link}/start");
    let joined = me.post(&start, json!({})).await.expect(201);
    let session = As::new(server, text(&joined["sessionToken"]));
    let interview = text(&joined["interviewId"]);
    let answer = json!({"answerText": "We Quackenbushes sold forty heliotropes a week."});
    let path = format!("/api/v1/interview/{interview}/answer");
    session.post(&path, answer).await.expect(200);
    let meta = json!({
        "interview_id": format!("int_{interview}"), "external_id": "quackenbush-1",
        "consent": {"version": "1", "obtainedAt": "2026-01-31T12:00:00Z", "by": "Quackenbush"},
    });
    let wav = std::fs::read(clips.make("tone.wav", "-f lavfi -i sine=duration=1")).unwrap();
    let form = Form::new().text("meta", meta.to_string()).part(
        "file",
        Part::bytes(wav).file_name("quackenbush.wav".to_owned()),
    );
    let request = server.client.post(server.at("/api/v1/recordings"));
    let recording = read(request.bearer_auth(&recruiter.token).multipart(form)).await;
    let analysis = json!({
        "recording_id": id(&recording.expect(201)), "external_id": "quackenbush-2",
        "question": {"text": "What did you sell, Ms Quackenbush?"},
    });
    let analysis = recruiter.post("/api/v1/analyses", analysis).await;
    analysis.expect(202);
    let path = format!("/api/v1/interview/{interview}/end");
    session.post(&path, json!({})).await.expect(200);
    let decision = json!({"decision": "advance", "reason": "A Quackenbush sells."});
    let path = format!("/api/v1/interviews/int_{interview}/decisions");
    recruiter.post(&path, decision).await.expect(201);
    candidate
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_says_anything_of_a_deleted_candidate(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values(true, false)] signed_in: bool,
) {
    let test = "nothing_says_anything_of_a_deleted_candidate";
    let Some(clips) = Clips::new(test) else {
        return;
    };
    let Some(server) = started(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let recruiter = As::new(&server, server.person(ours, Role::Recruiter).await.1);
    let admin = As::new(&server, server.person(ours, Role::Admin).await.1);
    let hook = json!({"url": "https://hooks.example.org/candor"});
    admin.post("/api/v1/webhooks", hook).await.expect(201);
    // Somebody else's things stay as they are.
    let bo = json!({"name": "Bo", "email": "bo@example.org", "profile": {"note": "stays"}});
    let bo = recruiter.post("/api/v1/candidates", bo).await.expect(201);

    let candidate = the_whole_story(&recruiter, &clips, signed_in).await;
    let before = tables_that_say(&server, MARK).await;
    for table in [
        "applications",
        "candidates",
        "consents",
        "decisions",
        "documents",
        "interview_turns",
        "invitations",
        "recordings",
    ] {
        assert!(
            before.iter().any(|said| said == table),
            "{table}: {before:?}"
        );
    }
    assert_eq!(before.iter().any(|said| said == "users"), signed_in);
    let kept = files(&server).await;
    assert!(kept.iter().any(|(key, _)| key.starts_with("documents/")));
    assert!(kept.iter().any(|(key, _)| key.starts_with("recordings/")));

    let path = format!("/api/v1/candidates/{candidate}");
    let stale = recruiter
        .send(
            reqwest::Method::DELETE,
            &path,
            &[("if-match", "\"99\"")],
            None,
        )
        .await;
    assert_eq!(stale.status, 412);
    assert_eq!(
        tables_that_say(&server, MARK).await,
        before,
        "all or nothing"
    );
    recruiter.delete(&path).await.expect(204);

    recruiter.get(&path).await.expect(404);
    let left = tables_that_say(&server, MARK).await;
    assert_eq!(left, Vec::<String>::new());
    let bare = candidate.strip_prefix("can_").unwrap();
    let named = tables_that_say(&server, bare).await;
    assert!(
        named.iter().all(|table| table == "audit_log"),
        "ids stay in the audit log alone: {named:?}"
    );
    let kept: Vec<String> = files(&server)
        .await
        .into_iter()
        .map(|file| file.0)
        .collect();
    assert_eq!(kept, Vec::<String>::new());

    let log = admin.get("/api/v1/audit").await.expect(200);
    let entry = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["action"] == "candidate.deleted")
        .unwrap()
        .clone();
    assert_eq!(entry["subject"], candidate);
    for (what, n) in [("applications", 1), ("invitations", 2), ("interviews", 1)] {
        assert_eq!(entry["details"][what], n, "{what}");
    }
    assert_eq!(entry["details"]["account"], signed_in);
    let path = format!("/api/v1/candidates/{}", id(&bo));
    assert_eq!(recruiter.get(&path).await.expect(200), bo);
    recruiter.delete(&path).await.expect(204);
}

#[rstest]
#[tokio::test]
async fn an_account_that_serves_something_else_stays(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_account_that_serves_something_else_stays";
    let Some(server) = started(test, database).await else {
        return;
    };
    let nobody = As::new(&server, "");
    let signup = json!({"name": "Ana", "email": "ana@example.org", "password": PASSWORD});
    let made = nobody.post("/api/v1/candidate/signup", signup).await;
    let ana = As::new(&server, text(&made.expect(201)["token"]));
    let mut candidates = Vec::new();
    for name in ["Ours", "Theirs"] {
        let organisation = server.organisation(name).await;
        let recruiter = As::new(
            &server,
            server.person(organisation, Role::Recruiter).await.1,
        );
        let job = json!({"title": "Seller", "role": "sales"});
        let job = recruiter
            .post("/api/v1/recruiter/jobs", job)
            .await
            .expect(201);
        let path = format!("/api/v1/public/jobs/{}/apply", text(&job["job"]["id"]));
        let apply = json!({"name": "Ana", "email": "ana@example.org"});
        ana.post(&path, apply).await.expect(201);
        let found = recruiter.get("/api/v1/candidates").await.expect(200);
        candidates.push((recruiter, id(&found["items"][0])));
    }
    let applications = async || {
        let own = ana.get("/api/v1/candidate/applications").await;
        own.json()["applications"].as_array().map(Vec::len)
    };
    assert_eq!(applications().await, Some(2));
    for (n_left, (recruiter, candidate)) in [Some(1), None].into_iter().zip(&candidates) {
        let path = format!("/api/v1/candidates/{candidate}");
        recruiter.delete(&path).await.expect(204);
        assert_eq!(applications().await, n_left);
    }
    let login = json!({"email": "ana@example.org", "password": PASSWORD});
    let login = nobody.post("/api/v1/candidate/login", login).await;
    login.expect(401);
}
