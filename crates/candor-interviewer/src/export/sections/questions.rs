//! The questions as a table, and after it all that was said, unshortened.

use candor_core::interview::{InterviewReport, QuestionResult};

use super::{Pen, wording};
use crate::export::{
    fonts::Line,
    ink::{ACCENT, AMBER, BODY, LINE, NOTE, OVERLINE, SMALL, TINY},
    sheet::SIDE,
    table::{Cell, Column, Table},
    tags::{ROOT, Role},
};

/// Characters that the table shows at most.
const ASKED: usize = 220;
const ANSWER: usize = 260;
const FEEDBACK: usize = 280;
const REASON: usize = 200;

const COLUMNS: [Column; 5] = [
    Column {
        title: "No.",
        share: 0.06,
    },
    Column {
        title: "Question and answer",
        share: 0.435,
    },
    Column {
        title: "Mark",
        share: 0.125,
    },
    Column {
        title: "Key points",
        share: 0.12,
    },
    Column {
        title: "Feedback",
        share: 0.26,
    },
];

/// The table; the anchors of the questions' whole texts.
pub(super) fn table(pen: &mut Pen, report: &InterviewReport) -> Vec<usize> {
    let mut table = Table::new(pen.sheet, pen.fonts, &COLUMNS);
    let mut rows = Vec::new();
    for (index, question) in report.questions.iter().enumerate() {
        let anchor = pen.sheet.anchor();
        let cells = cells(pen, &table, index, question, &report.language, anchor);
        rows.push((anchor, cells));
    }
    let first = rows.first().map(|(_, cells)| cells.as_slice());
    let first = first.map_or(0.0, |cells| table.first_height(pen.sheet, cells));
    pen.heading("Questions", 32.0 + first);
    if rows.is_empty() {
        pen.empty("No question was asked.");
        return Vec::new();
    }
    pen.lead("Answers are shortened here; all that was said stands in the part after this.");
    table.begin(pen.sheet);
    for (_, cells) in &rows {
        table.row(pen.sheet, cells);
    }
    rows.into_iter().map(|(anchor, _)| anchor).collect()
}

fn cells(
    pen: &mut Pen,
    table: &Table,
    index: usize,
    question: &QuestionResult,
    language: &str,
    anchor: usize,
) -> [Cell; 5] {
    let text = |lines| Cell {
        lines,
        ..Cell::default()
    };
    let number = format!("{}", index + 1);
    let number = pen.fonts.lines(&number, SMALL.bold(), table.width(0));
    let said = said(pen, question, table.width(1));
    let mark = match &question.score {
        Ok(score) => {
            let kind = BODY.bold();
            let mut lines = pen
                .fonts
                .lines(&wording::mark(*score), kind, table.width(2));
            if let Some(spread) = question.spread {
                let apart = format!(
                    "± {} in {} judgements",
                    wording::mark(spread.deviation),
                    spread.n
                );
                lines.extend(pen.fonts.lines(&apart, TINY, table.width(2)));
            }
            Cell {
                lines,
                score: Some(*score),
                ..Cell::default()
            }
        }
        Err(reason) => {
            let kind = SMALL.bold().in_ink(AMBER);
            let mut lines = pen.fonts.lines("Not scored", kind, table.width(2));
            let reason = wording::shorten(&reason.message, REASON);
            lines.extend(pen.fonts.lines(&reason, TINY, table.width(2)));
            text(lines)
        }
    };
    let points = match question.key_points {
        Some((made, of)) => format!("{made} of {of}"),
        None => "none set".to_owned(),
    };
    let points = match (&question.score, question.key_points) {
        (Err(_), None) => "not judged".to_owned(),
        _ => points,
    };
    let kind = if question.key_points.is_some() {
        SMALL
    } else {
        TINY
    };
    let points = pen.fonts.lines(&points, kind, table.width(3));
    let feedback = question.feedback.as_deref().unwrap_or("None.");
    let feedback = wording::shorten(feedback, FEEDBACK);
    let feedback = pen.fonts.lines(&feedback, NOTE, table.width(4));
    let said = Cell {
        lines: said,
        anchor: is_cut(question, &question.answers.join(" / ")).then_some(anchor),
        language: Some(language.to_owned()),
        ..Cell::default()
    };
    [text(number), said, mark, text(points), text(feedback)]
}

