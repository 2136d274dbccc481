//! Sets text: finds its glyphs, breaks it into lines. The letters are those of Noto Sans, which is part of the
//! program; fonts of the machine are not used, so that a report looks the same wherever it was made.

use std::{rc::Rc, sync::Arc};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use parley::{
    FontContext, FontFamily, FontFamilyName, FontStyle, FontWeight, LayoutContext, LineHeight,
    OverflowWrap, StyleProperty,
    fontique::{Blob, Collection, CollectionOptions, SourceCache},
};

use super::{
    ExportError,
    ink::{Ink, Type},
};

const FAMILY: &str = "Noto Sans";
const FACES: [&[u8]; 4] = [
    notosans::REGULAR_TTF,
    notosans::BOLD_TTF,
    notosans::ITALIC_TTF,
    notosans::BOLD_ITALIC_TTF,
];

/// Glyphs of one font, size and colour.
#[derive(Debug, Clone)]
pub(super) struct Glyphs {
    /// Distance from the begin of the line.
    pub x: f32,
    pub face: usize,
    pub size: f32,
    pub ink: Ink,
    pub glyphs: Vec<KrillaGlyph>,
    /// What the glyphs' ranges point into.
    pub text: Rc<str>,
    /// Whether the font lacks them all, so that boxes are drawn.
    pub is_missing: bool,
}

impl Glyphs {
    /// What the boxes stand for: a box maps to no letter, so the text has to be told.
    pub(super) fn hidden(&self) -> Option<&str> {
        let ranges = self.glyphs.iter().map(|glyph| &glyph.text_range);
        let start = ranges.clone().map(|range| range.start).min()?;
        let end = ranges.map(|range| range.end).max()?;
        self.text.get(start..end).filter(|_| self.is_missing)
    }
}

/// A line of text.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub height: f32,
    /// From the top of the line.
    pub baseline: f32,
    /// Without spaces at its end.
    pub width: f32,
    pub glyphs: Vec<Glyphs>,
}

/// Height of lines that stand below each other.
pub(super) fn height(lines: &[Line]) -> f32 {
    lines.iter().map(|line| line.height).sum()
}

/// The letters, and what sets text with them.
pub(super) struct Fonts {
    context: FontContext,
    layouts: LayoutContext<Ink>,
    faces: Vec<(u64, Font)>,
}

impl Fonts {
    /// Reads the fonts of the program.
    pub(super) fn load() -> Result<Self, ExportError> {
        let mut collection = Collection::new(CollectionOptions {
            shared: false,
            system_fonts: false,
        });
        let mut faces = Vec::with_capacity(FACES.len());
        for data in FACES {
            let blob = Blob::new(Arc::new(data));
            let font = Font::new(data.into(), 0).ok_or(ExportError::Fonts)?;
            faces.push((blob.id(), font));
            collection.register_fonts(blob, None);
        }
        Ok(Self {
            context: FontContext {
                collection,
                source_cache: SourceCache::default(),
            },
            layouts: LayoutContext::new(),
            faces,
        })
    }

    pub(super) fn face(&self, index: usize) -> Option<&Font> {
        Some(&self.faces.get(index)?.1)
    }

    /// Lines of one kind of type, at most so wide.
    pub(super) fn lines(&mut self, text: &str, kind: Type, width: f32) -> Vec<Line> {
        self.mixed(&[(text, kind)], width)
    }

    /// One line; what does not fit is left out, which an ellipsis shows.
    pub(super) fn one_line(&mut self, text: &str, kind: Type, width: f32) -> Option<Line> {
        let text = super::wording::in_a_row(text);
        let mut lines = self.lines(&text, kind, width);
        let mut shown = text.chars().count();
        while lines.len() > 1 && shown > 1 {
            // Few steps: the share that fits is known.
            shown = (shown / lines.len()).max(1).min(shown - 1);
            let cut: String = text.chars().take(shown).collect();
            lines = self.lines(&format!("{}…", cut.trim_end()), kind, width);
        }
        lines.into_iter().next()
    }

