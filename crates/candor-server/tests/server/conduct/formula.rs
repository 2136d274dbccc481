//! A position's own formula: kept with its rubric, used for the total, told in the report.

use candor_core::access::{Role, Scope};
use candor_testkit::Database;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::stage::{STRONG, Stage, answer_all, at, text};
use crate::calls::{Answer, As};

const FORMULA: &str = "0.6 * judgment + 0.3 * question_mean + answered_share";

fn rubric(formula: &Value) -> Value {
    json!({
        "competencies": [{
            "key": "judgment", "name": "Judgment", "weight": 2.0,
            "levels": ["one", "two", "three", "four", "five"],
        }, {
            "key": "flying", "name": "Flying (A320)", "weight": 1.0,
            "levels": ["one", "two", "three", "four", "five"],
        }],
        "questions": [],
        "formula": formula,
    })
}

/// A revision of the position's rubric in place of the one that `etag` names.
async fn put(staff: &As<'_>, position: &str, etag: &str, rubric: Value) -> Answer {
    let path = format!("/api/v1/positions/{position}/rubric");
    let headers = [("if-match", etag)];
    staff.send(Method::PUT, &path, &headers, Some(rubric)).await
}

async fn position(staff: &As<'_>) -> String {
    let new = json!({"title": "Seller", "role_family": "sales"});
    text(&staff.post("/api/v1/positions", new).await.expect(201)["id"])
}

/// Holds an interview for the position; its id and report.
async fn held(staff: &As<'_>, position: &str) -> (String, Value) {
    let new = json!({"position_id": position});
    let id = text(&staff.post("/api/v1/interviews", new).await.expect(201)["id"]);
    let own = json!({"questions": [{
        "text": "Which of our products would you sell first?",
        "key_points": ["names a product", "says why it is needed"],
        "competencies": ["judgment"],
    }], "role_family": "sales", "duration_minutes": 10});
    staff.post(&at(&id, ""), own).await.expect(201);
    staff
        .post(&at(&id, "/begin"), Value::Null)
        .await
        .expect(200);
    answer_all(staff, &id, STRONG).await;
    let path = format!("/api/v1/interviews/{id}/report");
    let report = staff.get(&path).await.expect(200);
    (id, report)
}

fn competency(report: &Value, key: &str) -> Option<f64> {
    let all = report["competencies"].as_array().unwrap();
    let found = all.iter().find(|one| one["key"] == key).unwrap();
    found["mark"]["score"].as_f64()
}

