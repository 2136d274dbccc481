//! What the report of a practice session says, part by part.

use super::{About, Pen, head, sources::pair, wording};
use crate::export::{
    chart,
    fonts::{Fonts, height},
    ink::{AMBER, BODY, LINE, NOTE, SMALL, SOFT, TINY},
    practice::{PracticePart, PracticeReport, PracticeScore},
    sheet::{SIDE, Sheet},
    table::{Cell, Column, Table},
    tags::{ROOT, Role},
};

const NAME: f32 = 132.0;
const FIGURES: f32 = 150.0;
const GUTTER: f32 = 16.0;
const PADDING: f32 = 6.0;
/// Marks are drawn on a scale of 10.
const SCALE: f64 = 10.0;
/// Characters of a label and of a reason at most.
const LABEL: usize = 120;
const REASON: usize = 200;
/// What stands where nothing was measured.
const NONE: &str = "not measured";

const COLUMNS: [Column; 5] = [
    Column {
        title: "Part",
        share: 0.4,
    },
    Column {
        title: "Time",
        share: 0.18,
    },
    Column {
        title: "Engagement",
        share: 0.14,
    },
    Column {
        title: "Fluency",
        share: 0.14,
    },
    Column {
        title: "Relevance",
        share: 0.14,
    },
];

/// Puts everything on the sheet.
pub(in crate::export) fn write(
    sheet: &mut Sheet,
    fonts: &mut Fonts,
    report: &PracticeReport,
    about: &About,
) {
    let pen = &mut Pen { sheet, fonts };
    head::title(pen, about);
    head::facts(pen, &report.facts);
    scores(pen, &report.scores);
    said(pen, "Strengths", &report.strengths, "None stood out.");
    said(pen, "Improvements", &report.improvements, "None stood out.");
    said(
        pen,
        "Feedback",
        &report.feedback,
        "The analysis says nothing else.",
    );
    parts(pen, &report.parts);
    missing(pen, report);
}

fn scores(pen: &mut Pen, scores: &[PracticeScore]) {
    pen.heading("Scores", 80.0);
    pen.lead(
        "From 0 to 100, by formulas whose weights are set by hand: an index to compare own sessions with, and no \
         measurement of a person. A dashed frame was not measured.",
    );
    let list = pen.sheet.tags.node(ROOT, Role::List);
    for score in scores {
        row(pen, score, list);
    }
}

fn row(pen: &mut Pen, score: &PracticeScore, list: usize) {
    let middle = pen.sheet.width() - NAME - FIGURES - 2.0 * GUTTER;
    let name = wording::shorten(&score.name, LABEL);
    let name = pen.fonts.lines(&name, BODY.bold(), NAME);
    let (figure, below, kind) = match &score.value {
        Ok(value) => (
            format!("{} of 100", wording::mark(*value)),
            String::new(),
            BODY.bold(),
        ),
        Err(reason) => (
            "Not measured".to_owned(),
            wording::shorten(reason, REASON),
            BODY.bold().in_ink(AMBER),
        ),
    };
    let figure = pen.fonts.lines(&figure, kind, FIGURES);
    let below = pen.fonts.lines(&below, TINY, FIGURES);
    let tall = height(&name).max(height(&figure) + height(&below)) + 2.0 * PADDING;
    pen.sheet.need(tall);
    let top = pen.sheet.y() + PADDING;
    let item = pen.sheet.tags.node(list, Role::Item);
    pen.sheet.lines(&name, SIDE, top, item);
    let bar = [SIDE + NAME + GUTTER, top + 2.0, middle, 8.0];
    match &score.value {
        Ok(value) => chart::small(pen.sheet, bar, *value / SCALE),
        Err(_) => chart::mark(pen.sheet, bar, None),
    }
    let right = SIDE + NAME + middle + 2.0 * GUTTER;
    pen.sheet.lines(&figure, right, top, item);
    let under = top + height(&figure);
    pen.sheet.lines(&below, right, under, item);
    pen.sheet.advance(tall);
    pen.sheet.rule(LINE);
    pen.sheet.advance(0.6);
}

/// What the analysis says, one paragraph each.
fn said(pen: &mut Pen, title: &str, texts: &[String], none: &str) {
    pen.heading(title, 30.0);
    if texts.is_empty() {
        pen.empty(none);
    }
    for text in texts {
        pen.text(text, BODY);
        pen.sheet.gap(5.0);
    }
}

fn parts(pen: &mut Pen, parts: &[PracticePart]) {
    let mut table = Table::new(pen.sheet, pen.fonts, &COLUMNS);
    let rows: Vec<[Cell; 5]> = parts.iter().map(|part| cells(pen, &table, part)).collect();
    let first = rows.first();
    let first = first.map_or(0.0, |cells| table.first_height(pen.sheet, cells));
    pen.heading("Parts of the recording", 32.0 + first);
    if rows.is_empty() {
        pen.empty("The recording has no parts that could be measured.");
        return;
    }
    table.begin(pen.sheet);
    for cells in &rows {
        table.row(pen.sheet, cells);
    }
}

fn cells(pen: &mut Pen, table: &Table, part: &PracticePart) -> [Cell; 5] {
    let time = match (part.start_s, part.end_s) {
        (Some(start), Some(end)) => {
            format!("{} to {}", wording::length(start), wording::length(end))
        }
        _ => "not known".to_owned(),
    };
    let mut text = |text: &str, column: usize| Cell {
        lines: pen.fonts.lines(text, SMALL, table.width(column)),
        ..Cell::default()
    };
    let label = text(&wording::shorten(&part.label, LABEL), 0);
    let time = text(&time, 1);
    let mut score = |value: Option<f64>, column: usize| match value {
        Some(value) => Cell {
            score: Some(value / SCALE),
            ..text(&wording::mark(value), column)
        },
        None => text(NONE, column),
    };
    [
        label,
        time,
        score(part.engagement, 2),
        score(part.fluency, 3),
        score(part.relevance, 4),
    ]
}

fn missing(pen: &mut Pen, report: &PracticeReport) {
    pen.heading("What was not measured, and why", 40.0);
    if report.not_measured.is_empty() {
        pen.empty("Everything in this report was measured.");
    }
    for (name, why) in &report.not_measured {
        pair(pen, name, why, AMBER);
    }
    pen.heading("How this was made", 40.0);
    for (name, version) in &report.formulas {
        pair(pen, name, version, SOFT);
    }
    pen.sheet.gap(8.0);
    pen.text(
        "This was practised, and belongs to the person who practised. What it says about expressions is for them alone.",
        NOTE,
    );
}
