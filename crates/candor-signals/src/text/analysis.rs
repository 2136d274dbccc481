//! Every text measurement of one transcript in one call.

mod figures;

use candor_core::{
    measured::{Measured, NotMeasured},
    ports::{Embedder, EngineError},
    report::{Event, Quote, TextDetails},
    transcript::{Accuracy, Transcript},
};

use super::{
    fillers::{self, Fillers},
    hedges, keywords, language,
    sentences::Script,
    sentiment::{self, Sentiment},
    similarity::{self, Basis},
    specificity::{self, Specific},
    structure, summary,
};
use figures::Counts;

pub use figures::Figure;

/// Version of the counts of words and sentences.
pub const FORMULA: &str = "text-counts.v1";

/// Most keywords in the report.
const N_KEYWORDS: usize = 12;

/// Everything that was measured on one transcript.
#[derive(Debug, Clone, PartialEq)]
pub struct TextAnalysis {
    /// What stands out, ready for the report.
    pub details: TextDetails,
    /// Number of words by the contract's count.
    pub n_words: Measured<u32>,
    /// Words per minute of the whole recording (contract `speech.wpm`, not rounded).
    pub wpm: Measured<f64>,
    /// Hesitations and discourse markers; the number of hesitations is the contract's `fillers`.
    pub fillers: Measured<Fillers>,
    /// Hesitations with a time.
    pub events: Vec<Event>,
    /// Tone of the words.
    pub sentiment: Measured<Sentiment>,
    /// The summary as one text; `""` without words.
    pub summary: String,
    /// What similarity, summary and coherence rest on.
    pub basis: Basis,
    /// Figures of the group `text`.
    pub figures: Vec<Figure>,
}

impl TextAnalysis {
    /// The contract's `speech.fillers`.
    ///
    /// # Errors
    /// Why hesitations could not be counted.
    pub fn n_fillers(&self) -> Measured<u32> {
        match &self.fillers {
            Ok(fillers) => Ok(fillers.hesitations.len() as u32),
            Err(reason) => Err(reason.clone()),
        }
    }
}

