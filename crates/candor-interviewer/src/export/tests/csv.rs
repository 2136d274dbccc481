use super::super::csv;
use super::fixtures::{by_formula, poor, rich};

#[test]
fn csv_has_a_row_for_each_question() {
    let report = rich();
    let csv = csv(&report);
    assert!(csv.starts_with("\"number\",\"question_id\""));
    for question in &report.questions {
        assert!(csv.contains(&question.asked.replace('"', "\"\"")));
    }
    assert!(csv.contains("the candidate would rather not answer"));
    assert!(csv.ends_with("\r\n"));
}

#[test]
fn csv_holds_no_formulas() {
    let mut report = poor();
    let wicked = [
        "=1+1", "+A1", "-2+3", "@SUM(A1)", "\tx", "\r=x", "  =x", "＝x",
    ];
    for text in wicked {
        report.questions[0].asked = text.to_owned();
        let csv = csv(&report);
        assert!(csv.contains(&format!("\"'{text}\"")), "{text:?}: {csv}");
    }
    report.questions[0].asked = "Why = is not ==?".to_owned();
    assert!(csv(&report).contains("\"Why = is not ==?\""));
}

#[test]
fn csv_tells_the_total_and_the_formula_in_every_row() {
    let mut report = by_formula();
    let csv_of = csv(&report);
    let rows = csv_of
        .matches("\"7.9\",\"\",\"0.6 * incident_response")
        .count();
    assert_eq!(rows, report.questions.len(), "{csv_of}");
    assert!(csv_of.contains("incident_response = 8.70 (+2.47); communication = 6.30 (+0.43)"));
    assert!(csv_of.contains("teamwork: not measured, no answer about it"));
    if let Some(formula) = &mut report.formula {
        formula.text = "-red_flags + 10".to_owned();
    }
    assert!(csv(&report).contains("\"'-red_flags + 10\""));
    let rows = csv(&rich()).matches("\"6.4\",\"\",\"\",\"\"\r\n").count();
    assert_eq!(rows, rich().questions.len());
    assert!(csv(&poor()).contains("\"\",\"no answer could be judged\",\"\",\"\"\r\n"));
}
