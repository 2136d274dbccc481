//! The documented templates of questions: what is put in comes out, in the words of the contract.

use candor_core::access::{Role, Scope};
use candor_testkit::{Database, TestServer};
use reqwest::Method;
use rstest::rstest;
use serde_json::json;

use crate::calls::As;

const PATH: &str = "/api/v1/admin/questions";

#[rstest]
#[tokio::test]
async fn templates_of_questions_follow_the_contract(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "templates_of_questions_follow_the_contract";
    let Some(server) = TestServer::start(test, database).await else {
        return;
    };
    let ours = server.organisation("Ours").await;
    let admin = As::new(&server, server.person(ours, Role::Admin).await.1);
    let first = json!({
        "role": "technical", "phase": "technical", "difficulty": "medium",
        "text": "Reverse a string?", "competencyIds": ["problem_solving"],
        "followUpPrompt": "How long does it take?", "isCodingQuestion": true,
        "starterCode": "function reverse(s) {\n}\n", "language": "javascript", "sortOrder": 2,
    });
    let second = json!({
        "role": "sales", "phase": "wrap_up", "difficulty": "easy", "text": "Anything left?",
        "competencyIds": [], "sortOrder": 1,
    });
    let mut ids = Vec::new();
    for new in [&first, &second] {
        let made = admin.post(PATH, new.clone()).await.expect(201);
        for (field, value) in new.as_object().unwrap() {
            assert_eq!(&made[field], value, "{field}");
        }
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let all = admin.get(PATH).await.expect(200);
    let texts: Vec<_> = all["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|question| question["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        texts,
        ["Anything left?", "Reverse a string?"],
        "by sortOrder"
    );
    let sales = admin.get(&format!("{PATH}?role=sales")).await.expect(200);
    assert_eq!(sales["questions"][0]["isCodingQuestion"], false);
    assert_eq!(sales["questions"].as_array().unwrap().len(), 1);

    let path = format!("{PATH}/{}", ids[0]);
    let patch = |body| admin.send(Method::PATCH, &path, &[], Some(body));
    let changed = patch(json!({"text": "Reverse a list?", "followUpPrompt": null}))
        .await
        .expect(200);
    assert_eq!(changed["text"], "Reverse a list?");
    assert_eq!(changed["followUpPrompt"], json!(null));
    assert_eq!(changed["starterCode"], first["starterCode"]);
    let kept = patch(json!({"isCodingQuestion": false})).await.expect(400);
    assert_eq!(kept["details"][0]["path"], "starterCode", "{kept}");
    let plain = json!({"isCodingQuestion": false, "starterCode": null, "language": null});
    assert_eq!(patch(plain).await.expect(200)["isCodingQuestion"], false);

    for (field, value, path) in [
        ("role", json!("clown"), "role"),
        ("phase", json!("coding"), "phase"),
        ("difficulty", json!("x"), "difficulty"),
        ("text", json!(""), "text"),
        ("competencyIds", json!(["A B"]), "competencyIds"),
        (
            "positionId",
            json!("01900000-0000-7000-8000-0000000000ff"),
            "positionId",
        ),
        ("isCodingQuestion", json!(true), "isCodingQuestion"),
    ] {
        let mut wrong = second.clone();
        wrong[field] = value;
        let refused = admin.post(PATH, wrong).await.expect(400);
        assert_eq!(refused["error"], "Validation failed");
        assert_eq!(refused["details"][0]["path"], path, "{refused}");
    }
    let no_json = admin.post(PATH, json!({"role": 7})).await.expect(400);
    assert!(no_json["error"].is_string());

    let theirs = server.organisation("Theirs").await;
    let stranger = As::new(&server, server.key(theirs, &[Scope::Admin]).await);
    assert_eq!(
        stranger.delete(&path).await.expect(404)["error"],
        "no such question"
    );
    assert_eq!(stranger.get(PATH).await.expect(200)["questions"], json!([]));
    let recruiter = As::new(&server, server.person(ours, Role::Recruiter).await.1);
    assert!(recruiter.get(PATH).await.expect(403)["error"].is_string());
    assert!(As::new(&server, "").get(PATH).await.expect(401)["error"].is_string());

    assert_eq!(
        admin.delete(&path).await.expect(200),
        json!({"deleted": true})
    );
    admin.delete(&path).await.expect(404);
    admin.delete(&format!("{PATH}/nothing")).await.expect(404);
}
