//! An organisation's question bank: what is put in comes out, by hand and in files.

use candor_app::authoring::bank::questions_for;
use candor_core::{
    access::{Role, Scope},
    interview::{QuestionSource, RoleFamily},
};
use candor_testkit::{Database, TestServer};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::{Answer, As, read};

const BANK: &str = "/api/v1/bank-questions";

fn question(key: &str, text: &str) -> Value {
    json!({
        "key": key, "role_family": "sales", "phase": "technical", "difficulty": "hard",
        "language": "en", "text": text, "competencies": ["judgment", "own_one"],
        "key_points": ["asks about the budget", "names the next step"],
        "follow_ups": ["And then?"], "sort_order": -3,
    })
}

async fn import(caller: &As<'_>, query: &str, kind: &str, body: impl Into<Vec<u8>>) -> Answer {
    let url = caller.server.at(&format!("{BANK}/import{query}"));
    let request = caller.server.client.post(url).bearer_auth(&caller.token);
    read(request.header("content-type", kind).body(body.into())).await
}

#[rstest]
#[tokio::test]
async fn a_question_of_the_bank_reads_back_as_written_and_changes_by_version(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_question_of_the_bank_reads_back_as_written_and_changes_by_version";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let recruiter = As::new(&server, server.person(ours, Role::Recruiter).await.1);
    let first = recruiter
        .post(
            BANK,
            question("s-1", "How do you open? <b>'; drop table x;--"),
        )
        .await;
    let made = first.expect(201);
    assert_eq!(first.header("etag"), "\"1\"");
    for (field, value) in question("s-1", "How do you open? <b>'; drop table x;--")
        .as_object()
        .unwrap()
    {
        assert_eq!(&made[field], value, "{field}");
    }
    let path = format!("{BANK}/{}", made["id"].as_str().unwrap());
    assert_eq!(recruiter.get(&path).await.expect(200), made);

    let change = json!({"text": "What do you ask first?", "key_points": [], "difficulty": "easy"});
    let changed = recruiter
        .patch(&path, "\"1\"", change.clone())
        .await
        .expect(200);
    assert_eq!(changed["text"], "What do you ask first?");
    assert_eq!(changed["key_points"], json!([]));
    assert_eq!(changed["difficulty"], "easy");
    assert_eq!(
        changed["follow_ups"], made["follow_ups"],
        "what was not named stays"
    );
    assert_eq!(changed["version"], 2);
    assert_eq!(
        recruiter.patch(&path, "\"1\"", change).await.problem(412),
        "stale"
    );

    let twice = recruiter.post(BANK, question("s-1", "Another?")).await;
    assert_eq!(twice.problem(409), "conflict");
    for (field, value) in [
        ("phase", json!("coding")),
        ("role_family", json!("juggling")),
        ("difficulty", json!("impossible")),
        ("language", json!("english")),
        ("key", json!("a b")),
        ("competencies", json!(["Big Words"])),
        ("text", json!("   ")),
        ("text", json!("x".repeat(4001))),
        ("starter_code", json!("print(1)")),
        ("sort_order", json!(2_000_000)),
        ("position_id", json!("01900000-0000-7000-8000-0000000000ff")),
    ] {
        let mut wrong = question("s-2", "Why?");
        wrong[field] = value;
        let refused = recruiter.post(BANK, wrong).await;
        let problem = refused.expect(422);
        assert_eq!(problem["field"], field, "{problem}");
    }

    let theirs = server.organisation("Theirs").await;
    let stranger = As::new(&server, server.key(theirs, &[Scope::Admin]).await);
    assert_eq!(stranger.get(&path).await.problem(404), "not_found");
    assert_eq!(stranger.delete(&path).await.problem(404), "not_found");
    let none = stranger.get(BANK).await.expect(200);
    assert_eq!(none["items"], json!([]));

    recruiter.delete(&path).await.expect(204);
    assert_eq!(recruiter.get(&path).await.problem(404), "not_found");
}

