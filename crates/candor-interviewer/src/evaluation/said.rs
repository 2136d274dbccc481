//! What an answer says, sentence by sentence, as far as it is judged.
//!
//! Hesitations and discourse markers are taken out of every sentence before anything is measured, so they can't
//! matter. Text that is set aside (see [`super::aside`]) is not measured either.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
};

use candor_core::{
    interview::Evidence,
    ports::EngineError,
    transcript::{Accuracy, Transcript, TranscriptSegment},
};
use candor_signals::text::{
    language,
    sentences::{Script, Sentence},
    specificity,
    stem::Stems,
    structure,
    tokens::plain,
};

use super::{
    answer::{Answer, Word},
    aside::{self, Piece},
    memory::{Memory, Vector},
    vocabulary::Vocabulary,
    wordlist::WordList,
};
use crate::{strategy::StarPart, words};

mod halting;

/// Sentences that are judged at most; with [`super::answer::MAX_CHARS`] they bound the time that an answer takes.
const MAX_SENTENCES: usize = 80;
/// Content words in common with what was asked for of a sentence that is about it.
const TO_THE_POINT: usize = 2;

/// A sentence that counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SaidSentence {
    /// As it stands in the answer.
    pub(super) quote: Evidence,
    /// Without fillers; what is compared.
    pub(super) plain: String,
    /// Stems of its content words.
    pub(super) stems: BTreeSet<String>,
    /// Number of words, fillers not counted.
    pub(super) n_words: usize,
    /// Numbers, names and deeds, each once.
    pub(super) specifics: BTreeSet<String>,
    /// Words of work that somebody does.
    pub(super) n_work: usize,
    /// Words that say little.
    pub(super) n_general: usize,
    /// Words that join one thought to the next.
    pub(super) n_links: usize,
    /// Parts of a told situation.
    pub(super) parts: Vec<StarPart>,
    /// Vector of `plain`, where there is one already.
    pub(super) vector: Option<Vector>,
}

/// An answer as it is judged.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Said {
    /// What counts.
    pub(super) sentences: Vec<SaidSentence>,
    /// Where text was set aside, in characters.
    pub(super) aside: Vec<(usize, usize)>,
    /// Whether the answer goes on after what was read.
    pub(super) is_cut: bool,
}

impl Said {
    /// Reads `answer` in `language`, one that there is a vocabulary for. `is_code`: it answers a question about
    /// programming. `about` gives the stems of what was asked for; they are made only where they are needed. Sentences in
    /// a language that `memory` knows get their vectors.
    ///
    /// # Errors
    /// What the embedder says.
    pub(super) fn read(
        answer: &Answer,
        language: &str,
        is_code: bool,
        memory: Option<&Memory>,
        about: impl Fn() -> BTreeSet<String>,
    ) -> Result<Self, EngineError> {
        let (words, mut is_cut) = answer.words();
        let raw: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let signs = signs(words, &raw, is_code);
        let (script, spoken) = script(words, &signs, language);
        let mut parts: Vec<Part<'_>> = script
            .sentences
            .iter()
            .map(|sentence| Part::of_sentence(&script, sentence, words, &spoken, language))
            .collect();
        parts.extend(runs(&signs).map(|(first, last)| Part::of_signs(words, first, last)));
        parts.sort_by_key(|part| part.first);
        let pieces: Vec<Piece> = parts.iter().map(|part| part.piece.clone()).collect();
        let vectors = match memory.filter(|memory| memory.knows(language)) {
            Some(memory) => vectors(&pieces, memory)?,
            None => vec![None; pieces.len()],
        };
        let sounds: Vec<f64> = vectors
            .iter()
            .map(|vector| vector.as_ref().map_or(0.0, |vector| aside::sound(vector)))
            .collect();
        let about = LazyCell::new(about);
        let set_aside = aside::settle(&pieces, &sounds, |piece| {
            let stems = words::stems(&piece.raw, language);
            stems.intersection(&about).count() >= TO_THE_POINT
        });
        let reader = Reader::new(&script, language);
        let mut said = Self::default();
        for ((part, is_aside), vector) in parts.iter().zip(set_aside).zip(vectors) {
            let Some(index) = part.sentence.filter(|_| !is_aside) else {
                said.aside
                    .push((words[part.first].start, words[part.last].end));
                continue;
            };
            if said.sentences.len() == MAX_SENTENCES {
                is_cut = true;
                break;
            }
            let quote = answer.quote(&words[part.first], &words[part.last], "");
            said.sentences.push(reader.sentence(index, quote, vector));
        }
        said.is_cut = is_cut;
        Ok(said)
    }

    /// Stems of all content words.
    pub(super) fn stems(&self) -> BTreeSet<&str> {
        self.sentences
            .iter()
            .flat_map(|sentence| sentence.stems.iter().map(String::as_str))
            .collect()
    }

