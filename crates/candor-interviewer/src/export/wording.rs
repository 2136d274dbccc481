//! Names, numbers and times as people read them.

use candor_core::{
    interview::{CompetencyResult, Difficulty, Phase, Recommendation, RoleFamily},
    purpose::Purpose,
};
use jiff::{Timestamp, tz::TimeZone};

pub(super) fn kind_of_document(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Hiring => "Interview report",
        Purpose::Practice => "Practice report",
    }
}

pub(super) fn recommendation(value: Recommendation) -> &'static str {
    match value {
        Recommendation::NoHire => "No hire",
        Recommendation::Borderline => "Borderline",
        Recommendation::Hire => "Hire",
        Recommendation::StrongHire => "Strong hire",
    }
}

pub(crate) fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Intro => "Introduction",
        Phase::Technical => "Craft of the role",
        Phase::Coding => "Programming",
        Phase::Behavioral => "Situations",
        Phase::WrapUp => "Wrap-up",
    }
}

pub(super) fn difficulty(level: Difficulty) -> &'static str {
    level.as_str()
}

pub(super) fn family(family: RoleFamily) -> &'static str {
    match family {
        RoleFamily::Technical => "Technical",
        RoleFamily::Behavioral => "Any role",
        RoleFamily::Sales => "Sales",
        RoleFamily::CustomerSuccess => "Customer success",
    }
}

/// English name of a language; its code where there is none here.
pub(super) fn language(code: &str) -> String {
    match code.split('-').next().unwrap_or_default() {
        "en" => "English",
        "tr" => "Turkish",
        "fr" => "French",
        "id" => "Indonesian",
        "de" => "German",
        "es" => "Spanish",
        _ => return code.to_owned(),
    }
    .to_owned()
}

/// `problem_solving` as "Problem solving".
pub(super) fn name(key: &str) -> String {
    let words = key.replace(['_', '-'], " ");
    let words = shorten(words.trim(), 80);
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "(no name)".to_owned(),
    }
}

/// What the rubric calls a competency; its key in words where it does not name it.
pub(super) fn competency(result: &CompetencyResult) -> String {
    match &result.name {
        Some(name) => shorten(name, 80),
        None => self::name(&result.key),
    }
}

/// Without line breaks.
pub(super) fn in_a_row(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One line without control characters, for the document's properties.
pub(super) fn plain(text: &str) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.chars().map(visible).collect();
    shorten(&in_a_row(&text), 200)
}

/// At most so many characters, cut between words where there are some, with an ellipsis.
pub(super) fn shorten(text: &str, most: usize) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text.to_owned();
    };
    let cut = &text[..end];
    let words = match cut.rfind(char::is_whitespace) {
        Some(space) if space > end / 2 => &cut[..space],
        _ => cut,
    };
    let words = words.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':'));
    format!("{words}…")
}

pub(super) fn is_shortened(text: &str, most: usize) -> bool {
    text.trim().chars().nth(most).is_some()
}

/// A mark or level.
pub(super) fn mark(value: f64) -> String {
    match value.is_finite() {
        true => format!("{value:.1}"),
        false => "not a number".to_owned(),
    }
}

/// `32 min 10 s`.
pub(super) fn length(seconds: f64) -> String {
    let whole = if seconds.is_finite() {
        seconds.max(0.0).round() as u64
    } else {
        0
    };
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, min, s) => format!("{min} min {s:02} s"),
        (h, min, _) => format!("{h} h {min:02} min"),
    }
}

pub(super) fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y").to_string()
}

pub(super) fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%-d %B %Y, %H:%M UTC")
        .to_string()
}

/// `1 question`, `2 questions`.
pub(super) fn count(n: usize, one: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        n => format!("{n} {one}s"),
    }
}

pub(super) fn percent(share: f64) -> String {
    match share.is_finite() {
        true => format!("{:.0} %", share * 100.0),
        false => "unknown".to_owned(),
    }
}
