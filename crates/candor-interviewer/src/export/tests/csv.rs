use super::super::csv;
use super::fixtures::{poor, rich};

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
