//! The report of an interview: a roll-up of marks that were given, nothing else.
//!
//! - The mark of a question is that of all its answers together, i.e. of its last judged answer.
//! - A competency's mark is the mean over its questions; the total is the weighted mean of the competencies
//!   that could be assessed. Where a position has a rubric, competencies that it does not name are shown and count
//!   nothing. Questions that name no competency count together like one of mean weight. Its
//!   uncertainty is one standard error over the questions, or the spread of repeated judgements where that is larger.
//! - Recommendation: ≥ 0.8 strong hire, ≥ 0.6 hire, ≥ 0.4 borderline, else no hire; more than two red flags: no
//!   hire. Without a judged answer there is none, nor where fewer than half of the asked questions were judged or the
//!   total rests on fewer than three.
//! - Where the rubric has a formula of its own, that gives the total instead, see `by_formula.rs`.

use std::collections::BTreeSet;

use candor_core::{
    interview::{
        CitedEvidence, CompetencyResult, Evaluation, Evidence, InterviewReport, Judged, Mark,
        Question, QuestionResult, Recommendation, RedFlag, Remark, Speaker, Turn, TurnKind,
    },
    measured::{Measured, NotMeasured},
};

use crate::{
    evaluation::builtin,
    phrases,
    strategy::{Asked, Plan, State},
};

mod by_formula;
mod scoring;
mod sources;
mod verdict;

pub use scoring::{Scoring, Weights};
pub use sources::judged_by;
pub use verdict::{TOO_LITTLE_JUDGED, is_enough, recommend};

/// Identifier and version of the rules.
pub const FORMULA: &str = "interview-report.v3";
/// Remarks of a kind at most, and pieces of evidence of a competency.
const MOST_REMARKS: usize = 5;
const MOST_EVIDENCE: usize = 3;
/// From here on a question counts as a strength, below the other as something to improve.
const STRENGTH: f64 = 0.7;
const IMPROVEMENT: f64 = 0.5;

/// One asked question with what was said about it.
struct Thread<'a> {
    asked: &'a Asked,
    question: Option<&'a Question>,
    words: &'a str,
    answers: Vec<&'a Turn>,
}

impl<'a> Thread<'a> {
    /// The last answer that was judged, and its evaluation.
    fn judged(&self) -> Option<(&'a Turn, &'a Evaluation)> {
        self.answers.iter().rev().find_map(|turn| {
            let evaluation = turn.evaluation.as_ref()?.evaluation()?;
            Some((*turn, evaluation))
        })
    }

    fn why_not(&self) -> NotMeasured {
        if self.asked.is_skipped && self.answers.is_empty() {
            return NotMeasured::new("skipped", "the candidate would rather not answer");
        }
        let reasons = self
            .answers
            .iter()
            .rev()
            .filter_map(|turn| match &turn.evaluation {
                Some(Judged::NotEvaluated(reason)) => Some(reason.clone()),
                _ => None,
            });
        reasons
            .into_iter()
            .next()
            .unwrap_or_else(|| NotMeasured::new("not_answered", "the question was not answered"))
    }
}

/// Puts the report together.
pub fn assemble(plan: &Plan, state: &State, turns: &[Turn], scoring: &Scoring) -> InterviewReport {
    let threads = threads(plan, state, turns);
    let competencies = competencies(&threads, scoring);
    let by_weights = overall(&threads, &competencies);
    let red_flags = red_flags(&threads);
    let questions: Vec<QuestionResult> = threads.iter().map(question).collect();
    let mut not_measured = not_measured(&questions);
    not_measured.extend(sources::judged_once(&threads));
    let mut provenance = sources::provenance(&threads);
    let (overall, formula) = match &scoring.formula {
        None => (by_weights, None),
        Some(text) => {
            let facts = by_formula::Facts {
                judgements: judgements(&threads),
                competencies: &competencies,
                questions: &questions,
                n_red_flags: red_flags.len(),
                by_weights: &by_weights,
            };
            let (overall, result) = by_formula::total(text, &facts);
            not_measured.extend(overall.as_ref().err().cloned());
            provenance.push(by_formula::provenance(text));
            (overall, Some(result))
        }
    };
    let recommended = overall
        .as_ref()
        .map(|mark| verdict::recommended(mark, red_flags.len(), &questions));
    let recommendation = recommended
        .as_ref()
        .ok()
        .and_then(|it| it.as_ref().ok().copied());
    let mut summary = summary(&overall, recommendation, &questions);
    if let Ok(Err(reason)) = recommended {
        summary = format!("{summary} The marks speak for nothing yet: {reason}.");
        not_measured.push(reason);
    }
    InterviewReport {
        version: 1,
        family: plan.family,
        language: plan.language.clone(),
        started_at: turns.first().map(|turn| turn.at),
        ended_at: turns.last().map(|turn| turn.at),
        used_s: state.used_s,
        summary,
        overall,
        formula,
        recommendation,
        competencies,
        strengths: strengths(&threads),
        improvements: improvements(&threads),
        red_flags,
        not_measured,
        provenance,
        questions,
    }
}

