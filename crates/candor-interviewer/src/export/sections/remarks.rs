//! Strengths, what to improve, red flags: each with the words that it rests on.

use candor_core::interview::{InterviewReport, Remark};

use super::Pen;
use crate::export::{
    Purpose,
    fonts::height,
    ink::{BODY, NOTE, ROSE},
    sheet::SIDE,
    tags::{ROOT, Role},
};

/// Width of the number of a question before its remark.
const NUMBER: f32 = 24.0;

pub(super) fn write(pen: &mut Pen, report: &InterviewReport, purpose: Purpose) {
    let is_judged = report.overall.is_ok() || report.questions.iter().any(|q| q.score.is_ok());
    let none = |text: &str| match is_judged {
        true => text.to_owned(),
        false => "None could be found, because no answer was judged.".to_owned(),
    };
    pen.heading("Strengths and improvements", 70.0);
    pen.lead("The number before a remark is that of the question; the words below it are the candidate's.");
    pen.subheading("Strengths", 30.0);
    remarks(pen, report, &report.strengths, &none("None stood out."));
    pen.subheading("Improvements", 30.0);
    remarks(pen, report, &report.improvements, &none("None stood out."));
    pen.heading("Red flags", 40.0);
    if report.red_flags.is_empty() {
        pen.empty(&none("None were found in the answers that were judged."));
        return;
    }
    pen.lead(match purpose {
        Purpose::Hiring => {
            "Concrete statements that speak against the candidate. More than two outweigh every mark."
        }
        Purpose::Practice => "Concrete statements that would speak against a candidate.",
    });
    for flag in &report.red_flags {
        let x = SIDE + NUMBER;
        let width = pen.sheet.width() - NUMBER;
        let kind = BODY.bold().in_ink(ROSE);
        let lines = pen.fonts.lines(&flag.statement, kind, width);
        pen.sheet
            .need(lines.first().map_or(0.0, |line| line.height) + 18.0);
        let top = pen.sheet.y();
        if let Some(line) = pen.fonts.one_line("!", kind, NUMBER) {
            pen.sheet.line(&line, SIDE + 4.0, top, None);
        }
        let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
        pen.sheet.paragraph(&lines, x, node, None);
        pen.quote(&flag.evidence.quote, &report.language, ROSE);
        pen.sheet.gap(9.0);
    }
}

fn remarks(pen: &mut Pen, report: &InterviewReport, remarks: &[Remark], none: &str) {
    if remarks.is_empty() {
        pen.empty(none);
    }
    for remark in remarks {
        let number = report
            .questions
            .iter()
            .position(|question| question.question_id == remark.question_id);
        let width = pen.sheet.width() - NUMBER;
        let lines = pen.fonts.lines(&remark.text, BODY, width);
        let first = lines.iter().take(2).cloned().collect::<Vec<_>>();
        pen.sheet.need(height(&first) + 18.0);
        let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
        let top = pen.sheet.y();
        if let Some(number) = number {
            let label = format!("{}", number + 1);
            if let Some(line) = pen.fonts.one_line(&label, BODY.bold(), NUMBER) {
                pen.sheet.line(&line, SIDE + 4.0, top, Some(node));
            }
        }
        pen.sheet.paragraph(&lines, SIDE + NUMBER, node, None);
        match remark.evidence.is_empty() {
            true => {
                let lines = pen
                    .fonts
                    .lines("Nothing to quote: it was missing.", NOTE, width);
                let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
                pen.sheet.paragraph(&lines, SIDE + NUMBER, node, None);
            }
            false => pen.quotes(&remark.evidence, &report.language),
        }
        pen.sheet.gap(9.0);
    }
}
