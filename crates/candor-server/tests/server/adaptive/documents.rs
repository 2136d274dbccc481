//! Documents: what is handed in is kept as it is, read, compared; what can't be read is refused and leaves nothing.

use candor_core::access::{Role, Scope};
use candor_testkit::{
    Database, FakeEngines, TestServer,
    documents::{docx, docx_bomb, encrypted_pdf, pdf},
};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::{Answer, As, read};

const DOCUMENTS: &str = "/api/v1/documents";

const JOB: &str = "You build backend services in Rust and tune slow SQL queries of PostgreSQL databases. \
    You write automated tests, review code with your team and run services in production with Kubernetes. \
    Knowledge of Kafka is required.";
const RESUME: [&str; 6] = [
    "Ada Lovelace",
    "Experience: five years of backend services in Rust at a bank in Izmir.",
    "I tuned slow SQL queries of a large PostgreSQL database and halved their time.",
    "I wrote automated tests for every service and did code review each week.",
    "Skills: Rust, PostgreSQL, Linux, Git",
    "Education: computer science in Ankara",
];

async fn send(
    caller: &As<'_>,
    path: &str,
    bytes: Vec<u8>,
    name: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let mut form = Form::new();
    for (field, value) in fields {
        form = form.text((*field).to_owned(), (*value).to_owned());
    }
    let form = form.part("file", Part::bytes(bytes).file_name(name.to_owned()));
    let request = caller.server.client.post(caller.server.at(path));
    read(request.bearer_auth(&caller.token).multipart(form)).await
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}

