//! Words of each language by what they say about an answer: work that somebody does, talk that says little, and links
//! between thoughts. Written for this project; none of them is a filler.

use std::sync::OnceLock;

use super::wordlist::WordList;

mod en;
mod fr;
mod id;
mod tr;

/// Languages that there are words for.
pub(super) const LANGUAGES: [&str; 4] = ["en", "tr", "fr", "id"];

/// The words of a language, as they are written down.
struct Words {
    work: &'static str,
    general: &'static str,
    links: &'static str,
}

/// The words of a language, compiled.
pub(super) struct Vocabulary {
    /// Deeds, tools and times of work.
    pub(super) work: WordList,
    /// Universals, values, self-praise.
    pub(super) general: WordList,
    /// Order, reason, contrast, example.
    pub(super) links: WordList,
}

impl Vocabulary {
    fn new(words: &Words, language: &str) -> Self {
        let list = |words: &'static str| WordList::new(words, Some(language));
        Self {
            work: list(words.work),
            general: list(words.general),
            links: list(words.links),
        }
    }

    /// The words of `language`; English for one that there are none for.
    pub(super) fn of(language: &str) -> &'static Self {
        static ALL: OnceLock<Vec<(&'static str, Vocabulary)>> = OnceLock::new();
        let all = ALL.get_or_init(|| {
            let words = [&en::WORDS, &tr::WORDS, &fr::WORDS, &id::WORDS];
            let both = LANGUAGES.into_iter().zip(words);
            both.map(|(language, words)| (language, Self::new(words, language)))
                .collect()
        });
        let found = all.iter().find(|(known, _)| *known == language);
        &found.unwrap_or(&all[0]).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_talk_and_work_are_told_apart_in_every_language() {
        let talk = [
            ("en", "passion", "measured"),
            ("tr", "tutkulu", "ölçtüm"),
            ("fr", "passionnée", "mesuré"),
            ("id", "semangat", "mengukur"),
        ];
        for (language, general, work) in talk {
            let words = Vocabulary::of(language);
            assert!(
                words.general.holds(general) && !words.work.holds(general),
                "{general}"
            );
            assert!(
                words.work.holds(work) && !words.general.holds(work),
                "{work}"
            );
        }
    }
}