    /// Notes in the settings of a judgement what was not judged.
    pub(super) fn note_left_out(&self, settings: &mut BTreeMap<String, String>) {
        if self.is_cut {
            settings.insert("cut".to_owned(), "only the beginning was judged".to_owned());
        }
        if !self.aside.is_empty() {
            let places = self
                .aside
                .iter()
                .map(|(start, end)| format!("{start}-{end}"));
            settings.insert("set_aside".to_owned(), places.collect::<Vec<_>>().join(","));
        }
    }

    /// Number of words.
    pub(super) fn n_words(&self) -> usize {
        self.sentences.iter().map(|sentence| sentence.n_words).sum()
    }
}

/// Vectors of the first sentences of `pieces`.
fn vectors(pieces: &[Piece], memory: &Memory) -> Result<Vec<Option<Vector>>, EngineError> {
    let spoken = (0..pieces.len()).filter(|&at| !pieces[at].is_sign);
    let spoken: Vec<usize> = spoken.take(MAX_SENTENCES).collect();
    let texts: Vec<&str> = spoken.iter().map(|&at| pieces[at].raw.as_str()).collect();
    let mut vectors = vec![None; pieces.len()];
    if !texts.is_empty() {
        for (at, vector) in spoken.into_iter().zip(memory.fresh(&texts)?) {
            vectors[at] = Some(vector);
        }
    }
    Ok(vectors)
}

/// Words that are signs, or stand in a line that begins as markup does.
fn signs(words: &[Word], raw: &[&str], is_code: bool) -> Vec<bool> {
    let mut signs = aside::signs(raw, is_code);
    if is_code {
        return signs;
    }
    let mut first = 0;
    for line in words.chunk_by(|a, b| a.line == b.line) {
        let end = first + line.len();
        let n_signs = aside::markup_words(&raw[first..end]);
        signs[first..first + n_signs].fill(true);
        first = end;
    }
    signs
}

/// The words that are no signs, cut into sentences, and the index of each word that is left.
fn script(words: &[Word], signs: &[bool], language: &str) -> (Script, Vec<usize>) {
    let mut kept: Vec<(usize, String)> = Vec::new();
    for at in (0..words.len()).filter(|&at| !signs[at]) {
        // Lines and signs end a sentence where punctuation does not.
        if let Some((before, text)) = kept.last_mut()
            && (*before + 1 != at || words[*before].line != words[at].line)
            && !text.ends_with(['.', '!', '?', '…', '"', '»', '”', ')'])
        {
            text.push('.');
        }
        kept.push((at, words[at].text.clone()));
    }
    let all = cut(words, &kept, language);
    let fillers = halting::filler_words(&all, kept.len());
    if !fillers.contains(&true) {
        return (all, kept.into_iter().map(|(at, _)| at).collect());
    }
    let kept = halting::without(kept, &fillers);
    (
        cut(words, &kept, language),
        kept.into_iter().map(|(at, _)| at).collect(),
    )
}

fn cut(words: &[Word], kept: &[(usize, String)], language: &str) -> Script {
    let words = kept
        .iter()
        .map(|(at, text)| candor_core::transcript::Word {
            text: text.clone(),
            span: words[*at].span,
            confidence: None,
        })
        .collect();
    let transcript = Transcript {
        language: Some(language.to_owned()),
        segments: vec![TranscriptSegment { span: None, words }],
        engine: "given".to_owned(),
        model: None,
        accuracy: Accuracy::Given,
        verbatim: true,
    };
    Script::new(&transcript, Some(language))
}

/// First and last of each run of signs.
fn runs(signs: &[bool]) -> impl Iterator<Item = (usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in (0..signs.len()).filter(|&at| signs[at]) {
        match runs.last_mut() {
            Some(last) if last.1 + 1 == at => last.1 = at,
            _ => runs.push((at, at)),
        }
    }
    runs.into_iter()
}

/// A sentence, or a run of signs, of the answer.
struct Part<'a> {
    first: usize,
    last: usize,
    sentence: Option<&'a Sentence>,
    piece: Piece,
}

impl<'a> Part<'a> {
    fn of_sentence(
        script: &Script,
        sentence: &'a Sentence,
        words: &[Word],
        spoken: &[usize],
        language: &str,
    ) -> Self {
        let tokens = script.tokens_in(sentence);
        let (first, last) = (
            spoken[tokens[0].word],
            spoken[tokens[tokens.len() - 1].word],
        );
        Self {
            first,
            last,
            sentence: Some(sentence),
            piece: Piece {
                line: words[first].line,
                folded: tokens.iter().map(|token| token.folded.clone()).collect(),
                raw: sentence.text.clone(),
                is_sign: false,
                is_foreign: is_foreign(&sentence.text, tokens.len(), language),
            },
        }
    }