#[rstest]
#[tokio::test]
async fn documents_are_kept_read_and_compared(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "documents_are_kept_read_and_compared";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let recruiter = As::new(&server, server.person(ours, Role::Recruiter).await.1);
    let new = json!({
        "title": "Backend engineer", "description": JOB,
        "posting": {"requirements": "- Terraform\n- Rust"},
    });
    let position = recruiter.post("/api/v1/positions", new).await.expect(201);
    let ada = json!({"name": "Ada", "email": "ada@example.org"});
    let ada = recruiter.post("/api/v1/candidates", ada).await.expect(201);
    let applied = json!({"candidate_id": ada["id"], "position_id": position["id"]});
    let applied = recruiter
        .post("/api/v1/applications", applied)
        .await
        .expect(201);

    let file = pdf(&RESUME);
    let fields = [("kind", "resume"), ("application_id", id(&applied))];
    let made = send(
        &recruiter,
        DOCUMENTS,
        file.clone(),
        "../a/<b>cv\".pdf",
        &fields,
    )
    .await;
    let resume = made.expect(201);
    assert_eq!(
        resume["file_name"], "<b>cv\".pdf",
        "the last part of the name"
    );
    assert_eq!(resume["content_type"], "application/pdf");
    assert_eq!(resume["candidate_id"], ada["id"], "that of the application");
    assert_eq!(resume["position_id"], position["id"]);
    assert_eq!(
        (&resume["state"], &resume["pages"]),
        (&json!("read"), &json!(1))
    );
    assert_eq!(resume["bytes"], file.len());
    assert_eq!(resume["hidden_characters"], 0);
    for line in RESUME {
        assert!(resume["text"].as_str().unwrap().contains(line), "{line}");
    }
    let path = format!("{DOCUMENTS}/{}", id(&resume));
    assert_eq!(recruiter.get(&path).await.expect(200), resume);
    let content = recruiter.get(&format!("{path}/content")).await;
    assert_eq!(content.text.as_bytes(), file);
    assert!(
        content
            .header("content-security-policy")
            .contains("sandbox")
    );
    assert!(
        content
            .header("content-disposition")
            .starts_with("attachment")
    );

    let other = docx(&[
        "Hobbies & <things>",
        "I cook and I sail and I paint on most days of the year, \
        alone or with friends, and I have written two books about all of it for a small house.",
    ]);
    let fields = [("kind", "resume"), ("position_id", id(&position))];
    let other = send(&recruiter, DOCUMENTS, other, "cv.docx", &fields)
        .await
        .expect(201);
    assert!(
        other["text"]
            .as_str()
            .unwrap()
            .starts_with("Hobbies & <things>")
    );
    assert_eq!(other["pages"], Value::Null, "a DOCX has none of its own");
    let list = recruiter
        .get(&format!("{DOCUMENTS}?candidate_id={}", id(&ada)))
        .await
        .expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["id"], resume["id"]);
    assert_eq!(list["items"][0]["text"], Value::Null, "lists have no texts");

    let texts = |terms: &Value| -> String {
        let terms = terms.as_array().unwrap().iter();
        terms
            .map(|term| term["text"].as_str().unwrap().to_lowercase() + ";")
            .collect()
    };
    let found = recruiter.get(&format!("{path}/match")).await.expect(200);
    let (matched, missing) = (texts(&found["matched"]), texts(&found["missing"]));
    assert!(
        matched.contains("rust") && matched.contains("postgresql"),
        "{matched}"
    );
    assert!(
        missing.contains("kafka") && missing.contains("kubernetes"),
        "{missing}"
    );
    assert!(
        missing.contains("terraform"),
        "requirements count: {missing}"
    );
    let evidence = &found["matched"][0]["resume"][0];
    let (start, end) = (
        evidence["start"].as_u64().unwrap(),
        evidence["end"].as_u64().unwrap(),
    );
    let there: String = resume["text"]
        .as_str()
        .unwrap()
        .chars()
        .skip(usize::try_from(start).unwrap())
        .take(usize::try_from(end - start).unwrap())
        .collect();
    assert_eq!(there, evidence["quote"].as_str().unwrap());
    let unlike = recruiter
        .get(&format!(
            "{DOCUMENTS}/{}/match?position_id={}",
            id(&other),
            id(&position)
        ))
        .await
        .expect(200);
    assert!(unlike["share"].as_f64().unwrap() < found["share"].as_f64().unwrap());

    let short = recruiter
        .post("/api/v1/positions", json!({"title": "Cook"}))
        .await
        .expect(201);
    let short = format!("{path}/match?position_id={}", id(&short));
    let short = recruiter.get(&short).await.expect(200);
    assert_eq!(short["share"], Value::Null, "unknown is not zero");
    assert_eq!(short["not_measured"]["code"], "too_short");

    let theirs = server.organisation("Theirs").await;
    let stranger = As::new(&server, server.key(theirs, &[Scope::Admin]).await);
    for place in ["", "/content", "/match"] {
        assert_eq!(
            stranger.get(&format!("{path}{place}")).await.problem(404),
            "not_found"
        );
    }
    let foreign = [("kind", "resume"), ("candidate_id", id(&ada))];
    let foreign = send(&stranger, DOCUMENTS, pdf(&RESUME), "cv.pdf", &foreign).await;
    assert_eq!(foreign.problem(422), "unknown_reference");

    recruiter.delete(&path).await.expect(204);
    recruiter.get(&path).await.expect(404);
    recruiter.get(&format!("{path}/content")).await.expect(404);
    let kept = server.app.objects.stat(&object(&resume, ours)).await;
    assert!(kept.is_err(), "the file is gone as well");
}

fn object(document: &Value, organisation: candor_core::ids::OrganisationId) -> String {
    let bare = id(document).split_once('_').unwrap().1;
    format!("documents/{}/{bare}", organisation.uuid())
}

#[rstest]
#[tokio::test]
async fn files_that_can_not_be_read_are_refused_and_leave_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "files_that_can_not_be_read_are_refused_and_leave_nothing";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let key = As::new(&server, server.key(ours, &[Scope::Write]).await);
    let new = json!({"title": "t", "description": "kept"});
    let position = key.post("/api/v1/positions", new).await.expect(201);
    let describe = format!("/api/v1/positions/{}/description", id(&position));
    let mut doc = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    doc.extend([0; 512]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend([0, 1, 2, 255]);
    for (name, bytes, status, code) in [
        ("cv.doc", doc, 415, "unsupported"),
        ("cv.pdf", png, 415, "unsupported"),
        ("cv.pdf", encrypted_pdf(), 422, "encrypted"),
        ("cv.docx", docx_bomb(64), 422, "too_large"),
        ("cv.pdf", b"%PDF-1.7\nnothing".to_vec(), 422, "damaged"),
        ("cv.txt", b"  \n ".to_vec(), 422, "empty"),
        ("cv.txt", vec![b'a'; (5 << 20) + 1], 413, "too_large"),
        ("cv.txt", vec![b'a'; 7 << 20], 413, "too_large"),
    ] {
        let fields = [("kind", "resume")];
        let refused = send(&key, DOCUMENTS, bytes.clone(), name, &fields).await;
        assert_eq!(refused.problem(status), code, "{name}");
        let refused = send(&key, &describe, bytes, name, &[]).await;
        assert_eq!(refused.problem(status), code, "{name}");
    }
    let text = || b"Some words".to_vec();
    for (fields, field) in [
        (vec![("kind", "selfie")], "kind"),
        (vec![], "kind"),
        (
            vec![("kind", "resume"), ("candidate_id", "x")],
            "candidate_id",
        ),
        (
            vec![
                ("kind", "resume"),
                ("position_id", "01900000-0000-7000-8000-0000000000ff"),
            ],
            "position_id",
        ),
        (vec![("kind", "resume"), ("unknown", "x")], "form"),
    ] {
        let refused = send(&key, DOCUMENTS, text(), "cv.txt", &fields)
            .await
            .expect(422);
        assert_eq!(refused["field"], field, "{refused}");
    }
    let no_form = key.post(DOCUMENTS, json!({})).await;
    assert_eq!(no_form.problem(415), "unsupported");
    assert_eq!(key.get(DOCUMENTS).await.expect(200)["items"], json!([]));
    let path = format!("/api/v1/positions/{}", id(&position));
    assert_eq!(key.get(&path).await.expect(200)["description"], "kept");
}