fn near(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_total_of_a_report_is_what_the_formula_gives(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "the_total_of_a_report_is_what_the_formula_gives";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let staff = stage.staff(Role::Recruiter).await;
    let position = position(&staff).await;
    let made = put(&staff, &position, "\"0\"", rubric(&json!(FORMULA))).await;
    assert_eq!(made.expect(200)["rubric"]["formula"], FORMULA);

    let (first, report) = held(&staff, &position).await;
    let questions = report["questions"].as_array().unwrap();
    let scores: Vec<f64> = questions
        .iter()
        .filter_map(|one| one["score"].as_f64())
        .collect();
    let answered = questions
        .iter()
        .filter(|one| !one["answers"].as_array().unwrap().is_empty())
        .count();
    let judgment = competency(&report, "judgment").unwrap();
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    let share = answered as f64 / questions.len() as f64;
    let by_hand = 0.6 * judgment + 0.3 * mean + share;
    let total = report["overall"]["score"].as_f64().unwrap();
    assert!(near(total, by_hand), "{total} {by_hand}");
    assert!(report["overall"]["uncertainty"].as_f64().unwrap() > 0.0);

    // Competencies are called as the rubric calls them, on the documented routes as well.
    let documented = format!("/api/v1/report/{}", first.replace("int_", ""));
    let shown = staff.get(&documented).await.expect(200);
    let named = |all: &Value, key: &str, id: &str| {
        let all = all["competencies"].as_array().unwrap().clone();
        all.into_iter().find(|one| one[key] == id).unwrap()["name"].clone()
    };
    assert_eq!(named(&report, "key", "flying"), "Flying (A320)");
    assert_eq!(named(&shown, "competencyId", "flying"), "Flying (A320)");

    let formula = &report["formula"];
    assert_eq!(formula["text"], FORMULA);
    let drivers = formula["drivers"].as_array().unwrap();
    for (driver, (name, value, by)) in drivers.iter().zip([
        ("judgment", judgment, 0.6 * (judgment - 5.0)),
        ("question_mean", mean, 0.3 * (mean - 5.0)),
        ("answered_share", share, share - 1.0),
    ]) {
        assert_eq!(driver["name"], name);
        assert!(near(driver["value"].as_f64().unwrap(), value), "{driver}");
        assert!(
            near(driver["contribution"].as_f64().unwrap(), by),
            "{driver}"
        );
    }
    assert!(text(&formula["explanation"]).contains("by the formula"));
    let made = report["provenance"].as_array().unwrap().last().unwrap();
    assert_eq!(made["formula"], "formula-total.v1");
    assert_eq!(made["settings"]["total"], FORMULA);
    let path = format!("/api/v1/interviews/{first}");
    let record = staff.get(&path).await.expect(200);
    assert!(near(
        record["overall_score"].as_f64().unwrap(),
        10.0 * total
    ));
    let csv = staff.get(&format!("{path}/report.csv")).await;
    assert_eq!(csv.status, 200);
    assert!(csv.text.contains(FORMULA) && csv.text.contains("question_mean = "));
    assert_eq!(staff.get(&format!("{path}/report.pdf")).await.status, 200);

    // Another formula is another revision: what the first judged is not set beside what the second judged.
    let other = "if(judgment < 0, 0, min(judgment, weighted_mean))";
    let second = put(&staff, &position, "\"1\"", rubric(&json!(other))).await;
    let second = text(&second.expect(200)["id"]);
    let kept = format!("/api/v1/interviews/{first}/report");
    assert_eq!(staff.get(&kept).await.expect(200), report);
    let (_, later) = held(&staff, &position).await;
    assert_eq!(later["formula"]["text"], other);
    let path = format!("/api/v1/positions/{position}/comparison");
    let found = staff.get(&path).await.expect(200);
    assert_eq!(
        (&found["rubric_id"], &found["left_out"]),
        (&json!(second), &json!(1))
    );
    assert_eq!(found["candidates"].as_array().unwrap().len(), 1);

    // What the plan asks nothing about has no mark, and a formula that rests on it gives no total.
    let flying = "min(judgment, flying)";
    put(&staff, &position, "\"2\"", rubric(&json!(flying)))
        .await
        .expect(200);
    let (_, without) = held(&staff, &position).await;
    assert_eq!(without["overall"], Value::Null);
    assert_eq!(without["not_scored"]["code"], "formula_input_missing");
    assert!(text(&without["not_scored"]["message"]).contains("flying"));
    assert_eq!(without["recommendation"], Value::Null);
    assert!(without["formula"]["by_weights"].as_f64().is_some());

    let admin = As::new(
        &stage.server,
        stage.server.key(stage.organisation, &[Scope::Admin]).await,
    );
    let told = admin.get("/api/v1/audit").await.expect(200);
    let revised: Vec<&Value> = told["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["action"] == "rubric.revised")
        .collect();
    assert_eq!(revised.len(), 3);
    for line in revised {
        assert_eq!(line["details"]["formula_changed"], true);
        assert_eq!(line["details"]["has_formula"], true);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn formulas_that_can_not_be_used_are_refused_with_the_reason() {
    let test = "formulas_that_can_not_be_used_are_refused";
    let stage = Stage::new(test, Database::Sqlite).await.unwrap();
    let staff = stage.staff(Role::Recruiter).await;
    let position = position(&staff).await;
    for (formula, told) in [
        ("", "must not be empty"),
        (
            "judgement",
            "`judgement`, which is unknown; known are flying, judgment",
        ),
        ("0.5 * judgment + 0.5 * eye_contact", "`eye_contact`"),
        ("judgment +", "ends too early"),
        ("0,5 * judgment", "at character 2"),
        ("judgment\n+ 0", "one line"),
        ("judgment + flying", "gives 20.00"),
        ("judgment / 0", "divides by zero"),
        ("7", "must name a competency"),
        ("exp(judgment)", "`exp`"),
    ] {
        let refused = put(&staff, &position, "\"0\"", rubric(&json!(formula))).await;
        assert_eq!(refused.problem(422), "invalid_rubric", "{formula}");
        let problem = refused.json();
        assert_eq!(problem["field"], "formula");
        let detail = text(&problem["detail"]);
        assert!(detail.contains(told), "{formula}: {detail}");
    }
    let long = format!("judgment{}", " ".repeat(1000));
    let refused = put(&staff, &position, "\"0\"", rubric(&json!(long))).await;
    assert_eq!(refused.problem(422), "invalid_rubric");
    let path = format!("/api/v1/positions/{position}/rubric");
    assert_eq!(staff.get(&path).await.problem(404), "not_found");

    // A rubric from templates has none, also after one that had.
    put(&staff, &position, "\"0\"", rubric(&json!("judgment")))
        .await
        .expect(200);
    let made = staff.post(&format!("{path}/generate"), json!({})).await;
    assert_eq!(made.expect(201)["rubric"].get("formula"), None);
    let none = put(&staff, &position, "\"2\"", rubric(&Value::Null)).await;
    assert_eq!(none.expect(200)["rubric"].get("formula"), None);
    let (_, report) = held(&staff, &position).await;
    assert_eq!(report.get("formula"), None);
    assert!(report["overall"]["score"].is_number());
}
