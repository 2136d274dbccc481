//! Coverage and levels against values worked out by hand.

use candor_core::interview::{Difficulty, InterviewType, Question, QuestionSource, RoleFamily};
use serde_json::{Value, json};

use super::*;

/// Half an hour of sales: 2 questions of introduction, 4 of the craft, 3 of situations and 2 at the end.
fn plan() -> Plan {
    let question = |id: &str, phase, competency: &str| Question {
        id: id.to_owned(),
        phase,
        difficulty: Difficulty::Medium,
        text: format!("What about {id}?"),
        competencies: vec![competency.to_owned()],
        key_points: Vec::new(),
        follow_ups: Vec::new(),
        language: "en".to_owned(),
        source: QuestionSource::Bank,
        coding: None,
    };
    Plan {
        family: RoleFamily::Sales,
        interview_type: InterviewType::Mixed,
        language: "en".to_owned(),
        duration_s: 1800.0,
        difficulty: Difficulty::Medium,
        background: crate::background::Background::default(),
        questions: vec![
            question("i1", Phase::Intro, "communication"),
            question("t1", Phase::Technical, "closing"),
            question("t2", Phase::Technical, "discovery"),
            question("t3", Phase::Technical, "negotiation"),
            question("t4", Phase::Technical, "pipeline"),
            question("b1", Phase::Behavioral, "judgment"),
            question("w1", Phase::WrapUp, "engagement"),
        ],
    }
}

/// A report of these questions: id, phase, and mark of 0 to 10.
fn report(asked: &[(&str, &str, Option<f64>)]) -> InterviewReport {
    let questions: Vec<Value> = asked
        .iter()
        .map(|(id, phase, score)| {
            let mut question = json!({
                "question_id": id, "phase": phase, "difficulty": "medium", "asked": "What?",
                "answers": ["So."], "is_skipped": false, "score": score, "key_points": null,
            });
            if score.is_none() {
                question["not_scored"] = json!({"code": "skipped", "message": "skipped"});
            }
            question
        })
        .collect();
    let remark = json!({"question_id": "t1", "text": "Names figures.", "evidence": []});
    let report = json!({
        "version": 1, "family": "sales", "language": "en", "started_at": null, "ended_at": null,
        "used_s": 600.0, "overall": {"score": 7.0, "n": 3}, "recommendation": null, "summary": "",
        "competencies": [
            {"key": "closing", "weight": 1.0, "mark": {"score": 8.0, "n": 1}, "evidence": []},
            {"key": "pipeline", "weight": 1.0, "mark": null, "evidence": [],
             "not_assessed": {"code": "not_asked", "message": "nothing was asked"}},
        ],
        "strengths": [remark, remark, remark, remark], "improvements": [], "red_flags": [],
        "questions": questions, "not_measured": [], "provenance": [],
    });
    serde_json::from_value(report).expect("it has the shape of a report")
}

