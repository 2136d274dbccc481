//! The terms of a job description: names of tools and methods, and runs of content words.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    generic, names,
    place::{self, Place},
};
use crate::{documents::located::Located, evaluation::wordlist::WordList};

/// Most terms of a job description.
const MAX_TERMS: usize = 40;
/// How much the name of a tool or method weighs against a pair of words, and a word alone: a name says most, a word
/// alone may mean much.
const NAME_WEIGHT: f64 = 1.5;
const WORD_WEIGHT: f64 = 0.6;

/// What makes two terms the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A known name.
    Name(usize),
    /// The stems of its words.
    Stems(Vec<String>),
}

/// A term and where it occurs.
pub(super) struct Found {
    pub(super) key: Key,
    /// The weightiest place.
    pub(super) place: Place,
    pub(super) weight: f64,
    /// Its words, wherever it occurs.
    pub(super) at: Vec<Range<usize>>,
}

/// The terms, heaviest first.
pub(super) fn find(job: &Located) -> Vec<Found> {
    let language = job.language.as_deref();
    let Some(generic) = language.and_then(generic::of) else {
        return Vec::new();
    };
    let places = place::of_lines(&job.lines, language);
    let has_requirements = places.contains(&Place::Requirements);
    let mut all: BTreeMap<Key, Vec<Range<usize>>> = BTreeMap::new();
    let mut is_named = vec![false; job.words.len()];
    for name in names::find(job) {
        is_named[name.words.clone()].fill(true);
        all.entry(Key::Name(name.id)).or_default().push(name.words);
    }
    for (key, words) in candidates(job, &is_named, generic) {
        all.entry(key).or_default().push(words);
    }
    let mut found: Vec<Found> = all
        .into_iter()
        .filter_map(|(key, at)| weighed(job, &places, key, at))
        .filter(|term| {
            // A word that is said once outside of what is asked for may be anything.
            !has_requirements
                || term.place <= Place::Preferred
                || matches!(term.key, Key::Name(_))
                || term.at.len() > 1
        })
        .collect();
    drop_parts(&mut found);
    found.sort_by(|a, b| {
        b.weight
            .total_cmp(&a.weight)
            .then(a.at[0].start.cmp(&b.at[0].start))
    });
    found.truncate(MAX_TERMS);
    found
}

/// Runs of one or two content words; of longer ones the single words, and the pairs that occur again.
fn candidates(job: &Located, is_named: &[bool], generic: &WordList) -> Vec<(Key, Range<usize>)> {
    let runs = runs(job, is_named, generic);
    let key = |words: &Range<usize>| {
        Key::Stems(
            job.words[words.clone()]
                .iter()
                .map(|word| word.stem.clone())
                .collect(),
        )
    };
    let pairs = |run: &Range<usize>| {
        (run.start..run.end.saturating_sub(1))
            .map(|at| at..at + 2)
            .collect::<Vec<_>>()
    };
    let mut n_pairs: BTreeMap<Key, usize> = BTreeMap::new();
    for pair in runs.iter().flat_map(pairs) {
        *n_pairs.entry(key(&pair)).or_default() += 1;
    }
    let mut candidates = Vec::new();
    for run in &runs {
        if run.len() == 2 {
            candidates.push((key(run), run.clone()));
            continue;
        }
        let mut in_pair = BTreeSet::new();
        for pair in pairs(run) {
            if n_pairs.get(&key(&pair)).is_some_and(|&n| n > 1) {
                in_pair.extend(pair.clone());
                candidates.push((key(&pair), pair));
            }
        }
        for at in run.clone() {
            if !in_pair.contains(&at) {
                candidates.push((key(&(at..at + 1)), at..at + 1));
            }
        }
    }
    candidates
}

/// Runs of content words that are neither generic nor part of a name nor numbers.
fn runs(job: &Located, is_named: &[bool], generic: &WordList) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut start = None;
    for (at, word) in job.words.iter().enumerate() {
        let token = &word.token;
        let is_term = word.is_content
            && !is_named[at]
            && token.folded.chars().any(char::is_alphabetic)
            && !token.raw.contains('_')
            && !generic.holds(&token.folded);
        if token.break_before || !is_term {
            runs.extend(start.take().map(|start| start..at));
        }
        if is_term && start.is_none() {
            start = Some(at);
        }
    }
    runs.extend(start.map(|start| start..job.words.len()));
    runs
}

/// Weight of a term: that of its weightiest place · (1 + ln of how often it occurs) · 1.5 for a name, 0.6 for
/// a single other word. `None` where it
/// occurs only aside.
fn weighed(job: &Located, places: &[Place], key: Key, mut at: Vec<Range<usize>>) -> Option<Found> {
    let place_of = |words: &Range<usize>| places[job.words[words.start].line];
    at.retain(|words| place_of(words) != Place::Aside);
    let place = at.iter().map(place_of).min()?;
    let kind = match &key {
        Key::Name(_) => NAME_WEIGHT,
        Key::Stems(stems) if stems.len() == 1 => WORD_WEIGHT,
        Key::Stems(_) => 1.0,
    };
    Some(Found {
        weight: place.weight() * (1.0 + (at.len() as f64).ln()) * kind,
        key,
        place,
        at,
    })
}

/// Drops single words that a pair has and that hardly occur without it.
fn drop_parts(found: &mut Vec<Found>) {
    let mut in_pairs: BTreeMap<String, usize> = BTreeMap::new();
    for term in found.iter() {
        if let Key::Stems(stems) = &term.key
            && stems.len() > 1
        {
            for stem in stems {
                *in_pairs.entry(stem.clone()).or_default() += term.at.len();
            }
        }
    }
    found.retain(|term| match &term.key {
        Key::Stems(stems) if stems.len() == 1 => {
            in_pairs.get(&stems[0]).is_none_or(|&n| term.at.len() > n)
        }
        _ => true,
    });
}
