//! Finite-state grammars: which words may follow each other.

use std::fmt::Write as _;

/// Words in a row that may be missing from the speech when the text fits.
const FEW_SKIPPED: usize = 3;
/// The same when it does not.
const MANY_SKIPPED: usize = 12;
/// Probability that a word is missing; for more than three in a row it falls no further.
const SKIP: f64 = 1e-12;
/// Probability of each sound that belongs to no word of the text: so low that it only replaces
/// words that don't fit at all.
const OTHER_SOUND: f64 = 1e-9;

fn skip(n_skipped: usize) -> f64 {
    SKIP.powi(n_skipped.min(FEW_SKIPPED) as i32)
}

/// A grammar of numbered states, from state 0 to the last one.
#[derive(Debug, Clone, Default)]
pub struct Grammar {
    arcs: Vec<Arc>,
    n_states: usize,
}

#[derive(Debug, Clone)]
struct Arc {
    from: usize,
    to: usize,
    probability: f64,
    word: String,
}

impl Grammar {
    /// The words of `words` in order; up to three in a row may be missing from the speech.
    pub fn chain(words: &[&str]) -> Self {
        let mut grammar = Self {
            arcs: Vec::new(),
            n_states: words.len() + 1,
        };
        grammar.add_chain(words, FEW_SKIPPED);
        grammar
    }

    /// Like [`Self::chain`] for texts that fit badly: more words may be missing, and before and
    /// after each word there may be speech that is not in the text, made of `sounds`. Slower,
    /// and a little less exact at the edges of words.
    pub fn loose_chain(words: &[&str], sounds: &[&str]) -> Self {
        let mut grammar = Self {
            arcs: Vec::new(),
            n_states: words.len() + 1,
        };
        grammar.add_chain(words, MANY_SKIPPED);
        for state in 0..grammar.n_states {
            for sound in sounds {
                grammar.add(state, state, OTHER_SOUND, sound);
            }
        }
        grammar
    }

    fn add_chain(&mut self, words: &[&str], max_skipped: usize) {
        for (index, word) in words.iter().enumerate() {
            for n_skipped in 0..=max_skipped.min(index) {
                self.add(index - n_skipped, index + 1, skip(n_skipped), word);
            }
            // Words missing at the end: the last spoken word leads straight to the end.
            let n_missing = words.len() - index - 1;
            if (1..=max_skipped).contains(&n_missing) {
                self.add(index, words.len(), skip(n_missing), word);
            }
        }
    }

    /// Any sequence of `words`, each as likely as the other.
    pub fn any_of(words: &[&str]) -> Self {
        let mut grammar = Self {
            arcs: Vec::new(),
            n_states: 1,
        };
        for word in words {
            grammar.add(0, 0, 1.0 / words.len() as f64, word);
        }
        grammar
    }

    fn add(&mut self, from: usize, to: usize, probability: f64, word: &str) {
        self.arcs.push(Arc {
            from,
            to,
            probability,
            word: word.to_owned(),
        });
    }

    /// The grammar in the library's text format.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "FSG_BEGIN candor\nN {}\nS 0\nF {}\n",
            self.n_states,
            self.n_states.saturating_sub(1)
        );
        for arc in &self.arcs {
            writeln!(
                text,
                "T {} {} {:e} {}",
                arc.from, arc.to, arc.probability, arc.word
            )
            .expect("writing to a string");
        }
        text.push_str("FSG_END\n");
        text
    }
}
