//! Mail about invitations: what it says, where it leads, and what becomes of it.

use candor_core::{
    access::{Role, Scope},
    ids::JobId,
};
use candor_testkit::{Database, FakeEngines, Received, SmtpSink, TestServer};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::wanted;
use crate::calls::{As, read};

/// Longest wait for a mail job.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

async fn with_mail(
    test: &str,
    database: Database,
    answers: &[u16],
) -> Option<(TestServer, SmtpSink)> {
    let sink = SmtpSink::start(answers).await;
    let url = sink.url.clone();
    let engines = FakeEngines::default();
    let mut server = TestServer::start_with(test, database, engines, |config| {
        config.mail.url = url;
        config.mail.from = "Interviews <interviews@acme.example>".to_owned();
        config.mail.reminder_hours = 1.0;
        config.server.public_url = "https://candor.example".to_owned();
        config.jobs.reconcile_s = 0.3;
    })
    .await?;
    server.work();
    Some((server, sink))
}

async fn until(caller: &As<'_>, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let begun = std::time::Instant::now();
    loop {
        let found = caller.get(path).await.expect(200);
        if is_so(&found) {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "not in time: {found}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn mails(sink: &SmtpSink, n: usize) -> Vec<Received> {
    sink.wait_for(n, PATIENCE).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_candidate_gets_mail_with_a_calendar_entry(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_candidate_gets_mail_with_a_calendar_entry";
    // The first try is put off.
    let Some((server, sink)) = with_mail(test, database, &[450, 250]).await else {
        return;
    };
    let organisation = server.organisation("Acme & Söhne").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    let mut body = wanted();
    body["language"] = json!("fr");
    body["message"] = json!("Bis bald <script>alert(1)</script>");
    let made = caller.post("/api/v1/invitations", body).await.expect(201);
    assert_eq!(made["email_state"], "queued");
    let path = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
    let sent = until(&caller, &path, |found| found["email_state"] == "sent").await;
    assert_eq!(sent["email_error"], Value::Null);
    assert!(sent["email_sent_at"].is_string());
    assert_eq!(sent["version"], 1, "mail is no change of the invitation");

    let mail = mails(&sink, 1).await.remove(0);
    assert_eq!(mail.to, ["ana@example.org"]);
    assert!(mail.header("subject").is_some());
    let text = mail.readable();
    let link = made["join_url"].as_str().unwrap();
    assert!(link.starts_with("https://candor.example/interview/join/"));
    for part in [
        "Bonjour Ana Díaz,",
        "mardi 12 mai 2099 à 10:00 (Europe/Istanbul, UTC+03:00)",
        "Prévoyez environ 45 minutes",
        link,
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "Acme &amp; Söhne",
        "METHOD:REQUEST",
        "DTSTART:20990512T070000Z",
        "DTEND:20990512T074500Z",
        "SEQUENCE:0",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }

    let moved = json!({"scheduled_at": "2099-05-14T09:30"});
    caller.patch(&path, "\"1\"", moved).await.expect(200);
    let change = mails(&sink, 2).await.remove(1).readable();
    assert!(change.contains("DTSTART:20990514T063000Z"), "{change}");
    assert!(change.contains("SEQUENCE:1"), "{change}");
    let off = format!("{path}/cancel");
    caller.post(&off, json!({})).await.expect(200);
    let off = mails(&sink, 3).await.remove(2).readable();
    assert!(
        off.contains("METHOD:CANCEL") && off.contains("SEQUENCE:2"),
        "{off}"
    );
    let uid = |text: &str| {
        let start = text.find("UID:").unwrap();
        text[start..].lines().next().unwrap().to_owned()
    };
    assert_eq!(uid(&text), uid(&off));
    assert!(
        !off.contains("/interview/join/") || off.contains("URL:"),
        "{off}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_address_is_told_without_naming_it() {
    let test = "a_refused_address_is_told_without_naming_it";
    let (server, sink) = with_mail(test, Database::Sqlite, &[550]).await.unwrap();
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    let made = caller
        .post("/api/v1/invitations", wanted())
        .await
        .expect(201);
    let path = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
    let failed = until(&caller, &path, |found| found["email_state"] == "failed").await;
    assert_eq!(failed["email_error"], "the mail server refused it (550)");
    assert!(sink.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_is_put_off_too_often_has_failed() {
    let test = "a_mail_that_is_put_off_too_often_has_failed";
    let answers = [450; 3];
    let (server, sink) = with_mail(test, Database::Sqlite, &answers).await.unwrap();
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.key(organisation, &[Scope::Write]).await);
    let made = caller
        .post("/api/v1/invitations", wanted())
        .await
        .expect(201);
    let path = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
    let failed = until(&caller, &path, |found| found["email_state"] == "failed").await;
    assert_eq!(failed["email_error"], "the mail server answered 450");
    assert!(sink.mails().is_empty());
}

/// Jobs that wait for their time, with that time.
async fn waiting(admin: &As<'_>) -> Vec<(JobId, Timestamp)> {
    let jobs = admin
        .get("/api/v1/queues/jobs?state=queued&limit=200")
        .await;
    let jobs = jobs.expect(200)["items"].clone();
    let mut found: Vec<(JobId, Timestamp)> = jobs
        .as_array()
        .unwrap()
        .iter()
        .map(|job| {
            let due = job["steps"][0]["not_before"].as_str().unwrap();
            (
                job["id"].as_str().unwrap().parse().unwrap(),
                due.parse().unwrap(),
            )
        })
        .collect();
    found.sort_by_key(|(_, due)| *due);
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reminder_waits_for_its_time_and_is_not_sent_for_what_was_moved() {
    let test = "a_reminder_waits_for_its_time_and_is_not_sent_for_what_was_moved";
    let (server, sink) = with_mail(test, Database::Sqlite, &[]).await.unwrap();
    let organisation = server.organisation("Acme").await;
    let (_, token) = server.person(organisation, Role::Admin).await;
    let caller = As::new(&server, token);
    let at: Timestamp = "2099-05-12T10:00:00Z".parse().unwrap();
    let mut ids = Vec::new();
    for name in ["stays", "moved", "off"] {
        let body = json!({
            "candidate_email": format!("{name}@example.org"), "role_family": "sales",
            "scheduled_at": at.to_string(),
        });
        let made = caller.post("/api/v1/invitations", body).await.expect(201);
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(mails(&sink, 3).await.len(), 3);
    let later = at + SignedDuration::from_hours(240);
    let path = format!("/api/v1/invitations/{}", ids[1]);
    let moved = json!({"scheduled_at": later.to_string()});
    caller.patch(&path, "*", moved).await.expect(200);
    let off = format!("/api/v1/invitations/{}/cancel", ids[2]);
    caller.post(&off, json!({})).await.expect(200);
    assert_eq!(mails(&sink, 5).await.len(), 5);
    for id in &ids {
        let path = format!("/api/v1/invitations/{id}");
        until(&caller, &path, |found| found["email_state"] == "sent").await;
    }

    // An hour before the time, as it is set here.
    let hour = SignedDuration::from_hours(1);
    let reminders = waiting(&caller).await;
    let due: Vec<Timestamp> = reminders.iter().map(|(_, due)| *due).collect();
    assert_eq!(due, [at - hour, at - hour, at - hour, later - hour]);
    assert_eq!(sink.mails().len(), 5, "none before its time");
    for (job, _) in &reminders[..3] {
        let step = candor_app::jobs::run_step_alone(&server.app, *job, "mail_sent").await;
        assert_eq!(step.unwrap().state, "done");
    }
    let all = sink.mails();
    assert_eq!(all.len(), 6, "the reminders of the others were dropped");
    assert_eq!(all[5].to, ["stays@example.org"]);
    assert!(all[5].header("subject").unwrap().contains("Reminder"));
    assert!(!all[5].raw.contains("BEGIN:VCALENDAR"));
    assert_eq!(waiting(&caller).await, reminders[3..]);
}

/// Who asks under the name of another server, as attackers do.
const SPOOFED: [(&str, &str); 3] = [
    ("host", "evil.example"),
    ("x-forwarded-host", "evil.example"),
    ("forwarded", "host=evil.example"),
];

#[rstest]
#[case("", "http://127.0.0.1:8000")]
#[case("https://candor.example/", "https://candor.example")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_leads_to_the_server_of_the_settings_whatever_a_request_calls_it(
    #[case] public_url: &str,
    #[case] leads_to: &str,
) {
    let test = "mail_leads_to_the_server_of_the_settings_whatever_a_request_calls_it";
    let sink = SmtpSink::start(&[]).await;
    let engines = FakeEngines::default();
    let started = TestServer::start_with(test, Database::Sqlite, engines, |config| {
        config.mail.url = sink.url.clone();
        config.mail.from = "interviews@acme.example".to_owned();
        config.mail.reminder_hours = 1.0;
        config.server.public_url = public_url.to_owned();
    });
    let mut server = started.await.unwrap();
    server.work();
    let organisation = server.organisation("Acme").await;
    let caller = As::new(&server, server.person(organisation, Role::Admin).await.1);
    let send = async |method: Method, path: &str, more: &[(&str, &str)], body: Value| {
        let headers = [&SPOOFED[..], more].concat();
        caller.send(method, path, &headers, Some(body)).await
    };
    let made = send(Method::POST, "/api/v1/invitations", &[], wanted()).await;
    let path = format!(
        "/api/v1/invitations/{}",
        made.expect(201)["id"].as_str().unwrap()
    );
    assert_eq!(mails(&sink, 1).await.len(), 1);
    let moved = json!({"scheduled_at": "2099-05-14T09:30"});
    let moved = send(Method::PATCH, &path, &[("if-match", "*")], moved).await;
    moved.expect(200);
    assert_eq!(mails(&sink, 2).await.len(), 2);
    let off = send(Method::POST, &format!("{path}/cancel"), &[], json!({})).await;
    off.expect(200);
    let schedule = json!({
        "candidateEmail": "bo@example.org", "role": "sales", "scheduledAt": "2099-06-01T09:00:00Z",
    });
    let scheduled = send(Method::POST, "/api/v1/recruiter/schedule", &[], schedule).await;
    scheduled.expect(201);
    let table =
        "candidate_email,role_family,scheduled_at\ncy@example.org,sales,2099-01-01T10:00:00Z\n";
    let import = server
        .client
        .post(server.at("/api/v1/invitations/import"))
        .header("content-type", "text/csv")
        .bearer_auth(&caller.token)
        .body(table);
    let import = SPOOFED.iter().fold(import, |request, (name, value)| {
        request.header(*name, *value)
    });
    read(import).await.expect(201);
    assert_eq!(mails(&sink, 5).await.len(), 5);

    let reminders = waiting(&caller).await;
    assert_eq!(reminders.len(), 4, "one for each time that was set");
    for (job, _) in reminders {
        let ran = candor_app::jobs::run_step_alone(&server.app, job, "mail_sent").await;
        assert_eq!(ran.unwrap().state, "done");
    }
    let all = sink.mails();
    assert_eq!(all.len(), 7, "none for what was called off");
    let link = format!("{leads_to}/interview/join/");
    for mail in &all {
        let text = mail.readable();
        let is_off = text.contains("METHOD:CANCEL");
        assert!(is_off || text.contains(&link), "{text}");
        // No length was given: the letter and the calendar tell the usual one.
        if mail.to == ["bo@example.org"] {
            assert!(text.contains("about 30 minutes"), "{text}");
            assert!(!text.contains("DTEND:") || text.contains("DTEND:20990601T093000Z"));
        }
        assert!(
            !mail.raw.contains("evil") && !text.contains("evil"),
            "{text}"
        );
    }
}
