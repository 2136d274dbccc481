//! Lines that are headings, however they are set.

use candor_signals::text::tokens::fold;

/// Most words of a heading.
const MAX_WORDS: usize = 7;

/// Words between two headings that stand together.
const LINKS: [&str; 7] = ["and", "ve", "et", "dan", "ile", "or", "+"];

/// Headings by what they head: lower case, parted by `; `.
pub(super) type Table<K> = [(K, &'static str)];

/// What a line is the heading of, by the table of known ones; `None` for a line that is none.
pub(super) fn find<K: Copy>(line: &str, language: Option<&str>, table: &Table<K>) -> Option<K> {
    let line =
        line.trim_start_matches(['#', '*', '_', '•', '-', '–', '—', '▪', '■', '●', '|', ' ']);
    // "1. Education", "II. Expérience"
    let line = match line.split_once(['.', ')']) {
        Some((number, rest)) if is_number(number) => rest,
        _ => line,
    };
    let line = line.trim_matches(|c: char| !c.is_alphanumeric() && c != ')');
    let line = line.strip_suffix(" (continued)").unwrap_or(line);
    let n_words = line.split_whitespace().count();
    if line.is_empty() {
        return None;
    }
    // Turkish capitals become other small letters.
    let mut folded =
        [language, Some("en"), Some("tr")]
            .into_iter()
            .map(|language| match closed_up(line) {
                Some(letters) => fold(&letters, language),
                None => fold(line, language),
            });
    if closed_up(line).is_some() {
        return folded.find_map(|letters| closed(&letters, table));
    }
    if n_words > MAX_WORDS {
        return None;
    }
    folded.find_map(|line| known(&line, table))
}

/// The kind of a heading without its spaces.
fn closed<K: Copy>(letters: &str, table: &Table<K>) -> Option<K> {
    table
        .iter()
        .find(|(_, headings)| {
            headings
                .split("; ")
                .any(|heading| heading.replace(' ', "") == letters)
        })
        .map(|(kind, _)| *kind)
}

/// The kind of a whole heading, or that of its first part.
fn known<K: Copy>(folded: &str, table: &Table<K>) -> Option<K> {
    let whole = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(kind) = listed(&whole, table) {
        return Some(kind);
    }
    let spaced = whole.replace(['&', '/', ',', '|'], " and ");
    let mut parts: Vec<String> = vec![String::new()];
    for word in spaced.split_whitespace() {
        if LINKS.contains(&word) {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            if !part.is_empty() {
                part.push(' ');
            }
            part.push_str(word);
        }
    }
    parts.retain(|part| !part.is_empty());
    let kinds: Vec<Option<K>> = parts.iter().map(|part| listed(part, table)).collect();
    let all = kinds.len() > 1 && kinds.iter().all(Option::is_some);
    all.then(|| kinds[0]).flatten()
}

fn listed<K: Copy>(folded: &str, table: &Table<K>) -> Option<K> {
    table
        .iter()
        .find(|(_, headings)| headings.split("; ").any(|heading| heading == folded))
        .map(|(kind, _)| *kind)
}

/// A number of a list: up to two digits, or a Roman one of up to four letters.
fn is_number(text: &str) -> bool {
    let digits = text.len() <= 2 && text.chars().all(|c| c.is_ascii_digit());
    let roman = text.len() <= 4 && text.chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
    !text.is_empty() && (digits || roman)
}

/// A line of single letters ("S K I L L S") without the spaces between them; `None` for other lines.
fn closed_up(line: &str) -> Option<String> {
    let letters: Vec<&str> = line.split_whitespace().collect();
    let single = letters.len() >= 4
        && letters
            .iter()
            .all(|letter| letter.chars().count() == 1 && letter.chars().all(char::is_alphabetic));
    single.then(|| letters.concat())
}
