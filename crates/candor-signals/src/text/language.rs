//! The language of a text: what the caller says, otherwise function words, otherwise trigrams.

use candor_core::transcript::Transcript;
use whatlang::Lang;

use super::{
    lexicon::{self, Lexicon},
    tokens::tokens_of,
};

/// Letters below which trigrams are not asked: they guess on short texts.
const MIN_LETTERS: usize = 60;
/// Letters from which trigrams are believed against function words.
const SURE_LETTERS: usize = 100;
/// Weight of a word or letter that hardly occurs in the other languages, against 1 for a stop word.
const TELLING_WEIGHT: u32 = 2;

/// The primary subtag of the transcript's own language, otherwise of the detected one; `None` when
/// the text is too short or too mixed to tell.
pub fn of(transcript: &Transcript) -> Option<String> {
    match &transcript.language {
        Some(given) => primary_subtag(given),
        None => detect(transcript),
    }
}

/// `en` of `en-US`; `None` for nothing, `und` and `auto`.
pub fn primary_subtag(tag: &str) -> Option<String> {
    let primary = tag.split(['-', '_']).next()?.trim().to_lowercase();
    let alias = match primary.as_str() {
        "" | "und" | "auto" => return None,
        "in" | "ind" => "id",
        "eng" => "en",
        "tur" => "tr",
        "fra" | "fre" => "fr",
        "deu" | "ger" => "de",
        "spa" => "es",
        other => other,
    };
    Some(alias.to_owned())
}

fn detect(transcript: &Transcript) -> Option<String> {
    let by_words = by_function_words(transcript);
    let text = transcript.text();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let by_trigrams = whatlang::detect(&text)
        .filter(|info| letters >= MIN_LETTERS && info.is_reliable())
        .map(|info| tag(info.lang()));
    let language = match (by_words, by_trigrams) {
        (Some((by_words, decisive)), Some(by_trigrams)) => {
            // A related language shares function words with one that has lists (pt with es).
            let foreign = lexicon::of(Some(&by_trigrams)).is_none() && letters >= SURE_LETTERS;
            if foreign || !decisive {
                return Some(by_trigrams);
            }
            by_words
        }
        (Some((by_words, _)), None) => by_words,
        (None, by_trigrams) => return by_trigrams,
    };
    Some(language.to_owned())
}

/// The language whose function words occur most, and whether it is far ahead. `None` when the two
/// best are too close.
fn by_function_words(transcript: &Transcript) -> Option<(&'static str, bool)> {
    let mut scores: Vec<(u32, &'static str)> = lexicon::ALL
        .iter()
        .map(|lexicon| (evidence(transcript, lexicon), lexicon.language))
        .collect();
    scores.sort_by_key(|&(score, _)| std::cmp::Reverse(score));
    let n_tokens = tokens_of(transcript, None).len() as u32;
    let [(best, language), (second, _), ..] = scores[..] else {
        return None;
    };
    // At least a third of the words of any talk are function words.
    let enough = best >= 2 && best * 4 >= n_tokens;
    let ahead = best * 2 >= second * 3 && best >= second + 2;
    (enough && ahead).then_some((language, best >= second * 2 && best >= 6))
}

fn evidence(transcript: &Transcript, lexicon: &Lexicon) -> u32 {
    let stop_words: Vec<&str> = lexicon::words(lexicon.stop_words).collect();
    let telling: Vec<&str> = lexicon::words(lexicon.telling_words).collect();
    tokens_of(transcript, Some(lexicon.language))
        .iter()
        .map(|token| {
            let word = token.folded.as_str();
            let own_letter = word.contains(|c| lexicon.telling_letters.contains(c));
            if telling.contains(&word) || own_letter {
                TELLING_WEIGHT
            } else {
                u32::from(stop_words.contains(&word))
            }
        })
        .sum()
}

/// The primary subtag of a detected language: BCP 47 prefers two letters where they exist.
fn tag(language: Lang) -> String {
    let code = language.code();
    match language {
        Lang::Eng => "en",
        Lang::Tur => "tr",
        Lang::Fra => "fr",
        Lang::Ind => "id",
        Lang::Deu => "de",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Nld => "nl",
        Lang::Pol => "pl",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Ara => "ar",
        Lang::Pes => "fa",
        Lang::Hin => "hi",
        Lang::Ben => "bn",
        Lang::Cmn => "zh",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Vie => "vi",
        Lang::Tha => "th",
        Lang::Ell => "el",
        Lang::Heb => "he",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "nb",
        Lang::Fin => "fi",
        Lang::Ces => "cs",
        Lang::Slk => "sk",
        Lang::Hun => "hu",
        Lang::Ron => "ro",
        Lang::Bul => "bg",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Cat => "ca",
        Lang::Aze => "az",
        _ => code,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::text::tokens::plain;

    #[rstest]
    #[case("I was in the room and we talked about it.", "en")]
    #[case("Ben bu projede çok şey öğrendim ve ekip ile çalıştım.", "tr")]
    #[case("J'ai travaillé dans une équipe avec des gens.", "fr")]
    #[case("Saya bekerja di perusahaan itu dan kami membuat aplikasi.", "id")]
    #[case("Ich habe in einer Firma gearbeitet und das war gut.", "de")]
    #[case("Yo trabajé en una empresa y fue muy bueno para mí.", "es")]
    #[case("Euh, je travaille avec mon équipe.", "fr")]
    #[case("Um, so I think that was the best one.", "en")]
    fn short_sentences_are_told_by_their_function_words(
        #[case] text: &str,
        #[case] language: &str,
    ) {
        assert_eq!(of(&plain(text, None)).as_deref(), Some(language));
    }

    #[rstest]
    #[case(
        "Ho lavorato per tre anni in una piccola azienda dove abbiamo sviluppato un nuovo \
            sistema per gestire gli ordini dei nostri clienti.",
        "it"
    )]
    #[case(
        "Eu trabalhei por três anos em uma pequena empresa onde desenvolvemos um novo sistema \
            de gestão para os nossos clientes e fui responsável pela equipe.",
        "pt"
    )]
    #[case(
        "Ik heb drie jaar bij een klein bedrijf gewerkt waar we een nieuw systeem voor onze \
            klanten hebben ontwikkeld en ik was verantwoordelijk voor het team.",
        "nl"
    )]
    #[case(
        "Pracowałem trzy lata w małej firmie, gdzie stworzyliśmy nowy system do obsługi \
            zamówień naszych klientów.",
        "pl"
    )]
    #[case(
        "Я три года работал в небольшой компании, где мы создали новую систему для наших \
            клиентов.",
        "ru"
    )]
    fn languages_without_word_lists_are_told_by_trigrams(
        #[case] text: &str,
        #[case] language: &str,
    ) {
        assert_eq!(of(&plain(text, None)).as_deref(), Some(language));
    }

    #[test]
    fn the_given_language_wins_and_nothing_is_guessed_from_nothing() {
        assert_eq!(of(&plain("Ben", Some("fr-FR"))).as_deref(), Some("fr"));
        assert_eq!(of(&plain("", None)), None);
        assert_eq!(of(&plain("Python", None)), None);
    }
}