/// Measures `transcript` of a recording of `duration_s` seconds. Sentences are embedded when
/// `embedder` knows their language; otherwise shared word stems stand in, labelled so.
///
/// # Errors
/// What the embedder says.
pub fn analyze(
    transcript: &Transcript,
    duration_s: f64,
    embedder: Option<&dyn Embedder>,
) -> Result<TextAnalysis, EngineError> {
    let language = language::of(transcript);
    let script = Script::new(transcript, language.as_deref());
    let vectors = similarity::sentence_vectors(&script, embedder)?;
    let chosen: Vec<Quote> = summary::choose(&script, &vectors)
        .into_iter()
        .map(|index| script.quote_sentence(&script.sentences[index]))
        .collect();
    let n_words = require_words(script.n_words());
    let has_words = || n_words.clone().map(|_| ());
    let fillers = has_words().and_then(|()| fillers::find(transcript, &script));
    let parts = has_words().and_then(|()| structure::find(&script));
    let specifics = has_words().and_then(|()| specificity::find(&script));
    let hedges = has_words().and_then(|()| hedges::find(&script));
    let sentiment = sentiment::of(&script);
    let wpm = n_words
        .clone()
        .and_then(|n_words| per_minute(n_words, duration_s));
    let summary = chosen
        .iter()
        .map(|quote| quote.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let counts = Counts {
        n_words: &n_words,
        wpm: &wpm,
        duration_s,
        fillers: &fillers,
        parts: &parts,
        specifics: &specifics,
        hedges: &hedges,
        sentiment: &sentiment,
        coherence: has_words().and_then(|()| similarity::coherence(&vectors)),
        trust: trust(transcript),
    };
    Ok(TextAnalysis {
        figures: counts.figures(&script),
        events: fillers.as_ref().map(Fillers::events).unwrap_or_default(),
        details: TextDetails {
            keywords: keywords::find(&script, N_KEYWORDS),
            summary: chosen,
            structure: parts.unwrap_or_default(),
            specifics: specific_sentences(&script, &specifics.unwrap_or_default()),
            hedges: hedges.unwrap_or_default(),
            language,
        },
        n_words,
        wpm,
        fillers,
        sentiment,
        summary,
        basis: vectors.basis,
    })
}

/// Words per minute of `duration_s` seconds (contract `lab`: total time, not speaking time).
///
/// # Errors
/// `no_duration` for a recording without length.
pub fn per_minute(n: u32, duration_s: f64) -> Measured<f64> {
    if duration_s > 0.0 {
        Ok(f64::from(n) * 60.0 / duration_s)
    } else {
        Err(NotMeasured::new(
            "no_duration",
            "the recording has no length",
        ))
    }
}

fn require_words(n_words: u32) -> Measured<u32> {
    if n_words == 0 {
        return Err(NotMeasured::new(
            "no_words",
            "no words were found in the recording",
        ));
    }
    Ok(n_words)
}

/// How far figures on the words are to be trusted.
pub(crate) fn trust(transcript: &Transcript) -> f64 {
    match transcript.accuracy {
        Accuracy::Given => 0.95,
        Accuracy::Good => 0.85,
        Accuracy::Low => 0.3,
    }
}

/// Sentences with at least two specific details, or one deed.
fn specific_sentences(script: &Script, specifics: &[Specific]) -> Vec<Quote> {
    script
        .sentences
        .iter()
        .enumerate()
        .filter(|(index, _)| {
            let mut here = specifics.iter().filter(|found| found.sentence == *index);
            let first = here.next();
            first.is_some_and(|found| found.kind != specificity::Kind::Name)
                || here.next().is_some()
        })
        .map(|(_, sentence)| script.quote_sentence(sentence))
        .collect()
}

#[cfg(test)]
mod tests {
    use candor_core::report::Provenance;

    use super::*;
    use crate::text::tokens::{self, plain};

    const STORY: &str = "In my last job our shop kept crashing every Friday. Um, I was responsible for \
        finding the cause. I profiled the service and I rewrote the cache in Rust. \
        As a result, outages dropped by 80 percent, and I was, uh, really proud.";

    /// Gives every text a vector by its length.
    struct ByLength;

    impl Embedder for ByLength {
        fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EngineError> {
            Ok(texts
                .iter()
                .map(|text| vec![1.0, (text.len() % 7) as f32])
                .collect())
        }
        fn languages(&self) -> &[&str] {
            &["en"]
        }
        fn provenance(&self) -> Provenance {
            unreachable!("not asked for")
        }
    }

    fn value(analysis: &TextAnalysis, name: &str) -> Measured<f64> {
        let figure = analysis.figures.iter().find(|figure| figure.name == name);
        figure.expect("figure has this name").value.clone()
    }

    #[test]
    fn a_story_is_measured_in_full() {
        let analysis = analyze(&plain(STORY, None), 30.0, Some(&ByLength)).expect("analysed");
        assert_eq!(analysis.details.language.as_deref(), Some("en"));
        assert_eq!(analysis.basis, Basis::Embedding);
        assert_eq!(analysis.n_words, Ok(tokens::count_words(STORY)));
        assert_eq!(analysis.n_fillers(), Ok(2));
        assert_eq!(value(&analysis, "structure_completeness"), Ok(1.0));
        assert_eq!(value(&analysis, "n_sentences"), Ok(4.0));
        let tone = analysis.sentiment.as_ref().expect("has a tone");
        assert!(["negative", "neutral", "positive"].contains(&tone.label));
        assert!(STORY.contains(&analysis.summary) || !analysis.details.summary.is_empty());
        assert!(
            analysis.events.is_empty(),
            "words without times give no events"
        );
    }

    #[test]
    fn other_languages_fall_back_to_stems_with_low_confidence() {
        let text = "Geçen yıl bir proje yaptım. Proje çok zordu. Projeyi zamanında bitirdik.";
        let analysis = analyze(&plain(text, Some("tr")), 10.0, Some(&ByLength)).expect("analysed");
        assert_eq!(analysis.basis, Basis::Lexical);
        let coherence = analysis.figures.iter().find(|f| f.name == "coherence");
        assert!(coherence.expect("has coherence").confidence < 0.4);
    }

    #[test]
    fn without_words_nothing_is_measured_and_the_summary_is_empty() {
        let analysis = analyze(&plain("", Some("en")), 10.0, None).expect("analysed");
        assert!(analysis.figures.iter().all(|figure| figure.value.is_err()));
        assert_eq!(analysis.summary, "");
        assert_eq!(analysis.wpm.unwrap_err().code, "no_words");
    }

    #[test]
    fn the_same_text_gives_the_same_result() {
        let once = analyze(&plain(STORY, None), 30.0, None).expect("analysed");
        let again = analyze(&plain(STORY, None), 30.0, None).expect("analysed");
        assert_eq!(once, again);
    }
}
