//! What was not measured and why; with what the marks were made.

use std::collections::BTreeMap;

use candor_core::{interview::InterviewReport, report::Provenance};

use super::{About, Pen, wording};
use crate::export::{
    fonts::height,
    ink::{AMBER, BODY, Ink, NOTE, SMALL, SOFT, TINY},
    sheet::SIDE,
    tags::{ROOT, Role},
};

const LABEL: f32 = 92.0;

pub(super) fn not_measured(pen: &mut Pen, report: &InterviewReport) {
    pen.heading("What was not measured, and why", 40.0);
    let mut reasons: Vec<(String, String)> = Vec::new();
    for (index, question) in report.questions.iter().enumerate() {
        if let Err(reason) = &question.score {
            reasons.push((format!("Question {}", index + 1), reason.message.clone()));
        }
    }
    for competency in &report.competencies {
        if let Err(reason) = &competency.mark {
            reasons.push((wording::competency(competency), reason.message.clone()));
        }
    }
    // The report names the reasons of questions once more.
    for reason in &report.not_measured {
        if reasons.iter().all(|(_, known)| *known != reason.message) {
            reasons.push((wording::name(&reason.code), reason.message.clone()));
        }
    }
    reasons.extend(without_level(report));
    if reasons.is_empty() {
        pen.empty("Every question was judged and every competency assessed.");
    }
    for (name, why) in &reasons {
        pair(pen, name, why, AMBER);
    }
    pen.sheet.gap(8.0);
    pen.text(
        "Voice, face, accent, pace and filler words were not looked at for these marks: only what was said counts.",
        NOTE,
    );
}

/// Competencies without a level, those of one reason together.
fn without_level(report: &InterviewReport) -> Vec<(String, String)> {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for competency in &report.competencies {
        if let Some(reason) = &competency.no_level {
            let names = by_reason.entry(&reason.message).or_default();
            names.push(wording::competency(competency));
        }
    }
    let told = by_reason.into_iter();
    told.map(|(why, names)| {
        (
            "No level".to_owned(),
            format!("{}: {why}", names.join(", ")),
        )
    })
    .collect()
}

pub(super) fn provenance(pen: &mut Pen, report: &InterviewReport, about: &About) {
    pen.heading("How this was made", 90.0);
    let made = format!(
        "Made with Candor {} on {} from a report of version {}. It holds what the report holds and nothing else. \
         Letters that its fonts lack are drawn as boxes and kept in the text, where they can be searched and copied.",
        env!("CARGO_PKG_VERSION"),
        wording::moment(about.made_at),
        report.version,
    );
    pen.lead(&made);
    if report.provenance.is_empty() {
        pen.empty("No answer was judged, so no engine was at work.");
    }
    for source in &report.provenance {
        engine(pen, source);
        pen.sheet.gap(8.0);
    }
}

fn engine(pen: &mut Pen, source: &Provenance) {
    let title = format!("{} {}", source.engine, source.version);
    let lines = pen.fonts.lines(
        &wording::shorten(&title, 200),
        BODY.bold(),
        pen.sheet.width(),
    );
    pen.sheet.need(height(&lines) + 30.0);
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    pen.block(&lines, SIDE, node);
    let known = [
        ("Model", &source.model),
        ("Model SHA-256", &source.model_sha256),
        ("Formula", &source.formula),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            pair(pen, name, value, SOFT);
        }
    }
    for (name, value) in &source.settings {
        pair(pen, &wording::name(name), value, SOFT);
    }
}

/// A name and, beside it, a text of any length.
pub(super) fn pair(pen: &mut Pen, name: &str, text: &str, ink: Ink) {
    let name = pen.fonts.lines(
        &wording::shorten(name, 60),
        TINY.bold().in_ink(ink),
        LABEL - 8.0,
    );
    let lines = pen.fonts.lines(text, SMALL, pen.sheet.width() - LABEL);
    let first: f32 = lines.iter().take(2).map(|line| line.height).sum();
    pen.sheet.gap(2.0);
    pen.sheet.need(height(&name).max(first));
    let (top, page) = (pen.sheet.y(), pen.sheet.here().page);
    let node = pen.sheet.tags.node(ROOT, Role::Paragraph);
    pen.sheet.lines(&name, SIDE, top + 1.2, node);
    pen.sheet.paragraph(&lines, SIDE + LABEL, node, None);
    let used = pen.sheet.y() - top;
    if pen.sheet.here().page == page && used < height(&name) {
        pen.sheet.advance(height(&name) - used);
    }
}
