//! Words that were broken at the end of a line, put together again.

use std::collections::HashMap;

/// First parts of compounds that keep their hyphen.
const KEPT: [&str; 24] = [
    "all", "anti", "back", "co", "cross", "end", "ex", "front", "full", "half", "high", "in",
    "long", "low", "mid", "multi", "non", "off", "on", "real", "self", "semi", "third", "well",
];

/// The text with broken words on the line where they begin. A hyphen stays where both parts occur as words by
/// themselves, or where it belongs to a compound.
pub(super) fn joined(text: &str) -> String {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in words(text) {
        *counts.entry(word).or_default() += 1;
    }
    let mut joined = String::with_capacity(text.len());
    let mut lines = text.split('\n').peekable();
    let mut rest = lines.next().unwrap_or_default();
    loop {
        let next = lines.peek().copied().unwrap_or_default();
        let next_starts_small = next.starts_with(char::is_lowercase);
        let broken = rest
            .strip_suffix('-')
            .filter(|line| line.ends_with(char::is_alphabetic) && next_starts_small);
        let Some(line) = broken else {
            joined.push_str(rest);
            let Some(next) = lines.next() else { break };
            joined.push('\n');
            rest = next;
            continue;
        };
        let end = next.find(char::is_whitespace).unwrap_or(next.len());
        let (second, after) = next.split_at(end);
        let parts = [words(line).last(), words(second).next()].map(Option::unwrap_or_default);
        let is_compound = KEPT.contains(&parts[0].to_lowercase().as_str())
            || parts
                .iter()
                .all(|part| counts.get(part).is_some_and(|&n| n > 1));
        joined.push_str(line);
        if is_compound {
            joined.push('-');
        }
        joined.push_str(second);
        joined.push('\n');
        lines.next();
        rest = after.trim_start();
    }
    joined
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_words_are_whole_again_and_compounds_keep_their_hyphen() {
        assert_eq!(
            joined("uses Angu-\nlar.js daily\nImple-\nmented"),
            "uses Angular.js\ndaily\nImplemented\n"
        );
        assert_eq!(
            joined("a non-\ntechnical reader"),
            "a non-technical\nreader"
        );
        assert_eq!(
            joined("cutting-\nedge work; a cutting tool, an edge"),
            "cutting-edge\nwork; a cutting tool, an edge"
        );
    }

    #[test]
    fn ranges_and_lists_stay() {
        for text in ["2018 -\nnow", "C-\nLevel", "- one\n- two", "", "\n", "x-"] {
            assert_eq!(joined(text), text);
        }
    }
}
