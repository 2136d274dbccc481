//! What somebody who looks at a page sees of its characters. A résumé can hold words for programs that no reader sees:
//! too small, beside the page, outside what is clipped, without colour, white on white. They are told apart from white
//! words on a dark ground by what was painted before them.

use hayro_interpret::{
    DrawMode, DrawProps, Paint,
    kurbo::{Affine, BezPath, Point, Rect, Shape},
};

/// Smallest font that can be read, in points, and to the height of the page: some pages are small as a whole.
const LEAST_SIZE: f64 = 2.0;
const LEAST_SHARE: f64 = 1.0 / 400.0;
/// A font may be this much narrower than it is high.
const NARROWEST: f64 = 0.25;
/// Colours of which every part is at least this are taken for the white of the page.
const WHITE: f32 = 0.93;
/// Opacity that nobody sees, and one that covers what is below.
const UNSEEN: f32 = 0.1;
const COVERS: f32 = 0.5;
/// How far from the page's edge a character may stand, in points.
const EDGE: f64 = 2.0;
/// Fills that are remembered; with more, white characters are taken to be seen.
const MOST_FILLS: usize = 1000;
/// Parts of an outline that is remembered; of others the box is.
const MOST_PARTS: usize = 64;
/// Share of a page that a picture of it covers.
const WHOLE: f64 = 0.5;

/// A character that is to be seen.
pub(super) struct Sign {
    /// About its middle.
    pub(super) middle: Point,
    /// Height and width of its font in points; unknown for fonts whose characters are drawings.
    pub(super) font: Option<(f64, f64)>,
    /// Size of its font as lines are told by.
    pub(super) size: f64,
}

/// A page as it was painted so far.
pub(super) struct Sight {
    page: Rect,
    /// What is clipped, each within the one before.
    clips: Vec<Rect>,
    /// Opacities of what is drawn together.
    groups: Vec<f32>,
    fills: Vec<Fill>,
    /// Largest share of the page that one picture covers.
    picture: f64,
}

struct Fill {
    within: Rect,
    outline: Option<BezPath>,
    /// Whether white characters show on it.
    is_dark: bool,
}

impl Sight {
    /// An empty page of this size.
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self {
            page: Rect::new(0.0, 0.0, width, height),
            clips: Vec::new(),
            groups: Vec::new(),
            fills: Vec::new(),
            picture: 0.0,
        }
    }

    /// Whether one picture covers most of the page.
    pub(super) fn is_picture(&self) -> bool {
        self.picture >= WHOLE
    }

    pub(super) fn clip(&mut self, path: &BezPath) {
        let (within, bounds) = (self.within(), path.bounding_box());
        self.clips.push(if bounds.is_finite() {
            within.intersect(bounds)
        } else {
            within
        });
    }

    pub(super) fn unclip(&mut self) {
        self.clips.pop();
    }

    pub(super) fn group(&mut self, opacity: f32) {
        self.groups.push(opacity);
    }

    pub(super) fn ungroup(&mut self) {
        self.groups.pop();
    }

    /// Takes down what is filled.
    pub(super) fn fill(&mut self, path: &BezPath, props: &DrawProps<'_>, mode: &DrawMode) {
        let wide = match mode {
            DrawMode::Fill(_) | DrawMode::FillAndStroke(..) => None,
            DrawMode::Stroke(stroke) => Some(f64::from(stroke.line_width)),
            DrawMode::Invisible => return,
        };
        let (is_dark, opacity) = match &props.paint {
            Paint::Color(color) => {
                let parts = color.to_rgba().components();
                (!is_white(parts), parts[3])
            }
            // Of patterns nobody knows.
            Paint::Pattern(_) => (true, 1.0),
        };
        if opacity * self.opacity() < COVERS {
            return;
        }
        if let Some(wide) = wide {
            // Bars are drawn as lines too. A frame counts as a whole: rather too much is seen than too little.
            let half = 0.5 * wide;
            let bounds = path.bounding_box().inflate(half, half);
            if is_dark {
                self.remember(props.transform.transform_rect_bbox(bounds), None, true);
            }
        } else if path.elements().len() <= MOST_PARTS {
            let outline = props.transform * path;
            self.remember(outline.bounding_box(), Some(outline), is_dark);
        } else {
            let bounds = props.transform.transform_rect_bbox(path.bounding_box());
            self.remember(bounds, None, is_dark);
        }
    }

    /// Takes down a picture of so many points.
    pub(super) fn picture(&mut self, (width, height): (u32, u32), transform: Affine) {
        let whole = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let bounds = transform.transform_rect_bbox(whole);
        let share = self.page.intersect(bounds).area() / self.page.area();
        if share.is_finite() {
            self.picture = self.picture.max(share);
        }
        self.remember(bounds, None, true);
    }

    /// Whether a character that is painted so is seen.
    pub(super) fn sees(&self, sign: &Sign, paint: &Paint<'_>) -> bool {
        let Sign { middle, font, size } = sign;
        let least = LEAST_SIZE.min(LEAST_SHARE * self.page.height());
        let is_small = font.is_some_and(|(high, wide)| high < least || wide < NARROWEST * least);
        let clip = self.within().inflate(0.5 * size, 0.5 * size);
        let is_outside =
            !self.page.inflate(EDGE, EDGE).contains(*middle) || !clip.contains(*middle);
        if is_small || is_outside {
            return false;
        }
        match paint {
            Paint::Pattern(_) => true,
            Paint::Color(color) => {
                let parts = color.to_rgba().components();
                let is_there = parts[3] * self.opacity() >= UNSEEN;
                is_there && (!is_white(parts) || self.is_dark_at(*middle))
            }
        }
    }

    fn remember(&mut self, bounds: Rect, outline: Option<BezPath>, is_dark: bool) {
        let within = self.within().intersect(bounds);
        if within.is_finite() && within.area() > 0.0 && self.fills.len() < MOST_FILLS {
            self.fills.push(Fill {
                within,
                outline,
                is_dark,
            });
        }
    }

    /// Whether what was painted last at a place is darker than the page.
    fn is_dark_at(&self, place: Point) -> bool {
        if self.fills.len() == MOST_FILLS {
            return true;
        }
        let covers = |fill: &&Fill| {
            fill.within.contains(place)
                && fill
                    .outline
                    .as_ref()
                    .is_none_or(|path| path.contains(place))
        };
        self.fills
            .iter()
            .rev()
            .find(covers)
            .is_some_and(|fill| fill.is_dark)
    }

    fn within(&self) -> Rect {
        self.clips.last().copied().unwrap_or(self.page)
    }

    fn opacity(&self) -> f32 {
        self.groups.iter().product()
    }
}

fn is_white(parts: [f32; 4]) -> bool {
    parts[..3].iter().all(|part| *part >= WHITE)
}