/// The report of an interview that was held for practice: nobody is recommended for anything, and it says so.
pub fn rehearsed(mut report: InterviewReport) -> InterviewReport {
    report.recommendation = None;
    report.summary = summary(&report.overall, None, &report.questions);
    // Of no interest where none is made.
    report
        .not_measured
        .retain(|known| known.code != TOO_LITTLE_JUDGED);
    let reason = NotMeasured::new(
        "practice_recommendation",
        "an interview for practice recommends nothing",
    );
    if report
        .not_measured
        .iter()
        .all(|known| known.code != reason.code)
    {
        report.not_measured.push(reason);
    }
    report
}

fn threads<'a>(plan: &'a Plan, state: &'a State, turns: &'a [Turn]) -> Vec<Thread<'a>> {
    let of = |asked: &'a Asked| {
        let about = |turn: &&Turn| turn.question_id.as_deref() == Some(&asked.question_id);
        let mut about_it = turns.iter().filter(about);
        let words = about_it
            .clone()
            .find(|turn| turn.kind == TurnKind::Question)
            .map_or("", |turn| without_greeting(&turn.text, &plan.language));
        let is_answer =
            |turn: &&Turn| turn.speaker == Speaker::Candidate && turn.kind == TurnKind::Answer;
        let answers = about_it.by_ref().filter(is_answer).collect();
        Thread {
            asked,
            question: plan.questions.iter().find(|q| q.id == asked.question_id),
            words,
            answers,
        }
    };
    state.asked.iter().map(of).collect()
}

fn without_greeting<'a>(text: &'a str, language: &str) -> &'a str {
    let greeting = phrases::of(language).greeting;
    text.strip_prefix(greeting).unwrap_or(text).trim_start()
}

fn competencies(threads: &[Thread], scoring: &Scoring) -> Vec<CompetencyResult> {
    let weights = &scoring.weights;
    let asked = threads
        .iter()
        .filter_map(|thread| thread.question)
        .flat_map(|question| question.competencies.iter());
    let keys: BTreeSet<&String> = asked.chain(weights.keys()).collect();
    let all: f64 = keys.iter().map(|key| weight(weights, key)).sum();
    keys.into_iter()
        .map(|key| CompetencyResult {
            name: scoring.names.get(key).cloned(),
            ..competency(key, weight(weights, key) / all.max(f64::EPSILON), threads)
        })
        .collect()
}

/// Without a rubric all count alike; with one, what it does not name counts nothing.
fn weight(weights: &Weights, key: &str) -> f64 {
    if weights.is_empty() {
        return 1.0;
    }
    weights.get(key).copied().unwrap_or(0.0).max(0.0)
}

/// The mean weight of those that count, for all weights add up to 1.
fn usual_weight(competencies: &[CompetencyResult]) -> f64 {
    let counting = competencies.iter().filter(|one| one.weight > 0.0);
    1.0 / counting.count().max(1) as f64
}

/// Whether the total rests on a question about these.
fn counts(keys: &[String], competencies: &[CompetencyResult]) -> bool {
    let mut counting = competencies.iter().filter(|one| one.weight > 0.0);
    keys.is_empty() || counting.any(|one| keys.contains(&one.key))
}

fn competency(key: &str, weight: f64, threads: &[Thread]) -> CompetencyResult {
    let about = |thread: &&Thread| {
        thread
            .question
            .is_some_and(|question| question.competencies.iter().any(|one| one == key))
    };
    let about_it: Vec<&Thread> = threads.iter().filter(about).collect();
    let judged: Vec<(&Turn, &Evaluation)> = about_it
        .iter()
        .filter_map(|thread| thread.judged())
        .collect();
    let levels: Vec<f64> = judged
        .iter()
        .flat_map(|(_, evaluation)| &evaluation.competencies)
        .filter(|level| level.competency == key)
        .map(|level| level.level)
        .collect();
    let evidence = about_it
        .iter()
        .filter_map(|thread| cite(thread, thread.judged()?.1.evidence.first()?))
        .take(MOST_EVIDENCE)
        .collect();
    CompetencyResult {
        key: key.to_owned(),
        name: None,
        weight,
        mark: mark(&judged).ok_or_else(|| {
            let reason = match about_it.len() {
                0 => "no question was about it",
                _ => "no answer about it could be judged",
            };
            NotMeasured::new("not_assessed", reason)
        }),
        level: mean(&levels),
        no_level: (levels.is_empty() && !judged.is_empty()).then(|| no_level(&judged)),
        evidence,
    }
}

