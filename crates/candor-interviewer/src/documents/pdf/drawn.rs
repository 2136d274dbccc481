//! Takes down what the interpreter draws: characters with their places, and how many pictures there are. Characters that
//! nobody sees are counted only, see [`super::sight`]. Those that are not painted at all are the words of a scanned page
//! where its picture is all that one sees of it, and hidden elsewhere.

use std::time::Instant;

use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
    font::{Glyph, GlyphRun},
    hayro_cmap::BfString,
    kurbo::{Affine, BezPath, Point, Vec2},
};

use super::{
    LEAST_LETTERS,
    lines::{Lines, Piece},
    sight::{Sight, Sign},
    stop,
};

/// Units of a glyph's own space to the size of its font.
const UNITS_PER_EM: f64 = 1000.0;
/// Advance of a glyph that does not tell its own, to the size of its font.
const USUAL_ADVANCE: f64 = 0.5;
/// The middle of a letter over its baseline, to the size of its font.
const MIDDLE: f64 = 0.3;

/// What one page draws.
pub(super) struct Drawn {
    ends: Instant,
    left: usize,
    /// The characters that are seen.
    lines: Lines,
    /// Those that are not painted, and how many more of them are taken.
    layer: Lines,
    layer_left: usize,
    /// Characters, without spaces, that were painted but are not seen.
    hidden: usize,
    sight: Sight,
    /// Glyphs that stand for no known character.
    pub(super) unreadable: usize,
    /// Pictures.
    pub(super) pictures: usize,
    /// Other drawings.
    pub(super) paths: usize,
    /// What was seen and not seen of the run drawn last.
    last: Vec<Piece>,
    last_hidden: Vec<Piece>,
}

/// The words of a page.
pub(super) struct Words {
    /// What is seen.
    pub(super) text: String,
    /// Characters, without spaces, that are not.
    pub(super) hidden: usize,
}

impl Drawn {
    /// A page of this size, of which at most `left` characters are taken; the interpreter is left at `ends`.
    pub(super) fn new(ends: Instant, left: usize, (width, height): (f64, f64)) -> Self {
        Self {
            ends,
            left,
            lines: Lines::default(),
            layer: Lines::default(),
            layer_left: left,
            hidden: 0,
            sight: Sight::new(width, height),
            unreadable: 0,
            pictures: 0,
            paths: 0,
            last: Vec::new(),
            last_hidden: Vec::new(),
        }
    }

    /// Its words.
    pub(super) fn words(self) -> Words {
        let (mut text, layer) = (self.lines.text(), self.layer.text());
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
        let mut hidden = self.hidden;
        if letters < LEAST_LETTERS && self.sight.is_picture() {
            if !text.is_empty() && !layer.is_empty() {
                text.push('\n');
            }
            text.push_str(&layer);
        } else {
            hidden += n_signs(&layer);
        }
        Words { text, hidden }
    }

    /// Takes characters that are not painted.
    fn lay(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            if self.layer_left == 0 {
                break;
            }
            let n = piece.text.chars().count().max(1);
            self.layer_left = self.layer_left.saturating_sub(n);
            self.layer.push(piece);
        }
    }

    /// Whether no more characters are taken.
    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Whether a glyph that is painted so is seen.
    fn is_seen(&self, glyph: &Glyph, transform: Affine, size: f64, paint: &Paint) -> bool {
        let [a, b, c, d, ..] = transform.as_coeffs();
        let sign = match glyph {
            Glyph::Outline(outline) => {
                let advance = outline.advance_width().map_or(0.0, f64::from);
                Sign {
                    middle: transform * Point::new(0.5 * advance, MIDDLE * UNITS_PER_EM),
                    font: Some((
                        Vec2::new(c, d).hypot() * UNITS_PER_EM,
                        Vec2::new(a, b).hypot() * UNITS_PER_EM,
                    )),
                    size,
                }
            }
            // The units of such fonts are their own.
            Glyph::Type3(_) => Sign {
                middle: transform * Point::ZERO,
                font: None,
                size,
            },
        };
        self.sight.sees(&sign, paint)
    }

    /// Counts what is not seen of a run. What was not seen and is now, in the same place, was a ground for it.
    fn hide(&mut self, seen: &[Piece], hidden: Vec<Piece>) {
        let count = |pieces: &[Piece]| {
            pieces
                .iter()
                .map(|piece| n_signs(&piece.text))
                .sum::<usize>()
        };
        if !seen.is_empty() && same(seen, &self.last_hidden) {
            self.hidden = self.hidden.saturating_sub(count(&self.last_hidden));
        }
        self.hidden += count(&hidden);
        self.last_hidden = hidden;
    }

    fn look_at_the_clock(&self) {
        if Instant::now() > self.ends {
            stop();
        }
    }
}

impl<'a> Device<'a> for Drawn {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.look_at_the_clock();
        self.paths += 1;
        self.sight.fill(path, &props, mode);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.look_at_the_clock();
        self.sight.clip(&clip.path);
    }

    fn push_transparency_group(&mut self, opacity: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.look_at_the_clock();
        self.sight.group(opacity);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.look_at_the_clock();
        if self.is_full() {
            return;
        }
        let is_painted = !matches!(mode, DrawMode::Invisible);
        let (mut pieces, mut hidden) = (Vec::new(), Vec::new());
        for glyph in run.glyphs() {
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => {
                    self.unreadable += 1;
                    continue;
                }
            };
            let transform = props.transform * glyph.transform();
            let Some(piece) = place(text, glyph, transform) else {
                continue;
            };
            if is_painted && !self.is_seen(glyph, transform, piece.size, &props.paint) {
                hidden.push(piece);
                continue;
            }
            if !is_painted {
                pieces.push(piece);
                continue;
            }
            self.left = self.left.saturating_sub(piece.text.chars().count().max(1));
            pieces.push(piece);
            if self.left == 0 {
                break;
            }
        }
        if !is_painted {
            self.lay(&pieces);
            return;
        }
        self.hide(&pieces, hidden);
        // Outlined and bold letters are drawn twice in the same place.
        if !pieces.is_empty() && !same(&pieces, &self.last) {
            for piece in &pieces {
                self.lines.push(piece);
            }
            self.last = pieces;
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.look_at_the_clock();
        self.pictures += 1;
        let size = (image.width(), image.height());
        self.sight.picture(size, props.transform);
    }

    fn pop_clip(&mut self) {
        self.sight.unclip();
    }

    fn pop_transparency_group(&mut self) {
        self.sight.ungroup();
    }
}

/// Characters without spaces.
fn n_signs(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
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
