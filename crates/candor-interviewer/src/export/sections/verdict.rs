//! The total, and what the marks speak for.

use candor_core::interview::{InterviewReport, Mark, Recommendation};

use super::{About, INSET, Pen, decision, wording};
use crate::export::{
    Purpose, chart,
    fonts::height,
    ink::{AMBER, BODY, FIGURE, FIRM, HEADING, NOTE, SMALL, SOFT, TINY, WELL},
    sheet::{SIDE, Shape},
    tags::{ROOT, Role},
};
use crate::report::TOO_LITTLE_JUDGED;

/// Where the next better recommendation begins, and what each is called, from the lowest.
const BANDS: [(f64, Recommendation); 4] = [
    (0.0, Recommendation::NoHire),
    (4.0, Recommendation::Borderline),
    (6.0, Recommendation::Hire),
    (8.0, Recommendation::StrongHire),
];
/// More red flags than this outweigh every mark.
const RED_FLAGS: usize = 2;
const PERSON: &str = "A person decides. The marks rest on what was said and on nothing else; read the evidence \
                      behind them before you use them.";
const REHEARSAL: &str = "This was a rehearsal. The marks are for the person who practised, to learn from; no \
                         decision about anybody may rest on them.";

pub(super) fn write(pen: &mut Pen, report: &InterviewReport, about: &About) {
    pen.sheet.gap(8.0);
    pen.sheet.bookmark(1, "Overall");
    match &report.overall {
        Ok(mark) => total(pen, mark, about.purpose),
        Err(reason) => missing(pen, &reason.message),
    }
    match about.purpose {
        Purpose::Hiring => {
            recommendation(pen, report);
            pen.text(&report.summary, BODY);
            decision::write(pen, about.decision.as_ref());
        }
        // The summary of a report tells what the marks speak for, which a rehearsal does not.
        Purpose::Practice => pen.text(REHEARSAL, BODY),
    }
}

/// The card with the number, the scale and what the interval says.
fn total(pen: &mut Pen, mark: &Mark, purpose: Purpose) {
    let width = pen.sheet.width();
    let left = 118.0;
    let inner = width - 2.0 * INSET - left;
    let said = pen.fonts.lines(&interval(mark), NOTE, inner);
    let tall = 64.0 + height(&said) + 16.0;
    pen.sheet.need(tall);
    let top = pen.sheet.y();
    card(pen, top, tall);
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    let x = SIDE + INSET;
    pen.overline("Overall mark", x, top + 15.0, node);
    if let Some(figure) = pen.fonts.one_line(&wording::mark(mark.score), FIGURE, left) {
        pen.sheet.line(&figure, x, top + 24.0, Some(node));
        let of = pen.fonts.lines("of 10", BODY.in_ink(SOFT), 60.0);
        let beside = top + 24.0 + figure.baseline - of.first().map_or(0.0, |line| line.baseline);
        pen.sheet.lines(&of, x + figure.width + 6.0, beside, node);
    }
    let x = x + left;
    let bar = [x, top + 24.0, inner, 15.0];
    scale(pen, bar, purpose);
    chart::mark(pen.sheet, bar, Some(mark));
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    pen.sheet.lines(&said, x, top + 64.0, node);
    pen.sheet.advance(tall + 12.0);
}

/// What the scale's parts are called; in practice only its numbers.
fn scale(pen: &mut Pen, [x, y, width, height]: [f32; 4], purpose: Purpose) {
    let at = |score: f64| x + width * (score / 10.0) as f32;
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    let under = y + height + 4.0;
    for (from, band) in BANDS {
        let title = match purpose {
            Purpose::Hiring => wording::recommendation(band),
            Purpose::Practice => "",
        };
        let below = if title.is_empty() { 4.0 } else { 12.0 };
        pen.sheet
            .bar([at(from), y - 4.0, 0.8, height + below], FIRM);
        if let Some(line) = pen.fonts.one_line(title, TINY, width * 0.4) {
            pen.sheet.line(&line, at(from) + 4.0, under, Some(node));
        }
        if let Some(line) = pen.fonts.one_line(&format!("{from:.0}"), TINY, 20.0) {
            let above = y - 5.0 - line.height;
            pen.sheet.line(&line, at(from) - 1.0, above, None);
        }
    }
    if let Some(line) = pen.fonts.one_line("10", TINY, 20.0) {
        let above = y - 5.0 - line.height;
        pen.sheet.line(&line, x + width - line.width, above, None);
    }
}