/// The mark stays that of the questions: a level of the same figure would say nothing more.
fn no_level(judged: &[(&Turn, &Evaluation)]) -> NotMeasured {
    let mut formulas = judged.iter().map(|(_, e)| e.provenance.formula.as_deref());
    match formulas.any(|formula| formula == Some(builtin::FORMULA)) {
        true => NotMeasured::new(
            "no_measure",
            "the built-in evaluator has no measure of its own for it; the mark is that of the questions about it",
        ),
        false => NotMeasured::new("no_level", "no answer about it showed a level of it"),
    }
}

fn mark(judged: &[(&Turn, &Evaluation)]) -> Option<Mark> {
    let scores: Vec<f64> = judged.iter().map(|(_, e)| e.score).collect();
    let score = mean(&scores)?;
    let n = scores.len();
    let between = (n > 1).then(|| {
        let squares: f64 = scores.iter().map(|s| (s - score).powi(2)).sum();
        (squares / (n - 1) as f64 / n as f64).sqrt()
    });
    let is_repeated = judged.iter().any(|(_, e)| e.spread.n > 1);
    let within = is_repeated.then(|| {
        let squares: f64 = judged.iter().map(|(_, e)| e.spread.deviation.powi(2)).sum();
        squares.sqrt() / n as f64
    });
    Some(Mark {
        score,
        uncertainty: match (between, within) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        },
        n,
    })
}

fn overall(threads: &[Thread], competencies: &[CompetencyResult]) -> Measured<Mark> {
    let mut assessed: Vec<(f64, Mark)> = competencies
        .iter()
        .filter_map(|one| Some((one.weight, *one.mark.as_ref().ok()?)))
        .collect();
    let usual = usual_weight(competencies);
    let is_loose = |thread: &&Thread| thread.question.is_some_and(|q| q.competencies.is_empty());
    let loose: Vec<(&Turn, &Evaluation)> = threads
        .iter()
        .filter(is_loose)
        .filter_map(Thread::judged)
        .collect();
    assessed.extend(mark(&loose).map(|mark| (usual, mark)));
    let all: f64 = assessed.iter().map(|(weight, _)| weight).sum();
    if assessed.is_empty() {
        return Err(nothing_judged());
    }
    if all <= 0.0 {
        return Err(NotMeasured::new(
            "nothing_weighted",
            "no judged question is about a competency of the rubric",
        ));
    }
    let score = assessed.iter().map(|(w, mark)| w * mark.score).sum::<f64>() / all;
    let judged: Vec<(&Turn, &Evaluation)> = threads
        .iter()
        .filter(|thread| {
            let question = thread.question;
            question.is_some_and(|question| counts(&question.competencies, competencies))
        })
        .filter_map(Thread::judged)
        .collect();
    Ok(Mark {
        score,
        uncertainty: mark(&judged).and_then(|mark| mark.uncertainty),
        n: judged.len(),
    })
}

fn nothing_judged() -> NotMeasured {
    NotMeasured::new("nothing_judged", "no answer could be judged")
}

/// What a formula's total rests on: the judged questions of the plan.
fn judgements<'a>(threads: &[Thread<'a>]) -> Vec<by_formula::Judgement<'a>> {
    threads
        .iter()
        .filter_map(|thread| {
            let (question, (_, evaluation)) = (thread.question?, thread.judged()?);
            Some(by_formula::Judgement {
                competencies: &question.competencies,
                score: evaluation.score,
                deviation: evaluation.spread.deviation,
                is_repeated: evaluation.spread.n > 1,
            })
        })
        .collect()
}

fn red_flags(threads: &[Thread]) -> Vec<RedFlag> {
    let mut seen = BTreeSet::new();
    threads
        .iter()
        .filter_map(Thread::judged)
        .flat_map(|(_, evaluation)| evaluation.red_flags.iter())
        .filter(|flag| seen.insert(crate::words::normalised(&flag.statement)))
        .cloned()
        .collect()
}

