//! Texts of a chat model that name the observations that they rest on, and hold no figure that those do not have.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    evaluation::chat,
    figures::figures,
    prompt::one_line,
    secrets::Secrets,
    words::normalised,
    written::{has_form, speaks_of_itself},
};

/// Longest observation that is sent, in characters.
const LONGEST: usize = 600;

/// Something that was observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// What it is cited by: `o1`, `o2`, ….
    pub id: String,
    /// What was observed, in one sentence.
    pub text: String,
}

impl Observation {
    fn line(&self) -> String {
        one_line(&self.text).chars().take(LONGEST).collect()
    }
}

/// What a text is checked against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    /// All that was observed.
    pub(crate) observations: &'a [Observation],
    /// What was said already and may be said again.
    pub(crate) open: &'a [&'a str],
    /// Rules that nobody is told.
    pub(crate) rules: &'a str,
    /// The language of the text.
    pub(crate) language: &'a str,
}

/// Something that is said from observations.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// In words.
    pub text: String,
    /// Ids of the observations that it rests on.
    pub cites: Vec<String>,
}

/// The observations as a model is given them, one in a line.
pub(crate) fn listed(observations: &[Observation]) -> String {
    let lines = observations.iter();
    let lines: Vec<String> = lines
        .map(|one| format!("{}: {}", one.id, one.line()))
        .collect();
    lines.join("\n")
}

/// The shape of an [`Advice`] from these observations.
pub(crate) fn shape(observations: &[Observation]) -> Value {
    let ids: Vec<&String> = observations.iter().map(|one| &one.id).collect();
    chat::shape::object(&json!({
        "text": {"type": "string"},
        "cites": {"type": "array", "items": {"type": "string", "enum": ids}},
    }))
}

impl Advice {
    /// Whether it may be said: it rests on observations that were given, and on their figures.
    ///
    /// # Errors
    /// What is wrong, after the name of the text.
    pub(crate) fn holds(&self, given: &Given<'_>, longest: usize) -> Result<(), &'static str> {
        let text = self.text.trim();
        if !has_form(text, longest) {
            return Err("is empty, too long, or holds line breaks, markup or addresses");
        }
        if self.cites.is_empty() {
            return Err("cites no observation");
        }
        let spaced = format!(" {} ", normalised(text));
        let mut known = BTreeSet::new();
        for id in &self.cites {
            let Some(cited) = given.observations.iter().find(|one| one.id == *id) else {
                return Err("cites an observation that was not given");
            };
            if spaced.contains(&format!(" {id} ")) {
                return Err("holds the id of an observation");
            }
            known.extend(figures(&cited.line()));
        }
        if !figures(text).is_subset(&known) {
            return Err("holds a figure that the observations it cites do not have");
        }
        let rules = given.rules.lines();
        let secrets = Secrets::new(std::iter::empty(), rules, given.open, given.language);
        if speaks_of_itself(text, given.open) || secrets.are_told(text) {
            return Err("speaks of the one who writes, or of these rules");
        }
        Ok(())
    }
}
