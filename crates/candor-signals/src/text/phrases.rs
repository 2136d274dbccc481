//! Finds phrases of a lexicon in tokens: literal words, open endings and short gaps.
//!
//! Notation of a pattern, word by word: `led` the word itself; `improv*` its beginning; `*ed` its
//! end; `ge*t` both; `*ge*t` also something inside; `?` at most one word of any kind; `...` at most six; `!` before a pattern: not
//! this. The caller gives the words of one sentence, so gaps never cross its end.

use super::tokens::fold;

/// Words that `...` may skip.
const GAP: usize = 6;

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Word(String),
    /// Parts around the stars; the first begins the word, the last ends it.
    Open(Vec<String>),
    Gap(usize),
}

impl Pattern {
    /// Compiles the notation described above.
    pub(crate) fn new(notation: &str, language: &str) -> Self {
        let mut pieces = Vec::new();
        for word in notation.split_whitespace() {
            match word {
                "?" => pieces.push(Piece::Gap(1)),
                "..." => pieces.push(Piece::Gap(GAP)),
                _ => {
                    // The tokeniser cuts French elisions; the notation writes them together.
                    let folded = fold(word, Some(language));
                    let mut rest = folded.as_str();
                    if language == "fr"
                        && let Some(at) = rest.find('\'')
                        && rest != "aujourd'hui"
                        && rest != "quelqu'un"
                    {
                        pieces.push(Piece::Word(rest[..=at].to_owned()));
                        rest = &rest[at + 1..];
                    }
                    if rest.is_empty() {
                        continue;
                    }
                    pieces.push(if rest.contains('*') {
                        Piece::Open(rest.split('*').map(str::to_owned).collect())
                    } else {
                        Piece::Word(rest.to_owned())
                    });
                }
            }
        }
        Self { pieces }
    }

    /// Number of words that the pattern matches when it starts at the first of `words`.
    pub(crate) fn matches_at(&self, words: &[&str]) -> Option<usize> {
        match_pieces(&self.pieces, words)
    }
}

fn match_pieces(pieces: &[Piece], words: &[&str]) -> Option<usize> {
    let Some((piece, rest)) = pieces.split_first() else {
        return Some(0);
    };
    match piece {
        Piece::Gap(most) => (0..=(*most).min(words.len()))
            .find_map(|skip| match_pieces(rest, &words[skip..]).map(|n| n + skip)),
        Piece::Word(word) => {
            let (first, tail) = words.split_first()?;
            if first == word {
                match_pieces(rest, tail).map(|n| n + 1)
            } else {
                None
            }
        }
        Piece::Open(parts) => {
            let (first, tail) = words.split_first()?;
            if is_open_match(parts, first) {
                match_pieces(rest, tail).map(|n| n + 1)
            } else {
                None
            }
        }
    }
}

/// Whether `word` has the parts in order, the first at its beginning and the last at its end. A
/// star at the end may stand for nothing (`improv*` matches `improv`), other stars stand for at
/// least one letter.
fn is_open_match(parts: &[String], word: &str) -> bool {
    let [start, inner @ .., end] = parts else {
        return false;
    };
    let Some(rest) = word.strip_prefix(start.as_str()) else {
        return false;
    };
    let Some(mut rest) = rest.strip_suffix(end.as_str()) else {
        return false;
    };
    for part in inner {
        let Some(at) = rest
            .match_indices(part.as_str())
            .map(|(at, _)| at)
            .find(|&at| at > 0)
        else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    !rest.is_empty() || end.is_empty() && !start.is_empty()
}

/// A list of patterns; those that begin with `!` stand for what is not meant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PhraseSet {
    patterns: Vec<Pattern>,
    vetoes: Vec<Pattern>,
}

/// Where a phrase was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    /// Index of the pattern, not counting vetoes.
    pub(crate) pattern: usize,
    /// Index of its first word.
    pub(crate) start: usize,
    /// Number of words.
    pub(crate) n_words: usize,
}

impl PhraseSet {
    /// Compiles `notations` for `language`.
    pub(crate) fn new(notations: &[&str], language: &str) -> Self {
        let compile = |veto: bool| {
            notations
                .iter()
                .filter(|notation| notation.starts_with('!') == veto)
                .map(|notation| Pattern::new(notation.trim_start_matches('!'), language))
                .collect()
        };
        Self {
            patterns: compile(false),
            vetoes: compile(true),
        }
    }

    /// Matches in `words`, in order. They do not overlap; at one place the longest wins, then the
    /// earlier pattern; a veto at the same place wins over all.
    pub(crate) fn find(&self, words: &[&str]) -> Vec<Match> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let rest = &words[at..];
            if let Some(n) = longest(&self.vetoes, rest).map(|(_, n)| n) {
                at += n.max(1);
                continue;
            }
            match longest(&self.patterns, rest) {
                Some((pattern, n_words)) => {
                    found.push(Match {
                        pattern,
                        start: at,
                        n_words,
                    });
                    at += n_words;
                }
                None => at += 1,
            }
        }
        found
    }
}

/// The longest match of `patterns` at the beginning of `words`: index and number of words.
fn longest(patterns: &[Pattern], words: &[&str]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    for (index, pattern) in patterns.iter().enumerate() {
        if let Some(n) = pattern.matches_at(words)
            && n > 0
            && best.is_none_or(|(_, longest)| n > longest)
        {
            best = Some((index, n));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_words_endings_and_gaps() {
        let at = |notation: &str, text: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            Pattern::new(notation, "en").matches_at(&words)
        };
        assert_eq!(at("i ? *ed", "i quickly started it"), Some(3));
        assert_eq!(at("i ? *ed", "i started it"), Some(2));
        assert_eq!(at("improv*", "improvement"), Some(1));
        assert_eq!(at("ge*t", "get"), None);
        assert_eq!(at("ge*t", "gemacht"), Some(1));
        assert_eq!(at("*ge*en", "angerufen"), Some(1));
        assert_eq!(at("*ge*en", "gerufen"), None);
        assert_eq!(at("*ed", "ed"), None);
        assert_eq!(at("so ... that", "so very hard to do that"), Some(6));
        assert_eq!(at("so ... that", "so a b c d e f g that"), None);
    }

    #[test]
    fn the_longest_match_wins_and_matches_do_not_overlap() {
        let phrases = PhraseSet::new(&["sort", "sort of", "!a sort"], "en");
        let words = ["sort", "of", "sort", "a", "sort"];
        let found: Vec<(usize, usize, usize)> = phrases
            .find(&words)
            .iter()
            .map(|m| (m.pattern, m.start, m.n_words))
            .collect();
        assert_eq!(found, [(1, 0, 2), (0, 2, 1)]);
    }

    #[test]
    fn french_elisions_match_the_cut_tokens() {
        let pattern = Pattern::new("j'ai", "fr");
        assert_eq!(pattern.matches_at(&["j'", "ai"]), Some(2));
    }
}
