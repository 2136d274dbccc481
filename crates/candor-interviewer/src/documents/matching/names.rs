//! Names of tools, methods and fields that are written in more than one way. Written for this project.

use std::{collections::HashMap, ops::Range, sync::OnceLock};

use candor_signals::text::tokens::{fold, fold_phrase};

use super::super::located::{Located, Word};

/// One name a line: the ways to write it, parted by semicolons, the usual one first. One that is also a common word
/// has `!` before it: it counts only as it is written here, and where it begins no sentence.
const NAMES: &str = include_str!("names.txt");

/// Most words of a name.
const MAX_WORDS: usize = 5;
/// Most words of a line that is an entry of a list and no sentence.
const MAX_ENTRY: usize = 4;

/// A name in a text.
pub(in super::super) struct Name {
    /// Its place in the list: the same for every way to write it.
    pub(in super::super) id: usize,
    /// Its words.
    pub(in super::super) words: Range<usize>,
}

struct Spelling {
    id: usize,
    /// The way it must be written, where it is also a common word.
    exactly: Option<&'static str>,
}

fn spellings() -> &'static HashMap<Vec<String>, Spelling> {
    static ALL: OnceLock<HashMap<Vec<String>, Spelling>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = HashMap::new();
        for (id, line) in lines().enumerate() {
            for way in line.split("; ") {
                let exactly = way.strip_prefix('!');
                let key = fold_phrase(exactly.unwrap_or(way), None);
                all.insert(key, Spelling { id, exactly });
            }
        }
        all
    })
}

fn lines() -> impl Iterator<Item = &'static str> {
    NAMES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
}

/// The names in a text, in order; of two that overlap the longer one.
pub(in super::super) fn find(located: &Located) -> Vec<Name> {
    let keys: Vec<String> = located.words.iter().map(key).collect();
    let mut names = Vec::new();
    let mut at = 0;
    while at < keys.len() {
        let longest = (1..=MAX_WORDS.min(keys.len() - at)).rev().find_map(|n| {
            let spelling = spellings().get(&keys[at..at + n])?;
            let words = at..at + n;
            is_meant(located, &words, spelling).then_some(Name {
                id: spelling.id,
                words,
            })
        });
        at += longest.as_ref().map_or(1, |name| name.words.len());
        names.extend(longest);
    }
    names
}

/// A word as names are compared: no language's small letters, no suffix after an apostrophe.
fn key(word: &Word) -> String {
    let folded = fold(&word.token.raw, None);
    match folded.split_once('\'') {
        Some((name, _)) if !name.is_empty() => name.to_owned(),
        _ => folded,
    }
}

fn is_meant(located: &Located, words: &Range<usize>, spelling: &Spelling) -> bool {
    let all = &located.words[words.clone()];
    // A name of several words is not parted by commas.
    if all.iter().skip(1).any(|word| word.token.break_before) {
        return false;
    }
    let Some(exactly) = spelling.exactly else {
        return true;
    };
    let (first, last) = (&all[0].token, &all[all.len() - 1].token);
    let written = first.raw.split(['\'', '’']).next() == Some(exactly.trim_start_matches('.'));
    let begins = words.start == 0
        || located.words[words.start - 1].token.terminal.is_some()
        || located.words[words.start - 1].line != all[0].line && first.break_before;
    let line = all[0].line;
    let n_line = located.words[..words.start]
        .iter()
        .rev()
        .take_while(|word| word.line == line)
        .count()
        + located.words[words.start..]
            .iter()
            .take_while(|word| word.line == line)
            .count();
    if exactly.chars().count() == 1 {
        // A letter is a language only at the end of a list's entry; at the beginning of a line it is an initial.
        return written && (last.break_after || first.break_before && !begins);
    }
    written && (!begins || last.break_after || n_line <= MAX_ENTRY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&'static str> {
        let located = Located::new(text, Some("en"));
        find(&located)
            .into_iter()
            .filter_map(|name| lines().nth(name.id))
            .filter_map(|line| line.split("; ").next())
            .map(|way| way.trim_start_matches('!'))
            .collect()
    }

    #[test]
    fn every_way_to_write_a_name_is_the_same_name() {
        assert_eq!(
            found("JS, k8s, Postgres and CI/CD; NodeJS, C++, C#, ReactJS"),
            [
                "JavaScript",
                "Kubernetes",
                "PostgreSQL",
                "CI/CD",
                "Node.js",
                "C++",
                "C#",
                "React"
            ]
        );
        assert_eq!(
            found("makine öğrenmesi, apprentissage automatique, ML").len(),
            3
        );
    }

    #[test]
    fn common_words_are_names_only_where_they_look_like_some() {
        assert_eq!(found("I go to work and react to rust in spring"), [""; 0]);
        assert_eq!(
            found("Written in Rust, Go and R, tested with Excel"),
            ["Rust", "Go", "R", "Excel"]
        );
        assert_eq!(found("Excel at the work that you like to do"), [""; 0]);
        assert_eq!(found("Go"), ["Go"]);
    }

    #[test]
    fn no_way_to_write_stands_for_two_names() {
        let n: usize = lines().map(|line| line.split("; ").count()).sum();
        assert_eq!(spellings().len(), n);
        assert!(
            spellings()
                .keys()
                .all(|key| (1..=MAX_WORDS).contains(&key.len()))
        );
    }
}
