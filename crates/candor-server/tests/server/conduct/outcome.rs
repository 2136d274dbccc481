//! What an interview comes to: questions, marks, report and decision, for those who may see them.

use std::collections::BTreeSet;

use candor_app::transcripts::parse;
use candor_core::access::Role;
use candor_testkit::Database;
use rstest::rstest;
use serde_json::{Value, json};

use super::stage::{STRONG, Stage, WEAK, answer_all, at, invited, prepared, short, text};
use crate::calls::As;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interview_ends_by_itself_and_its_report_says_what_was_said(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let test = "an_interview_ends_by_itself_and_its_report_says_what_was_said";
    let Some(stage) = Stage::new(test, database).await else {
        return;
    };
    let staff = stage.staff(Role::Recruiter).await;
    let own = json!({"questions": [{
        "text": "Which of our products would you sell first?",
        "key_points": ["names a product", "says why it is needed"],
        "competencies": ["judgment"],
    }], "role_family": "sales", "duration_minutes": 10});
    let strong = prepared(&staff, own).await;
    let weak = prepared(&staff, short()).await;
    let candidate = invited(&staff, &strong).await;
    let begun = candidate
        .post(&at(&strong, "/begin"), Value::Null)
        .await
        .expect(200);
    assert_eq!(begun["turn"]["kind"], "question");
    assert_eq!(begun["status"], "running");

    let steps = answer_all(&candidate, &strong, STRONG).await;
    assert!(steps.iter().all(|step| step["evaluation"].is_null()));
    assert_eq!(steps.last().unwrap()["turn"]["kind"], "closing");
    staff
        .post(&at(&weak, "/begin"), Value::Null)
        .await
        .expect(200);
    let marked = answer_all(&staff, &weak, WEAK).await;
    assert!(
        marked[0]["evaluation"]["score"].is_number(),
        "{}",
        marked[0]
    );

    let seen = candidate.get(&at(&strong, "")).await.expect(200);
    assert!(!seen.to_string().contains("key_points"), "{seen}");
    let session = staff.get(&at(&strong, "")).await.expect(200);
    let said: Vec<String> = session["turns"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|turn| turn["speaker"] == "interviewer")
        .map(|turn| text(&turn["text"]))
        .collect();
    assert_eq!(
        said.iter().collect::<BTreeSet<_>>().len(),
        said.len(),
        "{said:#?}"
    );
    assert!(
        said.iter()
            .any(|it| it.contains("Which of our products would you sell first?"))
    );

    let (strong_report, weak_report) = (report(&staff, &strong).await, report(&staff, &weak).await);
    let mark = |report: &Value| report["overall"]["score"].as_f64().unwrap();
    let marks = [&strong_report, &weak_report].map(mark);
    assert!(marks[0] > marks[1], "{marks:?}");
    let asked: Vec<&str> = strong_report["questions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|question| question["answers"][0].as_str())
        .collect();
    assert!(asked.iter().all(|answer| answer.starts_with(STRONG)));
    let record = staff
        .get(&format!("/api/v1/interviews/{strong}"))
        .await
        .expect(200);
    assert_eq!(record["status"], "finished");
    let total = record["overall_score"].as_f64().unwrap();
    assert!(
        (total - 10.0 * mark(&strong_report)).abs() < 1e-9,
        "{record}"
    );

    // No chat model judges here.
    let again = &strong_report["judged_again"];
    assert_eq!(again["state"], "not_asked", "{again}");
    assert_eq!(again["code"], Value::Null);
    quoted(&strong_report, &session);
    assessed(&strong_report);
    files(&staff, &strong).await;
    transcripts(&staff, &strong, &session).await;
    decided(&stage, &strong).await;
    for name in ["report", "transcript.vtt"] {
        let path = format!("/api/v1/interviews/{strong}/{name}");
        assert_eq!(candidate.get(&path).await.status, 403, "{name}");
    }
}

async fn report(staff: &As<'_>, interview: &str) -> Value {
    let path = format!("/api/v1/interviews/{interview}/report");
    staff.get(&path).await.expect(200)
}

/// The parts of the interview with their coverage make up a total.
fn assessed(report: &Value) {
    let assessment = &report["assessment"];
    let modules = assessment["modules"].as_array().unwrap();
    let asked: u64 = modules
        .iter()
        .map(|module| module["questions_asked"].as_u64().unwrap())
        .sum();
    assert_eq!(asked, report["questions"].as_array().unwrap().len() as u64);
    let (mut sum, mut weights) = (0.0, 0.0);
    for module in modules {
        let name = module["module"].as_str().unwrap();
        assert_eq!(
            assessment["module_performance"][name],
            module["performance"]
        );
        let is_assessed = module["performance"] != "Not_Assessed";
        assert_eq!(is_assessed, module["score"].is_f64(), "{module}");
        assert_eq!(is_assessed, module["not_scored"].is_null(), "{module}");
        if let Some(score) = module["score"].as_f64() {
            let weight = module["weight"].as_f64().unwrap();
            sum += weight * score;
            weights += weight;
        }
    }
    let score = assessment["score"].as_f64().unwrap();
    assert!((score - sum / weights).abs() < 0.5, "{assessment}");
    assert_eq!(assessment["job_fit"], Value::Null);
}

/// Every piece of evidence stands in the turn that it names, at its place.
fn quoted(report: &Value, session: &Value) {
    let turns = session["turns"].as_array().unwrap();
    let mut n = 0;
    for competency in report["competencies"].as_array().unwrap() {
        for cited in competency["evidence"].as_array().unwrap() {
            let turn = turns
                .iter()
                .find(|turn| turn["id"] == cited["turn_id"])
                .unwrap();
            let said: Vec<char> = turn["text"].as_str().unwrap().chars().collect();
            let place = |name: &str| cited["evidence"][name].as_u64().unwrap() as usize;
            let quote: String = said[place("start")..place("end")].iter().collect();
            assert_eq!(cited["evidence"]["quote"], quote);
            n += 1;
        }
    }
    assert!(n > 0);
}

async fn files(staff: &As<'_>, interview: &str) {
    for (name, kind, head) in [
        ("report.pdf", "application/pdf", "%PDF-"),
        ("report.pdf?paper=letter", "application/pdf", "%PDF-"),
        ("report.csv", "text/csv; charset=utf-8", ""),
    ] {
        let path = format!("/api/v1/interviews/{interview}/{name}");
        let request = staff.server.client.get(staff.server.at(&path));
        let answer = request.bearer_auth(&staff.token).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{name}");
        assert_eq!(answer.headers()["content-type"], kind);
        let bytes = answer.bytes().await.unwrap();
        assert!(
            bytes.starts_with(head.as_bytes()) && bytes.len() > 200,
            "{name}"
        );
    }
    let path = format!("/api/v1/interviews/{interview}/report.pdf?paper=a0");
    assert_eq!(staff.get(&path).await.problem(422), "invalid_value");
}

/// What was said stands in every transcript, in its order, with a time and a speaker.
async fn transcripts(staff: &As<'_>, interview: &str, session: &Value) {
    let turns = session["turns"].as_array().unwrap();
    for (name, kind) in [
        ("transcript.vtt", "text/vtt"),
        ("transcript.srt", "application/x-subrip"),
        ("transcript.json", "application/json"),
        ("transcript.txt", "text/plain; charset=utf-8"),
    ] {
        let path = format!("/api/v1/interviews/{interview}/{name}");
        let answer = staff.get(&path).await;
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(answer.header("content-type"), kind);
        assert!(answer.header("content-disposition").contains("attachment"));
        let read = parse(answer.text.as_bytes(), name).unwrap();
        let all = read.text();
        let mut rest = all.as_str();
        for turn in turns.iter().filter(|turn| turn["text"] != "") {
            let words: Vec<&str> = turn["text"].as_str().unwrap().split_whitespace().collect();
            let words = words.join(" ");
            let place = rest
                .find(&words)
                .unwrap_or_else(|| panic!("{name}: {words}"));
            rest = &rest[place + words.len()..];
        }
        let spans: Vec<_> = read.segments.iter().filter_map(|part| part.span).collect();
        assert_eq!(spans.is_empty(), name == "transcript.txt", "{name}");
        assert!(spans.iter().map(|span| span.start_s).is_sorted(), "{name}");
    }
}

/// A person decides, otherwise than recommended if they like; a key can't.
async fn decided(stage: &Stage, interview: &str) {
    let path = format!("/api/v1/interviews/{interview}/decisions");
    let staff = stage.staff(Role::Recruiter).await;
    let no = json!({"decision": "reject", "reason": "No <b>visa</b>; =1+1"});
    let made = staff.post(&path, no).await.expect(201);
    assert_eq!(made["reason"], "No <b>visa</b>; =1+1");
    assert!(made["report_id"].is_string());
    let other = json!({"decision": "advance", "reason": "It came."});
    staff.post(&path, other).await.expect(201);
    let all = staff.get(&path).await.expect(200);
    let decisions: Vec<&str> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["decision"].as_str().unwrap())
        .collect();
    assert_eq!(decisions, ["advance", "reject"]);
    let key = stage
        .server
        .key(stage.organisation, &[candor_core::access::Scope::Admin])
        .await;
    let key = As::new(&stage.server, key);
    let by_nobody = json!({"decision": "advance", "reason": "a rule"});
    assert_eq!(key.post(&path, by_nobody).await.status, 403);
    let wrong = json!({"decision": "hire", "reason": "a rule"});
    assert_eq!(staff.post(&path, wrong).await.problem(422), "invalid_value");
}
