//! A sentence or two about an answer, in the language of the interview. Key points are never said, and nothing is
//! praised that the marks don't bear out.

use super::standing::Standing;
use crate::strategy::StarPart;

/// Marks from this share on are called good.
const GOOD: f64 = 0.7;
/// Marks below this share are called general.
const FAIR: f64 = 0.45;

/// The words of one language.
struct Words {
    empty: &'static str,
    short: &'static str,
    copied: &'static str,
    off_topic: &'static str,
    partly: &'static str,
    general: &'static str,
    fair: &'static str,
    good: &'static str,
    no_details: &'static str,
    no_action: &'static str,
    no_result: &'static str,
}

/// What is said about an answer.
pub(super) struct Seen<'a> {
    /// What kind of answer it is.
    pub(super) standing: Standing,
    /// Its total as a share.
    pub(super) share: f64,
    /// Its relevance as a share.
    pub(super) relevance: f64,
    /// Whether it holds figures, names or deeds.
    pub(super) has_details: bool,
    /// Parts of a told situation that it misses; empty where none was asked for.
    pub(super) missing_parts: &'a [StarPart],
}

/// The words about it in `language`, English where there are none.
pub(super) fn of(seen: &Seen<'_>, language: &str) -> String {
    let words = match language {
        "tr" => &TR,
        "fr" => &FR,
        "id" => &ID,
        _ => &EN,
    };
    let first = match seen.standing {
        Standing::Empty => return words.empty.to_owned(),
        Standing::Short => return words.short.to_owned(),
        Standing::Copied => return words.copied.to_owned(),
        Standing::OffTopic => return words.off_topic.to_owned(),
        Standing::Full if seen.relevance < FAIR => words.partly,
        Standing::Full if seen.share < FAIR => words.general,
        Standing::Full if seen.share < GOOD => words.fair,
        Standing::Full => words.good,
    };
    let second = if !seen.has_details {
        Some(words.no_details)
    } else if seen.missing_parts.contains(&StarPart::Action) {
        Some(words.no_action)
    } else if seen.missing_parts.contains(&StarPart::Result) {
        Some(words.no_result)
    } else {
        None
    };
    match second {
        Some(second) => format!("{first} {second}"),
        None => first.to_owned(),
    }
}

static EN: Words = Words {
    empty: "There is no answer to judge.",
    short: "The answer is too short to judge; a few sentences with an example would help.",
    copied: "The answer mostly repeats the question.",
    off_topic: "The answer speaks about something other than what was asked.",
    partly: "The answer touches the question only in part.",
    general: "The answer stays general; concrete steps or an example would carry it further.",
    fair: "The answer deals with the question and has some concrete points.",
    good: "The answer deals with the question and is concrete.",
    no_details: "Figures, names or own deeds are missing.",
    no_action: "What the candidate did is not clear.",
    no_result: "What came of it is not said.",
};

static TR: Words = Words {
    empty: "Değerlendirilecek bir yanıt yok.",
    short: "Yanıt değerlendirilemeyecek kadar kısa; bir örnekle birkaç cümle yardımcı olurdu.",
    copied: "Yanıt büyük ölçüde soruyu yineliyor.",
    off_topic: "Yanıt, sorulandan başka bir şeyden söz ediyor.",
    partly: "Yanıt soruya yalnızca kısmen değiniyor.",
    general: "Yanıt genel kalıyor; somut adımlar ya da bir örnek onu ileri taşırdı.",
    fair: "Yanıt soruyu ele alıyor ve bazı somut noktalar içeriyor.",
    good: "Yanıt soruyu ele alıyor ve somut.",
    no_details: "Rakam, ad ya da kişinin kendi yaptığı işler eksik.",
    no_action: "Adayın ne yaptığı açık değil.",
    no_result: "Sonucun ne olduğu söylenmemiş.",
};

static FR: Words = Words {
    empty: "Il n'y a pas de réponse à évaluer.",
    short: "La réponse est trop courte pour être évaluée ; quelques phrases et un exemple aideraient.",
    copied: "La réponse reprend surtout la question.",
    off_topic: "La réponse parle d'autre chose que de ce qui était demandé.",
    partly: "La réponse ne touche la question qu'en partie.",
    general: "La réponse reste générale ; des étapes concrètes ou un exemple la feraient avancer.",
    fair: "La réponse traite la question avec quelques éléments concrets.",
    good: "La réponse traite la question de façon concrète.",
    no_details: "Il manque des chiffres, des noms ou des actes personnels.",
    no_action: "On ne voit pas clairement ce que la personne a fait.",
    no_result: "Le résultat n'est pas dit.",
};

static ID: Words = Words {
    empty: "Tidak ada jawaban untuk dinilai.",
    short: "Jawaban terlalu singkat untuk dinilai; beberapa kalimat dengan contoh akan membantu.",
    copied: "Jawaban sebagian besar mengulang pertanyaan.",
    off_topic: "Jawaban membahas hal lain dari yang ditanyakan.",
    partly: "Jawaban hanya menyentuh sebagian pertanyaan.",
    general: "Jawaban masih umum; langkah konkret atau contoh akan memperkuatnya.",
    fair: "Jawaban membahas pertanyaan dan memuat beberapa hal konkret.",
    good: "Jawaban membahas pertanyaan dan konkret.",
    no_details: "Angka, nama, atau tindakan sendiri belum ada.",
    no_action: "Apa yang dilakukan kandidat belum jelas.",
    no_result: "Hasil akhirnya belum disebutkan.",
};

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(standing: Standing, share: f64) -> Seen<'static> {
        Seen {
            standing,
            share,
            relevance: 1.0,
            has_details: true,
            missing_parts: &[],
        }
    }

    #[test]
    fn the_lowest_band_gets_no_praise_and_every_language_its_own_words() {
        for language in ["en", "tr", "fr", "id"] {
            let good = of(&seen(Standing::Full, 0.9), language);
            for standing in [
                Standing::Empty,
                Standing::Short,
                Standing::Copied,
                Standing::OffTopic,
            ] {
                assert_ne!(of(&seen(standing, 0.9), language), good);
            }
            assert_ne!(of(&seen(Standing::Full, 0.2), language), good);
        }
        assert_eq!(of(&seen(Standing::Empty, 0.0), "de"), EN.empty);
        assert_ne!(of(&seen(Standing::Empty, 0.0), "fr"), EN.empty);
    }

    #[test]
    fn what_is_missing_is_said() {
        let told = of(
            &Seen {
                missing_parts: &[StarPart::Result],
                ..seen(Standing::Full, 0.6)
            },
            "en",
        );
        assert!(told.ends_with(EN.no_result), "{told}");
    }
}
