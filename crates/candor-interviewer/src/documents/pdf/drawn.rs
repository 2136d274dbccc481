//! Takes down what the interpreter draws: characters with their places, and how many pictures there are.

use std::time::Instant;

use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
    font::{Glyph, GlyphRun},
    hayro_cmap::BfString,
    kurbo::{Affine, BezPath, Point, Vec2},
};

use super::{
    lines::{Lines, Piece},
    stop,
};

/// Units of a glyph's own space to the size of its font.
const UNITS_PER_EM: f64 = 1000.0;
/// Advance of a glyph that does not tell its own, to the size of its font.
const USUAL_ADVANCE: f64 = 0.5;

/// What one page draws.
pub(super) struct Drawn {
    ends: Instant,
    left: usize,
    /// The characters.
    pub(super) lines: Lines,
    /// Glyphs that stand for no known character.
    pub(super) unreadable: usize,
    /// Pictures.
    pub(super) pictures: usize,
    /// Other drawings.
    pub(super) paths: usize,
    /// The run drawn last.
    last: Vec<Piece>,
}

impl Drawn {
    /// A page of which at most `left` characters are taken; the interpreter is left at `ends`.
    pub(super) fn new(ends: Instant, left: usize) -> Self {
        Self {
            ends,
            left,
            lines: Lines::default(),
            unreadable: 0,
            pictures: 0,
            paths: 0,
            last: Vec::new(),
        }
    }

    /// Whether no more characters are taken.
    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    fn look_at_the_clock(&self) {
        if Instant::now() > self.ends {
            stop();
        }
    }
}

impl<'a> Device<'a> for Drawn {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.look_at_the_clock();
        self.paths += 1;
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.look_at_the_clock();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.look_at_the_clock();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.look_at_the_clock();
        if self.is_full() {
            return;
        }
        let mut pieces = Vec::new();
        for glyph in run.glyphs() {
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => {
                    self.unreadable += 1;
                    continue;
                }
            };
            let Some(piece) = place(text, glyph, props.transform * glyph.transform()) else {
                continue;
            };
            self.left = self.left.saturating_sub(piece.text.chars().count().max(1));
            pieces.push(piece);
            if self.left == 0 {
                break;
            }
        }
        // Outlined and bold letters are drawn twice in the same place.
        if !pieces.is_empty() && !same(&pieces, &self.last) {
            for piece in &pieces {
                self.lines.push(piece);
            }
            self.last = pieces;
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.look_at_the_clock();
        self.pictures += 1;
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// Where a glyph stands; `None` where that is no place.
fn place(text: String, glyph: &Glyph, transform: Affine) -> Option<Piece> {
    let [a, b, c, d, ..] = transform.as_coeffs();
    let along = Vec2::new(a, b);
    let scale = along.hypot();
    let size = Vec2::new(c, d).hypot() * UNITS_PER_EM;
    let origin = transform * Point::ZERO;
    let usable = size.is_finite() && size > 0.0 && scale > 0.0 && origin.is_finite();
    if !usable {
        return None;
    }
    let advance = match glyph {
        Glyph::Outline(glyph) => glyph.advance_width(),
        Glyph::Type3(glyph) => glyph.advance_width(),
    };
    let width = advance.map_or(size * USUAL_ADVANCE, |advance| f64::from(advance) * scale);
    let along = along / scale;
    Some(Piece {
        text,
        along: (along.x, along.y),
        start: origin.x * along.x + origin.y * along.y,
        across: origin.y * along.x - origin.x * along.y,
        width,
        size,
    })
}

fn same(a: &[Piece], b: &[Piece]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| {
            let near = 0.15 * a.size;
            a.text == b.text
                && (a.start - b.start).abs() < near
                && (a.across - b.across).abs() < near
        })
}
