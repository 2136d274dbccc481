//! Marks and levels as shapes that tell the same in grey: a dark bar on a light track, the uncertainty as a line
//! with ends and a white edge. The numbers always stand beside them as text.

use candor_core::interview::{MAX_MARK, Mark};

use super::{
    ink::{ACCENT, FIRM, INK, PAPER, TRACK},
    sheet::{Shape, Sheet},
};

/// Levels of a rubric.
const LEVELS: usize = 5;

/// Share of a bar; nothing for what is no number.
fn share(value: f64, of: f64) -> f32 {
    let share = value / of;
    if share.is_finite() {
        share.clamp(0.0, 1.0) as f32
    } else {
        0.0
    }
}

/// A mark of 0 to 10 with its uncertainty, or an empty dashed frame.
pub(super) fn mark(sheet: &mut Sheet, at: [f32; 4], mark: Option<&Mark>) {
    let [x, y, width, height] = at;
    let Some(mark) = mark else {
        sheet.shape(
            at,
            Shape::Frame {
                round: 1.5,
                width: 0.8,
                ink: FIRM,
                is_dashed: true,
            },
        );
        return;
    };
    let round = 1.5;
    sheet.shape(at, Shape::Bar { round, ink: TRACK });
    let reached = [x, y, width * share(mark.score, MAX_MARK), height];
    sheet.shape(reached, Shape::Bar { round, ink: ACCENT });
    if let Some(around) = mark.uncertainty {
        let from = x + width * share(mark.score - around, MAX_MARK);
        let to = x + width * share(mark.score + around, MAX_MARK);
        whisker(sheet, from, to, y, height);
    }
}

fn whisker(sheet: &mut Sheet, from: f32, to: f32, y: f32, height: f32) {
    let middle = y + height / 2.0;
    let cap = height * 0.72;
    for (edge, ink) in [(1.0, PAPER), (0.0, INK)] {
        let thick = 1.1 + 2.0 * edge;
        let line = [
            from - edge,
            middle - thick / 2.0,
            to - from + 2.0 * edge,
            thick,
        ];
        sheet.bar(line, ink);
        for end in [from, to] {
            let tall = cap + 2.0 * edge;
            sheet.bar([end - thick / 2.0, middle - tall / 2.0, thick, tall], ink);
        }
    }
}

/// A small bar without uncertainty.
pub(super) fn small(sheet: &mut Sheet, [x, y, width, height]: [f32; 4], score: f64) {
    sheet.bar([x, y, width, height], TRACK);
    sheet.bar([x, y, width * share(score, MAX_MARK), height], ACCENT);
}

/// Five boxes, filled as far as the level reaches.
pub(super) fn level(sheet: &mut Sheet, x: f32, y: f32, level: Option<f64>) {
    const BOX: f32 = 7.0;
    for n in 0..LEVELS {
        let left = x + n as f32 * (BOX + 1.8);
        if let Some(level) = level {
            let filled = share(level - n as f64, 1.0);
            sheet.bar([left, y, BOX * filled, BOX], ACCENT);
        }
        let frame = Shape::Frame {
            round: 0.0,
            width: 0.7,
            ink: FIRM,
            is_dashed: level.is_none(),
        };
        sheet.shape([left, y, BOX, BOX], frame);
    }
}
