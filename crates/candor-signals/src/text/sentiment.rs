//! Tone of the words: valence of a word list with negation, boosters and dampeners.
//!
//! Per sentence the valences are summed and squashed to −1…1 by `s / √(s² + 15)`; a negation turns
//! a word by −0.74 (both after Hutto & Gilbert 2014). A sentence of tone `c` and `n` words gives
//! `n·|c|` to its side and `n·0.35·(1 − |c|)` to *neutral*; the label is the side with most, the
//! score its share. No face and no voice goes in, and no emotion is inferred.

use candor_core::measured::{Measured, NotMeasured};

use super::{
    lexicon::{self, Lexicon},
    sentences::Script,
    tokens::Token,
};

/// Identifier and version of the formula.
pub const FORMULA: &str = "sentiment-lexicon.v1";

const ALPHA: f64 = 15.0;
const NEGATION: f64 = -0.74;
const BOOST: f64 = 1.3;
const DAMP: f64 = 0.7;
const NEUTRAL_WEIGHT: f64 = 0.35;
/// How many words a negation reaches.
const REACH: usize = 3;
/// Fewer words tell no tone.
const MIN_WORDS: usize = 3;

/// Tone of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentiment {
    /// `negative`, `neutral` or `positive`.
    pub label: &'static str,
    /// Share of the evidence that speaks for the label, ⅓ to 1.
    pub score: f64,
    /// Mean tone, −1 to 1.
    pub valence: f64,
}

/// Tone of a script.
///
/// # Errors
/// `no_words` or `too_short`; `language_unknown` or `language_unsupported`.
pub fn of(script: &Script) -> Measured<Sentiment> {
    if script.tokens.is_empty() {
        return Err(NotMeasured::new("no_words", "no words were found"));
    }
    let lexicon = super::require_lexicon(script.language.as_deref())?;
    if script.tokens.len() < MIN_WORDS {
        return Err(NotMeasured::new(
            "too_short",
            "fewer than three words tell no tone",
        ));
    }
    let lists = Lists::new(lexicon);
    let (mut positive, mut negative, mut neutral, mut sum) = (0.0, 0.0, 0.0, 0.0);
    for sentence in &script.sentences {
        let n = sentence.tokens.len() as f64;
        let tone = lists.tone(script.tokens_in(sentence));
        positive += n * tone.max(0.0);
        negative += n * (-tone).max(0.0);
        neutral += n * NEUTRAL_WEIGHT * (1.0 - tone.abs());
        sum += n * tone;
    }
    let total = positive + negative + neutral;
    let (label, most) = if positive > neutral && positive > negative {
        ("positive", positive)
    } else if negative > neutral && negative > positive {
        ("negative", negative)
    } else {
        ("neutral", neutral)
    };
    Ok(Sentiment {
        label,
        score: most / total,
        valence: sum / script.tokens.len() as f64,
    })
}

