use candor_core::interview::{Evaluation, InterviewReport, Recommendation};
use proptest::prelude::*;

use super::super::{
    Scoring, Weights, assemble, rehearsed,
    tests::{evaluation, given, held, plan},
};
use super::{spread::deviation, *};

type Marks<'a> = &'a [Option<Option<Evaluation>>];

fn scoring(formula: &str) -> Scoring {
    let keys = ["communication", "judgment", "engagement"];
    Scoring {
        weights: keys.map(|key| (key.to_owned(), 1.0)).into(),
        formula: Some(formula.to_owned()),
        ..Scoring::default()
    }
}

fn reported(marks: Marks, formula: &str) -> InterviewReport {
    let plan = plan();
    let (state, turns) = held(&plan, marks);
    assemble(&plan, &state, &turns, &scoring(formula))
}

/// Communication 9, judgment 5 (of 4 and 6), engagement 8.
fn whole() -> [Option<Option<Evaluation>>; 4] {
    [
        given(9.0, "communication"),
        given(4.0, "judgment"),
        given(6.0, "judgment"),
        given(8.0, "engagement"),
    ]
}

/// Nothing about engagement: that question is skipped.
fn in_part() -> [Option<Option<Evaluation>>; 4] {
    let [first, second, third, _] = whole();
    [first, second, third, None]
}

fn near(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9
}

#[test]
fn the_formula_gives_the_total_and_names_its_drivers() {
    let text = "0.7 * judgment + 0.3 * min(communication, engagement)";
    let report = reported(&whole(), text);
    let overall = report.overall.clone().unwrap();
    assert!(near(overall.score, 0.7 * 5.0 + 0.3 * 8.0), "{overall:?}");
    assert_eq!(overall.n, 4);
    assert_eq!(report.recommendation, Some(Recommendation::Borderline));

    let formula = report.formula.clone().unwrap();
    assert_eq!(formula.text, text);
    let drivers: Vec<(&str, f64, f64)> = formula
        .drivers
        .iter()
        .map(|one| {
            let value = *one.value.as_ref().unwrap();
            (one.name.as_str(), value, one.contribution.unwrap())
        })
        .collect();
    let names: Vec<&str> = drivers.iter().map(|one| one.0).collect();
    assert_eq!(names, ["judgment", "communication", "engagement"]);
    let expected = [(5.0, 0.0), (9.0, 0.9), (8.0, 0.9)];
    for ((_, value, contribution), (mark, by)) in drivers.iter().zip(expected) {
        assert!(
            near(*value, mark) && near(*contribution, by),
            "{:?}",
            formula.drivers
        );
    }
    assert!(near(formula.by_weights.unwrap(), 22.0 / 3.0));
    let said = &formula.explanation;
    assert!(said.starts_with("5.9 of 10 by the formula"), "{said}");
    assert!(said.contains("communication +0.9") && said.contains("would give 7.3"));
    assert!(report.summary.contains("4 judged: 5.9 of 10"));

    let made = report.provenance.last().unwrap();
    assert_eq!(made.formula.as_deref(), Some(RULES));
    assert_eq!(made.settings["total"], text);
    let written = serde_json::to_value(&report).unwrap();
    assert_eq!(written["formula"]["drivers"][0]["value"], 5.0);
    let read: InterviewReport = serde_json::from_value(written).unwrap();
    assert_eq!(read, report);
}

#[test]
fn measures_are_what_the_report_says() {
    let flagged = Some(Some(evaluation(8.0, "engagement", 2)));
    let [first, second, third, _] = whole();
    let marks = [first, second, third, flagged];
    let cases = [
        ("question_mean", 27.0 / 4.0),
        ("weighted_mean", 22.0 / 3.0),
        ("10 * answered_share", 10.0),
        ("10 * key_point_share", 10.0),
        ("red_flags", 2.0),
    ];
    for (text, expected) in cases {
        let report = reported(&marks, text);
        assert!(near(report.overall.unwrap().score, expected), "{text}");
    }
    let share = reported(&in_part(), "10 * answered_share").overall.unwrap();
    assert!(near(share.score, 7.5));
}

#[test]
fn a_weighted_sum_leaves_out_what_was_not_assessed_and_says_so() {
    let text = "0.5 * communication + 0.3 * judgment + 0.2 * engagement";
    let report = reported(&in_part(), text);
    let overall = report.overall.clone().unwrap();
    assert!(near(overall.score, (0.5 * 9.0 + 0.3 * 5.0) / 0.8));
    let formula = report.formula.unwrap();
    assert_eq!(formula.left_out, ["engagement"]);
    let engagement = &formula.drivers[2];
    assert_eq!(engagement.contribution, None);
    assert_eq!(engagement.value.clone().unwrap_err().code, "not_assessed");
    assert!(formula.explanation.contains("left out"));
}

#[test]
fn any_other_formula_without_one_of_its_values_gives_no_total() {
    for text in [
        "0.5 * judgment + 0.5 * min(communication, engagement)",
        "0.5 * question_mean + 0.5 * engagement",
        "engagement",
    ] {
        let report = reported(&in_part(), text);
        let reason = report.overall.clone().unwrap_err();
        assert_eq!(reason.code, "formula_input_missing", "{text}");
        assert!(reason.message.contains("uses engagement"), "{reason}");
        assert_eq!(report.recommendation, None);
        assert!(report.not_measured.contains(&reason));
        let formula = report.formula.unwrap();
        assert!(formula.by_weights.is_some());
        assert!(formula.explanation.starts_with("No total"));
        assert!(report.summary.contains("there is no score"));
    }
}

