//! Where an answer tells situation, task, action and result (the STAR scheme of behavioural
//! interviewing): sentences with cue phrases of the language.
//!
//! Each cue carries the weight of its evidence; independent cues of one sentence combine as
//! `1 − Π(1 − w)` (noisy-or; Pearl 1988). Reports of own deeds add to *action*, figures add to *result*.

use candor_core::{measured::Measured, report::StructurePart};

use super::{
    lexicon::{self, Part},
    phrases::PhraseSet,
    sentences::Script,
    specificity::{self, Kind},
};

/// Identifier and version of the rules.
pub const FORMULA: &str = "structure.v1";

/// Evidence below this is not reported.
const MIN_CONFIDENCE: f64 = 0.35;
/// A second part of one sentence has to be this sure.
const MIN_SECOND: f64 = 0.55;
/// Weight of a first-person deed for *action*, for the first and for each further one.
const DEED_WEIGHT: f64 = 0.45;
/// Weight of a figure for *result*, only beside a cue.
const FIGURE_WEIGHT: f64 = 0.3;
/// Word lists other than English are smaller: their confidence is scaled.
const SMALL_LIST_TRUST: f64 = 0.85;

/// The parts of an answer, sentence by sentence, in order of time.
///
/// # Errors
/// `language_unknown` or `language_unsupported`.
pub fn find(script: &Script) -> Measured<Vec<StructurePart>> {
    let lexicon = super::require_lexicon(script.language.as_deref())?;
    let specifics = specificity::find(script)?;
    let cues: Vec<(Part, f64, PhraseSet)> = lexicon
        .cues
        .iter()
        .map(|cue| {
            let phrases = lexicon::phrases(cue.2);
            (cue.0, cue.1, PhraseSet::new(&phrases, lexicon.language))
        })
        .collect();
    let trust = if lexicon.language == "en" {
        1.0
    } else {
        SMALL_LIST_TRUST
    };
    let mut parts = Vec::new();
    for (index, sentence) in script.sentences.iter().enumerate() {
        let words: Vec<&str> = script
            .tokens_in(sentence)
            .iter()
            .map(|token| token.folded.as_str())
            .collect();
        let mut doubt = [1.0_f64; 4];
        for (part, weight, phrases) in &cues {
            let n = phrases.find(&words).len();
            doubt[*part as usize] *= (1.0 - weight).powi(n.min(3) as i32);
        }
        let n_of = |kind: Kind| {
            specifics
                .iter()
                .filter(|specific| specific.sentence == index && specific.kind == kind)
                .count()
        };
        doubt[Part::Action as usize] *= (1.0 - DEED_WEIGHT).powi(n_of(Kind::Deed).min(3) as i32);
        if doubt[Part::Result as usize] < 1.0 && n_of(Kind::Number) > 0 {
            doubt[Part::Result as usize] *= 1.0 - FIGURE_WEIGHT;
        }
        if sentence.is_question {
            continue;
        }
        let mut ranked: Vec<(Part, f64)> = Part::ALL
            .into_iter()
            .map(|part| (part, (1.0 - doubt[part as usize]) * trust))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut kept: Vec<(Part, f64)> = ranked
            .into_iter()
            .enumerate()
            .filter(|(rank, (_, confidence))| {
                *confidence
                    >= if *rank == 0 {
                        MIN_CONFIDENCE
                    } else {
                        MIN_SECOND
                    }
            })
            .map(|(_, part)| part)
            .take(2)
            .collect();
        kept.sort_by_key(|&(part, _)| part);
        parts.extend(kept.into_iter().map(|(part, confidence)| StructurePart {
            part: part.name().to_owned(),
            quote: script.quote_sentence(sentence),
            confidence: (confidence * 100.0).round() / 100.0,
        }));
    }
    Ok(parts)
}

/// Share of the four parts that occur at least once, 0 to 1.
pub fn completeness(parts: &[StructurePart]) -> f64 {
    let n_found = Part::ALL
        .iter()
        .filter(|part| parts.iter().any(|found| found.part == part.name()))
        .count();
    n_found as f64 / Part::ALL.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::plain;

    fn parts(text: &str, language: &str) -> Vec<String> {
        let script = Script::new(&plain(text, Some(language)), Some(language));
        find(&script)
            .expect("language has a list")
            .into_iter()
            .map(|part| part.part)
            .collect()
    }

    #[test]
    fn a_told_story_shows_all_four_parts_in_every_language() {
        let stories = [
            (
                "en",
                "In my last job our shop kept crashing every Friday. I was responsible for finding the cause. \
                 I profiled the service and I rewrote the cache. As a result, outages dropped by 80 percent.",
            ),
            (
                "tr",
                "Geçen yıl şirketimizde ciddi bir sorun vardı. Görevim nedenini bulmaktı. \
                 Servisi inceledim ve önbelleği yeniden yazdım. Sonuç olarak hatalar yüzde 80 azaldı.",
            ),
            (
                "fr",
                "Dans mon dernier poste, le site tombait chaque vendredi. Ma mission était de trouver la cause. \
                 J'ai analysé le service et j'ai réécrit le cache. Au final, les pannes ont baissé de 80 %.",
            ),
            (
                "id",
                "Tahun lalu situs kami selalu jatuh. Tugas saya adalah mencari penyebabnya. \
                 Saya menganalisis layanan itu dan saya menulis ulang cache. Hasilnya, gangguan turun 80 persen.",
            ),
            (
                "de",
                "In meinem letzten Job fiel der Shop jeden Freitag aus. Meine Aufgabe war es, die Ursache zu finden. \
                 Ich habe den Dienst analysiert und dann habe ich den Cache neu gebaut. Am Ende gab es 80 Prozent weniger Ausfälle.",
            ),
            (
                "es",
                "En mi trabajo anterior la tienda fallaba cada viernes. Mi tarea era encontrar la causa. \
                 Analicé el servicio y escribí de nuevo la caché. Como resultado, los fallos bajaron un 80 por ciento.",
            ),
        ];
        for (language, story) in stories {
            assert_eq!(
                parts(story, language),
                ["situation", "task", "action", "result"],
                "{language}"
            );
        }
    }

    #[test]
    fn small_talk_shows_no_part() {
        assert!(parts("Hello, thank you for having me. The weather is nice.", "en").is_empty());
        assert!(parts("What was the result?", "en").is_empty());
    }

    #[test]
    fn completeness_counts_each_part_once() {
        let script = Script::new(
            &plain("As a result we won. In the end we won.", Some("en")),
            Some("en"),
        );
        let found = find(&script).expect("english");
        assert!((completeness(&found) - 0.25).abs() < 1e-12);
    }
}
