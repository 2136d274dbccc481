//! Takes from a judgement what the answer bears out, or says what is wrong with it.
//!
//! A quote that is not in the answer is dropped. A mark, a made key point or a level that no quote is left for makes
//! the whole judgement void: what else it says was made up as likely. A red flag without its quote is dropped.

use std::collections::{BTreeMap, BTreeSet};

use candor_core::interview::{CompetencyLevel, Evidence, MAX_MARK, Question, RedFlag};

use super::{
    super::{answer::Answer, seen::Shown},
    shape::{Level, Mark, Reply},
};
use crate::{
    prompt::json_in,
    secrets::Secrets,
    words,
    written::{has_form, is_foreign},
};

/// Longest feedback and statement of a red flag, in characters.
const LONGEST_FEEDBACK: usize = 400;
const LONGEST_STATEMENT: usize = 200;
/// Quotes of one mark, and red flags, at most.
const MOST_QUOTES: usize = 5;
const MOST_FLAGS: usize = 5;
/// Key points that one quote carries at most.
const POINTS_OF_A_QUOTE: usize = 2;
/// Relevance below this: the answer is to something else.
const OFF_TOPIC: f64 = 2.0;
/// From here on a mark says that an answer is good.
const HIGH: f64 = 9.0;
/// A question has at least so many key points where missing all of them contradicts high marks.
const SOME_POINTS: usize = 3;
/// Errors that are told at most.
const MOST_TOLD: usize = 8;

/// What is wrong with a judgement. Nothing in it is the candidate's or the model's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Wrong {
    #[error("it is no JSON object of the shape asked for: {0}")]
    Shape(String),
    #[error("{0} is out of its range")]
    Range(String),
    #[error("none of the quotes for {0} stands in the answer to the letter")]
    Unfounded(String),
    #[error("key_points must name each of the numbers 1 to {0} once")]
    Points(usize),
    #[error("competencies must name each of the competencies once and no others")]
    Competencies,
    #[error("one quote carries more than {POINTS_OF_A_QUOTE} key points")]
    Stretched,
    #[error("the marks contradict each other: {0}")]
    Contradiction(&'static str),
    #[error("there are too many {0}")]
    TooMany(&'static str),
    #[error("{0} is empty or too long, or has line breaks, markup or addresses")]
    Words(&'static str),
    #[error("{0} tells key points, levels or instructions")]
    Leak(&'static str),
    #[error("feedback is not in the language of the question")]
    Language,
}

/// A judgement that holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checked {
    pub(super) relevance: f64,
    pub(super) structure: f64,
    pub(super) depth: f64,
    /// For each key point of the question whether it is made.
    pub(super) made: Vec<bool>,
    pub(super) competencies: Vec<CompetencyLevel>,
    pub(super) red_flags: Vec<RedFlag>,
    pub(super) feedback: String,
    pub(super) evidence: Vec<Evidence>,
    /// Quotes that were not in the answer.
    pub(super) n_dropped: usize,
}

/// What judgements of one answer are checked against.
pub(super) struct Checker<'a> {
    pub(super) question: &'a Question,
    pub(super) answer: &'a Answer,
    pub(super) shown: &'a Shown,
    pub(super) secrets: &'a Secrets<'a>,
}

impl Checker<'_> {
    /// Checks what a model wrote.
    ///
    /// # Errors
    /// All that is wrong, the first of it first.
    pub(super) fn check(&self, text: &str) -> Result<Checked, Vec<Wrong>> {
        let reply: Reply = serde_json::from_str(json_in(text))
            .map_err(|error| vec![Wrong::Shape(shape(&error))])?;
        let mut found = Found {
            checker: self,
            evidence: Vec::new(),
            n_dropped: 0,
            wrong: Vec::new(),
        };
        let relevance = found.mark("relevance", &reply.relevance);
        let structure = found.mark("structure", &reply.structure);
        let depth = found.mark("depth", &reply.depth);
        let made = found.points(&reply);
        let competencies = found.competencies(&reply.competencies);
        let red_flags = found.red_flags(&reply);
        found.contradictions([relevance, structure, depth], &made);
        found.words("feedback", &reply.feedback, LONGEST_FEEDBACK);
        found.language(&reply.feedback);
        let mut wrong = found.wrong;
        if !wrong.is_empty() {
            wrong.truncate(MOST_TOLD);
            return Err(wrong);
        }
        Ok(Checked {
            relevance,
            structure,
            depth,
            made,
            competencies,
            red_flags,
            feedback: reply.feedback.trim().to_owned(),
            evidence: found.evidence,
            n_dropped: found.n_dropped,
        })
    }
}

/// One judgement while it is checked.
struct Found<'a> {
    checker: &'a Checker<'a>,
    evidence: Vec<Evidence>,
    n_dropped: usize,
    wrong: Vec<Wrong>,
}