fn near(found: &Measured<f64>, expected: f64) {
    let found = found.as_ref().expect("it was measured");
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

fn of(assessment: &Assessment, phase: Phase) -> &Module {
    let mut modules = assessment.modules.iter();
    modules
        .find(|module| module.phase == phase)
        .expect("it is a part")
}

#[test]
fn coverage_weighs_questions_and_objectives() {
    let share = |planned, asked, objectives, addressed| {
        Covered {
            planned,
            asked,
            objectives,
            addressed,
        }
        .share()
    };
    near(&share(4, 2, 4, 1), 0.4);
    near(&share(4, 9, 4, 4), 1.0);
    near(&share(4, 1, 0, 0), 0.25);
    near(&share(4, 0, 4, 0), 0.0);
    assert_eq!(
        share(0, 1, 0, 0).expect_err("nothing planned").code,
        "not_planned"
    );
}

#[test]
fn levels_and_bands_have_the_documented_limits() {
    let levels = [80.0, 79.9, 70.0, 69.9, 50.0, 49.9].map(|points| Level::of(points).as_str());
    assert_eq!(
        levels,
        ["Excellent", "Good", "Good", "Average", "Average", "Poor"]
    );
    let bands = [90.0, 89.9, 70.0, 60.0, 50.0, 49.9].map(band);
    assert_eq!(bands, ["90+", "80-89", "70-79", "60-69", "50-59", "<50"]);
}

#[test]
fn a_part_that_was_half_covered_counts_less_and_says_so() {
    // One of four questions about one of four competencies would be 0.25; two are 0.5 and count in full.
    let found = assess(
        &plan(),
        &report(&[
            ("i1", "intro", Some(9.0)),
            ("t1", "technical", Some(5.0)),
            ("t2", "technical", Some(6.0)),
        ]),
    );
    let craft = of(&found, Phase::Technical);
    assert_eq!((craft.covered.planned, craft.covered.objectives), (4, 4));
    near(&craft.coverage, 0.5);
    near(&craft.points, 55.0);
    assert_eq!((craft.level, craft.weight >= 1.0), (Level::Average, true));
    near(&found.score, (90.0 + 55.0) / 2.0);
    assert_eq!(found.band, Some("70-79"));
    assert_eq!(found.strengths.len(), 3);
    assert_eq!(found.skills[0], ("closing".to_owned(), Ok(80.0)));
    assert!(found.skills[1].1.is_err());

    // Two questions about one competency: 0.6·0.5 + 0.4·0.25 = 0.4.
    let mut plan = plan();
    plan.questions[2].competencies = vec!["closing".to_owned()];
    plan.questions[3]
        .competencies
        .push("forecasting".to_owned());
    let found = assess(
        &plan,
        &report(&[
            ("i1", "intro", Some(9.0)),
            ("t1", "technical", Some(5.0)),
            ("t2", "technical", Some(6.0)),
        ]),
    );
    let craft = of(&found, Phase::Technical);
    near(&craft.coverage, 0.6 * 0.5 + 0.4 * 0.25);
    assert!((craft.weight - 0.8).abs() < 1e-9);
    near(&found.score, (90.0 + 0.8 * 55.0) / 1.8);
    assert!(
        found
            .adjustments
            .iter()
            .any(|text| text.starts_with("Craft of the role: 40 % covered, so its weight is 0.80")),
        "{:?}",
        found.adjustments
    );
}

#[test]
fn what_was_not_asked_or_judged_counts_neither_way() {
    let found = assess(
        &plan(),
        &report(&[
            ("i1", "intro", Some(8.0)),
            ("t1", "technical", Some(1.0)),
            ("b1", "behavioral", None),
        ]),
    );
    let reason = |phase| {
        let points = &of(&found, phase).points;
        points.as_ref().expect_err("not assessed").code.clone()
    };
    assert_eq!(reason(Phase::Technical), "too_little_covered");
    assert_eq!(reason(Phase::Behavioral), "nothing_judged");
    assert_eq!(reason(Phase::WrapUp), "not_asked");
    assert_eq!(of(&found, Phase::WrapUp).level.as_str(), "Not_Assessed");
    near(&found.score, 80.0);
    assert_eq!(found.recommendations.len(), 3);
    assert!(found.fairness.starts_with("Of 4 parts 1 count in full"));
    assert!(
        found
            .modules
            .iter()
            .all(|module| module.phase != Phase::Coding)
    );

    let none = assess(&plan(), &report(&[]));
    assert_eq!(none.score.expect_err("nothing").code, "nothing_assessed");
    assert_eq!(none.band, None);
}

#[test]
fn a_part_is_measured_by_the_questions_that_its_type_of_interview_plans() {
    let report = report(&[("t1", "technical", Some(7.0))]);
    let planned = |interview_type| {
        let plan = Plan {
            interview_type,
            duration_s: 900.0,
            ..plan()
        };
        of(&assess(&plan, &report), Phase::Technical)
            .covered
            .planned
    };
    // 45 and 70 % of fifteen minutes, three and a half minutes each.
    assert_eq!(planned(InterviewType::Mixed), 2);
    assert_eq!(planned(InterviewType::Technical), 3);
}
