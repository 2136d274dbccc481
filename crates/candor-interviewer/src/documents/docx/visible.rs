//! Which text of a DOCX is seen: hidden by its own properties, tiny, or white on a white ground. What a style says is
//! not looked up. Text on a shaded or highlighted ground, and in boxes, which have grounds of their own, may be white.

use quick_xml::events::BytesStart;

use super::{attribute, local};

/// Smallest font that can be read, in half points.
const LEAST_HALF_POINTS: f64 = 4.0;
/// Least part of a colour that is taken for white.
const WHITE: u8 = 0xed;

/// The open runs and what is around them, outermost first.
#[derive(Default)]
pub(super) struct Open {
    levels: Vec<Level>,
    /// The page's own colour is another.
    is_coloured: bool,
}

#[derive(Default)]
struct Level {
    /// It has a ground that white shows on.
    is_shaded: bool,
    /// Set for a run.
    run: Option<Run>,
}

#[derive(Default)]
struct Run {
    is_vanished: bool,
    is_white: bool,
    /// Size of its font; none: that of its style.
    half_points: Option<f64>,
}

impl Open {
    /// Takes an element that opens, or one without content.
    pub(super) fn take(&mut self, element: &BytesStart, opens: bool) {
        let name = local(element);
        if is_level(name) {
            if opens {
                self.levels.push(Level {
                    is_shaded: name == b"txbxContent",
                    run: (name == b"r").then(Run::default),
                });
            }
            return;
        }
        let value = |name: &[u8]| attribute(element, name);
        if name == b"background" {
            self.is_coloured = value(b"color").is_none_or(|colour| !is_white(&colour));
            return;
        }
        let Some(level) = self.levels.last_mut() else {
            return;
        };
        match name {
            b"shd" => {
                let fill = value(b"fill").unwrap_or_default();
                let is_plain = fill.is_empty() || fill == "auto" || is_white(&fill);
                level.is_shaded |= value(b"themeFill").is_some() || !is_plain;
            }
            b"highlight" => {
                let colour = value(b"val");
                level.is_shaded |= !matches!(colour.as_deref(), None | Some("none" | "white"));
            }
            _ => {}
        }
        // Of paragraphs these are the properties of their ends.
        let Some(run) = &mut level.run else {
            return;
        };
        match name {
            b"vanish" => {
                run.is_vanished = !matches!(value(b"val").as_deref(), Some("0" | "false" | "off"));
            }
            b"color" => {
                run.is_white = value(b"val").is_some_and(|colour| is_white(&colour));
            }
            b"sz" => {
                run.half_points = value(b"val").and_then(|size| size.parse().ok());
            }
            _ => {}
        }
    }

    /// An element ends.
    pub(super) fn end(&mut self, name: &[u8]) {
        if is_level(name) {
            self.levels.pop();
        }
    }

    /// Whether text here is not seen.
    pub(super) fn is_hidden(&self) -> bool {
        let Some(run) = self.levels.last().and_then(|level| level.run.as_ref()) else {
            return false;
        };
        let is_tiny = run.half_points.is_some_and(|size| size < LEAST_HALF_POINTS);
        let is_on_white = !self.is_coloured && self.levels.iter().all(|level| !level.is_shaded);
        run.is_vanished || is_tiny || run.is_white && is_on_white
    }
}

fn is_level(name: &[u8]) -> bool {
    matches!(name, b"r" | b"p" | b"tc" | b"tbl" | b"txbxContent")
}

/// Whether a colour such as `FFFFFF` is white, or nearly.
fn is_white(colour: &str) -> bool {
    let Some(colour) = colour.get(..6).filter(|_| colour.len() == 6) else {
        return false;
    };
    [0, 2, 4].iter().all(|at| {
        let part = colour.get(*at..at + 2);
        part.and_then(|part| u8::from_str_radix(part, 16).ok())
            .is_some_and(|part| part >= WHITE)
    })
}
