//! Every competency with its mark, uncertainty and level.

use candor_core::interview::{CompetencyResult, InterviewReport};

use super::{Pen, wording};
use crate::export::{
    chart,
    fonts::height,
    ink::{AMBER, BODY, LINE, NOTE, TINY},
    sheet::SIDE,
    tags::{ROOT, Role},
};

const NAME: f32 = 122.0;
const FIGURES: f32 = 148.0;
const GUTTER: f32 = 16.0;
const PADDING: f32 = 7.0;
/// Characters of the quote under a bar.
const QUOTE: usize = 150;

pub(super) fn write(pen: &mut Pen, report: &InterviewReport) {
    pen.heading("Competencies", 90.0);
    if report.competencies.is_empty() {
        pen.empty("The rubric of this interview names no competency.");
        return;
    }
    pen.lead(
        "Marks are from 0 to 10; the line with ends shows one standard error to either side. Levels are from 1 to 5. \
         A dashed frame was not assessed.",
    );
    let list = pen.sheet.tags.node(ROOT, Role::List);
    for competency in &report.competencies {
        row(pen, competency, &report.language, list);
    }
}

fn row(pen: &mut Pen, competency: &CompetencyResult, language: &str, list: usize) {
    let width = pen.sheet.width();
    let middle = width - NAME - FIGURES - 2.0 * GUTTER;
    let name = pen
        .fonts
        .lines(&wording::competency(competency), BODY.bold(), NAME);
    let weight = match competency.weight > 0.0 {
        true => format!("weight {}", wording::percent(competency.weight)),
        false => "not in the rubric, counts nothing".to_owned(),
    };
    let weight = pen.fonts.lines(&weight, TINY, NAME);
    let (figures, below) = figures(competency);
    let has_mark = competency.mark.is_ok();
    let kind = if has_mark {
        BODY.bold()
    } else {
        BODY.bold().in_ink(AMBER)
    };
    let figures = pen.fonts.lines(&figures, kind, FIGURES);
    let below = pen.fonts.lines(&below, TINY, FIGURES);
    let quote = competency.evidence.first().map(|cited| {
        let quote = wording::shorten(&cited.evidence.quote, QUOTE);
        format!("“{quote}”")
    });
    let quote = pen
        .fonts
        .lines(&quote.unwrap_or_default(), NOTE.italic(), middle);
    let beside = 17.0 + height(&quote);
    let tall = [
        height(&name) + height(&weight),
        beside,
        height(&figures) + height(&below) + 12.0,
    ];
    let tall = tall.into_iter().fold(0.0, f32::max) + 2.0 * PADDING;
    pen.sheet.need(tall);
    let top = pen.sheet.y() + PADDING;
    let item = pen.sheet.tags.node(list, Role::Item);
    pen.sheet.lines(&name, SIDE, top, item);
    pen.sheet.lines(&weight, SIDE, top + height(&name), item);
    let x = SIDE + NAME + GUTTER;
    let mark = competency.mark.as_ref().ok();
    chart::mark(pen.sheet, [x, top + 2.0, middle, 10.0], mark);
    let right = x + middle + GUTTER;
    pen.sheet.lines(&figures, right, top, item);
    pen.sheet.lines(&below, right, top + height(&figures), item);
    if has_mark {
        let under = top + height(&figures) + height(&below) + 3.0;
        chart::level(pen.sheet, right, under, competency.level);
    }
    if !quote.is_empty() {
        let said = pen.sheet.tags.node(item, Role::Quote);
        pen.sheet.tags.speak(said, language);
        pen.sheet.lines(&quote, x, top + 17.0, said);
    }
    pen.sheet.advance(tall);
    pen.sheet.rule(LINE);
    pen.sheet.advance(0.6);
}

/// The figures, and what they rest on.
fn figures(competency: &CompetencyResult) -> (String, String) {
    match &competency.mark {
        Ok(mark) => {
            let level = match competency.level {
                Some(level) => format!("level {} of 5", wording::mark(level)),
                None => "no level".to_owned(),
            };
            let score = wording::mark(mark.score);
            let figures = match mark.uncertainty {
                Some(around) => format!("{score} ± {}  ·  {level}", wording::mark(around)),
                None => format!("{score}  ·  {level}"),
            };
            let rests = wording::count(mark.n, "question");
            let below = match mark.uncertainty {
                Some(_) => format!("on {rests}"),
                None => format!("on {rests}, judged once: no uncertainty"),
            };
            (figures, below)
        }
        Err(reason) => (
            "Not assessed".to_owned(),
            wording::shorten(&reason.message, 160),
        ),
    }
}
