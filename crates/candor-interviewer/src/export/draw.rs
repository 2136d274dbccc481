//! Draws the pages into a PDF, with header, page numbers, outline and structure.

use jiff::tz::TimeZone;
use krilla::{
    Document, SerializeSettings,
    annotation::{Annotation, LinkAnnotation, Target},
    destination::XyzDestination,
    geom::{Point, Rect},
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag},
};

use super::{
    About, ExportError,
    fonts::{Fonts, Glyphs, Line},
    ink::{LINE, NOTE, TINY, Type},
    sheet::{Bookmark, Item, Place, SIDE, Shape, Sheet},
    wording,
};

mod shapes;

use shapes::{draw_shape, fill};

const HEADER: f32 = 34.0;
const FOOTER: f32 = 34.0;

/// The document with all its pages; `keyword` stands among its properties.
pub(super) fn document(
    sheet: &Sheet,
    fonts: &mut Fonts,
    keyword: &str,
    about: &About,
) -> Result<Vec<u8>, ExportError> {
    let mut document = Document::new_with(SerializeSettings::default());
    let mut drawn: Vec<Option<Identifier>> = vec![None; sheet.tags.leaves()];
    let (width, height) = sheet.size;
    let n = sheet.pages.len();
    for (index, items) in sheet.pages.iter().enumerate() {
        let settings = PageSettings::from_wh(width, height).ok_or(ExportError::Fonts)?;
        let mut page = document.start_page_with(settings);
        for item in items {
            if let Item::Link { at, anchor, leaf } = item {
                drawn[*leaf] = link(sheet, *at, *anchor).map(|a| page.add_tagged_annotation(a));
            }
        }
        let mut surface = page.surface();
        for item in items {
            match item {
                Item::Shape { at, shape } => {
                    surface.start_tagged(decoration(ArtifactType::Layout));
                    draw_shape(&mut surface, *at, shape);
                    surface.end_tagged();
                }
                Item::Text {
                    x,
                    baseline,
                    glyphs,
                    leaf,
                } => {
                    let tag = match leaf {
                        Some(_) => {
                            ContentTag::Span(SpanTag::empty().with_actual_text(glyphs.hidden()))
                        }
                        None => decoration(ArtifactType::Layout),
                    };
                    let identifier = surface.start_tagged(tag);
                    draw_glyphs(&mut surface, fonts, *x, *baseline, glyphs);
                    surface.end_tagged();
                    if let Some(leaf) = leaf {
                        drawn[*leaf] = Some(identifier);
                    }
                }
                Item::Link { .. } => {}
            }
        }
        frame(&mut surface, sheet, fonts, about, (index, n));
        surface.finish();
        page.finish();
    }
    document.set_outline(outline(&sheet.bookmarks));
    document.set_tag_tree(sheet.tags.tree(&drawn));
    document.set_metadata(metadata(keyword, about));
    document.finish().map_err(ExportError::Pdf)
}

fn decoration(kind: ArtifactType) -> ContentTag<'static> {
    ContentTag::Artifact(Artifact::with_kind(kind))
}

/// Header and footer.
fn frame(
    surface: &mut Surface,
    sheet: &Sheet,
    fonts: &mut Fonts,
    about: &About,
    (index, n): (usize, usize),
) {
    let (width, height) = sheet.size;
    let kind = wording::kind_of_document(about.purpose);
    if index > 0 {
        surface.start_tagged(decoration(ArtifactType::Header));
        let name = match &about.candidate {
            Some(candidate) => format!("{} · {candidate}", about.title),
            None => about.title.clone(),
        };
        let right = side(surface, fonts, kind, NOTE, (width - SIDE, HEADER), true);
        let room = sheet.width() - right - 24.0;
        if let Some(line) = fonts.one_line(&name, NOTE, room) {
            put(surface, fonts, &line, SIDE, HEADER);
        }
        let at = [SIDE, HEADER + 15.0, sheet.width(), 0.6];
        draw_shape(
            surface,
            at,
            &Shape::Bar {
                round: 0.0,
                ink: LINE,
            },
        );
        surface.end_tagged();
    }
    let top = height - FOOTER;
    surface.start_tagged(decoration(ArtifactType::Footer));
    let made = format!("Made with Candor on {}", wording::day(about.made_at));
    side(surface, fonts, &made, TINY, (SIDE, top), false);
    let number = format!("{} of {n}", index + 1);
    side(surface, fonts, &number, NOTE, (width - SIDE, top), true);
    surface.end_tagged();
}

