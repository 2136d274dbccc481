//! Sounds of hesitation in any length: "um", "ummm", "euhh".
//!
//! Notation: letters; a `+` after a letter allows more of it. `u+m+` is "um", "uum", "ummm"; `mmm+`
//! is three or more.

use crate::text::{
    lexicon::{Lexicon, words},
    tokens::Token,
};

/// Answers and refusals that are written like hesitations.
const BACKCHANNELS: &[&str] = &[
    "uh-huh", "uh-uh", "mm-hmm", "mm-hm", "mm-mm", "hm-hm", "m-hm", "hı-hı",
];
/// The second word of a backchannel in two words, by its first.
const SPLIT_BACKCHANNELS: &[(&str, &str)] =
    &[("uh", "huh"), ("mm", "hmm"), ("mm", "hm"), ("mmm", "hmm")];

/// Which tokens of a sentence are sounds of hesitation.
pub(super) fn mark(tokens: &[Token], lexicon: &Lexicon) -> Vec<bool> {
    let sounds: Vec<Vec<Run>> = words(lexicon.hesitations).map(runs_of_notation).collect();
    let shouted = tokens
        .iter()
        .all(|token| !token.raw.chars().any(char::is_lowercase));
    let mut marks: Vec<bool> = tokens
        .iter()
        .map(|token| is_sound(&token.folded, &sounds) && (shouted || !is_acronym(&token.raw)))
        .collect();
    for i in 1..tokens.len() {
        let pair = (tokens[i - 1].folded.as_str(), tokens[i].folded.as_str());
        if SPLIT_BACKCHANNELS.contains(&pair) && !tokens[i].break_before {
            marks[i - 1] = false;
            marks[i] = false;
        }
    }
    marks
}

/// Whether a token is two capitals, as in "the ER".
pub(super) fn is_acronym(raw: &str) -> bool {
    raw.chars().count() == 2 && raw.chars().all(char::is_uppercase)
}

fn is_sound(folded: &str, sounds: &[Vec<Run>]) -> bool {
    if !folded.contains('-') {
        return fits_any(folded, sounds);
    }
    if BACKCHANNELS.contains(&folded) {
        return false;
    }
    // Stuttered sounds: "u-um", "e-e-e", "uh-um".
    fits_any(&folded.replace('-', ""), sounds)
        || folded.split('-').all(|part| fits_any(part, sounds))
}

fn fits_any(word: &str, sounds: &[Vec<Run>]) -> bool {
    let runs = runs_of(word);
    sounds.iter().any(|sound| fits(&runs, sound))
}

/// A letter that is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    letter: char,
    n: usize,
    /// More of the letter are the same sound.
    open: bool,
}

fn runs_of_notation(notation: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for c in notation.chars() {
        match runs.last_mut() {
            Some(last) if c == '+' => last.open = true,
            Some(last) if last.letter == c => last.n += 1,
            _ => runs.push(Run {
                letter: c,
                n: 1,
                open: false,
            }),
        }
    }
    runs
}

fn runs_of(word: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for c in word.chars() {
        match runs.last_mut() {
            Some(last) if last.letter == c => last.n += 1,
            _ => runs.push(Run {
                letter: c,
                n: 1,
                open: false,
            }),
        }
    }
    runs
}

fn fits(word: &[Run], sound: &[Run]) -> bool {
    word.len() == sound.len()
        && word.iter().zip(sound).all(|(spoken, run)| {
            spoken.letter == run.letter && (spoken.n == run.n || run.open && spoken.n > run.n)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notation_allows_longer_letters_where_it_says_so() {
        let sounds: Vec<Vec<Run>> = ["e+u+h+", "mmm+", "er"].map(runs_of_notation).to_vec();
        for word in ["euh", "euhhh", "eeeuh", "mmm", "mmmmm", "er"] {
            assert!(is_sound(word, &sounds), "{word}");
        }
        for word in ["eu", "mm", "err", "euhe", "her", ""] {
            assert!(!is_sound(word, &sounds), "{word}");
        }
    }

    #[test]
    fn stuttered_sounds_count_once_and_backchannels_never() {
        let sounds: Vec<Vec<Run>> = ["u+m+", "u+h+"].map(runs_of_notation).to_vec();
        assert!(is_sound("u-um", &sounds));
        assert!(is_sound("uh-um", &sounds));
        assert!(!is_sound("uh-huh", &sounds));
        assert!(!is_sound("uh-uh", &sounds));
    }
}