    fn of_signs(words: &[Word], first: usize, last: usize) -> Self {
        Self {
            first,
            last,
            sentence: None,
            piece: Piece {
                line: words[first].line,
                folded: Vec::new(),
                raw: String::new(),
                is_sign: true,
                is_foreign: false,
            },
        }
    }
}

/// Whether a sentence is in another language than `language`. Only one that holds hardly any of its stop words is looked at
/// more closely.
fn is_foreign(text: &str, n_words: usize, language: &str) -> bool {
    /// Words from which on a language can be told.
    const LEAST: usize = 5;
    n_words >= LEAST
        && words::stems(text, language).len() * 5 >= n_words * 4
        && language::of(&plain(text, None)).is_some_and(|found| found != language)
}

/// Measures single sentences of a script.
struct Reader<'a> {
    script: &'a Script,
    stems: Stems,
    vocabulary: &'static Vocabulary,
    specifics: Vec<specificity::Specific>,
    parts: Vec<(String, StarPart)>,
}

impl<'a> Reader<'a> {
    fn new(script: &'a Script, language: &str) -> Self {
        let parts = structure::find(script).unwrap_or_default();
        Self {
            script,
            stems: Stems::new(Some(language)),
            vocabulary: Vocabulary::of(language),
            specifics: specificity::find(script).unwrap_or_default(),
            parts: parts
                .into_iter()
                .filter_map(|found| Some((found.quote.text, star_part(&found.part)?)))
                .collect(),
        }
    }

    /// What one sentence holds.
    fn sentence(
        &self,
        sentence: &Sentence,
        quote: Evidence,
        vector: Option<Vector>,
    ) -> SaidSentence {
        let tokens = self.script.tokens_in(sentence);
        let count = |list: &WordList| {
            tokens
                .iter()
                .filter(|token| list.holds(&token.folded))
                .count()
        };
        let mut parts: Vec<StarPart> = Vec::new();
        for (text, part) in &self.parts {
            if *text == sentence.text && !parts.contains(part) {
                parts.push(*part);
            }
        }
        SaidSentence {
            plain: sentence.text.clone(),
            stems: tokens
                .iter()
                .filter(|token| self.stems.is_content(token))
                .map(|token| self.stems.stem(&token.folded))
                .collect(),
            n_words: tokens.len(),
            specifics: self
                .specifics
                .iter()
                .filter(|found| sentence.tokens.contains(&found.tokens.start))
                .map(|found| found.quote.text.to_lowercase())
                .collect(),
            n_work: count(&self.vocabulary.work),
            n_general: count(&self.vocabulary.general),
            n_links: count(&self.vocabulary.links),
            parts,
            quote,
            vector,
        }
    }
}

fn star_part(name: &str) -> Option<StarPart> {
    Some(match name {
        "situation" => StarPart::Situation,
        "task" => StarPart::Task,
        "action" => StarPart::Action,
        "result" => StarPart::Result,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Said {
        Said::read(
            &Answer::written(text, Some("en")),
            "en",
            false,
            None,
            BTreeSet::new,
        )
        .expect("nothing can fail without an embedder")
    }

    #[test]
    fn sentences_are_quoted_to_the_letter() {
        let text = "We moved\nthe servers. It took two days.";
        let said = read(text);
        let chars: Vec<char> = text.chars().collect();
        assert_eq!(said.sentences.len(), 3);
        for sentence in &said.sentences {
            let quote: String = chars[sentence.quote.start..sentence.quote.end]
                .iter()
                .collect();
            assert_eq!(quote, sentence.quote.quote);
        }
    }

    #[test]
    fn fillers_leave_no_trace() {
        let plain = read("We moved the servers to Ghent. It took two days.");
        let halting = read("Um, we moved the, uh, servers to Ghent. It took, you know, two days.");
        for (a, b) in plain.sentences.iter().zip(&halting.sentences) {
            assert_eq!(
                (a.plain.to_lowercase(), a.n_words, a.n_work),
                (b.plain.to_lowercase(), b.n_words, b.n_work)
            );
            assert_eq!((a.n_general, a.n_links), (b.n_general, b.n_links));
        }
    }

    #[test]
    fn what_is_set_aside_is_not_measured_but_its_place_is_known() {
        let text = "We moved the servers. {\"score\": 10} It took two days.";
        let said = read(text);
        let plain: Vec<&str> = said
            .sentences
            .iter()
            .map(|sentence| sentence.plain.as_str())
            .collect();
        assert_eq!(plain, ["We moved the servers.", "It took two days."]);
        assert_eq!(said.aside.len(), 1);
        assert_eq!(&text[said.aside[0].0..said.aside[0].1], "{\"score\": 10}");
    }

    #[test]
    fn an_endless_answer_is_cut() {
        let said = read(&"We moved the server again. ".repeat(3_700));
        assert!(said.is_cut);
        assert_eq!(said.sentences.len(), MAX_SENTENCES);
    }
}
