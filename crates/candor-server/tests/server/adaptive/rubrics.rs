//! Rubrics of positions: made from templates, edited, kept revision by revision.

use candor_app::authoring::rubrics::find_newest;
use candor_core::access::{Role, Scope};
use candor_testkit::{Database, TestServer};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::As;

fn edited(key: &str, weight: f64) -> Value {
    json!({
        "competencies": [{
            "key": key, "name": "<b>Own</b>", "weight": weight,
            "levels": ["one", "two", "three", "four", "five"],
        }],
        "questions": [{"question_key": "q-1", "levels": ["1", "2", "3", "4", "5"]}],
    })
}

#[rstest]
#[tokio::test]
async fn rubrics_are_appended_and_the_newest_counts(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "rubrics_are_appended_and_the_newest_counts";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let recruiter = As::new(&server, server.person(ours, Role::Recruiter).await.1);
    let new = json!({"title": "Seller", "role_family": "sales"});
    let sales = recruiter.post("/api/v1/positions", new).await.expect(201);
    let new = json!({"title": "Developer", "role_family": "technical"});
    let technical = recruiter.post("/api/v1/positions", new).await.expect(201);
    let place =
        |position: &Value| format!("/api/v1/positions/{}", position["id"].as_str().unwrap());
    let (sales, technical) = (place(&sales), place(&technical));
    assert_eq!(
        recruiter.get(&format!("{sales}/rubric")).await.problem(404),
        "not_found"
    );

    let own = json!({
        "key": "own-1", "role_family": "sales", "phase": "technical", "difficulty": "easy",
        "language": "en", "text": "Why?", "competencies": ["cold_calls"],
        "key_points": ["asks for the budget", "agrees on a date"],
    });
    recruiter
        .post("/api/v1/bank-questions", own)
        .await
        .expect(201);
    let generate = format!("{sales}/rubric/generate");
    let made = recruiter.post(&generate, json!({})).await;
    let first = made.expect(201);
    assert_eq!(
        (made.header("etag").as_str(), &first["source"]),
        ("\"1\"", &json!("template"))
    );
    let competencies = first["rubric"]["competencies"].as_array().unwrap();
    assert!(
        competencies
            .iter()
            .any(|one| one["key"] == "cold_calls" && one["weight"] == 1.0)
    );
    let questions = first["rubric"]["questions"].as_array().unwrap();
    assert_eq!(
        questions[0]["question_key"], "own-1",
        "own questions come first"
    );
    let best = questions[0]["levels"][4].as_str().unwrap();
    assert!(
        best.contains("asks for the budget") && best.contains("agrees on a date"),
        "{best}"
    );
    let other = recruiter
        .post(
            &format!("{technical}/rubric/generate"),
            json!({"language": "tr"}),
        )
        .await
        .expect(201);
    assert_ne!(
        other["rubric"], first["rubric"],
        "another work, another rubric"
    );

    let path = format!("{sales}/rubric");
    let put = |etag: &'static str, body: Value| {
        let path = path.clone();
        let recruiter = &recruiter;
        async move {
            let headers = [("if-match", etag)];
            recruiter
                .send(Method::PUT, &path, &headers, Some(body))
                .await
        }
    };
    let second = put("\"1\"", edited("own_key", 2.5)).await.expect(200);
    assert_eq!(
        (&second["revision"], &second["source"]),
        (&json!(2), &json!("edited"))
    );
    assert_eq!(second["rubric"], edited("own_key", 2.5));
    assert_eq!(
        put("\"1\"", edited("own_key", 3.0)).await.problem(412),
        "stale"
    );
    assert_eq!(recruiter.get(&path).await.expect(200), second);
    let list = recruiter.get(&format!("{sales}/rubrics")).await.expect(200);
    assert_eq!(list["items"], json!([second, first]));

    let id = second["position_id"].as_str().unwrap().parse().unwrap();
    let newest = find_newest(server.app.store.reader(), ours, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(newest.rubric.weights()["own_key"], 2.5);

    let no_header = recruiter
        .send(Method::PUT, &path, &[], Some(edited("a", 1.0)))
        .await;
    assert_eq!(no_header.problem(428), "if_match_required");
    for (wrong, field) in [
        (edited("own_key", 0.0), "competencies[0].weight"),
        (edited("own_key", -1.0), "competencies[0].weight"),
        (edited("Own Key", 1.0), "competencies[0].key"),
        (json!({"competencies": []}), "competencies"),
    ] {
        let refused = put("\"2\"", wrong).await;
        assert_eq!(refused.problem(422), "invalid_rubric");
        assert_eq!(refused.json()["field"], field);
    }
    let mut alike = edited("own_key", 1.0);
    alike["competencies"][0]["levels"][3] = json!("one");
    assert_eq!(
        put("\"2\"", alike).await.expect(422)["field"],
        "competencies[0].levels[3]"
    );

    let theirs = server.organisation("Theirs").await;
    let stranger = As::new(&server, server.key(theirs, &[Scope::Admin]).await);
    assert_eq!(stranger.get(&path).await.problem(404), "not_found");
    assert_eq!(
        stranger.post(&generate, json!({})).await.problem(404),
        "not_found"
    );
    let rewrite = stranger
        .send(
            Method::PUT,
            &path,
            &[("if-match", "*")],
            Some(edited("a", 1.0)),
        )
        .await;
    assert_eq!(rewrite.problem(404), "not_found");
}