fn interval(mark: &Mark) -> String {
    let rests = format!("It rests on {}.", wording::count(mark.n, "judged question"));
    match mark.uncertainty {
        Some(around) => format!(
            "{} ± {} (one standard error): asked again with other questions, the mark would lie between {} and {} \
             two times out of three. {rests}",
            wording::mark(mark.score),
            wording::mark(around),
            wording::mark((mark.score - around).max(0.0)),
            wording::mark((mark.score + around).min(10.0)),
        ),
        None if mark.n > 1 => format!("How certain it is could not be worked out. {rests}"),
        None => format!("How certain it is was not measured: one answer, judged once. {rests}"),
    }
}

/// The card without a number.
fn missing(pen: &mut Pen, reason: &str) {
    let width = pen.sheet.width() - 2.0 * INSET;
    let reason = wording::shorten(reason, 600);
    let title = pen
        .fonts
        .lines("Not scored", HEADING.bold().in_ink(AMBER), width);
    let text = format!(
        "There is no mark: {}. That is not a mark of zero.",
        trimmed(&reason)
    );
    let text = pen.fonts.lines(&text, BODY, width);
    let tall = 12.0 + height(&title) + height(&text) + 2.0 * 14.0;
    pen.sheet.need(tall);
    let top = pen.sheet.y();
    card(pen, top, tall);
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    let x = SIDE + INSET;
    let mut y = top + 14.0;
    y += pen.overline("Overall mark", x, y, node);
    pen.sheet.lines(&title, x, y, node);
    y += height(&title);
    pen.sheet.lines(&text, x, y, node);
    pen.sheet.advance(tall + 12.0);
}

/// Without the full stop that the sentence gets.
fn trimmed(reason: &str) -> &str {
    reason.trim().trim_end_matches('.')
}

fn card(pen: &mut Pen, top: f32, tall: f32) {
    let at = [SIDE, top, pen.sheet.width(), tall];
    pen.sheet.shape(
        at,
        Shape::Bar {
            round: 5.0,
            ink: WELL,
        },
    );
}

/// A sentence about a recommendation that is missing.
fn why_none(report: &InterviewReport) -> String {
    let mut reasons = report.not_measured.iter();
    match reasons.find(|reason| reason.code == TOO_LITTLE_JUDGED) {
        Some(reason) => format!(
            "Too little was judged: {}.",
            trimmed(&wording::shorten(&reason.message, 300))
        ),
        None if report.overall.is_ok() => "The marks speak for nothing.".to_owned(),
        None => "There is no total, so the marks speak for nothing.".to_owned(),
    }
}

fn recommendation(pen: &mut Pen, report: &InterviewReport) {
    let width = pen.sheet.width();
    let title = match report.recommendation {
        Some(value) => wording::recommendation(value),
        None => "No recommendation",
    };
    let mut text = match report.recommendation {
        Some(_) => PERSON.to_owned(),
        None => format!("{} {PERSON}", why_none(report)),
    };
    if report.red_flags.len() > RED_FLAGS {
        let n = report.red_flags.len();
        text =
            format!("{n} red flags were found; more than {RED_FLAGS} outweigh every mark. {text}");
    }
    let left = 150.0;
    let title = pen.fonts.lines(title, HEADING.bold(), left - 4.0);
    let text = pen.fonts.lines(&text, SMALL, width - left);
    let tall = (10.0 + height(&title)).max(height(&text));
    pen.sheet.need(tall + 8.0);
    let top = pen.sheet.y();
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    let above = pen.overline("The marks speak for", SIDE, top, node);
    pen.sheet.lines(&title, SIDE, top + above, node);
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    pen.sheet.lines(&text, SIDE + left, top + 1.0, node);
    pen.sheet.advance(tall + 10.0);
}