    /// Lines of several kinds of type, at most so wide. Line breaks in the text are kept.
    pub(super) fn mixed(&mut self, parts: &[(&str, Type)], width: f32) -> Vec<Line> {
        let mut text = String::new();
        let mut ranges = Vec::new();
        for (part, kind) in parts {
            let start = text.len();
            text.extend(part.chars().map(printable));
            ranges.push((start..text.len(), *kind));
        }
        let Some((_, first)) = parts.first().filter(|_| !text.trim().is_empty()) else {
            return Vec::new();
        };
        let mut builder = self
            .layouts
            .ranged_builder(&mut self.context, &text, 1.0, false);
        let family = FontFamily::Single(FontFamilyName::Named(FAMILY.into()));
        builder.push_default(StyleProperty::FontFamily(family));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        let height = LineHeight::FontSizeRelative(first.leading);
        builder.push_default(StyleProperty::LineHeight(height));
        for property in properties(*first) {
            builder.push_default(property);
        }
        for (range, kind) in ranges {
            for property in properties(kind) {
                builder.push(property, range.clone());
            }
        }
        let mut layout = builder.build(&text);
        layout.break_all_lines(Some(width.max(1.0)));
        let text: Rc<str> = text.into();
        layout
            .lines()
            .map(|line| self.line(&layout, &line, &text))
            .collect()
    }

    fn line(
        &self,
        layout: &parley::Layout<Ink>,
        line: &parley::Line<'_, Ink>,
        text: &Rc<str>,
    ) -> Line {
        let metrics = line.metrics();
        let mut set: Vec<Glyphs> = Vec::new();
        let mut x = metrics.offset;
        for run in line.runs() {
            let id = run.font().data.id();
            let face = self.faces.iter().position(|(blob, _)| *blob == id);
            let (face, size) = (face.unwrap_or_default(), run.font_size());
            let mut current: Option<(u16, bool)> = None;
            for cluster in run.visual_clusters() {
                let range = cluster.text_range();
                if cluster.is_ligature_continuation() {
                    let last = set.last_mut().and_then(|glyphs| glyphs.glyphs.last_mut());
                    if let Some(glyph) = last {
                        glyph.text_range.end = glyph.text_range.end.max(range.end);
                    }
                    continue;
                }
                if cluster.is_hard_line_break() {
                    continue;
                }
                let style = cluster.style_index();
                let is_missing = cluster.glyphs().all(|glyph| glyph.id == 0);
                if current != Some((style, is_missing)) {
                    current = Some((style, is_missing));
                    let style = layout.styles().get(usize::from(style));
                    set.push(Glyphs {
                        x,
                        face,
                        size,
                        ink: style.map_or(Ink::default(), |style| style.brush),
                        glyphs: Vec::new(),
                        text: Rc::clone(text),
                        is_missing,
                    });
                }
                for glyph in cluster.glyphs() {
                    if let Some(set) = set.last_mut() {
                        set.glyphs.push(KrillaGlyph::new(
                            GlyphId::new(glyph.id),
                            glyph.advance / size,
                            glyph.x / size,
                            glyph.y / size,
                            0.0,
                            range.clone(),
                            None,
                        ));
                    }
                    x += glyph.advance;
                }
            }
        }
        set.retain(|glyphs| !glyphs.glyphs.is_empty());
        Line {
            height: metrics.line_height,
            baseline: metrics.baseline - metrics.block_min_coord,
            width: metrics.advance - metrics.hanging_advance,
            glyphs: set,
        }
    }
}

fn properties(kind: Type) -> [StyleProperty<'static, Ink>; 5] {
    let weight = if kind.is_bold { 700.0 } else { 400.0 };
    let style = match kind.is_italic {
        true => FontStyle::Italic,
        false => FontStyle::Normal,
    };
    [
        StyleProperty::FontSize(kind.size),
        StyleProperty::FontWeight(FontWeight::new(weight)),
        StyleProperty::FontStyle(style),
        StyleProperty::LetterSpacing(kind.spacing),
        StyleProperty::Brush(kind.ink),
    ]
}

/// Control characters have no picture, and those that turn the direction of text could show a report in another
/// order than it was written: a visible replacement stands for them.
fn printable(c: char) -> char {
    match c {
        '\n' => c,
        '\t' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}
