//! What the document says, part by part.

use candor_core::interview::{CitedEvidence, InterviewReport};

use super::{
    About,
    fonts::{Fonts, Line, height},
    ink::{BODY, HEADING, Ink, LINE, NOTE, OVERLINE, SOFT, SUBHEADING, Type},
    sheet::{SIDE, Sheet},
    tags::{ROOT, Role},
    wording,
};

mod competencies;
mod decision;
mod formula;
mod head;
pub(super) mod practice;
mod questions;
mod remarks;
mod sources;
mod verdict;

/// Characters of a quote that are shown at most.
const QUOTE: usize = 400;
/// Space between a card's edge and its text.
const INSET: f32 = 18.0;
/// Space before a part.
const PART: f32 = 26.0;

/// Puts everything on the sheet.
pub(super) fn write(sheet: &mut Sheet, fonts: &mut Fonts, report: &InterviewReport, about: &About) {
    let pen = &mut Pen { sheet, fonts };
    head::write(pen, report, about);
    verdict::write(pen, report, about);
    competencies::write(pen, report);
    if let Some(result) = &report.formula {
        formula::write(pen, result, &report.competencies);
    }
    remarks::write(pen, report, about.purpose);
    let anchors = questions::table(pen, report);
    questions::whole(pen, report, &anchors);
    sources::not_measured(pen, report);
    sources::provenance(pen, report, about);
}

/// The sheet and what sets text on it.
struct Pen<'a> {
    sheet: &'a mut Sheet,
    fonts: &'a mut Fonts,
}

impl Pen<'_> {
    /// A heading with a bookmark; so much of what follows stays on its page.
    fn heading(&mut self, title: &str, first: f32) {
        let lines = self.fonts.lines(title, HEADING, self.sheet.width());
        self.sheet.gap(PART);
        self.sheet.need(height(&lines) + 10.0 + first);
        self.sheet.bookmark(1, title);
        let node = self.sheet.tags.node(ROOT, Role::Heading(2));
        self.sheet.tags.entitle(node, title);
        self.block(&lines, SIDE, node);
        self.sheet.gap(6.0);
    }

    fn subheading(&mut self, title: &str, first: f32) {
        let lines = self.fonts.lines(title, SUBHEADING, self.sheet.width());
        self.sheet.gap(14.0);
        self.sheet.need(height(&lines) + 4.0 + first);
        let node = self.sheet.tags.node(ROOT, Role::Heading(3));
        self.sheet.tags.entitle(node, title);
        self.block(&lines, SIDE, node);
        self.sheet.gap(3.0);
    }

    /// Lines at the free part's begin, which is known to hold them.
    fn block(&mut self, lines: &[Line], x: f32, node: usize) {
        let y = self.sheet.y();
        self.sheet.lines(lines, x, y, node);
        self.sheet.advance(height(lines));
    }

    /// A paragraph over the whole width.
    fn text(&mut self, text: &str, kind: Type) {
        let lines = self.fonts.lines(text, kind, self.sheet.width());
        let node = self.sheet.tags.node(ROOT, Role::Paragraph);
        self.sheet.paragraph(&lines, SIDE, node, None);
    }

    /// A sentence under a heading that tells what follows.
    fn lead(&mut self, text: &str) {
        self.text(text, NOTE);
        self.sheet.gap(8.0);
    }

    /// One line above a value.
    fn overline(&mut self, text: &str, x: f32, top: f32, node: usize) -> f32 {
        let lines = self.fonts.lines(&text.to_uppercase(), OVERLINE, 400.0);
        self.sheet.lines(&lines, x, top, node);
        height(&lines)
    }

    /// Quotes below each other with a bar at their left.
    fn quotes(&mut self, evidence: &[CitedEvidence], language: &str) {
        for cited in evidence {
            self.quote(&cited.evidence.quote, language, LINE);
        }
    }

    fn quote(&mut self, quote: &str, language: &str, bar: Ink) {
        let x = SIDE + 24.0;
        let quote = format!("“{}”", wording::shorten(quote, QUOTE));
        let lines = self
            .fonts
            .lines(&quote, NOTE.italic(), self.sheet.width() - 24.0);
        self.sheet.gap(3.0);
        let node = self.sheet.tags.node(ROOT, Role::Quote);
        self.sheet.tags.speak(node, language);
        self.sheet.paragraph(&lines, x, node, Some(bar));
    }

    /// Words that are missing: why a part is empty.
    fn empty(&mut self, text: &str) {
        self.text(text, BODY.in_ink(SOFT));
    }
}
