//! Runs of letters, which meet inflected words half way where no network knows a language (Cavnar & Trenkle 1994).

use std::collections::BTreeMap;

use candor_signals::text::tokens::{plain, tokens_of};

/// Letters of a run.
const RUN: usize = 4;

/// Weights of runs of letters.
pub(super) type Runs = BTreeMap<String, f64>;

/// How often each run of letters occurs, the beginnings and ends of words marked.
pub(super) fn counts(text: &str, language: &str) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for token in tokens_of(&plain(text, Some(language)), Some(language)) {
        let marked: Vec<char> = format!("^{}$", token.folded).chars().collect();
        for run in marked.windows(RUN.min(marked.len())) {
            *counts.entry(run.iter().collect()).or_insert(0) += 1;
        }
    }
    counts
}

/// Weights `(1 + ln n) · rarity(run)` of the runs of a text, of unit length together.
pub(super) fn weighed(text: &str, language: &str, rarity: impl Fn(&str) -> f64) -> Runs {
    let mut weights: Runs = counts(text, language)
        .into_iter()
        .map(|(run, n)| {
            let weight = (1.0 + f64::from(n).ln()) * rarity(&run);
            (run, weight)
        })
        .collect();
    let length = weights
        .values()
        .map(|weight| weight * weight)
        .sum::<f64>()
        .sqrt();
    if length > 0.0 {
        weights.values_mut().for_each(|weight| *weight /= length);
    }
    weights
}

/// Adds the weights of one text to those of several.
pub(super) fn add(all: &mut Runs, one: &Runs) {
    for (run, weight) in one {
        *all.entry(run.clone()).or_default() += weight;
    }
}

/// How much nearer `text` is to `own` than to the other texts on the mean, of which there are `n_others`. `all` adds up
/// those others, and `own` too where `is_among`.
pub(super) fn nearer(text: &Runs, own: &Runs, all: &Runs, is_among: bool, n_others: f64) -> f64 {
    let nearness = text.iter().map(|(run, weight)| {
        let own = own.get(run).copied().unwrap_or(0.0);
        let all = all.get(run).copied().unwrap_or(0.0);
        let others = all - if is_among { own } else { 0.0 };
        weight * (own - others / n_others)
    });
    nearness.sum()
}