#[rstest]
#[tokio::test]
async fn a_bank_goes_out_as_a_file_and_comes_back_the_same(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "a_bank_goes_out_as_a_file_and_comes_back_the_same";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let (ours, theirs) = (
        server.organisation("Ours").await,
        server.organisation("Theirs").await,
    );
    let one = As::new(&server, server.key(ours, &[Scope::Write]).await);
    let two = As::new(&server, server.key(theirs, &[Scope::Write]).await);
    for (key, text) in [
        ("f-1", "=HYPERLINK(\"http://x\",\"Why?\")"),
        ("f-2", "'-Why, \"now\"?\nAnd here?"),
        ("f-3", "@Why; ğüş 😀?"),
    ] {
        one.post(BANK, question(key, text)).await.expect(201);
    }
    let code = json!({
        "key": "f-4", "role_family": "technical", "phase": "coding", "difficulty": "medium",
        "language": "tr", "text": "Ters çevir?", "starter_code": "  def f(x):\n\treturn x\n",
        "code_language": "python",
    });
    one.post(BANK, code).await.expect(201);
    for (format, kind) in [("csv", "text/csv"), ("json", "application/json")] {
        let path = format!("{BANK}/export?format={format}");
        let file = one.get(&path).await;
        file.expect(200);
        assert!(file.header("content-type").starts_with(kind));
        if format == "csv" {
            assert!(
                file.text.contains("\"'=HYPERLINK(\"\"http"),
                "{}",
                file.text
            );
            for line in file.text.lines().skip(1) {
                assert!(!line.starts_with(['=', '+', '-', '@']), "{line}");
            }
        }
        let told = import(&two, "?dry_run=true", kind, file.text.clone())
            .await
            .expect(200);
        let n_new = if format == "csv" { 4 } else { 0 };
        assert_eq!(
            (&told["created"], &told["unchanged"]),
            (&json!(n_new), &json!(4 - n_new))
        );
        let done = import(&two, "", kind, file.text.clone()).await.expect(200);
        assert_eq!(done["created"], n_new, "a dry run wrote nothing");
        assert_eq!(two.get(&path).await.text, file.text);
    }

    let changed = "key,role_family,phase,difficulty,language,text,key_points\n\
        f-1,sales,intro,easy,en,Who are you?,\"one\ntwo\"\nnew,sales,intro,easy,fr,Qui?,\n";
    let done = import(&two, "", "text/csv; charset=utf-8", changed)
        .await
        .expect(200);
    assert_eq!((&done["created"], &done["updated"]), (&json!(1), &json!(1)));
    let intros = two
        .get(&format!("{BANK}?phase=intro&language=en"))
        .await
        .expect(200);
    assert_eq!(intros["items"].as_array().unwrap().len(), 1);
    assert_eq!(intros["items"][0]["text"], "Who are you?");
    assert_eq!(intros["items"][0]["key_points"], json!(["one", "two"]));
    assert_eq!(
        one.get(&format!("{BANK}?phase=intro")).await.expect(200)["items"],
        json!([])
    );
}

