//! Skills out of the sections that list them.

use super::super::{located::Located, matching::names};

/// Most words of a skill; what is longer is a sentence.
const MAX_WORDS: usize = 5;
/// Most characters of a skill.
const MAX_CHARACTERS: usize = 48;

/// What a section lists: parted by commas, bullets, bars and lines; what stands in brackets is listed too, and what
/// stands before a colon is a label.
pub(super) fn listed(text: &str) -> Vec<String> {
    joined_lines(text)
        .iter()
        .flat_map(|line| {
            // "Languages: Rust, Go"; a colon at the end heads the next lines.
            let list = line.split_once(':').map_or(line.as_str(), |(_, list)| list);
            list.split([
                ',', ';', '|', '•', '·', '▪', '■', '●', '◦', '(', ')', '–', '—',
            ])
            .map(tidy)
            .filter(|skill| is_skill(skill))
            .map(str::to_owned)
            .collect::<Vec<_>>()
        })
        .collect()
}

/// The lines, with one that ends in a comma together with the next.
fn joined_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match lines.last_mut() {
            Some(last) if last.trim_end().ends_with(',') => {
                last.push(' ');
                last.push_str(line);
            }
            // "Google Cloud\nPlatform" in a list of commas.
            Some(last) if last.contains(',') && is_full(last) && goes_on(line) => {
                last.push(' ');
                last.push_str(line);
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Whether a line is so long that its list goes on in the next.
fn is_full(line: &str) -> bool {
    line.chars().count() >= 60 && line.ends_with(char::is_alphanumeric)
}

/// Whether a line can be the rest of a list: it has no label and no bullet.
fn goes_on(line: &str) -> bool {
    !line.contains(':')
        && line.starts_with(char::is_alphanumeric)
        && (line.contains(',') || line.split_whitespace().count() <= MAX_WORDS)
}

fn tidy(skill: &str) -> &str {
    let skill = skill.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '-' | '*' | '.' | '"' | '_' | '`')
    });
    // "Docker and Kubernetes" stays one entry; a list's last word has a link before it.
    ["and ", "ve ", "et ", "dan ", "& "]
        .iter()
        .find_map(|link| skill.strip_prefix(link))
        .unwrap_or(skill)
}

fn is_skill(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
        && text.chars().count() <= MAX_CHARACTERS
        && text.split_whitespace().count() <= MAX_WORDS
}

/// Known tools and methods that a text names, in order.
pub(super) fn named(text: &str, language: Option<&str>) -> Vec<String> {
    let located = Located::new(text, language);
    names::find(&located)
        .into_iter()
        .map(|name| located.evidence(name.words).quote)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_form_are_taken_apart() {
        assert_eq!(
            listed(
                "Languages: Rust, Go, C++\n• SQL (PostgreSQL, SQLite)\nDocker | Kubernetes\n- Agile and Scrum"
            ),
            [
                "Rust",
                "Go",
                "C++",
                "SQL",
                "PostgreSQL",
                "SQLite",
                "Docker",
                "Kubernetes",
                "Agile and Scrum"
            ]
        );
    }

    #[test]
    fn lists_go_on_in_the_next_line_and_sentences_are_no_skills() {
        assert_eq!(
            listed(
                "JavaScript, TypeScript,\nReact\nI have used many different tools over the years."
            ),
            ["JavaScript", "TypeScript", "React"]
        );
        assert_eq!(
            listed(
                "Vue.js, Node.js, Express.js, D3.js, Git, Docker, Webpack, Google Cloud\nPlatform, Firebase"
            )[7],
            "Google Cloud Platform"
        );
    }
}
