//! Tables that go on over a page's end: the head is said again, a row stays whole where it can.

use super::{
    fonts::{Fonts, Line, height},
    ink::{FIRM, LINE, NOTE},
    sheet::{SIDE, Sheet},
    tags::{ROOT, Role},
};

const PADDING: f32 = 6.0;
const GUTTER: f32 = 11.0;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub title: &'static str,
    /// Share of the width.
    pub share: f32,
}

/// A cell.
#[derive(Debug, Default)]
pub(super) struct Cell {
    pub lines: Vec<Line>,
    /// A score that is drawn under its first line.
    pub score: Option<f64>,
    /// Where its last line leads.
    pub anchor: Option<usize>,
    /// Language of its words, where it is another.
    pub language: Option<String>,
}

fn whole_height(cells: &[Cell]) -> f32 {
    let tall = |cell: &Cell| height(&cell.lines) + cell.score.map_or(0.0, |_| SCORE);
    cells.iter().map(tall).fold(0.0, f32::max) + 2.0 * PADDING
}

/// Height that a score's bar takes.
const SCORE: f32 = 6.0;

/// A table under construction.
pub(super) struct Table {
    columns: Vec<(f32, f32)>,
    heads: Vec<Vec<Line>>,
    node: Option<usize>,
}

impl Table {
    /// Sets its head; nothing is drawn yet.
    pub(super) fn new(sheet: &Sheet, fonts: &mut Fonts, columns: &[Column]) -> Self {
        let mut x = SIDE;
        let mut laid = Vec::new();
        let mut heads = Vec::new();
        for column in columns {
            let width = sheet.width() * column.share;
            laid.push((x, width - GUTTER));
            heads.push(fonts.lines(column.title, NOTE.bold(), width - GUTTER));
            x += width;
        }
        Self {
            columns: laid,
            heads,
            node: None,
        }
    }

    /// Draws the head.
    pub(super) fn begin(&mut self, sheet: &mut Sheet) {
        let node = sheet.tags.node(ROOT, Role::Table);
        let row = sheet.tags.node(node, Role::Row);
        self.node = Some(node);
        self.head(sheet, Some(row));
    }

    /// Height of the head and a row, or of what has to stand below the head where the row is tall.
    pub(super) fn first_height(&self, sheet: &Sheet, cells: &[Cell]) -> f32 {
        self.head_height() + whole_height(cells).min(sheet.full() / 2.0)
    }

    /// Width of a column's text.
    pub(super) fn width(&self, column: usize) -> f32 {
        self.columns.get(column).map_or(0.0, |column| column.1)
    }

    fn head_height(&self) -> f32 {
        let tallest = self.heads.iter().map(|lines| height(lines));
        tallest.fold(0.0, f32::max) + PADDING
    }

    /// The head; on later pages it is no part of the structure.
    fn head(&self, sheet: &mut Sheet, row: Option<usize>) {
        let y = sheet.y();
        for ((x, _), lines) in self.columns.iter().zip(&self.heads) {
            let node = row.map(|row| sheet.tags.node(row, Role::HeadCell));
            let mut y = y;
            for line in lines {
                sheet.line(line, *x, y, node);
                y += line.height;
            }
        }
        sheet.advance(self.head_height());
        sheet.bar([SIDE, sheet.y() - 1.5, sheet.width(), 1.0], FIRM);
    }

    fn turn(&self, sheet: &mut Sheet) {
        sheet.turn();
        self.head(sheet, None);
    }

    /// A row: whole, or in parts where it is taller than half a page.
    pub(super) fn row(&self, sheet: &mut Sheet, cells: &[Cell]) {
        let whole = whole_height(cells);
        if whole > sheet.room() && (whole <= sheet.full() / 2.0 || sheet.room() < 60.0) {
            self.turn(sheet);
        }
        let row = sheet.tags.node(self.node.unwrap_or(ROOT), Role::Row);
        let nodes: Vec<usize> = cells
            .iter()
            .map(|cell| {
                let node = sheet.tags.node(row, Role::Cell);
                if let Some(language) = &cell.language {
                    sheet.tags.speak(node, language);
                }
                node
            })
            .collect();
        let mut next = vec![0; cells.len()];
        loop {
            let used = self.part(sheet, cells, &nodes, &mut next);
            sheet.advance(used);
            let is_done = cells
                .iter()
                .zip(&next)
                .all(|(cell, n)| *n >= cell.lines.len());
            if is_done {
                break;
            }
            self.turn(sheet);
        }
        sheet.rule(LINE);
        sheet.advance(0.6);
    }

    /// As much of a row as fits; the height that it takes.
    fn part(&self, sheet: &mut Sheet, cells: &[Cell], nodes: &[usize], next: &mut [usize]) -> f32 {
        let top = sheet.y() + PADDING;
        let bottom = sheet.y() + sheet.room();
        let mut lowest = top;
        for (column, cell) in cells.iter().enumerate() {
            let Some((x, width)) = self.columns.get(column).copied() else {
                break;
            };
            let mut y = top;
            let begin = next[column];
            while let Some(line) = cell.lines.get(next[column]) {
                // A line is put even on a page that is too low for it, or the table would never end.
                if y + line.height > bottom && next[column] > begin {
                    break;
                }
                let is_last = next[column] + 1 == cell.lines.len();
                match cell.anchor.filter(|_| is_last) {
                    Some(anchor) => sheet.link(line, x, y, nodes[column], anchor),
                    None => sheet.line(line, x, y, Some(nodes[column])),
                }
                y += line.height;
                if let Some(score) = cell.score.filter(|_| next[column] == 0) {
                    super::chart::small(sheet, [x, y + 1.0, width.min(42.0), 3.5], score);
                    y += SCORE;
                }
                next[column] += 1;
            }
            lowest = lowest.max(y);
        }
        lowest + PADDING - sheet.y()
    }
}