/// One line that begins or ends there; its width.
fn side(
    surface: &mut Surface,
    fonts: &mut Fonts,
    text: &str,
    kind: Type,
    (x, top): (f32, f32),
    is_right: bool,
) -> f32 {
    let Some(line) = fonts.one_line(text, kind, 300.0) else {
        return 0.0;
    };
    let x = if is_right { x - line.width } else { x };
    put(surface, fonts, &line, x, top);
    line.width
}

fn put(surface: &mut Surface, fonts: &Fonts, line: &Line, x: f32, top: f32) {
    for glyphs in &line.glyphs {
        draw_glyphs(surface, fonts, x + glyphs.x, top + line.baseline, glyphs);
    }
}

fn draw_glyphs(surface: &mut Surface, fonts: &Fonts, x: f32, baseline: f32, glyphs: &Glyphs) {
    let Some(font) = fonts.face(glyphs.face) else {
        return;
    };
    surface.set_stroke(None);
    surface.set_fill(Some(fill(glyphs.ink)));
    surface.draw_glyphs(
        Point::from_xy(x, baseline),
        &glyphs.glyphs,
        font.clone(),
        &glyphs.text,
        glyphs.size,
        false,
    );
}

fn destination(place: Place) -> XyzDestination {
    XyzDestination::new(place.page, Point::from_xy(0.0, (place.y - 12.0).max(0.0)))
}

fn link(sheet: &Sheet, [x, y, width, height]: [f32; 4], anchor: usize) -> Option<Annotation> {
    let place = (*sheet.anchors.get(anchor)?)?;
    let rect = Rect::from_xywh(x, y, width, height)?;
    let link = LinkAnnotation::new(rect, Target::Destination(destination(place).into()));
    Some(Annotation::new_link(
        link,
        Some("The whole text".to_owned()),
    ))
}

/// Entries of level 2 stand below the one of level 1 before them.
fn outline(bookmarks: &[Bookmark]) -> Outline {
    let mut outline = Outline::new();
    let mut open: Option<OutlineNode> = None;
    for bookmark in bookmarks {
        let node = OutlineNode::new(bookmark.title.clone(), destination(bookmark.place));
        match &mut open {
            Some(parent) if bookmark.level > 1 => parent.push_child(node),
            _ => {
                if let Some(done) = open.replace(node) {
                    outline.push_child(done);
                }
            }
        }
    }
    if let Some(done) = open {
        outline.push_child(done);
    }
    outline
}

fn metadata(keyword: &str, about: &About) -> Metadata {
    let made = about.made_at.to_zoned(TimeZone::UTC);
    let small = |n: i8| u8::try_from(n).unwrap_or_default();
    let date = DateTime::new(u16::try_from(made.year()).unwrap_or_default())
        .month(small(made.month()))
        .day(small(made.day()))
        .hour(small(made.hour()))
        .minute(small(made.minute()))
        .second(small(made.second()))
        .utc_offset_hour(0);
    let subject = match &about.candidate {
        Some(candidate) => format!("{} · {candidate}", wording::kind_of_document(about.purpose)),
        None => wording::kind_of_document(about.purpose).to_owned(),
    };
    Metadata::new()
        .title(wording::plain(&about.title))
        .description(wording::plain(&subject))
        .language("en".to_owned())
        .creator(format!("Candor {}", env!("CARGO_PKG_VERSION")))
        .keywords(vec![wording::plain(keyword)])
        .creation_date(date)
}
