//! The decision of a person, or room for it.

use super::{INSET, Pen, wording};
use crate::export::{
    Decision,
    fonts::height,
    ink::{BODY, FIRM, INK, LINE, NOTE, SUBHEADING, TINY},
    sheet::{SIDE, Shape},
    tags::{ROOT, Role},
};

pub(super) fn write(pen: &mut Pen, decision: Option<&Decision>) {
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
