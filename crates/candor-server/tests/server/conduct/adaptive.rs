//! One interview as a client of *adaptive* holds it.

use candor_core::access::{Role, Scope};
use candor_testkit::{Database, good_answer};
use rstest::rstest;
use serde_json::{Value, json};

use super::stage::{STRONG, Stage, WEAK, text};
use crate::calls::As;

/// Holds an interview to its end; the last reply and the report as it is read afterwards.
async fn held(client: &As<'_>, candidate: &str, role: &str, say: &str) -> (Value, Value) {
    let start = json!({"candidateId": candidate, "role": role});
    let begun = client
        .post("/api/v1/interview/start", start)
        .await
        .expect(201);
    let id = text(&begun["interviewId"]);
    assert_eq!(begun["state"]["interviewId"], id);
    assert_eq!(begun["state"]["candidateId"], candidate);
    assert_eq!(begun["state"]["role"], role);
    assert_eq!(begun["state"]["phase"], "intro");
    assert_eq!(begun["state"]["turns"][0]["content"], begun["firstReply"]);
    let mut asked = text(&begun["firstReply"]);
    for n in 1..=60 {
        let said = match say {
            STRONG => good_answer(&asked),
            _ => String::new(),
        };
        let answer = json!({"answerText": format!("{say} {said} Number {n}.")});
        let path = format!("/api/v1/interview/{id}/answer");
        let reply = client.post(&path, answer).await.expect(200);
        assert!(
            reply["evaluation"]["score"]
                .as_f64()
                .is_some_and(|it| (0.0..=10.0).contains(&it))
        );
        assert_eq!(reply["evaluation"]["maxScore"], 10.0);
        let turns = reply["state"]["turns"].as_array().unwrap();
        assert_eq!(turns.last().unwrap()["content"], reply["nextReply"]);
        asked = text(&reply["nextReply"]);
        if reply["ended"] == true {
            let report = client
                .get(&format!("/api/v1/report/{id}"))
                .await
                .expect(200);
            assert_eq!(report, reply["report"]);
            let late = json!({"answerText": "One more thing."});
            let late = client.post(&path, late).await;
            assert!(
                text(&late.expect(400)["error"]).contains("over"),
                "{}",
                late.text
            );
            return (reply, report);
        }
        assert!(reply.get("report").is_none());
    }
    panic!("it does not end");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_story_of_two_interviews(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(stage) = Stage::new("the_story_of_two_interviews", database).await else {
        return;
    };
    let key = stage.server.key(stage.organisation, &[Scope::Write]).await;
    let client = As::new(&stage.server, key);
    let person = json!({"name": "Ada", "email": "ada@example.org"});
    let candidate = client.post("/api/v1/candidates", person).await.expect(201);
    let candidate = text(&candidate["id"]).replace("can_", "");

    let (last, strong) = held(&client, &candidate, "sales", STRONG).await;
    let (_, weak) = held(&client, &candidate, "customer_success", WEAK).await;
    assert_eq!(strong["candidateId"], candidate);
    assert_eq!(
        (&strong["role"], &weak["role"]),
        (&json!("sales"), &json!("customer_success"))
    );
    let share = |report: &Value| {
        report["overallScore"].as_f64().unwrap() / report["maxScore"].as_f64().unwrap()
    };
    assert!(
        share(&strong) > share(&weak),
        "{} {}",
        share(&strong),
        share(&weak)
    );
    let asked = strong["questionAnswerSummary"].as_array().unwrap();
    let sum: f64 = asked.iter().filter_map(|one| one["score"].as_f64()).sum();
    assert!((sum - strong["overallScore"].as_f64().unwrap()).abs() < 1e-9);
    assert!(
        asked
            .iter()
            .all(|one| text(&one["answer"]).contains("checkout"))
    );
    assert!(strong["startedAt"].as_str().unwrap() < strong["endedAt"].as_str().unwrap());
    let recommended = text(&weak["recommendation"]);
    assert_eq!(recommended, "no_hire", "{weak}");
    let covered = last["state"]["topicCoverage"].as_object().unwrap();
    assert_eq!(covered.len(), asked.len());
    assert!(last["state"]["approximateTokens"].as_u64().unwrap() > 500);

    // Ending it again gives the same report.
    let path = format!("/api/v1/interview/{}/end", text(&strong["interviewId"]));
    let ended = client.post(&path, json!({})).await.expect(200);
    assert_eq!((&ended["ended"], &ended["report"]), (&json!(true), &strong));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_said_in_the_documented_shape() {
    let stage = Stage::new("what_is_wrong_is_said", Database::Sqlite)
        .await
        .unwrap();
    let client = stage.staff(Role::Recruiter).await;
    let known = client
        .post("/api/v1/candidates", json!({"name": "Bo"}))
        .await
        .expect(201);
    let known = text(&known["id"]);
    for (start, field) in [
        (json!({"role": "sales"}), "candidateId"),
        (json!({"candidateId": 7, "role": "sales"}), "candidateId"),
        (json!({"candidateId": known, "role": null}), "role"),
        (json!({"candidateId": "x", "role": "sales"}), "candidateId"),
        (
            json!({"candidateId": uuid::Uuid::now_v7(), "role": "sales"}),
            "candidateId",
        ),
        (json!({"candidateId": known, "role": "pilot"}), "role"),
        (
            json!({"candidateId": known, "role": "sales", "positionId": "1"}),
            "positionId",
        ),
    ] {
        let refused = client
            .post("/api/v1/interview/start", start.clone())
            .await
            .expect(400);
        assert_eq!(refused["error"], "Validation failed", "{start}");
        let detail = &refused["details"][0];
        assert_eq!(
            (&detail["type"], &detail["path"]),
            (&json!("field"), &json!(field))
        );
        assert_eq!(detail["location"], "body");
        assert!(detail["msg"].is_string(), "{refused}");
        assert_eq!(detail["value"], start[field], "{refused}");
        assert!(detail.get("value").is_some(), "null where nothing was sent");
    }
    let start = json!({"candidateId": known, "role": "sales"});
    let begun = client
        .post("/api/v1/interview/start", start)
        .await
        .expect(201);
    let path = format!("/api/v1/interview/{}/answer", text(&begun["interviewId"]));
    for empty in ["", "  \n"] {
        let refused = client
            .post(&path, json!({"answerText": empty}))
            .await
            .expect(400);
        assert_eq!(refused["details"][0]["path"], "answerText");
        assert_eq!(refused["details"][0]["value"], empty);
    }
    let absent = client.post(&path, json!({})).await.expect(400);
    assert_eq!(absent["details"][0]["path"], "answerText");
    // Unknown, and nothing to be answered: one status, two codes.
    let words = json!({"answerText": "Hello."});
    let other = format!("/api/v1/interview/{}/answer", uuid::Uuid::now_v7());
    let unknown = client.post(&other, words.clone()).await.expect(400);
    assert_eq!(unknown["code"], "not_found");
    client
        .post(&path.replace("/answer", "/end"), json!({}))
        .await
        .expect(200);
    let over = client.post(&path, words.clone()).await.expect(400);
    assert_eq!(over["code"], "interview_already_ended");
    for malformed in ["/api/v1/interview/x1/state", "/api/v1/report/x1"] {
        let refused = client.get(malformed).await.expect(400);
        assert_eq!(refused["error"], "Validation failed");
        assert_eq!(refused["details"][0]["location"], "params");
        assert_eq!(refused["details"][0]["value"], "x1");
    }
    let malformed = client.post("/api/v1/interview/x1/answer", words).await;
    assert_eq!(malformed.expect(400)["details"][0]["path"], "id");
    let nowhere = format!("/api/v1/interview/{}/state", uuid::Uuid::now_v7());
    assert!(client.get(&nowhere).await.expect(404)["error"].is_string());
    let nobody = As::new(&stage.server, "");
    let refused = nobody
        .post(&path, json!({"answerText": "hello"}))
        .await
        .expect(401);
    assert!(refused["error"].is_string());
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_sent_twice_is_taken_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_answer_that_is_sent_twice_is_taken_once";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let client = stage.staff(Role::Recruiter).await;
    let known = client
        .post("/api/v1/candidates", json!({"name": "Bo"}))
        .await
        .expect(201);
    let start = json!({"candidateId": text(&known["id"]), "role": "sales"});
    let begun = client
        .post("/api/v1/interview/start", start)
        .await
        .expect(201);
    let path = format!("/api/v1/interview/{}/answer", text(&begun["interviewId"]));
    let asked = client
        .get(&format!(
            "/api/v1/interview/{}/state",
            text(&begun["interviewId"])
        ))
        .await
        .expect(200);
    let body = json!({"answerText": STRONG, "turnId": asked["turns"][0]["id"]});
    let clicks = (0..4).map(|_| client.post(&path, body.clone()));
    let replies = futures::future::join_all(clicks).await;
    let first = replies[0].expect(200);
    for reply in &replies {
        let reply = reply.expect(200);
        assert_eq!(reply["nextReply"], first["nextReply"]);
        assert_eq!(reply["evaluation"], first["evaluation"]);
        assert_eq!(reply["state"]["turns"].as_array().unwrap().len(), 3);
    }

    // What names the turn it answers is taken by its word, also when it is the same.
    let turns = first["state"]["turns"].as_array().unwrap();
    let turn = |index: usize| turns[index]["id"].clone();
    let named = |id: Value| json!({"answerText": STRONG, "turnId": id});
    let again = client.post(&path, named(turn(0))).await.expect(200);
    assert_eq!(again["state"]["turns"], first["state"]["turns"]);
    let next = client.post(&path, named(turn(2))).await.expect(200);
    assert_eq!(next["state"]["turns"].as_array().unwrap().len(), 5);
    let passed = json!({"answerText": "Something else.", "turnId": turn(0)});
    let passed = client.post(&path, passed).await.expect(400);
    assert_eq!(passed["code"], "turn_passed");
    let other = json!({"answerText": "Something else.", "questionId": "nothing"});
    let other = client.post(&path, other).await.expect(400);
    assert_eq!(other["code"], "turn_passed");
}