#[rstest]
#[tokio::test]
async fn an_import_takes_all_rows_or_none_and_names_what_is_wrong(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_import_takes_all_rows_or_none_and_names_what_is_wrong";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let key = As::new(&server, server.key(ours, &[Scope::Write]).await);
    let head = "key,role_family,phase,difficulty,language,text\n";
    let good = "a,sales,intro,easy,en,Who?\n";
    for (rows, row, column) in [
        ("b,sales,coding,easy,en,Code?\n", 2, "phase"),
        ("b,sales,intro,easy,en,\n", 2, "text"),
        ("a,sales,intro,easy,en,Again?\n", 2, "key"),
        (",sales,intro,easy,en,Who?\n", 2, "key"),
        ("b,sales,intro,easy\n", 2, ""),
        ("b,sales,intro,hardest,en,Who?\n", 2, "difficulty"),
    ] {
        let file = format!("{head}{good}{rows}");
        let told = import(&key, "?dry_run=true", "text/csv", file.clone())
            .await
            .expect(200);
        assert_eq!(told["errors"][0]["row"], row, "{told}");
        assert_eq!(told["errors"][0]["column"], column, "{told}");
        let refused = import(&key, "", "text/csv", file).await;
        assert_eq!(refused.problem(422), "invalid_rows");
        assert!(refused.json()["detail"].as_str().unwrap().contains("row 2"));
    }
    let unknown = import(&key, "", "text/csv", "key,formula\na,b\n").await;
    assert!(
        unknown.expect(422)["detail"]
            .as_str()
            .unwrap()
            .contains("formula")
    );
    for (body, column) in [
        (json!([question("a", "Who?"), {"key": 7}]), "key"),
        (json!([question("a", "Who?"), {"unknown": "x"}]), "unknown"),
        (json!([question("a", "Who?"), 7]), ""),
        (
            json!([question("a", "Who?"), {"key_points": [1]}]),
            "key_points",
        ),
    ] {
        let refused = import(&key, "", "application/json", body.to_string()).await;
        assert_eq!(refused.expect(422)["field"], format!("rows[2].{column}"));
    }
    let no_array = import(&key, "", "application/json", "{\"a\": 1}").await;
    assert_eq!(no_array.problem(422), "invalid_rows");
    assert_eq!(
        import(&key, "", "text/html", "<table>").await.problem(415),
        "unsupported"
    );
    let large = "x".repeat((1 << 20) + 1);
    assert_eq!(
        import(&key, "", "text/csv", large).await.problem(413),
        "too_large"
    );
    let many = format!("{head}{}", "a,sales,intro,easy,en,Who?\n".repeat(2001));
    assert!(
        import(&key, "", "text/csv", many).await.expect(422)["detail"]
            .as_str()
            .unwrap()
            .contains("2000")
    );
    let list = key.get(BANK).await.expect(200);
    assert_eq!(list["items"], json!([]), "nothing was taken");
}

#[tokio::test]
async fn an_interview_prefers_what_was_written_for_it() {
    let test = "an_interview_prefers_what_was_written_for_it";
    let server = TestServer::start(test, Database::Sqlite).await.unwrap();
    let ours = server.organisation("Ours").await;
    let key = As::new(&server, server.key(ours, &[Scope::Write]).await);
    let position = key
        .post("/api/v1/positions", json!({"title": "Seller"}))
        .await
        .expect(201);
    let other = key
        .post("/api/v1/positions", json!({"title": "Other"}))
        .await
        .expect(201);
    let shipped = key
        .get(&format!("{BANK}/shipped?role_family=sales&language=en"))
        .await
        .expect(200);
    let replaced = shipped["items"][0]["key"].as_str().unwrap().to_owned();
    for (name, place) in [
        (replaced.as_str(), Value::Null),
        ("bound", position["id"].clone()),
        ("elsewhere", other["id"].clone()),
    ] {
        let mut new = question(name, "Which?");
        new["position_id"] = place;
        key.post(BANK, new).await.expect(201);
    }
    let id = position["id"].as_str().unwrap().parse().unwrap();
    let found = questions_for(
        server.app.store.reader(),
        ours,
        Some(id),
        RoleFamily::Sales,
        "en",
    )
    .await
    .unwrap();
    assert_eq!(found[0].id, "bound");
    assert_eq!(found[0].source, QuestionSource::Recruiter);
    assert_eq!(
        (found[1].id.as_str(), found[1].text.as_str()),
        (replaced.as_str(), "Which?")
    );
    assert_eq!(found[1].source, QuestionSource::Bank);
    assert_eq!(found.len(), shipped["items"].as_array().unwrap().len() + 1);
    assert_eq!(found.iter().filter(|one| one.id == replaced).count(), 1);
    assert!(found.iter().all(|one| one.id != "elsewhere"));

    let wrong = key
        .get(&format!("{BANK}/shipped?role_family=sales&language=xx"))
        .await;
    assert_eq!(wrong.problem(422), "invalid_value");
    let changed = key
        .send(Method::DELETE, &format!("{BANK}/shipped"), &[], None)
        .await;
    assert!(changed.status.is_client_error(), "they can't be deleted");
}