/// Compiled lists of one language.
struct Lists {
    whole: Vec<(&'static str, f64)>,
    beginnings: Vec<(&'static str, f64)>,
    negators: Vec<&'static str>,
    negators_after: Vec<&'static str>,
    boosters: Vec<&'static str>,
    dampeners: Vec<&'static str>,
}

impl Lists {
    fn new(lexicon: &'static Lexicon) -> Self {
        let mut whole = Vec::new();
        let mut beginnings = Vec::new();
        for (valence, list) in lexicon.valence {
            for word in lexicon::words(list) {
                match word.strip_suffix('*') {
                    Some(beginning) => beginnings.push((beginning, *valence)),
                    None => whole.push((word, *valence)),
                }
            }
        }
        let list = |list: &'static str| lexicon::words(list).collect();
        Self {
            whole,
            beginnings,
            negators: list(lexicon.negators),
            negators_after: list(lexicon.negators_after),
            boosters: list(lexicon.boosters),
            dampeners: list(lexicon.dampeners),
        }
    }

    /// Valence of a word; a whole word wins over a beginning, a long beginning over a short one.
    fn valence(&self, folded: &str) -> Option<f64> {
        let whole = self.whole.iter().find(|(word, _)| *word == folded);
        let beginning = || {
            self.beginnings
                .iter()
                .filter(|(beginning, _)| folded.starts_with(beginning))
                .max_by_key(|(beginning, _)| beginning.len())
        };
        whole.or_else(beginning).map(|&(_, valence)| valence)
    }

    /// Tone of one sentence, −1 to 1.
    fn tone(&self, tokens: &[Token]) -> f64 {
        let mut sum = 0.0;
        for (i, token) in tokens.iter().enumerate() {
            let modifier = self.negators.contains(&token.folded.as_str())
                || self.boosters.contains(&token.folded.as_str());
            if let Some(valence) = self.valence(&token.folded).filter(|_| !modifier) {
                sum += valence * self.factor(tokens, i);
            }
        }
        sum / (sum * sum + ALPHA).sqrt()
    }

    /// What the words around word `i` do to its valence; breaks end their reach.
    fn factor(&self, tokens: &[Token], i: usize) -> f64 {
        let is = |list: &[&str], j: usize| list.contains(&tokens[j].folded.as_str());
        let mut factor = 1.0;
        let mut negated = false;
        let mut at = i;
        while at > 0 && i - at < REACH && !tokens[at].break_before {
            at -= 1;
            negated |= is(&self.negators, at);
            if i - at == 1 && is(&self.boosters, at) {
                factor *= BOOST;
            }
            if i - at == 1 && is(&self.dampeners, at) {
                factor *= DAMP;
            }
        }
        let mut at = i;
        while at + 1 < tokens.len() && at - i < REACH - 1 && !tokens[at].break_after {
            at += 1;
            negated |= is(&self.negators_after, at);
        }
        if negated { factor * NEGATION } else { factor }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::text::tokens::plain;

    fn tone(text: &str, language: &str) -> Sentiment {
        of(&Script::new(&plain(text, Some(language)), Some(language))).expect("has a tone")
    }

    #[rstest]
    #[case("en", "I loved that job and the team was great.", "positive")]
    #[case("en", "It was a terrible project and we failed badly.", "negative")]
    #[case("en", "The meeting starts at nine in the main office.", "neutral")]
    #[case("en", "The result was not good and nobody was happy.", "negative")]
    #[case("tr", "Harika bir ekipti ve çok mutluydum.", "positive")]
    #[case("tr", "Proje berbattı ve müdür çok kızgındı.", "negative")]
    #[case("tr", "Sonuç hiç iyi değildi, mutlu değildik.", "negative")]
    #[case("tr", "Toplantı saat dokuzda ofiste başlıyor.", "neutral")]
    #[case("fr", "J'ai adoré ce travail, l'équipe était formidable.", "positive")]
    #[case("fr", "C'était un échec horrible et j'étais très déçu.", "negative")]
    #[case("fr", "La réunion commence à neuf heures au bureau.", "neutral")]
    #[case("id", "Saya sangat senang dan bangga dengan hasil itu.", "positive")]
    #[case("id", "Proyek itu gagal dan saya sangat kecewa.", "negative")]
    #[case("id", "Rapat dimulai pukul sembilan di kantor.", "neutral")]
    #[case("de", "Das Team war großartig und ich war sehr glücklich.", "positive")]
    #[case(
        "de",
        "Das Projekt war eine Katastrophe und ich war enttäuscht.",
        "negative"
    )]
    #[case("de", "Die Besprechung beginnt um neun Uhr im Büro.", "neutral")]
    #[case("es", "Me encantó el trabajo y el equipo era excelente.", "positive")]
    #[case("es", "Fue un desastre terrible y estaba frustrado.", "negative")]
    #[case("es", "La reunión empieza a las nueve en la oficina.", "neutral")]
    fn clear_sentences_get_their_label(
        #[case] language: &str,
        #[case] text: &str,
        #[case] label: &str,
    ) {
        let found = tone(text, language);
        assert_eq!(found.label, label, "{found:?}");
    }

    #[test]
    fn boosters_strengthen_dampeners_weaken_and_negation_turns() {
        let valence = |text: &str| tone(text, "en").valence;
        assert!(valence("it was very good") > valence("it was just good"));
        assert!(valence("it was slightly good") < valence("it was just good"));
        assert!(valence("it was not good") < 0.0);
    }

    #[test]
    fn unknown_language_has_no_tone() {
        let script = Script::new(&plain("era molto bello", Some("it")), Some("it"));
        assert_eq!(of(&script).unwrap_err().code, "language_unsupported");
        let script = Script::new(&plain("", Some("en")), Some("en"));
        assert_eq!(of(&script).unwrap_err().code, "no_words");
    }

    proptest! {
        #[test]
        fn score_and_valence_stay_in_bounds(words in "[a-z ,.!]{12,120}") {
            let script = Script::new(&plain(&words, Some("en")), Some("en"));
            if let Ok(found) = of(&script) {
                prop_assert!((0.33..=1.0).contains(&found.score));
                prop_assert!((-1.0..=1.0).contains(&found.valence));
            }
        }
    }
}
