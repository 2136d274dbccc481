//! Verbatim sentences with the fillers a listener would mark. Beside each text
//! stand its hesitations, then its discourse markers.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::text::tokens::plain;

fn found(language: &str, text: &str) -> (Vec<String>, Vec<String>) {
    let transcript = plain(text, Some(language));
    let script = Script::new(&transcript, Some(language));
    let fillers = find(&transcript, &script).expect("language has a list");
    let texts = |fillers: &[Filler]| -> Vec<String> {
        fillers.iter().map(|filler| filler.label.clone()).collect()
    };
    (
        texts(&fillers.hesitations),
        texts(&fillers.discourse_markers),
    )
}

fn check(language: &str, cases: &[(&str, &str, &str)]) {
    let split = |list: &str| -> Vec<String> {
        list.split('/')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let mut wrong = Vec::new();
    for &(text, hesitations, markers) in cases {
        let expected = (split(hesitations), split(markers));
        let got = found(language, text);
        if got != expected {
            wrong.push(format!("{text}\n  got {got:?}\n  not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn english() {
    check(
        "en",
        &[
            ("Um, I worked at a bank for three years.", "um", ""),
            ("So I, uh, I led the, ummm, the migration.", "uh/ummm", ""),
            (
                "I really like working with people, and I like Python.",
                "",
                "",
            ),
            ("It was, like, really hard, you know.", "", "like/you know"),
            ("Do you know what happened? As you know, it failed.", "", ""),
            ("Well, I think it went well, as well.", "", "well"),
            ("We er had to erm restart the err the server.", "er/erm", ""),
            ("Hmm, let me think. Uh-huh, yes.", "hmm", ""),
            ("I mean, we could have done better.", "", "i mean"),
            ("What I mean is that the ER was full.", "", ""),
            (
                "She looks like her mother, and um um that's it.",
                "um/um",
                "",
            ),
            (
                "It was like really cold and like ten people came.",
                "",
                "like",
            ),
            ("I was, ah, working there. Ah, I see.", "ah", ""),
            ("The well was deep and the wheel was 5 mm wide.", "", ""),
            ("I... uh... don't know... uhm... maybe.", "uh/uhm", ""),
            ("um so basically i was uh the lead", "um/uh", ""),
            ("I know you know Java. If you know Rust, tell me.", "", ""),
            ("Something like that. I would like to, uhh, try.", "uhh", ""),
        ],
    );
}

#[test]
fn turkish() {
    check(
        "tr",
        &[
            ("Iıı, ben üç yıl bankada çalıştım.", "ııı", ""),
            ("Ben şey, projeyi yönettim.", "şey", ""),
            ("Bir şey söylemek istiyorum.", "", ""),
            ("Her şey çok güzeldi, hiçbir şey eksik değildi.", "", ""),
            ("Yani, bu çok önemli bir şey.", "", "yani"),
            ("Eee, sonra ekip kurduk.", "eee", ""),
            ("Hani, müşteri geldi ya, ııı, ona anlattık.", "ııı", "hani"),
            ("Sonra şey yaptık, testleri yazdık.", "şey", ""),
            ("En önemli şey takım çalışmasıydı.", "", ""),
            ("İstediğim şey, yeni bir görevdi.", "", ""),
            ("Hımm, bilmiyorum, ımm, belki.", "hımm/ımm", ""),
            ("İşte, böyle oldu. İşte çalışırken öğrendim.", "", "işte"),
            ("Nasıl desem, zor bir dönemdi.", "", "nasıl desem"),
            ("Şeyler değişti ama işimi seviyorum.", "", ""),
            ("Projede, şey, veri tabanını kurdum.", "şey", ""),
            ("Ee o zaman yani başladık.", "ee", "yani"),
        ],
    );
}

#[test]
fn french() {
    check(
        "fr",
        &[
            ("Euh, j'ai travaillé dans une banque.", "euh", ""),
            ("J'ai eu un problème, euhh, avec le client.", "euhh", ""),
            ("Heu... je pense que, heuu, oui.", "heu/heuu", ""),
            ("Ben, on a fait le projet, bah oui.", "ben/bah", ""),
            ("J'ai travaillé avec Ben pendant deux ans.", "", ""),
            ("Mmm, je ne sais pas.", "mmm", ""),
            (
                "Du coup, on a, euh, tout refait, quoi.",
                "euh",
                "du coup/quoi",
            ),
            ("Je ne sais pas quoi faire, c'est un bon projet.", "", ""),
            ("C'était, genre, super dur.", "", "genre"),
            ("Ce genre de projet me plaît.", "", ""),
            (
                "Eh bien, nous avons réussi, vous voyez.",
                "",
                "eh bien/vous voyez",
            ),
            ("C'est bien, hein.", "", "hein"),
            ("Il a bu de l'eau et eux aussi ont eu chaud.", "", ""),
            ("Bon, alors, on a commencé.", "", "bon/alors"),
            ("Et euh euh voilà le résultat.", "euh/euh", ""),
        ],
    );
}

#[test]
fn indonesian() {
    check(
        "id",
        &[
            ("Eee, saya bekerja di bank selama tiga tahun.", "eee", ""),
            ("Saya, anu, memimpin tim itu.", "anu", ""),
            ("Itu, apa ya, proyek yang besar.", "", "apa ya"),
            ("Itu apa ya?", "", ""),
            ("Apa yang Anda lakukan di sana?", "", ""),
            (
                "Jadi, emm, kami membuat aplikasi, gitu.",
                "emm",
                "jadi/gitu",
            ),
            ("Dia bilang gitu kepada saya, kayak gitu.", "", ""),
            ("Hmm, saya kurang tahu.", "hmm", ""),
            ("Jadi saya memutuskan untuk pindah.", "", ""),
            ("Kami eee mencoba lagi, eh, dua kali.", "eee/eh", ""),
            ("Em saya rasa ee itu bagus.", "em/ee", ""),
            ("Namanya, apa namanya, dashboard baru.", "", "apa namanya"),
            ("Enam orang ikut dan emas itu mahal.", "", ""),
            ("Nah, setelah itu kami selesai.", "", "nah"),
        ],
    );
}

#[test]
fn german() {
    check(
        "de",
        &[
            ("Äh, ich habe bei einer Bank gearbeitet.", "äh", ""),
            (
                "Ich habe, ähm, das Team geleitet, äähm, zwei Jahre.",
                "ähm/äähm",
                "",
            ),
            ("Das ist halt so, äh, gewesen.", "äh", "halt"),
            ("Der Zug macht Halt. Halt mal an!", "", ""),
            ("Also, ich denke, das war gut.", "", "also"),
            ("Also habe ich das Projekt beendet.", "", ""),
            ("Er ging um die Ecke, um zu helfen.", "", ""),
            ("Hm, öhm, das weiß ich nicht.", "hm/öhm", ""),
            ("Naja, es war sozusagen ein Test.", "", "naja/sozusagen"),
            ("Das ist eh klar. Eh, ich meine, ja.", "eh", "ich meine"),
            ("Wir haben, ehm, ja, gewonnen.", "ehm", "ja"),
            ("Ich meine, dass es richtig war.", "", ""),
            ("Mmm, gut, weißt du, das war schwer.", "mmm", "weißt du"),
            ("Also ich habe dann äh äh gekündigt.", "äh/äh", "also"),
        ],
    );
}

#[test]
fn spanish() {
    check(
        "es",
        &[
            ("Eh, trabajé en un banco tres años.", "eh", ""),
            ("Yo, este, dirigí el equipo.", "este", ""),
            ("Este proyecto fue importante, y este año también.", "", ""),
            ("Esteee, no sé qué decir.", "esteee", ""),
            ("Pues, la verdad es que aprendí mucho.", "", "pues"),
            ("No vino, pues estaba enfermo.", "", ""),
            ("O sea, fue difícil, ehhh, muy difícil.", "ehhh", "o sea"),
            ("Bueno, hicimos el trabajo y fue bueno.", "", "bueno"),
            ("Mmm, em, no recuerdo.", "mmm/em", ""),
            ("¿Está bien, eh?", "", ""),
            ("El cliente eh quería eh otra cosa.", "eh/eh", ""),
            ("Después de eso, digamos, mejoramos.", "", "digamos"),
            ("Prefiero este, no aquel.", "", ""),
            ("Así pues terminamos a tiempo.", "", ""),
            ("Y pues nada, eeeh, seguimos.", "eeeh", "pues"),
        ],
    );
}

#[rstest]
#[case(false, Some("en"), "not_verbatim")]
#[case(true, None, "language_unknown")]
#[case(true, Some("it"), "language_unsupported")]
fn fillers_are_not_counted_without_a_verbatim_text_of_a_known_language(
    #[case] verbatim: bool,
    #[case] language: Option<&str>,
    #[case] code: &str,
) {
    let mut transcript = plain("um", language);
    transcript.verbatim = verbatim;
    let script = Script::new(&transcript, language);
    assert_eq!(find(&transcript, &script).unwrap_err().code, code);
}

proptest! {
    #[test]
    fn whole_sentences_joined_add_their_counts(
        picks in proptest::collection::vec(0usize..6, 1..8),
    ) {
        let pool = [
            "Um, I was there.",
            "It was, like, hard.",
            "Well, I think so.",
            "I like it.",
            "We er stopped, uh, there.",
            "You know, it was fine.",
        ];
        let count = |text: &str| {
            let (h, m) = found("en", text);
            (h.len(), m.len())
        };
        let parts: Vec<&str> = picks.iter().map(|&i| pool[i]).collect();
        let sum = parts.iter().map(|part| count(part)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        prop_assert_eq!(count(&parts.join(" ")), sum);
    }
}

#[test]
fn english_more() {
    check(
        "en",
        &[
            ("Er, I suppose so.", "er", ""),
            (
                "I think, um, that it's, uh, fine, you know?",
                "um/uh",
                "you know",
            ),
            ("I have a well paid job and I feel well.", "", ""),
            ("He said he was well, but he was not.", "", ""),
            ("Well... I don't know.", "", "well"),
            ("They are like brothers.", "", ""),
            ("She was like, no way.", "", ""),
            ("I'd like that. Like I said, it works like this.", "", ""),
            ("So, um, like, we shipped it.", "um", "so/like"),
            ("Umm... erm... I guess.", "umm/erm", ""),
            ("Yeah, uhm, mhm, right.", "uhm", ""),
            ("You know the answer.", "", ""),
            ("I want you to know, you know, the truth.", "", "you know"),
            ("UM I WAS THERE", "um", ""),
            ("The umbrella was uh-oh wet.", "", ""),
            ("I mean it. I mean, really, I mean that.", "", "i mean"),
            (
                "and then um we uh deployed and uh it worked",
                "um/uh/uh",
                "",
            ),
            ("Um, um, um.", "um/um/um", ""),
        ],
    );
}

#[test]
fn turkish_more() {
    check(
        "tr",
        &[
            ("Iıı şey, ben, ııı, mühendisim.", "ııı/şey/ııı", ""),
            ("Bana bir şey sordu, o şey çok pahalıydı.", "", ""),
            ("Yani hani işte, öyle oldu.", "", "yani/hani/işte"),
            ("Şey, aslında ben orada çalışmadım.", "şey", ""),
            ("Ee, hmm, bilemedim.", "ee/hmm", ""),
            ("Çok şey öğrendim.", "", ""),
            (
                "I harfi, yani büyük I yazdım, ı, sonra sildim.",
                "ı",
                "yani",
            ),
            ("Aynı şeyi yaptık.", "", ""),
            ("Yeni bir şeyler denedim falan.", "", "falan"),
            ("Eeee... şey... nasıl desem...", "eeee/şey", "nasıl desem"),
            ("O zaman şey dedim.", "şey", ""),
        ],
    );
}

#[test]
fn other_languages_more() {
    check(
        "fr",
        &[
            ("Ben oui, bah non, ben voilà.", "ben/bah/ben", "voilà"),
            ("Euuuh, je dirais, heu, oui.", "euuuh/heu", ""),
            ("euh je je voulais euh dire mmmm oui", "euh/euh/mmmm", ""),
            ("On a eu une réunion, ben on a discuté.", "ben", ""),
            ("Tu vois ce que je veux dire.", "", "je veux dire"),
            ("Hum, c'est-à-dire, ben, c'est ça.", "hum/ben", ""),
            ("L'heure est venue, j'ai eu peur.", "", ""),
        ],
    );
    check(
        "de",
        &[
            ("Ähm, also, äh, ja.", "ähm/äh", "also"),
            (
                "Ich bin halt kein Frühaufsteher, halt nicht.",
                "",
                "halt/halt",
            ),
            ("Da war also niemand.", "", ""),
            ("Ehm, hmm, mhm.", "ehm/hmm", ""),
            ("Ääh, um acht Uhr.", "ääh", ""),
            ("Er fährt heim. Eh klar.", "", ""),
        ],
    );
    check(
        "id",
        &[
            ("Eeee, anu, itu, gitu lho.", "eeee/anu", "gitu lho"),
            ("Saya ee tidak tahu, emmm, mungkin.", "ee/emmm", ""),
            (
                "Pekerjaan saya, gimana ya, cukup sulit gitu.",
                "",
                "gimana ya/gitu",
            ),
            ("Apa ya, saya lupa.", "", "apa ya"),
            ("Begitu juga dengan yang lain.", "", ""),
            ("Umm, ya, hmm.", "umm/hmm", ""),
        ],
    );
    check(
        "es",
        &[
            ("Ehh, pues, este, no sé.", "ehh/este", "pues"),
            ("Este... bueno... eh...", "este/eh", "bueno"),
            ("Este es mi trabajo y esta es mi casa.", "", ""),
            ("Emm, o sea, pues sí.", "emm", "o sea/pues"),
            ("Me gusta este libro, este también.", "", ""),
            ("Ehm, mmm, vale.", "ehm/mmm", ""),
            ("He trabajado en, este, Madrid.", "este", ""),
        ],
    );
}
