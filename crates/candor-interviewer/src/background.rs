//! What is known of the position and the person before an interview, cut to what helps to word its questions. Of a
//! résumé that is the work and the skills: names, addresses, schools and spoken languages are left out, and so is a
//! résumé without such sections.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    documents::resume::{self, SectionKind},
    prompt::one_line,
};

/// Longest extract of a job description and of a résumé, in characters.
const POSITION: usize = 1_500;
const RESUME: usize = 3_500;

/// What is known beforehand.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Background {
    /// From the job description, a line for each of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// From the résumé.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<String>,
    /// What is to be asked about first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub focus_areas: Vec<String>,
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The texts are about a person and have no business in a log.
        f.debug_struct("Background")
            .field("position", &self.position.is_some())
            .field("resume", &self.resume.is_some())
            .field("focus_areas", &self.focus_areas.len())
            .finish()
    }
}

impl Background {
    /// The extracts of a job description and a résumé that are written in `language`, and the focus areas.
    pub fn new(
        job: Option<&str>,
        resume: Option<&str>,
        focus_areas: &[String],
        language: &str,
    ) -> Self {
        Self {
            position: job.and_then(|text| lines(text.lines(), POSITION)),
            resume: resume.and_then(|text| work(text, language)),
            focus_areas: focus_areas.to_vec(),
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The work and the skills that a résumé tells of.
fn work(text: &str, language: &str) -> Option<String> {
    let resume = resume::resume(text, Some(language));
    let wanted = resume.sections.iter().filter(|section| {
        matches!(
            section.kind,
            SectionKind::Experience
                | SectionKind::Projects
                | SectionKind::Skills
                | SectionKind::Certifications
        )
    });
    let text = wanted.flat_map(|section| section.text.lines());
    lines(text.filter(|line| !is_contact(line)), RESUME)
}

/// Addresses of mail and pages, and telephone numbers.
fn is_contact(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    line.contains('@')
        || line.contains("://")
        || line.contains("www.")
        || digits >= 7 && digits > letters
}

/// Whole lines that have words, up to `most` characters.
fn lines<'a>(all: impl Iterator<Item = &'a str>, most: usize) -> Option<String> {
    let mut out = String::new();
    let mut left = most;
    for line in all.map(one_line) {
        if !line.chars().any(char::is_alphanumeric) {
            continue;
        }
        let n = line.chars().count() + 1;
        if n > left {
            if out.is_empty() {
                out.extend(line.chars().take(left));
            }
            break;
        }
        left -= n;
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&line);
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESUME_TEXT: &str = "Ada Example\nada@example.org, +32 471 00 00 00\n\nEXPERIENCE\nRan the parcel \
        hub in Ghent\nwww.example.org/ada\n\nEDUCATION\nUniversity of Somewhere\n\nSKILLS\nSQL, Rust\n";

    #[test]
    fn of_a_resume_work_and_skills_are_taken() {
        let known = Background::new(None, Some(RESUME_TEXT), &[], "en");
        let told = known.resume.expect("it has sections");
        assert_eq!(told, "Ran the parcel hub in Ghent\nSQL, Rust");
    }

    #[test]
    fn what_has_no_sections_and_what_is_not_given_is_left_out() {
        let letter = "Dear all, my name is Ada and I would like to work with you.";
        assert!(Background::new(None, Some(letter), &[], "en").is_empty());
        assert!(Background::new(Some(" \n"), None, &[], "en").is_empty());
    }

    #[test]
    fn long_texts_are_cut_between_lines() {
        let job = "You keep the elevators of hospitals running.\n".repeat(100);
        let known = Background::new(Some(&job), None, &[], "en");
        let told = known.position.expect("it has words");
        assert!(told.chars().count() <= POSITION);
        assert!(told.ends_with("running."));
    }

    #[test]
    fn debug_output_tells_nothing() {
        let known = Background::new(Some("You sell."), Some(RESUME_TEXT), &[], "en");
        let told = format!("{known:?}");
        assert!(!told.contains("sell") && !told.contains("parcel"), "{told}");
    }
}