#[test]
fn what_is_no_mark_is_no_total() {
    let code = |text: &str| reported(&whole(), text).overall.unwrap_err();
    let outside = code("communication - judgment + engagement");
    assert_eq!(outside.code, "formula_out_of_range");
    assert_eq!(
        outside.message,
        "the formula gave 12, which is outside 0 to 10"
    );
    assert_eq!(code("judgment - engagement").code, "formula_out_of_range");
    let undefined = code("communication / (judgment - 5)");
    assert_eq!(undefined.code, "formula_undefined");
    assert!(undefined.message.contains("divides by zero"));
    assert_eq!(code("judgment +").code, "formula_unreadable");
    let nothing = reported(&[None, None, None, None], "question_mean");
    assert_eq!(nothing.overall.unwrap_err().code, "nothing_judged");
    assert_eq!(nothing.formula.unwrap().by_weights, None);
}

#[test]
fn rounding_does_not_put_a_full_mark_out_of_range() {
    let best = [
        given(10.0, "communication"),
        given(10.0, "judgment"),
        given(10.0, "judgment"),
        given(10.0, "engagement"),
    ];
    let text = "0.1 * communication + 0.2 * judgment + 0.7 * engagement";
    assert!(near(reported(&best, text).overall.unwrap().score, 10.0));
}

#[test]
fn the_uncertainty_is_that_of_the_marks_that_count() {
    let around = |text: &str| reported(&whole(), text).overall.unwrap().uncertainty;
    let deviation = deviation(&[9.0, 4.0, 6.0, 8.0]).unwrap();
    // The usual standard error for the plain mean.
    assert!(near(around("question_mean").unwrap(), deviation / 2.0));
    // One question; two questions of half the weight each.
    assert!(near(around("engagement").unwrap(), deviation));
    let half = deviation / 2.0_f64.sqrt();
    assert!(near(around("judgment").unwrap(), half));
    assert!(near(around("0.5 * judgment").unwrap(), half / 2.0));
    // No mark comes into it.
    assert!(near(around("10 * answered_share").unwrap(), 0.0));
    let one = [given(9.0, "communication"), None, None, None];
    let lone = reported(&one, "communication").overall.unwrap();
    assert_eq!((lone.uncertainty, lone.n), (None, 1));
}

#[test]
fn repeated_judgements_widen_the_interval() {
    let mut repeated = evaluation(9.0, "communication", 0);
    repeated.spread.n = 3;
    repeated.spread.deviation = 0.6;
    let one = [Some(Some(repeated)), None, None, None];
    let report = reported(&one, "0.5 * communication");
    assert!(near(report.overall.unwrap().uncertainty.unwrap(), 0.3));
}

#[test]
fn red_flags_outweigh_a_formula_and_practice_recommends_nothing() {
    let flagged = |score, n| Some(Some(evaluation(score, "communication", n)));
    let report = reported(&[flagged(9.0, 2), flagged(10.0, 1)], "question_mean");
    assert_eq!(report.recommendation, Some(Recommendation::NoHire));
    let practice = rehearsed(report);
    assert_eq!(practice.recommendation, None);
    assert!(practice.formula.is_some());
}

#[test]
fn without_a_formula_nothing_changes() {
    let plan = plan();
    let (state, turns) = held(&plan, &whole());
    let weights = Weights::from([("judgment".to_owned(), 2.0)]);
    let scoring = Scoring {
        weights,
        ..Scoring::default()
    };
    let report = assemble(&plan, &state, &turns, &scoring);
    assert_eq!(report.formula, None);
    let written = serde_json::to_value(&report).unwrap();
    assert!(written.get("formula").is_none());
}

proptest! {
    #[test]
    fn the_formula_of_the_weights_is_the_usual_total(
        marks in prop::array::uniform4(prop::option::of(0.0..=10.0_f64)),
    ) {
        let keys = ["communication", "judgment", "judgment", "engagement"];
        let mut given_marks = Vec::new();
        for (mark, key) in marks.iter().zip(keys) {
            given_marks.push(mark.and_then(|mark| given(mark, key)));
        }
        let report = reported(&given_marks, "weighted_mean");
        let by_weights = report.formula.clone().and_then(|formula| formula.by_weights);
        match report.overall {
            Ok(mark) => {
                prop_assert!((mark.score - by_weights.unwrap_or(-1.0)).abs() < 1e-9);
                prop_assert!(mark.uncertainty.is_none_or(f64::is_finite));
            }
            Err(reason) => prop_assert_eq!(reason.code, "nothing_judged"),
        }
        let sum = reported(&given_marks, "(communication + judgment + engagement) / 3");
        prop_assert_eq!(sum.overall.is_ok(), by_weights.is_some());
        if let (Ok(sum), Some(by_weights)) = (sum.overall, by_weights) {
            prop_assert!((sum.score - by_weights).abs() < 1e-9);
        }
    }
}
