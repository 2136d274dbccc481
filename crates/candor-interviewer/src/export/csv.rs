//! The questions of a report as a table for spreadsheets.

use candor_core::interview::{Driver, InterviewReport, QuestionResult};

/// Columns of a question, and behind them those of the whole report.
const HEAD: [&str; 16] = [
    "number",
    "question_id",
    "phase",
    "difficulty",
    "question",
    "answers",
    "is_skipped",
    "score",
    "not_scored",
    "key_points_made",
    "key_points",
    "feedback",
    "total",
    "no_total",
    "formula",
    "drivers",
];

/// One row per question in the order in which they were asked, after a head (RFC 4180, UTF-8, every field quoted).
/// A mark that is missing is an empty field with its reason in `not_scored`. Several answers stand in one field,
/// an empty line between them. The last four columns are about the report and the same in every row: the total, or why
/// there is none, and the position's own formula with its drivers, where it has one. A field that a spreadsheet could take for a formula begins with an apostrophe.
pub fn csv(report: &InterviewReport) -> String {
    let mut text = String::new();
    row(&mut text, HEAD.map(str::to_owned));
    let total = total(report);
    for (index, question) in report.questions.iter().enumerate() {
        row(&mut text, fields(index, question, &total));
    }
    text
}

fn fields(index: usize, question: &QuestionResult, total: &[String; 4]) -> [String; 16] {
    let [mark, no_mark, formula, drivers] = total.clone();
    let (score, reason) = match &question.score {
        Ok(score) if score.is_finite() => (score.to_string(), String::new()),
        Ok(_) => (String::new(), "the mark is not a number".to_owned()),
        Err(reason) => (String::new(), reason.message.clone()),
    };
    let (made, of) = match question.key_points {
        Some((made, of)) => (made.to_string(), of.to_string()),
        None => (String::new(), String::new()),
    };
    [
        (index + 1).to_string(),
        question.question_id.clone(),
        question.phase.as_str().to_owned(),
        question.difficulty.as_str().to_owned(),
        question.asked.clone(),
        question.answers.join("\n\n"),
        question.is_skipped.to_string(),
        score,
        reason,
        made,
        of,
        question.feedback.clone().unwrap_or_default(),
        mark,
        no_mark,
        formula,
        drivers,
    ]
}

fn total(report: &InterviewReport) -> [String; 4] {
    let (mark, no_mark) = match &report.overall {
        Ok(mark) => (mark.score.to_string(), String::new()),
        Err(reason) => (String::new(), reason.message.clone()),
    };
    let (formula, drivers) = match &report.formula {
        Some(formula) => {
            let drivers: Vec<String> = formula.drivers.iter().map(driver).collect();
            (formula.text.clone(), drivers.join("; "))
        }
        None => (String::new(), String::new()),
    };
    [mark, no_mark, formula, drivers]
}

/// `judgment = 7.5 (+1.2)`.
fn driver(driver: &Driver) -> String {
    let name = &driver.name;
    match (&driver.value, driver.contribution) {
        (Ok(value), Some(by)) => format!("{name} = {value:.2} ({by:+.2})"),
        (Ok(value), None) => format!("{name} = {value:.2}"),
        (Err(reason), _) => format!("{name}: not measured, {}", reason.message),
    }
}

fn row<const N: usize>(text: &mut String, fields: [String; N]) {
    let quoted = fields.map(|field| format!("\"{}\"", harmless(&field).replace('"', "\"\"")));
    text.push_str(&quoted.join(","));
    text.push_str("\r\n");
}

/// Spreadsheets run what begins with these, some also after blanks; the full-width forms are read alike.
fn harmless(field: &str) -> String {
    let first = field.trim_start_matches(' ').chars().next();
    let dangerous = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    // A number of our own is none: it can't hold a call.
    let is_number = field.parse::<f64>().is_ok();
    match first {
        Some(first) if dangerous.contains(&first) && !is_number => format!("'{field}"),
        _ => field.to_owned(),
    }
}
