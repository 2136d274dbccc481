//! Candidates of one position beside each other.

use candor_core::access::Role;
use candor_testkit::{Database, good_answer};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::stage::{STRONG, Stage, WEAK, answer_all, at, short, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_better_interview_of_a_position_stands_first() {
    let stage = Stage::new("the_better_interview_stands_first", Database::Sqlite)
        .await
        .unwrap();
    let staff = stage.staff(Role::Recruiter).await;
    let position = staff
        .post("/api/v1/positions", json!({"title": "Seller"}))
        .await
        .expect(201);
    let position = text(&position["id"]);
    let mut held = Vec::new();
    for (name, say) in [("Weak", WEAK), ("Strong", STRONG)] {
        let candidate = staff
            .post("/api/v1/candidates", json!({"name": name}))
            .await
            .expect(201);
        let new = json!({"candidate_id": candidate["id"], "position_id": position});
        let made = staff.post("/api/v1/interviews", new).await.expect(201);
        let id = text(&made["id"]);
        staff.post(&at(&id, ""), short()).await.expect(201);
        staff
            .post(&at(&id, "/begin"), Value::Null)
            .await
            .expect(200);
        answer_all(&staff, &id, say).await;
        held.push(id);
    }
    // One that still runs says nothing yet.
    let open = json!({"position_id": position});
    let open = text(&staff.post("/api/v1/interviews", open).await.expect(201)["id"]);
    staff.post(&at(&open, ""), short()).await.expect(201);
    let decision = json!({"decision": "advance", "reason": "Clear."});
    let path = format!("/api/v1/interviews/{}/decisions", held[1]);
    staff.post(&path, decision).await.expect(201);

    let path = format!("/api/v1/positions/{position}/comparison");
    let found = staff.get(&path).await.expect(200);
    let names: Vec<&str> = found["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Strong", "Weak"]);
    assert_eq!(found["candidates"][0]["decision"], "advance");
    assert_eq!(found["candidates"][1]["decision"], Value::Null);
    assert_eq!(found["left_out"], 0);
    let other = format!("{path}?rubric_id=rub_{}", uuid::Uuid::now_v7());
    let other = staff.get(&other).await.expect(200);
    assert_eq!(
        (&other["candidates"], &other["left_out"]),
        (&json!([]), &json!(2))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_skipped_all_but_one_question_stands_below_and_is_not_recommended() {
    let test = "who_skipped_all_but_one_question_stands_below";
    let stage = Stage::new(test, Database::Sqlite).await.unwrap();
    let staff = stage.staff(Role::Recruiter).await;
    let new = json!({"title": "Seller"});
    let position = staff.post("/api/v1/positions", new).await.expect(201);
    let position = text(&position["id"]);
    for name in ["Weak", "Skipping"] {
        let candidate = json!({"name": name});
        let candidate = staff.post("/api/v1/candidates", candidate).await;
        let new = json!({"candidate_id": candidate.expect(201)["id"], "position_id": position});
        let made = staff.post("/api/v1/interviews", new).await.expect(201);
        let id = text(&made["id"]);
        staff.post(&at(&id, ""), short()).await.expect(201);
        let begun = staff.post(&at(&id, "/begin"), Value::Null).await;
        let begun = begun.expect(200);
        if name == "Weak" {
            answer_all(&staff, &id, WEAK).await;
            continue;
        }
        let good = good_answer(&text(&begun["turn"]["text"]));
        let answer = json!({"text": format!("{STRONG} {good}")});
        let mut step = staff.post(&at(&id, "/answers"), answer).await.expect(200);
        while step["status"] != "ended" {
            step = staff.post(&at(&id, "/skip"), Value::Null).await.expect(200);
        }
        let path = format!("/api/v1/interviews/{id}/report");
        let report = staff.get(&path).await.expect(200);
        assert_eq!(report["recommendation"], Value::Null);
        assert!(report["overall"]["score"].is_number(), "{report}");
        let told = report["not_measured"].to_string();
        assert!(told.contains("too_little_judged"), "{told}");
        let pdf = staff.get(&format!("{path}.pdf")).await;
        assert_eq!(pdf.status, 200);
    }
    let path = format!("/api/v1/positions/{position}/comparison");
    let found = staff.get(&path).await.expect(200);
    let [weak, skipping] = [0, 1].map(|n| &found["candidates"][n]);
    assert_eq!(
        (&weak["name"], &skipping["name"]),
        (&json!("Weak"), &json!("Skipping"))
    );
    assert!(
        skipping["overall"].as_f64() > weak["overall"].as_f64(),
        "{found}"
    );
    assert_eq!(skipping["recommendation"], Value::Null);
    assert_eq!(skipping["n_judged"], 1);
    assert!(skipping["n_asked"].as_u64().unwrap() >= 3, "{found}");
    assert_eq!(weak["recommendation"], "no_hire");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_of_another_formula_are_left_out_and_can_be_asked_for() {
    let test = "marks_of_another_formula_are_left_out";
    let stage = Stage::new(test, Database::Sqlite).await.unwrap();
    let staff = stage.staff(Role::Recruiter).await;
    let new = json!({"title": "Seller"});
    let position = staff.post("/api/v1/positions", new).await.expect(201);
    let position = text(&position["id"]);
    let mut held = Vec::new();
    for say in [STRONG, WEAK] {
        let new = json!({"position_id": position});
        let made = staff.post("/api/v1/interviews", new).await.expect(201);
        let id = text(&made["id"]);
        staff.post(&at(&id, ""), short()).await.expect(201);
        let begun = staff.post(&at(&id, "/begin"), Value::Null).await;
        begun.expect(200);
        answer_all(&staff, &id, say).await;
        if held.is_empty() {
            // As an older version judged it.
            let change =
                "update reports set body = replace(body, 'answer-builtin.v', 'answer-builtin.v0.')";
            let writer = stage.server.app.store.writer();
            writer.execute_unprepared(change).await.unwrap();
        }
        held.push(id);
    }
    let path = format!("/api/v1/positions/{position}/comparison");
    let found = staff.get(&path).await.expect(200);
    let ids = |found: &Value| -> Vec<String> {
        let all = found["candidates"].as_array().unwrap();
        all.iter().map(|one| text(&one["interview_id"])).collect()
    };
    assert_eq!(ids(&found), [held[1].clone()], "those of the newest");
    assert_eq!(
        (&found["left_out"], &found["is_truncated"]),
        (&json!(1), &json!(false))
    );
    assert!(
        text(&found["judged_by"]).contains("answer-builtin.v"),
        "{found}"
    );
    let older = text(&found["others"][0]);
    assert!(older.contains("answer-builtin.v0."), "{found}");
    let path = format!("{path}?judged_by={}", older.replace(' ', "%20"));
    let found = staff.get(&path).await.expect(200);
    assert_eq!(ids(&found), [held[0].clone()]);
    assert_eq!(text(&found["judged_by"]), older);
}
