//! A résumé cut into its sections. Names, addresses and numbers are not looked for.

use std::collections::BTreeSet;

use candor_signals::text::tokens::fold;
use serde::{Deserialize, Serialize};

mod headings;
mod skills;

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// Schools and degrees.
    Education,
    /// Work.
    Experience,
    /// Skills and tools.
    Skills,
    /// Who somebody is and what they want.
    Summary,
    /// Things that were made.
    Projects,
    /// Certificates and courses.
    Certifications,
    /// Languages that somebody speaks.
    Languages,
    /// Everything else, and what stands before the first heading.
    Other,
}

/// A part of a résumé.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What it is about.
    pub kind: SectionKind,
    /// Its heading as it is written; empty before the first heading.
    pub heading: String,
    /// Where its text starts, in characters from the beginning of the résumé.
    pub start: usize,
    /// Where its text ends: the character after its last one.
    pub end: usize,
    /// Its text, without the heading.
    pub text: String,
}

/// A résumé in parts.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// Its sections, in order; what has no words is left out.
    pub sections: Vec<Section>,
    /// What its skills sections list, in order; where it has none, the tools that it names.
    pub skills: Vec<String>,
}

impl std::fmt::Debug for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The text is about a person and has no business in a log.
        f.debug_struct("Section")
            .field("kind", &self.kind)
            .field("start", &self.start)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Resume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resume")
            .field("sections", &self.sections)
            .field("skills", &self.skills.len())
            .finish()
    }
}

/// Cuts a résumé at its headings, which are known in English, Turkish, French and Indonesian whatever the language of
/// the rest. `language` says how its letters become small ones (Turkish has two i).
pub fn resume(text: &str, language: Option<&str>) -> Resume {
    let lines = lines(text);
    let known: Vec<Option<SectionKind>> = lines
        .iter()
        .map(|line| headings::kind(line.text, language))
        .collect();
    let capitals = lines
        .iter()
        .zip(&known)
        .any(|(line, kind)| kind.is_some() && headings::is_capital(line.text));
    let mut sections = Vec::new();
    let mut heading = ("", SectionKind::Other);
    let mut body: Vec<&Line> = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let after_gap = n > 0 && lines[n - 1].text.is_empty();
        // Where headings are in capitals, another short line in capitals after a gap is one too.
        let unknown = capitals && after_gap && headings::may_be(line.text);
        match known[n].or(unknown.then_some(SectionKind::Other)) {
            Some(kind) => {
                sections.extend(section(heading, &body));
                heading = (line.text, kind);
                body.clear();
            }
            None => body.push(line),
        }
    }
    sections.extend(section(heading, &body));
    let skills = skills_of(&sections, text, language);
    Resume { sections, skills }
}

/// A line and where it starts, in characters.
struct Line<'a> {
    text: &'a str,
    start: usize,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    text.split('\n')
        .map(|text| {
            let line = Line { text, start };
            start += text.chars().count() + 1;
            line
        })
        .collect()
}

fn section((heading, kind): (&str, SectionKind), body: &[&Line]) -> Option<Section> {
    let has_words = |line: &&&Line| line.text.chars().any(char::is_alphanumeric);
    let first = body.iter().position(|line| has_words(&line))?;
    let last = body.iter().rposition(|line| has_words(&line))?;
    let texts: Vec<&str> = body[first..=last].iter().map(|line| line.text).collect();
    let text = texts.join("\n");
    let start = body[first].start;
    Some(Section {
        kind,
        heading: heading.to_owned(),
        start,
        end: start + text.chars().count(),
        text,
    })
}

fn skills_of(sections: &[Section], text: &str, language: Option<&str>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let listed = sections
        .iter()
        .filter(|section| section.kind == SectionKind::Skills)
        .flat_map(|section| skills::listed(&section.text));
    let mut skills: Vec<String> = listed
        .filter(|skill| seen.insert(fold(skill, language)))
        .collect();
    if skills.is_empty() {
        skills = skills::named(text, language)
            .into_iter()
            .filter(|skill| seen.insert(fold(skill, language)))
            .collect();
    }
    skills
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(resume: &Resume) -> Vec<(SectionKind, &str)> {
        resume
            .sections
            .iter()
            .map(|section| (section.kind, section.heading.as_str()))
            .collect()
    }

    #[test]
    fn sections_follow_the_headings() {
        let text = "Ada Example\nEngineer\n\nPROFESSIONAL SUMMARY\nBuilds things.\n\nTECHNICAL SKILLS\nRust, Go\n\n\
            MILITARY TIME\nNone\n\nEDUCATION\nBSc";
        let resume = resume(text, Some("en"));
        assert_eq!(
            kinds(&resume),
            [
                (SectionKind::Other, ""),
                (SectionKind::Summary, "PROFESSIONAL SUMMARY"),
                (SectionKind::Skills, "TECHNICAL SKILLS"),
                (SectionKind::Other, "MILITARY TIME"),
                (SectionKind::Education, "EDUCATION"),
            ]
        );
        assert_eq!(resume.skills, ["Rust", "Go"]);
        assert_eq!(resume.sections[4].text, "BSc");
    }

    #[test]
    fn sections_are_found_in_every_language() {
        let texts = [
            "İŞ DENEYİMİ\nBir yer\nEĞİTİM\nBir okul\nYETENEKLER\nPython, Excel",
            "Expérience professionnelle\nUn lieu\nFormation\nUne école\nCompétences\nPython, Excel",
            "Pengalaman Kerja\nSebuah tempat\nPendidikan\nSebuah sekolah\nKeahlian\nPython, Excel",
        ];
        for text in texts {
            let resume = resume(text, None);
            let kinds: Vec<SectionKind> =
                kinds(&resume).into_iter().map(|(kind, _)| kind).collect();
            use SectionKind::{Education, Experience, Skills};
            assert_eq!(kinds, [Experience, Education, Skills], "{text}");
            assert_eq!(resume.skills, ["Python", "Excel"]);
        }
    }

    #[test]
    fn skills_without_a_section_are_the_tools_that_are_named() {
        let resume = resume(
            "Built services in Rust with Postgres, later in Rust only.",
            Some("en"),
        );
        assert_eq!(resume.skills, ["Rust", "Postgres"]);
        assert!(super::resume("", None).sections.is_empty());
    }
}