#[rstest]
#[tokio::test]
async fn a_description_is_taken_from_a_file_and_an_address(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_description_is_taken_from_a_file_and_an_address";
    let started = TestServer::start_with(test, database, FakeEngines::default(), |config| {
        config.fetch.allow_loopback = true;
    });
    let Some(server) = started.await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let key = As::new(&server, server.key(ours, &[Scope::Write]).await);
    let position = key
        .post("/api/v1/positions", json!({"title": "t"}))
        .await
        .expect(201);
    let path = format!("/api/v1/positions/{}", id(&position));
    let describe = format!("{path}/description");
    for text in ["First description\nof the job", "Another <b>one</b>"] {
        let changed = send(&key, &describe, text.into(), "job.txt", &[]).await;
        assert_eq!(changed.expect(200)["description"], text);
        assert_eq!(key.get(&path).await.header("etag"), changed.header("etag"));
    }
    let long = send(&key, &describe, vec![b'a'; 20_001], "job.txt", &[]).await;
    assert_eq!(long.problem(422), "too_long");
    let documents = format!(
        "{DOCUMENTS}?position_id={}&kind=job_description",
        id(&position)
    );
    let kept = key.get(&documents).await.expect(200);
    assert_eq!(kept["items"].as_array().unwrap().len(), 2);

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let file = pdf(&RESUME);
    let router = axum::Router::new()
        .route("/cv.pdf", axum::routing::get(|| async move { file }))
        .route(
            "/large",
            axum::routing::get(|| async { vec![b'a'; 6 << 20] }),
        )
        .route(
            "/video",
            axum::routing::get(|| async { b"\x00\x00\x00\x20ftypisom\xff\xfe\x00".to_vec() }),
        );
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let fetch = |path: &str| json!({"url": format!("{url}{path}"), "kind": "resume"});
    let fetched = key
        .post(&format!("{DOCUMENTS}/fetch"), fetch("/cv.pdf"))
        .await
        .expect(201);
    assert_eq!(
        (&fetched["source"], &fetched["file_name"]),
        (&json!("url"), &json!("cv.pdf"))
    );
    assert!(
        fetched["text"]
            .as_str()
            .unwrap()
            .contains("halved their time")
    );
    for (body, status, code) in [
        (fetch("/large"), 413, "too_large"),
        (fetch("/video"), 415, "unsupported"),
        (fetch("/nothing"), 422, "unreachable"),
        (
            json!({"url": "http://10.0.0.1/cv.pdf", "kind": "resume"}),
            422,
            "address_refused",
        ),
        (
            json!({"url": "file:///etc/passwd", "kind": "resume"}),
            422,
            "address_refused",
        ),
        (
            json!({"url": "no address", "kind": "resume"}),
            422,
            "invalid_address",
        ),
    ] {
        let refused = key.post(&format!("{DOCUMENTS}/fetch"), body.clone()).await;
        assert_eq!(refused.problem(status), code, "{body}");
    }
    serving.abort();
    let empty = key.send(Method::POST, &describe, &[], None).await;
    assert_eq!(empty.problem(415), "unsupported");
}
