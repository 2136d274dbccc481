//! The figures in a text, to find those that nobody gave.

use std::collections::BTreeSet;

use crate::words::normalised;

/// Number words that stand for a measurement; smaller ones also count examples and sentences.
const NUMBER_WORDS: [&str; 25] = [
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "thousand",
    "million",
    "dozen",
    "half",
    "twice",
    "double",
    "doubled",
];

/// Figures of a text: numbers as they are written, without zeros that say nothing, and number words.
pub(crate) fn figures(text: &str) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = normalised(text)
        .split(' ')
        .filter(|word| NUMBER_WORDS.contains(word))
        .map(str::to_owned)
        .collect();
    let mut number = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_numeric() || (matches!(c, '.' | ',') && !number.is_empty()) {
            number.push(c);
        } else if !number.is_empty() {
            found.insert(plain(&number));
            number.clear();
        }
    }
    found
}

/// `69.90` and `69.9.` are the same figure.
fn plain(number: &str) -> String {
    let number = number.trim_end_matches(['.', ',']);
    if number.contains('.') {
        number
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    } else {
        number.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_however_they_are_written() {
        let found = figures("It was 69.90 of 100, twenty times, and q2 at 0,42.");
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(found, ["0,42", "100", "2", "69.9", "twenty"]);
        assert!(figures("Give one example and say why.").is_empty());
    }
}
