//! Whether words of a chat model may be said to a candidate.

use std::collections::BTreeSet;

use candor_core::interview::Speaker;
use serde::Deserialize;

use super::{PROMPT, Planned};
use crate::{
    evaluation::Shown,
    prompt::json_in,
    secrets::Secrets,
    words::{normalised, stems},
    written::{has_form, is_foreign, speaks_of_itself},
};

/// Longest question, in characters.
const LONGEST: usize = 400;
/// Share of the content words of the bank's question that must be left for it to ask the same.
const SAME: f64 = 0.34;

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
        if !has_form(text, LONGEST) {
            return Err(Wrong::Form);
        }
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
        if is_foreign(text, wanted) {
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