fn question(thread: &Thread) -> QuestionResult {
    let judged = thread.judged().map(|(_, evaluation)| evaluation);
    QuestionResult {
        question_id: thread.asked.question_id.clone(),
        phase: thread.asked.phase,
        difficulty: thread.asked.difficulty,
        asked: thread.words.to_owned(),
        answers: thread
            .answers
            .iter()
            .map(|turn| turn.text.clone())
            .collect(),
        is_skipped: thread.asked.is_skipped,
        score: judged.map(|e| e.score).ok_or_else(|| thread.why_not()),
        spread: judged.map(|e| e.spread).filter(|spread| spread.n > 1),
        key_points: judged.filter(|e| !e.key_points.is_empty()).map(|e| {
            let made = e.key_points.iter().filter(|point| point.is_made).count();
            (made, e.key_points.len())
        }),
        feedback: judged.map(|e| e.feedback.clone()),
    }
}

fn strengths(threads: &[Thread]) -> Vec<Remark> {
    remarks(threads, |share| share >= STRENGTH, true)
}

fn improvements(threads: &[Thread]) -> Vec<Remark> {
    remarks(threads, |share| share < IMPROVEMENT, false)
}

/// The clearest first.
fn remarks(threads: &[Thread], is_one: impl Fn(f64) -> bool, is_best_first: bool) -> Vec<Remark> {
    let mut found: Vec<(f64, Remark)> = threads
        .iter()
        .filter_map(|thread| {
            let (_, evaluation) = thread.judged()?;
            let share = evaluation.normalized();
            is_one(share).then(|| {
                // One stretch may bear out several things; a reader wants to read it once.
                let mut seen = BTreeSet::new();
                let evidence = evaluation.evidence.iter();
                let evidence = evidence.filter(|one| seen.insert((one.start, one.end)));
                let cited = evidence.filter_map(|one| cite(thread, one));
                let remark = Remark {
                    question_id: thread.asked.question_id.clone(),
                    text: evaluation.feedback.clone(),
                    evidence: cited.take(MOST_EVIDENCE).collect(),
                };
                (if is_best_first { -share } else { share }, remark)
            })
        })
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let first = found.into_iter().take(MOST_REMARKS);
    first.map(|(_, remark)| remark).collect()
}

/// An evaluation speaks of all answers to a question, one line each; a reader wants the turn and the place in it.
fn cite(thread: &Thread, evidence: &Evidence) -> Option<CitedEvidence> {
    let mut before = 0;
    for turn in &thread.answers {
        let n = turn.text.chars().count();
        if evidence.start < before + n {
            return Some(CitedEvidence {
                turn_id: turn.id.clone(),
                evidence: Evidence {
                    start: evidence.start.saturating_sub(before),
                    end: evidence.end.saturating_sub(before).min(n),
                    ..evidence.clone()
                },
            });
        }
        before += n + 1;
    }
    None
}

fn summary(
    overall: &Measured<Mark>,
    recommendation: Option<Recommendation>,
    questions: &[QuestionResult],
) -> String {
    let answered = questions.iter().filter(|q| !q.answers.is_empty()).count();
    let judged = questions.iter().filter(|q| q.score.is_ok()).count();
    let asked = questions.len();
    match (overall, recommendation) {
        (Ok(mark), Some(recommendation)) => format!(
            "{answered} of {asked} questions were answered and {judged} judged: {:.1} of 10 ({:.0} %). The marks speak \
             for {}; a person decides.",
            mark.score,
            mark.score * 10.0,
            in_words(recommendation)
        ),
        (Err(reason), _) => format!(
            "{answered} of {asked} questions were answered; there is no score: {}.",
            reason.message
        ),
        (Ok(mark), None) => format!(
            "{answered} of {asked} questions were answered and {judged} judged: {:.1} of 10 ({:.0} %).",
            mark.score,
            mark.score * 10.0
        ),
    }
}

fn in_words(recommendation: Recommendation) -> String {
    format!("“{}”", recommendation.as_str().replace('_', " "))
}

/// Each reason once.
fn not_measured(questions: &[QuestionResult]) -> Vec<NotMeasured> {
    let mut seen = BTreeSet::new();
    questions
        .iter()
        .filter_map(|question| question.score.as_ref().err())
        .filter(|reason| seen.insert(reason.code.clone()))
        .cloned()
        .collect()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests;
