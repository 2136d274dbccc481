//! Which of a job description's terms a résumé has.
//!
//! A share of terms says what a résumé writes, not what somebody can: it helps to choose questions and is no mark of a
//! person.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use candor_core::measured::{Measured, NotMeasured};
use candor_signals::text::{language, tokens::plain};
use serde::{Deserialize, Serialize};

pub use super::located::Evidence;
use super::located::Located;
pub use place::Place;
use terms::{Found, Key};

mod generic;
pub(super) mod names;
mod place;
mod terms;

/// Identifier and version of the formula: weight of a term = weight of its weightiest place (requirements 3, title 2,
/// preferred and duties 1.5, elsewhere 1) · (1 + ln of its count) · 1.5 for the name of a tool or method, 0.6 for a single
/// other word; share = sum of the matched terms' weights / sum of all weights.
pub const FORMULA: &str = "document-match.v1";

/// Languages that there are words for.
pub(super) const LANGUAGES: [&str; 4] = ["en", "tr", "fr", "id"];
/// Fewest words of a text that is compared.
const LEAST_WORDS: usize = 20;
/// Fewest terms of a job description that say what it is about.
const LEAST_TERMS: usize = 3;
/// Most places of a term that are quoted.
const MAX_EVIDENCE: usize = 3;
/// Letters from which on a stem stands for what begins like it, where stems keep suffixes.
const OPEN_FROM: usize = 5;
/// Most letters by which it may be longer or shorter.
const OPEN_BY: usize = 4;
/// Words that may stand between those of a term.
const MAX_BETWEEN: usize = 3;

/// A term of a job description.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// As the job description first writes it.
    pub text: String,
    /// How much it weighs, see [`FORMULA`].
    pub weight: f64,
    /// The weightiest part of the job description that has it.
    pub place: Place,
    /// Where the job description has it: its first places.
    pub job: Vec<Evidence>,
    /// Where the résumé has it: its first places; none for a missing term.
    pub resume: Vec<Evidence>,
}

/// A résumé beside a job description.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Terms that the résumé has, heaviest first.
    pub matched: Vec<Term>,
    /// Terms that it does not have, heaviest first.
    pub missing: Vec<Term>,
    /// Share of the weight that is matched, 0 to 1.
    pub share: f64,
}

/// What papers are called in reasons.
pub(crate) const JOB: &str = "job description";
pub(crate) const RESUME: &str = "résumé";

/// Looks for the terms of `job_text` in `resume_text`. A term is matched where its words occur in any form near each
/// other, where its initials stand for it, or where a known name is written in another known way, also that of another
/// language. Without a language that of the job description is told from its words.
///
/// # Errors
/// `too_short` for a text of fewer than 20 words or without terms, `language_unknown`, `language_unsupported`.
pub fn matching(resume_text: &str, job_text: &str, language: Option<&str>) -> Measured<Match> {
    let (job, found) = terms_of(JOB, job_text, language)?;
    let resume = Located::new(resume_text, job.language.as_deref());
    if resume.words.len() < LEAST_WORDS {
        return Err(too_short(RESUME));
    }
    let index = Index::new(&resume);
    let (mut matched, mut missing) = (Vec::new(), Vec::new());
    for term in &found {
        let mut named = named(&job, term);
        named.resume = index
            .find(&job, term)
            .into_iter()
            .take(MAX_EVIDENCE)
            .map(|words| resume.evidence(words))
            .collect();
        if named.resume.is_empty() {
            missing.push(named);
        } else {
            matched.push(named);
        }
    }
    let sum = |terms: &[Term]| terms.iter().map(|term| term.weight).sum::<f64>();
    Ok(Match {
        share: sum(&matched) / (sum(&matched) + sum(&missing)),
        matched,
        missing,
    })
}

/// What a job description asks for, heaviest first: for choosing questions.
///
/// # Errors
/// See [`matching`].
pub fn topics(job_text: &str, language: Option<&str>) -> Measured<Vec<Term>> {
    let (job, found) = terms_of(JOB, job_text, language)?;
    Ok(found.iter().map(|term| named(&job, term)).collect())
}

/// How much of what `text` is about each of `others` speaks of: the weights of the terms that it has, 0 for none. For
/// choosing questions by a job description or a résumé; `what` says which of them it is.
///
/// # Errors
/// See [`matching`].
pub fn mentions<'a>(
    what: &str,
    text: &str,
    others: impl IntoIterator<Item = &'a str>,
    language: Option<&str>,
) -> Measured<Vec<f64>> {
    let (job, found) = terms_of(what, text, language)?;
    let weight = |other: &str| {
        let other = Located::new(other, job.language.as_deref());
        let index = Index::new(&other);
        let has = |term: &&Found| !index.find(&job, term).is_empty();
        found.iter().filter(has).map(|term| term.weight).sum()
    };
    Ok(others.into_iter().map(weight).collect())
}

fn terms_of<'a>(
    what: &str,
    text: &'a str,
    language: Option<&str>,
) -> Measured<(Located<'a>, Vec<Found>)> {
    let given = language.and_then(language::primary_subtag);
    let Some(language) = given.or_else(|| language::of(&plain(text, None))) else {
        // A text too short to tell its language is too short to compare.
        return Err(if text.split_whitespace().count() < LEAST_WORDS {
            too_short(what)
        } else {
            NotMeasured::new(
                "language_unknown",
                format!("the language of the {what} could not be told"),
            )
        });
    };
    if !LANGUAGES.contains(&language.as_str()) {
        return Err(NotMeasured::new(
            "language_unsupported",
            format!("there are no word lists for the language {language}"),
        ));
    }
    let job = Located::new(text, Some(&language));
    if job.words.len() < LEAST_WORDS {
        return Err(too_short(what));
    }
    let found = terms::find(&job);
    if found.len() < LEAST_TERMS {
        return Err(too_short(what));
    }
    Ok((job, found))
}

