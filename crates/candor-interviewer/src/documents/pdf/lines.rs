//! Characters with their places, put together to words and lines.
//!
//! Lines keep the order in which they are drawn: writing programs draw in reading order, also where text stands in
//! columns, which an order by height would mix. Only where the drawing jumps about are lines ordered by height.

use std::borrow::Cow;

/// A gap that parts words, to the size of the font; TeX's narrowest space is 0.22, kerning stays below 0.1.
const WORD_GAP: f64 = 0.18;
/// A gap that parts cells or columns, to the size of the font.
const CELL_GAP: f64 = 3.0;
/// How far a character may stand from the line's height, to the size of the font; more is another line.
const SAME_LINE: f64 = 0.5;
/// How far back along a line a character may stand, to the size of the font.
const BACK: f64 = 1.0;
/// Distance of lines that parts paragraphs, to the size of the font.
const PARAGRAPH: f64 = 2.0;

/// Fewest letters of a line that is spaced on purpose.
const LEAST_SPACED: usize = 4;
/// A gap that parts words of spaced letters, to the gap between letters.
const SPACED_WORD_GAP: f64 = 1.6;

/// A character and its place. Places are in points: along the direction of writing, and across it downwards.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) along: (f64, f64),
    pub(super) start: f64,
    pub(super) across: f64,
    pub(super) width: f64,
    pub(super) size: f64,
}

/// The lines of a page.
#[derive(Default)]
pub(super) struct Lines {
    lines: Vec<Line>,
}

struct Line {
    text: String,
    /// The spaces that stand for gaps: their bytes, and how wide the gaps are.
    gaps: Vec<(usize, f64)>,
    along: (f64, f64),
    start: f64,
    end: f64,
    across: f64,
    size: f64,
}

impl Lines {
    /// Puts a character to its line.
    pub(super) fn push(&mut self, piece: &Piece) {
        if let Some(line) = self.lines.last_mut()
            && line.goes_on_with(piece)
        {
            let gap = piece.start - line.end;
            if gap > WORD_GAP * piece.size && !line.text.ends_with(' ') {
                line.gaps.push((line.text.len(), gap));
                line.text.push(' ');
            }
            line.text.push_str(&piece.text);
            line.end = piece.start + piece.width;
            line.size = line.size.max(piece.size);
        } else if !piece.text.trim().is_empty() {
            self.lines.push(Line {
                text: piece.text.clone(),
                gaps: Vec::new(),
                along: piece.along,
                start: piece.start,
                end: piece.start + piece.width,
                across: piece.across,
                size: piece.size,
            });
        }
    }

    /// The text, with an empty line between paragraphs.
    pub(super) fn text(mut self) -> String {
        if self.jumps_about() {
            self.lines.sort_by(|a, b| {
                let row = |line: &Line| (line.across / (SAME_LINE * 12.0)).round();
                row(a).total_cmp(&row(b)).then(a.start.total_cmp(&b.start))
            });
        }
        let mut text = String::new();
        let mut last: Option<&Line> = None;
        for line in &self.lines {
            if let Some(last) = last {
                let down = line.across - last.across;
                let size = line.size.max(last.size);
                text.push_str(if down > PARAGRAPH * size {
                    "\n\n"
                } else {
                    "\n"
                });
            }
            text.push_str(line.words().trim_end());
            last = Some(line);
        }
        text
    }

    /// Whether lines are drawn in no order: one in five goes up again, and more than columns explain.
    fn jumps_about(&self) -> bool {
        let up = self.lines.windows(2).filter(|pair| {
            pair[0].along == pair[1].along && pair[0].across - pair[1].across > 2.0 * pair[0].size
        });
        let up = up.count();
        up > 4 && up * 5 > self.lines.len()
    }
}

impl Line {
    /// Its text; a line of spaced letters without the spaces between those of a word.
    fn words(&self) -> Cow<'_, str> {
        let letters = self.text.split_whitespace();
        let is_spaced = letters.clone().count() >= LEAST_SPACED
            && letters.clone().all(|letter| letter.chars().count() == 1);
        if !is_spaced {
            return Cow::Borrowed(&self.text);
        }
        let narrow = self.gaps.iter().map(|gap| gap.1).fold(f64::MAX, f64::min);
        let mut words = self.text.clone();
        for &(at, gap) in self.gaps.iter().rev() {
            if gap < SPACED_WORD_GAP * narrow {
                words.remove(at);
            }
        }
        Cow::Owned(words)
    }

    fn goes_on_with(&self, piece: &Piece) -> bool {
        let size = self.size.max(piece.size);
        let straight = self.along.0 * piece.along.0 + self.along.1 * piece.along.1 > 0.95;
        let gap = piece.start - self.end;
        straight
            && (piece.across - self.across).abs() < SAME_LINE * size
            && gap > -BACK * size
            && gap < CELL_GAP * size
    }
}
