//! Title, and the facts of the interview.

use candor_core::interview::InterviewReport;

use super::{About, Pen, wording};
use crate::export::{
    fonts::height,
    ink::{BODY, LEAD, LINE, OVERLINE, TITLE, WORDMARK},
    sheet::SIDE,
    tags::{ROOT, Role},
};

/// Facts in a row.
const COLUMNS: usize = 3;

pub(super) fn write(pen: &mut Pen, report: &InterviewReport, about: &About) {
    title(pen, about);
    facts(pen, &known(report, about));
}

/// What is read first: the title, and whom it is about.
pub(super) fn title(pen: &mut Pen, about: &About) {
    wordmark(pen, about);
    let width = pen.sheet.width();
    let title = wording::shorten(&about.title, 240);
    let lines = pen.fonts.lines(&title, TITLE, width);
    let node = pen.sheet.tags.node(ROOT, Role::Heading(1));
    pen.sheet.tags.entitle(node, &wording::plain(&title));
    pen.sheet.paragraph(&lines, SIDE, node, None);
    let people = [&about.candidate, &about.position];
    let people: Vec<String> = people
        .into_iter()
        .flatten()
        .map(|name| wording::shorten(name, 160))
        .filter(|name| !name.is_empty())
        .collect();
    if !people.is_empty() {
        pen.sheet.gap(3.0);
        pen.text(&people.join(" · "), LEAD);
    }
    pen.sheet.gap(12.0);
    pen.sheet.rule(LINE);
    pen.sheet.gap(10.0);
}

fn wordmark(pen: &mut Pen, about: &About) {
    let top = pen.sheet.y();
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    if let Some(line) = pen.fonts.one_line("Candor", WORDMARK, 200.0) {
        pen.sheet.line(&line, SIDE, top, Some(node));
    }
    let kind = wording::kind_of_document(about.purpose).to_uppercase();
    if let Some(line) = pen.fonts.one_line(&kind, OVERLINE, 250.0) {
        let x = SIDE + pen.sheet.width() - line.width;
        pen.sheet.line(&line, x, top + 3.0, Some(node));
    }
    pen.sheet.advance(44.0);
}

fn known(report: &InterviewReport, about: &About) -> Vec<(&'static str, String)> {
    let held = match report.started_at {
        Some(at) => wording::moment(at),
        None => "not known".to_owned(),
    };
    let answered = report.questions.iter().filter(|q| !q.answers.is_empty());
    let questions = match report.questions.len() {
        0 => "none asked".to_owned(),
        asked => format!("{} of {asked} answered", answered.count()),
    };
    vec![
        ("Held", held),
        ("Length", wording::length(report.used_s)),
        (
            "Language",
            wording::shorten(&wording::language(&report.language), 40),
        ),
        ("Questions", questions),
        ("Kind of role", wording::family(report.family).to_owned()),
        ("Report made", wording::moment(about.made_at)),
    ]
}

/// Rows of facts, each value below its name.
pub(super) fn facts(pen: &mut Pen, facts: &[(&str, String)]) {
    let width = pen.sheet.width() / COLUMNS as f32;
    let list = pen.sheet.tags.node(ROOT, Role::List);
    for row in facts.chunks(COLUMNS) {
        let top = pen.sheet.y();
        let mut tallest = 0.0_f32;
        for (column, (name, value)) in row.iter().enumerate() {
            let x = SIDE + column as f32 * width;
            let node = pen.sheet.tags.node(list, Role::Item);
            let above = pen.overline(name, x, top, node);
            let lines = pen.fonts.lines(value, BODY, width - 12.0);
            pen.sheet.lines(&lines, x, top + above, node);
            tallest = tallest.max(above + height(&lines));
        }
        pen.sheet.advance(tallest + 8.0);
    }
}