impl Found<'_> {
    fn mark(&mut self, name: &str, mark: &Mark) -> f64 {
        if !(0.0..=MAX_MARK).contains(&mark.mark) {
            self.wrong.push(Wrong::Range(name.to_owned()));
        }
        let n = self.quotes(&mark.quotes, name);
        if n == 0 && mark.mark > 0.0 {
            self.wrong.push(Wrong::Unfounded(name.to_owned()));
        }
        mark.mark
    }

    /// Keeps the quotes that stand in the answer as evidence for `supports`; how many they are.
    fn quotes(&mut self, quotes: &[String], supports: &str) -> usize {
        if quotes.len() > MOST_QUOTES {
            self.wrong.push(Wrong::TooMany("quotes"));
        }
        let mut n = 0;
        for quote in quotes.iter().take(MOST_QUOTES) {
            if let Some(place) = self.place(quote) {
                let evidence = self.checker.answer.evidence(place, supports);
                if !self.evidence.contains(&evidence) {
                    self.evidence.push(evidence);
                }
                n += 1;
            }
        }
        n
    }

    /// Where a quote stands. One that says nothing stands nowhere.
    fn place(&mut self, quote: &str) -> Option<(usize, usize)> {
        let checker = self.checker;
        let says = checker.question.coding.is_some()
            || !words::stems(quote, &checker.question.language).is_empty();
        let place = checker.shown.find(quote).filter(|_| says);
        self.n_dropped += usize::from(place.is_none());
        place
    }

    fn points(&mut self, reply: &Reply) -> Vec<bool> {
        let points = &self.checker.question.key_points;
        let numbers: BTreeSet<usize> = reply.key_points.iter().map(|point| point.number).collect();
        let is_whole =
            reply.key_points.len() == points.len() && numbers.into_iter().eq(1..=points.len());
        if !is_whole {
            self.wrong.push(Wrong::Points(points.len()));
            return Vec::new();
        }
        let mut made = vec![false; points.len()];
        let mut carried: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for point in reply.key_points.iter().filter(|point| point.is_made) {
            made[point.number - 1] = true;
            match self.place(&point.quote) {
                Some(place) => {
                    *carried.entry(place).or_default() += 1;
                    let text = &points[point.number - 1];
                    self.evidence
                        .push(self.checker.answer.evidence(place, text));
                }
                None => {
                    let name = format!("key point {}", point.number);
                    self.wrong.push(Wrong::Unfounded(name));
                }
            }
        }
        if carried.values().any(|n| *n > POINTS_OF_A_QUOTE) {
            self.wrong.push(Wrong::Stretched);
        }
        made
    }

    fn competencies(&mut self, levels: &[Level]) -> Vec<CompetencyLevel> {
        let wanted: BTreeSet<&str> = self
            .checker
            .question
            .competencies
            .iter()
            .map(String::as_str)
            .collect();
        let named: BTreeSet<&str> = levels
            .iter()
            .map(|level| level.competency.as_str())
            .collect();
        if named != wanted || levels.len() != wanted.len() {
            self.wrong.push(Wrong::Competencies);
            return Vec::new();
        }
        let mut shown = Vec::new();
        for found in levels {
            let Some(level) = found.level else { continue };
            if !(1.0..=5.0).contains(&level) {
                self.wrong.push(Wrong::Range(found.competency.clone()));
            }
            if self.quotes(&found.quotes, &found.competency) > 0 {
                shown.push(CompetencyLevel {
                    competency: found.competency.clone(),
                    level,
                });
            } else if level > 1.0 {
                self.wrong.push(Wrong::Unfounded(found.competency.clone()));
            }
        }
        shown
    }

    fn red_flags(&mut self, reply: &Reply) -> Vec<RedFlag> {
        if reply.red_flags.len() > MOST_FLAGS {
            self.wrong.push(Wrong::TooMany("red flags"));
        }
        let mut flags: Vec<RedFlag> = Vec::new();
        for flag in reply.red_flags.iter().take(MOST_FLAGS) {
            let Some(place) = self.place(&flag.quote) else {
                continue;
            };
            self.words(
                "the statement of a red flag",
                &flag.statement,
                LONGEST_STATEMENT,
            );
            let evidence = self.checker.answer.evidence(place, "red_flag");
            // The same words speak against somebody once.
            if flags.iter().all(|flag| !overlap(&flag.evidence, &evidence)) {
                flags.push(RedFlag {
                    statement: flag.statement.trim().to_owned(),
                    evidence,
                });
            }
        }
        flags
    }

    fn contradictions(&mut self, [relevance, structure, depth]: [f64; 3], made: &[bool]) {
        let is_made = made.contains(&true);
        let what = if relevance < OFF_TOPIC && is_made {
            "an answer to something else makes key points"
        } else if relevance < OFF_TOPIC && depth >= HIGH {
            "an answer to something else goes deep into the question"
        } else if relevance >= HIGH && depth >= HIGH && made.len() >= SOME_POINTS && !is_made {
            "an answer to all that was asked makes no key point"
        } else if depth >= HIGH && structure <= 0.0 {
            "an answer that nobody can follow goes deep"
        } else {
            return;
        };
        self.wrong.push(Wrong::Contradiction(what));
    }

    /// Checks words that people will read.
    fn words(&mut self, name: &'static str, text: &str, longest: usize) {
        let text = text.trim();
        if !has_form(text, longest) {
            self.wrong.push(Wrong::Words(name));
        } else if self.checker.secrets.are_told(text) {
            self.wrong.push(Wrong::Leak(name));
        }
    }

    fn language(&mut self, feedback: &str) {
        if is_foreign(feedback, &self.checker.question.language) {
            self.wrong.push(Wrong::Language);
        }
    }
}

fn overlap(a: &Evidence, b: &Evidence) -> bool {
    a.start < b.end && b.start < a.end
}

/// What is wrong with the shape, without words that the candidate may have put there.
fn shape(error: &serde_json::Error) -> String {
    let told = error.to_string();
    if told.starts_with("missing field") {
        return told;
    }
    let kind = if error.is_data() {
        "a field that it does not have, or of another type"
    } else {
        "no whole JSON"
    };
    format!("{kind} at line {}, column {}", error.line(), error.column())
}
