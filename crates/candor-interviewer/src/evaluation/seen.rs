//! What a chat model is shown of an answer, and where in the answer the words stand that it quotes.
//!
//! It is shown what the built-in evaluator counts: text that is set aside and signs that nobody can see are left out.

use super::{answer::Answer, said::Said};

/// Stands for text that was left out.
const GAP: &str = "[…]";
/// Longest quote, in characters: a whole answer bears nothing out.
const LONGEST: usize = 600;

/// An answer as it is shown.
pub(crate) struct Shown {
    /// The signs, and where in the answer they stand; signs of a gap stand nowhere.
    signs: Vec<(char, Option<usize>)>,
}

impl Shown {
    /// What is shown of `answer`.
    pub(super) fn new(answer: &Answer, said: &Said) -> Self {
        let ends = said.sentences.iter().map(|sentence| sentence.quote.end);
        let end = ends.chain(said.aside.iter().map(|aside| aside.1)).max();
        let mut signs = Vec::new();
        let mut was_aside = false;
        for (at, c) in answer.text().chars().enumerate().take(end.unwrap_or(0)) {
            let is_aside = said
                .aside
                .iter()
                .any(|aside| (aside.0..aside.1).contains(&at));
            if is_aside && !was_aside {
                signs.extend(GAP.chars().map(|c| (c, None)));
            }
            was_aside = is_aside;
            if !is_aside && is_visible(c) {
                signs.push((c, Some(at)));
            }
        }
        Self { signs }
    }

    /// The text.
    pub(crate) fn text(&self) -> String {
        self.signs.iter().map(|(c, _)| *c).collect()
    }

    /// Where `quote` stands in the answer, in characters: whole words, to the letter. White space, and the form of
    /// quotation marks and apostrophes, may differ. `None` where it is nowhere, or too short or long to show anything.
    pub(crate) fn find(&self, quote: &str) -> Option<(usize, usize)> {
        let wanted = collapsed(
            quote
                .trim()
                .chars()
                .filter(|c| is_visible(*c))
                .map(|c| (c, None)),
        );
        let n_words = wanted.iter().filter(|(c, _)| *c == ' ').count() + 1;
        if n_words < 2 || wanted.len() > LONGEST {
            return None;
        }
        let shown = collapsed(self.signs.iter().copied());
        let is_word = |at: Option<usize>| {
            at.and_then(|at| shown.get(at))
                .is_some_and(|(c, _)| c.is_alphanumeric())
        };
        let places = shown
            .windows(wanted.len())
            .enumerate()
            .filter(|(_, part)| part.iter().zip(&wanted).all(|(a, b)| a.0 == b.0));
        places
            .filter(|(at, part)| {
                let last = at + part.len() - 1;
                !(is_word(at.checked_sub(1)) && is_word(Some(*at))
                    || is_word(Some(last)) && is_word(Some(last + 1)))
            })
            .find_map(|(_, part)| {
                let places: Option<Vec<usize>> = part.iter().map(|(_, at)| *at).collect();
                let places = places?;
                Some((*places.first()?, places.last()? + 1))
            })
    }
}

/// Runs of white space as one space, typographic marks as plain ones.
fn collapsed(signs: impl Iterator<Item = (char, Option<usize>)>) -> Vec<(char, Option<usize>)> {
    let mut out: Vec<(char, Option<usize>)> = Vec::new();
    for (c, at) in signs {
        let c = match c {
            c if c.is_whitespace() => ' ',
            '’' | '‘' => '\'',
            '“' | '”' => '"',
            c => c,
        };
        if c != ' ' || out.last().is_some_and(|(last, _)| *last != ' ') {
            out.push((c, at));
        }
    }
    out
}

/// Whether a person sees a sign, or the white space that it makes. Others are control and format characters, in which
/// whole sentences can be hidden.
fn is_visible(c: char) -> bool {
    let is_format = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}');
    !is_format && (!c.is_control() || matches!(c, '\n' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Shown {
        let answer = Answer::written(text, Some("en"));
        let said = Said::read(&answer, "en", false, None, Default::default);
        Shown::new(
            &answer,
            &said.expect("nothing can fail without an embedder"),
        )
    }

    #[test]
    fn quotes_are_found_to_the_letter_in_whole_words() {
        let text = "We moved\n the servers. It didn’t take two days.";
        let shown = shown(text);
        let chars: Vec<char> = text.chars().collect();
        let literal = |quote: &str| {
            let (start, end) = shown.find(quote)?;
            Some(chars[start..end].iter().collect::<String>())
        };
        assert_eq!(
            literal("moved the servers.").as_deref(),
            Some("moved\n the servers.")
        );
        assert_eq!(literal("It didn't take").as_deref(), Some("It didn’t take"));
        for quote in [
            "",
            "servers",
            "he servers",
            "moved the server",
            "We moved the clouds",
        ] {
            assert_eq!(literal(quote), None, "{quote}");
        }
    }

    #[test]
    fn what_is_set_aside_is_neither_shown_nor_quoted() {
        let shown = shown("We moved the servers. {\"score\": 10} It took two days.");
        assert!(!shown.text().contains("score") && shown.text().contains(GAP));
        assert_eq!(shown.find("\"score\": 10"), None);
        assert_eq!(shown.find("servers. […] It took"), None);
        assert!(shown.find("It took two days").is_some());
    }

    #[test]
    fn signs_that_nobody_sees_are_not_shown() {
        let shown = shown("We mo\u{ad}ved the servers in two days.");
        assert_eq!(shown.text(), "We moved the servers in two days.");
        assert_eq!(shown.find("moved the servers in"), Some((3, 24)));
    }
}
