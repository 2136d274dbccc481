//! Whether words of a chat model may be said to a candidate.

use std::collections::BTreeSet;

use candor_core::interview::Speaker;
use candor_signals::text::{language, tokens::plain};
use serde::Deserialize;

use super::{PROMPT, Planned};
use crate::{
    evaluation::Shown,
    prompt::json_in,
    secrets::Secrets,
    words::{normalised, stems},
};

/// Longest question, in characters.
const LONGEST: usize = 400;
/// Share of the content words of the bank's question that must be left for it to ask the same.
const SAME: f64 = 0.34;
/// Words from which on another language than the question's is believed.
const SURE_WORDS: usize = 12;

/// Words in which a model speaks of itself, its task, or how answers are judged.
const OF_ITSELF: &[&str] = &[
    "as an ai",
    "i am an ai",
    "i m an ai",
    "ai model",
    "ai assistant",
    "language model",
    "my instructions",
    "system prompt",
    "key point",
    "key points",
    "rubric",
    "full marks",
    "yapay zeka",
    "yapay zekâ",
    "dil modeli",
    "talimatlarım",
    "anahtar nokta",
    "intelligence artificielle",
    "modèle de langage",
    "mes instructions",
    "grille d évaluation",
    "points clés",
    "kecerdasan buatan",
    "model bahasa",
    "instruksi saya",
    "poin kunci",
    "rubrik",
];

/// Why words may not be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Wrong {
    #[error("they are not of the shape asked for")]
    Shape,
    #[error("they are empty, too long, or hold line breaks, markup or addresses")]
    Form,
    #[error("they do not ask exactly one question")]
    Marks,
    #[error("they speak of the one who asks, or of how answers are judged")]
    OfItself,
    #[error("they tell what a good answer says")]
    Leak,
    #[error("they were said before")]
    Repeat,
    #[error("they ask something else")]
    Other,
    #[error("they are in another language")]
    Language,
    #[error("they refer to something that was not said")]
    Invented,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    question: String,
    said: String,
}

/// Words that wait to be checked.
pub(super) struct Draft<'a> {
    pub(super) planned: &'a Planned<'a>,
    /// The answer that they refer to.
    pub(super) shown: &'a Shown,
    pub(super) said: &'a str,
}

impl Draft<'_> {
    /// The words, where they may be said.
    pub(super) fn check(&self, reply: &str) -> Result<String, Wrong> {
        let reply: Reply = serde_json::from_str(json_in(reply)).map_err(|_| Wrong::Shape)?;
        let text = reply.question.trim();
        has_form(text)?;
        if text
            .chars()
            .filter(|c| matches!(c, '?' | '？' | '؟'))
            .count()
            != 1
        {
            return Err(Wrong::Marks);
        }
        if speaks_of_itself(text, &[self.planned.text, self.said]) {
            return Err(Wrong::OfItself);
        }
        if self.tells(text) {
            return Err(Wrong::Leak);
        }
        let key = normalised(text);
        let is_said = |turn: &candor_core::interview::Turn| {
            turn.speaker == Speaker::Interviewer && normalised(&turn.text) == key
        };
        if self.planned.turns.iter().any(is_said) {
            return Err(Wrong::Repeat);
        }
        self.asks_the_same(text)?;
        if self.shown.find(&reply.said).is_none() {
            return Err(Wrong::Invented);
        }
        Ok(text.to_owned())
    }

    fn tells(&self, text: &str) -> bool {
        let question = self.planned.question;
        let rules = PROMPT.part("system").lines();
        let points = question.key_points.iter().map(String::as_str);
        let open = [self.planned.text, self.said];
        Secrets::new(points, rules, &open, &question.language).are_told(text)
    }

    fn asks_the_same(&self, text: &str) -> Result<(), Wrong> {
        let wanted = self.planned.question.language.as_str();
        let is_sure = text.split_whitespace().count() >= SURE_WORDS;
        if is_sure && language::of(&plain(text, None)).is_some_and(|found| found != wanted) {
            return Err(Wrong::Language);
        }
        let asked = stems(self.planned.text, wanted);
        let kept: BTreeSet<String> = stems(text, wanted).intersection(&asked).cloned().collect();
        if (kept.len() as f64) < SAME * asked.len() as f64 {
            return Err(Wrong::Other);
        }
        Ok(())
    }
}

/// Whether words of a model speak of the model, its task, or how answers are judged. What `open` says may be said again:
/// some questions are about such things.
pub(crate) fn speaks_of_itself(text: &str, open: &[&str]) -> bool {
    let spaced = |text: &str| format!(" {} ", normalised(text));
    let told = spaced(text);
    let open: Vec<String> = open.iter().map(|text| spaced(text)).collect();
    OF_ITSELF.iter().any(|phrase| {
        let phrase = format!(" {phrase} ");
        told.contains(&phrase) && !open.iter().any(|open| open.contains(&phrase))
    })
}

/// Whether words of a model are one paragraph without markup and addresses.
pub(crate) fn is_plain(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_control() || matches!(c, '<' | '>' | '`' | '|' | '{' | '}'))
        && !text.contains("://")
        && !text.contains("](")
}

fn has_form(text: &str) -> Result<(), Wrong> {
    let is_long = text.chars().count() > LONGEST;
    if text.is_empty() || is_long || !is_plain(text) {
        return Err(Wrong::Form);
    }
    Ok(())
}