/// The question, where it belongs, and the first words of its answers.
fn said(pen: &mut Pen, question: &QuestionResult, width: f32) -> Vec<Line> {
    let asked = wording::shorten(&question.asked, ASKED);
    let mut lines = pen.fonts.lines(&asked, SMALL.bold(), width);
    lines.extend(pen.fonts.lines(&place(question), TINY, width));
    space(&mut lines, 3.0);
    let answers = question.answers.join(" / ");
    let answer = match answers.trim() {
        "" => without_answer(question).to_owned(),
        answer => wording::shorten(&wording::in_a_row(answer), ANSWER),
    };
    lines.extend(pen.fonts.lines(&answer, SMALL, width));
    if is_cut(question, &answers) {
        space(&mut lines, 2.0);
        lines.extend(
            pen.fonts
                .lines("Read the whole text", TINY.in_ink(ACCENT), width),
        );
    }
    lines
}

/// Whether the table leaves something out.
fn is_cut(question: &QuestionResult, answers: &str) -> bool {
    let feedback = question.feedback.as_deref().unwrap_or_default();
    let texts = [
        (answers, ANSWER),
        (&question.asked, ASKED),
        (feedback, FEEDBACK),
    ];
    texts
        .into_iter()
        .any(|(text, most)| wording::is_shortened(text, most))
}

/// Leaves space below the last line.
fn space(lines: &mut [Line], gap: f32) {
    if let Some(line) = lines.last_mut() {
        line.height += gap;
    }
}

fn place(question: &QuestionResult) -> String {
    format!(
        "{} · {}",
        wording::phase(question.phase),
        wording::difficulty(question.difficulty)
    )
}

fn without_answer(question: &QuestionResult) -> &'static str {
    match question.is_skipped {
        true => "The candidate would rather not answer.",
        false => "No answer was given.",
    }
}

/// Everything that was asked, answered and remarked.
pub(super) fn whole(pen: &mut Pen, report: &InterviewReport, anchors: &[usize]) {
    if report.questions.is_empty() {
        return;
    }
    pen.heading("All that was said", 100.0);
    pen.lead(
        "Each question in the words in which it was asked, every answer to it in full, follow-ups included. The words \
         of follow-up questions are kept with the interview, not in its report.",
    );
    for (index, question) in report.questions.iter().enumerate() {
        thread(pen, index, question, report, anchors.get(index).copied());
    }
}

fn thread(
    pen: &mut Pen,
    index: usize,
    question: &QuestionResult,
    report: &InterviewReport,
    anchor: Option<usize>,
) {
    let width = pen.sheet.width();
    let mut title = format!("Question {} · {}", index + 1, place(question));
    if let Ok(score) = &question.score {
        title.push_str(&format!(" · {} of 10", wording::mark(*score)));
    }
    let overline = pen.fonts.lines(&title.to_uppercase(), OVERLINE, width);
    let asked = pen.fonts.lines(&question.asked, BODY.bold(), width);
    if index > 0 {
        pen.sheet.gap(15.0);
    }
    pen.sheet.need(74.0);
    if let Some(anchor) = anchor {
        pen.sheet.moor(anchor);
    }
    let asked_short = wording::shorten(&wording::plain(&question.asked), 70);
    pen.sheet
        .bookmark(2, &format!("{}. {asked_short}", index + 1));
    let node = pen.sheet.tags.node(ROOT, Role::Heading(3));
    pen.sheet
        .tags
        .entitle(node, &format!("Question {}", index + 1));
    pen.block(&overline, SIDE, node);
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    pen.sheet.tags.speak(node, &report.language);
    pen.sheet.paragraph(&asked, SIDE, node, None);
    pen.sheet.gap(4.0);
    if question.answers.is_empty() && !question.is_skipped {
        pen.empty(without_answer(question));
    }
    for (n, answer) in question.answers.iter().enumerate() {
        let label = match n {
            0 => "Answer".to_owned(),
            n => format!("Answer {}, after a follow-up", n + 1),
        };
        labelled(pen, &label, answer, Some(&report.language));
    }
    if let Err(reason) = &question.score {
        labelled(pen, "Not scored", &reason.message, None);
    }
    if let Some(feedback) = &question.feedback {
        labelled(pen, "Feedback", feedback, None);
    }
}

/// A small label above a text of any length.
fn labelled(pen: &mut Pen, label: &str, text: &str, language: Option<&str>) {
    const INDENT: f32 = 12.0;
    pen.sheet.gap(4.0);
    pen.sheet.need(38.0);
    let lines = pen.fonts.lines(label, TINY.bold(), 300.0);
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    pen.block(&lines, SIDE + INDENT, node);
    let text = if text.trim().is_empty() {
        "(no words)"
    } else {
        text.trim_end()
    };
    let lines = pen.fonts.lines(text, SMALL, pen.sheet.width() - INDENT);
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    if let Some(language) = language {
        pen.sheet.tags.speak(node, language);
    }
    pen.sheet.paragraph(&lines, SIDE + INDENT, node, Some(LINE));
}