fn too_short(text: &str) -> NotMeasured {
    NotMeasured::new(
        "too_short",
        format!("the {text} says too little to be compared"),
    )
}

fn named(job: &Located, term: &Found) -> Term {
    let job: Vec<Evidence> = term
        .at
        .iter()
        .take(MAX_EVIDENCE)
        .map(|words| job.evidence(words.clone()))
        .collect();
    Term {
        text: job
            .first()
            .map(|first| first.quote.split_whitespace().collect::<Vec<_>>().join(" "))
            .unwrap_or_default(),
        weight: term.weight,
        place: term.place,
        job,
        resume: Vec::new(),
    }
}

/// Where a résumé has what.
struct Index {
    names: BTreeMap<usize, Vec<Range<usize>>>,
    stems: BTreeMap<String, Vec<usize>>,
    /// Whether stems keep suffixes, so that words of one stem differ at their ends.
    open_ended: bool,
    /// Words in capitals, which may be initials.
    capitals: HashMap<String, Vec<usize>>,
}

impl Index {
    fn new(resume: &Located) -> Self {
        let mut index = Self {
            names: BTreeMap::new(),
            stems: BTreeMap::new(),
            open_ended: resume.language.as_deref() == Some("tr"),
            capitals: HashMap::new(),
        };
        for name in names::find(resume) {
            index.names.entry(name.id).or_default().push(name.words);
        }
        let stemmer = candor_signals::text::stem::Stems::new(resume.language.as_deref());
        for (at, word) in resume.words.iter().enumerate() {
            index.stems.entry(word.stem.clone()).or_default().push(at);
            if word.token.folded.contains('-') {
                for part in word.token.folded.split('-').filter(|part| !part.is_empty()) {
                    index.stems.entry(stemmer.stem(part)).or_default().push(at);
                }
            }
            if word.token.raw.chars().all(char::is_uppercase) {
                index
                    .capitals
                    .entry(word.token.raw.clone())
                    .or_default()
                    .push(at);
            }
        }
        index
    }

    /// Everywhere that the résumé has a term, in order.
    fn find(&self, job: &Located, term: &Found) -> Vec<Range<usize>> {
        match &term.key {
            Key::Name(id) => self.names.get(id).cloned().unwrap_or_default(),
            Key::Stems(stems) => {
                let near = self.near(stems);
                if near.is_empty() {
                    self.initials(job, &term.at[0])
                } else {
                    near
                }
            }
        }
    }

    /// Where a stem stands, in order. Where stems keep suffixes also what begins like it.
    fn places(&self, stem: &str) -> Vec<usize> {
        let n = stem.chars().count();
        if !self.open_ended || n < OPEN_FROM {
            return self.stems.get(stem).cloned().unwrap_or_default();
        }
        let longer = self
            .stems
            .range(stem.to_owned()..)
            .take_while(|(other, _)| other.starts_with(stem))
            .filter(|(other, _)| other.chars().count() <= n + OPEN_BY);
        let shorter = (n.saturating_sub(OPEN_BY).max(OPEN_FROM)..n)
            .map(|n| stem.chars().take(n).collect::<String>())
            .filter_map(|stem| self.stems.get_key_value(&stem));
        let mut places: Vec<usize> = longer
            .chain(shorter)
            .flat_map(|(_, places)| places.iter().copied())
            .collect();
        places.sort_unstable();
        places
    }

    /// Where the stems stand near each other, in any order.
    fn near(&self, stems: &[String]) -> Vec<Range<usize>> {
        let places: Vec<Vec<usize>> = stems.iter().map(|stem| self.places(stem)).collect();
        let [first, others @ ..] = places.as_slice() else {
            return Vec::new();
        };
        let mut found: Vec<Range<usize>> = Vec::new();
        for &at in first {
            let reach = MAX_BETWEEN + stems.len() - 1;
            let nearest = others.iter().map(|places| {
                places
                    .iter()
                    .copied()
                    .filter(|other| other.abs_diff(at) <= reach)
                    .min_by_key(|other| other.abs_diff(at))
            });
            let Some(mut all) = nearest.collect::<Option<Vec<usize>>>() else {
                continue;
            };
            all.push(at);
            let start = all.iter().min().copied().unwrap_or(at);
            let end = all.iter().max().copied().unwrap_or(at) + 1;
            // Of two that overlap the first.
            if found.last().is_none_or(|last| last.end <= start) {
                found.push(start..end);
            }
        }
        found
    }

    /// Where the initials of a term's words stand; three letters or more, two mean too much.
    fn initials(&self, job: &Located, words: &Range<usize>) -> Vec<Range<usize>> {
        let initials: String = job.words[words.clone()]
            .iter()
            .flat_map(|word| word.token.raw.split('-'))
            .filter_map(|part| part.chars().next())
            .flat_map(char::to_uppercase)
            .collect();
        let places = self.capitals.get(&initials);
        places
            .filter(|_| initials.chars().count() >= 3)
            .map(|places| places.iter().map(|&at| at..at + 1).collect())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
