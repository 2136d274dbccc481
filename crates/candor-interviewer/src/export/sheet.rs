//! Pages that fill from top to bottom. What is put on them is kept as a list and drawn at the end, when the number
//! of pages is known.

use super::{
    Paper,
    fonts::{Glyphs, Line},
    ink::Ink,
    tags::{Role, Tags},
};

/// Space at the sides, and between the paper's edge and the text.
pub(super) const SIDE: f32 = 54.0;
const TOP: f32 = 66.0;
const BOTTOM: f32 = 58.0;
/// Lines of a paragraph that stay together at a page's end and begin.
const TOGETHER: usize = 2;

/// A plain shape. Shapes say nothing that the text does not say, so they have no place in the structure.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// A filled rectangle with corners so round.
    Bar { round: f32, ink: Ink },
    /// The frame of a rectangle.
    Frame {
        round: f32,
        width: f32,
        ink: Ink,
        is_dashed: bool,
    },
}

/// Something on a page.
#[derive(Debug)]
pub(super) enum Item {
    Shape {
        at: [f32; 4],
        shape: Shape,
    },
    Text {
        x: f32,
        baseline: f32,
        glyphs: Glyphs,
        leaf: Option<usize>,
    },
    /// A link to an anchor over a rectangle.
    Link {
        at: [f32; 4],
        anchor: usize,
        leaf: usize,
    },
}

/// A place that bookmarks and links lead to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub page: usize,
    pub y: f32,
}

/// An entry of the outline.
#[derive(Debug)]
pub(super) struct Bookmark {
    pub level: u16,
    pub title: String,
    pub place: Place,
}

/// The pages.
#[derive(Debug)]
pub(super) struct Sheet {
    pub size: (f32, f32),
    pub pages: Vec<Vec<Item>>,
    pub tags: Tags,
    pub bookmarks: Vec<Bookmark>,
    pub anchors: Vec<Option<Place>>,
    /// Where the free part of the last page begins.
    y: f32,
}

impl Sheet {
    pub(super) fn new(paper: Paper) -> Self {
        Self {
            size: paper.size(),
            pages: vec![Vec::new()],
            tags: Tags::new(),
            bookmarks: Vec::new(),
            anchors: Vec::new(),
            y: TOP - 20.0,
        }
    }

    /// Width between the sides.
    pub(super) fn width(&self) -> f32 {
        self.size.0 - 2.0 * SIDE
    }

    pub(super) fn y(&self) -> f32 {
        self.y
    }

    /// Height that is free.
    pub(super) fn room(&self) -> f32 {
        self.size.1 - BOTTOM - self.y
    }

    /// Height of an empty page.
    pub(super) fn full(&self) -> f32 {
        self.size.1 - BOTTOM - TOP
    }

    fn is_at_top(&self) -> bool {
        self.y <= TOP
    }

    pub(super) fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Turns the page unless so much is free. `true` if it turned.
    pub(super) fn need(&mut self, height: f32) -> bool {
        let turns = self.room() < height && !self.is_at_top();
        if turns {
            self.turn();
        }
        turns
    }

    /// Leaves space, but none at the top of a page.
    pub(super) fn gap(&mut self, height: f32) {
        if !self.is_at_top() {
            self.y += height;
        }
    }

    /// Goes down by what was drawn.
    pub(super) fn advance(&mut self, height: f32) {
        self.y += height;
    }

    pub(super) fn here(&self) -> Place {
        Place {
            page: self.pages.len() - 1,
            y: self.y,
        }
    }

    fn put(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.push(item);
        }
    }

    /// A shape on the last page: left, top, width, height.
    pub(super) fn shape(&mut self, at: [f32; 4], shape: Shape) {
        self.put(Item::Shape { at, shape });
    }

    pub(super) fn bar(&mut self, at: [f32; 4], ink: Ink) {
        self.shape(at, Shape::Bar { round: 0.0, ink });
    }

    /// A hairline over the whole width, at the free part's begin.
    pub(super) fn rule(&mut self, ink: Ink) {
        self.bar([SIDE, self.y, self.width(), 0.6], ink);
    }

    /// A line of text with its top left there; `node` is its place in the structure.
    pub(super) fn line(&mut self, line: &Line, x: f32, top: f32, node: Option<usize>) {
        for glyphs in &line.glyphs {
            let leaf = node.map(|node| self.tags.leaf(node));
            self.put(Item::Text {
                x: x + glyphs.x,
                baseline: top + line.baseline,
                glyphs: glyphs.clone(),
                leaf,
            });
        }
    }

    /// Lines below each other from there on, without regard to the page's end.
    pub(super) fn lines(&mut self, lines: &[Line], x: f32, mut top: f32, node: usize) {
        for line in lines {
            self.line(line, x, top, Some(node));
            top += line.height;
        }
    }

    /// A paragraph that goes on over the page's end, with no single line left behind. With a bar, such a line runs
    /// along its left.
    pub(super) fn paragraph(&mut self, lines: &[Line], x: f32, node: usize, bar: Option<Ink>) {
        let mut rest = lines;
        while !rest.is_empty() {
            let n = match self.fitting(rest) {
                0 if self.is_at_top() => 1,
                n => n,
            };
            let (now, later) = rest.split_at(n);
            let top = self.y;
            for line in now {
                self.line(line, x, self.y, Some(node));
                self.y += line.height;
            }
            if let Some(ink) = bar.filter(|_| n > 0) {
                self.bar([x - 9.0, top + 1.0, 1.6, self.y - top - 2.0], ink);
            }
            rest = later;
            if !rest.is_empty() {
                self.turn();
            }
        }
    }

    /// How many of the lines go on this page.
    fn fitting(&self, lines: &[Line]) -> usize {
        let mut room = self.room();
        let fits = |line: &&Line| {
            room -= line.height;
            room >= 0.0
        };
        let n = lines.iter().take_while(fits).count();
        let left = lines.len() - n;
        let n = match left {
            0 => return n,
            left if left < TOGETHER => n.saturating_sub(TOGETHER - left),
            _ => n,
        };
        if n < TOGETHER { 0 } else { n }
    }

    /// An entry of the outline that leads here.
    pub(super) fn bookmark(&mut self, level: u16, title: &str) {
        let place = self.here();
        self.bookmarks.push(Bookmark {
            level,
            title: title.to_owned(),
            place,
        });
    }

    /// Something to link to, before it is known where it is.
    pub(super) fn anchor(&mut self) -> usize {
        self.anchors.push(None);
        self.anchors.len() - 1
    }

    /// The anchor is here.
    pub(super) fn moor(&mut self, anchor: usize) {
        let here = self.here();
        if let Some(place) = self.anchors.get_mut(anchor) {
            *place = Some(here);
        }
    }

    /// A line of text that leads to an anchor.
    pub(super) fn link(&mut self, line: &Line, x: f32, top: f32, node: usize, anchor: usize) {
        let link = self.tags.node(node, Role::Link);
        let leaf = self.tags.leaf(link);
        let at = [x, top, line.width, line.height];
        self.put(Item::Link { at, anchor, leaf });
        self.line(line, x, top, Some(link));
    }
}
