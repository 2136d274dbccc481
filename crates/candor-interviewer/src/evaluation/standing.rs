//! Whether an answer can be judged, and what kind of answer it is.

use std::collections::BTreeSet;

use candor_core::{interview::Question, measured::NotMeasured, ports::EngineError};
use candor_signals::text::{language, tokens::plain};

use super::{answer::Answer, coverage::Asked, memory::Memory, said::Said, vocabulary::LANGUAGES};
use crate::{bank, words, written::SURE_WORDS};

/// Fewest content words beside the question's own of an answer that can be judged.
const LEAST_NEW: usize = 3;
/// An answer is copied when this share of its content words is the question's and it has no more new ones than that.
const COPIED: f64 = 0.7;
const COPIED_NEW: usize = 5;

/// What kind of answer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing was said.
    Empty,
    /// Too little was said.
    Short,
    /// The question's own words.
    Copied,
    /// It is about something else.
    OffTopic,
    /// An answer.
    Full,
}

/// What an answer to `question` says, where it can be judged.
///
/// # Errors
/// What the embedder says.
pub(super) fn read(
    question: &Question,
    answer: &Answer,
    memory: Option<&Memory>,
) -> Result<Result<Said, NotMeasured>, EngineError> {
    if let Err(reason) = may_judge(question, answer) {
        return Ok(Err(reason));
    }
    let (language, is_code) = (question.language.as_str(), question.coding.is_some());
    let said = Said::read(answer, language, is_code, memory, || about(question))?;
    Ok(is_in(&said, language).map(|()| said))
}

/// Stems of what `question` asks for, and of what is said to it.
fn about(question: &Question) -> BTreeSet<String> {
    let reference = bank::reference(&question.id, &question.language);
    let told = reference.into_iter().flat_map(|reference| {
        let words = reference.words.iter().map(String::as_str);
        reference.sentences().chain(words)
    });
    let asked = [&question.text]
        .into_iter()
        .chain(&question.key_points)
        .map(String::as_str);
    let all: Vec<&str> = asked.chain(told).collect();
    words::stems(&all.join(" "), &question.language)
}

/// Whether an answer can be judged at all.
fn may_judge(question: &Question, answer: &Answer) -> Result<(), NotMeasured> {
    if !answer.may_be_judged() {
        return Err(NotMeasured::new(
            "low_accuracy",
            "the words were recognised too poorly to be judged",
        ));
    }
    if !LANGUAGES.contains(&question.language.as_str()) {
        return Err(NotMeasured::new(
            "language_unsupported",
            format!(
                "the evaluator has no words for the language {}",
                question.language
            ),
        ));
    }
    Ok(())
}

/// Whether what counts is in the question's language; text that was set aside may be in any.
fn is_in(said: &Said, language: &str) -> Result<(), NotMeasured> {
    if said.n_words() < SURE_WORDS {
        return Ok(());
    }
    let sentences = said.sentences.iter();
    let text: Vec<&str> = sentences.map(|sentence| sentence.plain.as_str()).collect();
    match language::of(&plain(&text.join(" "), None)) {
        Some(other) if other != language => Err(NotMeasured::new(
            "other_language",
            format!("the answer is in the language {other}, the question in {language}"),
        )),
        _ => Ok(()),
    }
}

/// What kind of answer was given to what was asked, as far as its amount tells; whether it is off-topic does not show
/// here.
pub(super) fn standing(answer: &Answer, said: &Said, asked: &Asked) -> Standing {
    let stems = said.stems();
    if !answer.text().chars().any(char::is_alphanumeric) || said.n_words() == 0 {
        return Standing::Empty;
    }
    let all = said.sentences.iter().flat_map(|sentence| &sentence.stems);
    let n_new = asked.new_stems(all).len();
    let n_old = stems.len() - n_new;
    if n_new <= COPIED_NEW && n_old >= LEAST_NEW && n_old as f64 >= COPIED * stems.len() as f64 {
        Standing::Copied
    } else if n_new < LEAST_NEW {
        Standing::Short
    } else {
        Standing::Full
    }
}
