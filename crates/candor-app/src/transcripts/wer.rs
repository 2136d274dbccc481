//! Word error rate: how many words of a transcript differ from what was said.

use std::ops::Add;

/// The fewest changes that turn the reference into the hypothesis (Levenshtein 1966), by words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WordErrors {
    /// Words of the reference.
    pub n_reference: usize,
    /// Words replaced by another.
    pub n_substituted: usize,
    /// Words left out.
    pub n_deleted: usize,
    /// Words added.
    pub n_inserted: usize,
}

impl WordErrors {
    /// Compares two texts by their normalised words.
    pub fn between(reference: &str, hypothesis: &str) -> Self {
        let reference = normalised_words(reference);
        let hypothesis = normalised_words(hypothesis);
        // row[j]: changes from the reference so far to the first j words of the hypothesis.
        let mut row: Vec<Self> = (0..=hypothesis.len())
            .map(|n_inserted| Self {
                n_inserted,
                ..Self::default()
            })
            .collect();
        for (n_before, said) in reference.iter().enumerate() {
            let mut next = Vec::with_capacity(row.len());
            next.push(Self {
                n_reference: n_before + 1,
                n_deleted: n_before + 1,
                ..Self::default()
            });
            for (j, heard) in hypothesis.iter().enumerate() {
                let step = |from: Self, substituted: bool, deleted: bool, inserted: bool| Self {
                    n_reference: n_before + 1,
                    n_substituted: from.n_substituted + usize::from(substituted),
                    n_deleted: from.n_deleted + usize::from(deleted),
                    n_inserted: from.n_inserted + usize::from(inserted),
                };
                let choices = [
                    step(row[j], said != heard, false, false),
                    step(row[j + 1], false, true, false),
                    step(next[j], false, false, true),
                ];
                let best = choices
                    .into_iter()
                    .min_by_key(|choice| choice.n_errors())
                    .expect("three choices");
                next.push(best);
            }
            row = next;
        }
        row[hypothesis.len()]
    }

    /// All errors.
    pub fn n_errors(self) -> usize {
        self.n_substituted + self.n_deleted + self.n_inserted
    }

    /// Errors per word of the reference, which may exceed 1; `None` without a reference.
    pub fn rate(self) -> Option<f64> {
        (self.n_reference > 0).then(|| self.n_errors() as f64 / self.n_reference as f64)
    }
}

/// Sums over several recordings.
impl Add for WordErrors {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            n_reference: self.n_reference + other.n_reference,
            n_substituted: self.n_substituted + other.n_substituted,
            n_deleted: self.n_deleted + other.n_deleted,
            n_inserted: self.n_inserted + other.n_inserted,
        }
    }
}

/// Lower-case words of letters and digits, with the apostrophes inside them; hyphens part words.
/// Numbers stay as they are written.
pub fn normalised_words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .replace(['’', 'ʼ'], "'")
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .map(|word| word.trim_matches('\'').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_of_error_is_counted() {
        let errors = WordErrors::between("a b c d e f g h", "a x c e f g h i");
        assert_eq!(
            errors,
            WordErrors {
                n_reference: 8,
                n_substituted: 1,
                n_deleted: 1,
                n_inserted: 1,
            }
        );
        assert!((errors.rate().unwrap() - 0.375).abs() < 1e-12);
    }

    #[test]
    fn case_punctuation_and_typography_are_no_errors() {
        let errors = WordErrors::between(
            "You’re well-known, aren't you?",
            "you're WELL known aren't you",
        );
        assert_eq!(errors.n_errors(), 0);
        assert_eq!(errors.n_reference, 5);
    }

    #[test]
    fn without_a_reference_there_is_no_rate() {
        assert_eq!(WordErrors::between("", "one two").rate(), None);
        assert_eq!(WordErrors::between("one two", "").rate(), Some(1.0));
    }

    proptest! {
        #[test]
        fn errors_are_bounded_and_symmetric(a in "[abc ]{0,30}", b in "[abc ]{0,30}") {
            let (forth, back) = (WordErrors::between(&a, &b), WordErrors::between(&b, &a));
            prop_assert_eq!(forth.n_errors(), back.n_errors());
            prop_assert!(forth.n_errors() <= forth.n_reference.max(back.n_reference));
            prop_assert_eq!(
                forth.n_reference - forth.n_deleted + forth.n_inserted,
                back.n_reference
            );
            prop_assert_eq!(WordErrors::between(&a, &a).n_errors(), 0);
        }
    }
}
