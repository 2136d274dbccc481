//! The total, what the marks speak for, and room for the decision of a person.

use candor_core::interview::{InterviewReport, Mark, Recommendation};

use super::{About, Pen, wording};
use crate::export::{
    Decision, Purpose, chart,
    fonts::height,
    ink::{
        AMBER, BODY, FIGURE, FIRM, HEADING, INK, LINE, NOTE, SMALL, SOFT, SUBHEADING, TINY, WELL,
    },
    sheet::{SIDE, Shape},
    tags::{ROOT, Role},
};

const INSET: f32 = 18.0;
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
    let summary = wording::sentence(&report.summary);
    match about.purpose {
        Purpose::Hiring => {
            recommendation(pen, report);
            pen.text(&summary, BODY);
            decision(pen, about.decision.as_ref());
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

fn recommendation(pen: &mut Pen, report: &InterviewReport) {
    let width = pen.sheet.width();
    let title = match report.recommendation {
        Some(value) => wording::recommendation(value),
        None => "No recommendation",
    };
    let mut text = match report.recommendation {
        Some(_) => PERSON.to_owned(),
        None => format!("Nothing could be judged, so the marks speak for nothing. {PERSON}"),
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

fn decision(pen: &mut Pen, decision: Option<&Decision>) {
    pen.sheet.gap(14.0);
    match decision {
        Some(decision) => decided(pen, decision),
        None => open(pen),
    }
}

/// What a person decided.
fn decided(pen: &mut Pen, decision: &Decision) {
    let width = pen.sheet.width() - 2.0 * INSET;
    let outcome = wording::shorten(&decision.outcome, 200);
    let outcome = pen.fonts.lines(&outcome, SUBHEADING, width);
    let reason = wording::shorten(&decision.reason, 1200);
    let reason = pen.fonts.lines(&reason, BODY, width);
    let by = format!(
        "{}, {}",
        wording::shorten(&decision.by, 120),
        wording::moment(decision.at)
    );
    let by = pen.fonts.lines(&by, NOTE, width);
    let tall = 10.5 + height(&outcome) + height(&reason) + 3.0 + height(&by) + 28.0;
    pen.sheet.need(tall);
    let top = pen.sheet.y();
    border(pen, top, tall);
    pen.sheet.bookmark(1, "Decision of a person");
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    let x = SIDE + INSET;
    let mut y = top + 14.0;
    y += pen.overline("Decision of a person", x, y, node);
    for (lines, gap) in [(&outcome, 0.0), (&reason, 3.0), (&by, 0.0)] {
        pen.sheet.lines(lines, x, y, node);
        y += height(lines) + gap;
    }
    pen.sheet.advance(tall);
}

/// Room to write one by hand.
fn open(pen: &mut Pen) {
    const TALL: f32 = 112.0;
    pen.sheet.need(TALL);
    let top = pen.sheet.y();
    border(pen, top, TALL);
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    let x = SIDE + INSET;
    let width = pen.sheet.width() - 2.0 * INSET;
    pen.overline("Decision of a person", x, top + 14.0, node);
    let mut left = x;
    for choice in ["Go on", "Keep in mind", "Decline"] {
        let frame = Shape::Frame {
            round: 1.0,
            width: 0.9,
            ink: INK,
            is_dashed: false,
        };
        pen.sheet.shape([left, top + 31.0, 8.5, 8.5], frame);
        let lines = pen.fonts.lines(choice, BODY, 120.0);
        pen.sheet.lines(&lines, left + 14.0, top + 28.5, node);
        left += 30.0 + lines.first().map_or(0.0, |line| line.width);
    }
    let lines = [
        ("Reason", x, top + 66.0, width),
        ("Name", x, top + 94.0, width * 0.42),
        ("Signature", x + width * 0.46, top + 94.0, width * 0.32),
        ("Date", x + width * 0.82, top + 94.0, width * 0.18),
    ];
    for (title, x, y, width) in lines {
        pen.sheet.bar([x, y, width, 0.6], FIRM);
        let title = pen.fonts.lines(title, TINY, width);
        pen.sheet.lines(&title, x, y + 1.5, node);
    }
    pen.sheet.advance(TALL);
}

fn border(pen: &mut Pen, top: f32, tall: f32) {
    let frame = Shape::Frame {
        round: 5.0,
        width: 0.8,
        ink: LINE,
        is_dashed: false,
    };
    let at = [SIDE, top, pen.sheet.width(), tall];
    pen.sheet.shape(at, frame);
}
