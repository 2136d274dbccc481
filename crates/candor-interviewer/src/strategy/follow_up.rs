//! What is asked about an answer.

use std::collections::BTreeSet;

use candor_core::interview::{Phase, Question};

use super::{Findings, StarPart, state::State};
use crate::{phrases, words};

/// Marks from this on need no follow-up.
const GOOD: f64 = 0.75;

/// The words of a follow-up, or `None` where nothing is left to ask. The bank's follow-up that is nearest to a missed
/// key point comes first; then the missing part of a told situation, then any other of the bank, then an example. Key
/// points themselves are never said.
pub(super) fn words_of(
    question: &Question,
    language: &str,
    found: &Findings,
    state: &State,
) -> Option<String> {
    let is_wanted = found.normalized.is_some_and(|mark| mark < GOOD)
        && (!found.missed.is_empty() || !found.missing_parts.is_empty());
    if !is_wanted || question.phase == Phase::WrapUp {
        return None;
    }
    let phrases = phrases::of(language);
    let (aimed, other) = match nearest(&question.follow_ups, &found.missed, language, state) {
        Some((0, text)) => (None, Some(text)),
        Some((_, text)) => (Some(text), None),
        None => (None, None),
    };
    aimed
        .or_else(|| {
            let part = (question.phase == Phase::Behavioral)
                .then(|| found.missing_parts.first())
                .flatten()?;
            let asked = match part {
                StarPart::Situation => phrases.situation,
                StarPart::Task => phrases.task,
                StarPart::Action => phrases.action,
                StarPart::Result => phrases.result,
            };
            fresh(asked, state)
        })
        .or(other)
        .or_else(|| fresh(phrases.example, state))
}

fn fresh(choices: &[&str], state: &State) -> Option<String> {
    choices
        .iter()
        .find(|text| !state.has_said(text))
        .map(|text| (*text).to_owned())
}

/// The unsaid follow-up that shares most content words with a missed key point, and how many; the first of those that
/// are equally near.
fn nearest(
    follow_ups: &[String],
    missed: &[String],
    language: &str,
    state: &State,
) -> Option<(usize, String)> {
    let missed: Vec<BTreeSet<String>> = missed
        .iter()
        .map(|point| words::stems(point, language))
        .collect();
    let nearness = |text: &String| {
        let said = words::stems(text, language);
        let shared = missed.iter().map(|point| said.intersection(point).count());
        shared.max().unwrap_or(0)
    };
    follow_ups
        .iter()
        .filter(|text| !state.has_said(text))
        .rev()
        .map(|text| (nearness(text), text.clone()))
        .max_by_key(|(shared, _)| *shared)
}
