//! The documented final evaluation of voice interviews, over the report of any interview: how far each part was covered,
//! how the answers in it were, and what that does to the total. Parts of an interview are its phases.
//!
//! Coverage is `0.6·min(1, asked/planned) + 0.4·objectives addressed/objectives`; objectives are the competencies of the
//! questions that were planned. Under one half the part counts less (by `coverage / 0.5`, which is our reading), under 0.3 it
//! is not assessed, and a part that nothing was asked in counts neither for nor against anybody.

use std::collections::BTreeSet;

use candor_core::{
    interview::{InterviewReport, MAX_MARK, Phase},
    measured::{Measured, NotMeasured},
};

use crate::{
    export::wording,
    strategy::{Plan, Quotas},
};

/// Identifier and version of the rules.
pub const FORMULA: &str = "interview-modules.v1";

/// Weights of questions and of objectives in the coverage.
const OF_QUESTIONS: f64 = 0.6;
const OF_OBJECTIVES: f64 = 0.4;
/// From here on a part counts in full.
const COVERED: f64 = 0.5;
/// Below this it is not assessed.
const ASSESSED: f64 = 0.3;
/// Marks of a report as points.
const POINTS: f64 = 100.0 / MAX_MARK;
/// Strengths and weaknesses that are told.
const MOST_REMARKS: usize = 3;

/// How the answers in a part were. The words are documented; their limits are not, and are taken from the bands of the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// 80 points and more.
    Excellent,
    /// 70 to 80.
    Good,
    /// 50 to 70.
    Average,
    /// Less than 50.
    Poor,
    /// Too little of it was covered, or judged.
    NotAssessed,
}

impl Level {
    /// As the contract writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Excellent => "Excellent",
            Self::Good => "Good",
            Self::Average => "Average",
            Self::Poor => "Poor",
            Self::NotAssessed => "Not_Assessed",
        }
    }

    /// The level of so many points.
    pub fn of(points: f64) -> Self {
        match points {
            p if p >= 80.0 => Self::Excellent,
            p if p >= 70.0 => Self::Good,
            p if p >= 50.0 => Self::Average,
            _ => Self::Poor,
        }
    }
}

/// The documented band of a total of 0 to 100 points.
pub fn band(points: f64) -> &'static str {
    match points {
        p if p >= 90.0 => "90+",
        p if p >= 80.0 => "80-89",
        p if p >= 70.0 => "70-79",
        p if p >= 60.0 => "60-69",
        p if p >= 50.0 => "50-59",
        _ => "<50",
    }
}

/// How much of a part was to be covered, and was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Covered {
    /// Questions that time and plan allowed.
    pub planned: usize,
    /// Questions that were asked.
    pub asked: usize,
    /// Competencies of the planned questions.
    pub objectives: usize,
    /// Those that a question was asked about.
    pub addressed: usize,
}

impl Covered {
    /// The share that was covered, 0 to 1. Without objectives the questions count alone.
    ///
    /// # Errors
    /// `not_planned` where no question was.
    pub fn share(&self) -> Measured<f64> {
        if self.planned == 0 {
            return Err(NotMeasured::new(
                "not_planned",
                "no question of this part was planned",
            ));
        }
        let ratio = |n: usize, of: usize| (n as f64 / of as f64).min(1.0);
        let questions = ratio(self.asked, self.planned);
        if self.objectives == 0 {
            return Ok(questions);
        }
        let objectives = ratio(self.addressed, self.objectives);
        Ok(OF_QUESTIONS * questions + OF_OBJECTIVES * objectives)
    }
}

/// A part of an interview.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    /// Which.
    pub phase: Phase,
    /// What of it was covered.
    pub covered: Covered,
    /// The share, 0 to 1.
    pub coverage: Measured<f64>,
    /// Mean of the judged answers, 0 to 100; or why it is not assessed.
    pub points: Measured<f64>,
    /// What the points are called.
    pub level: Level,
    /// How much it counts: 1, less where little was covered, 0 where it is not assessed.
    pub weight: f64,
}

/// The evaluation of a whole interview.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// 0 to 100: the mean of the parts by their weights; or why there is none.
    pub score: Measured<f64>,
    /// Its documented band.
    pub band: Option<&'static str>,
    /// The parts, in their order.
    pub modules: Vec<Module>,
    /// Competencies by key, 0 to 100.
    pub skills: Vec<(String, Measured<f64>)>,
    /// How much of the interview the score speaks for.
    pub fairness: String,
    /// What was done so that nobody is judged by what was not asked.
    pub adjustments: Vec<String>,
    /// At most three of the report's strengths.
    pub strengths: Vec<String>,
    /// At most three of what it would improve.
    pub weaknesses: Vec<String>,
    /// What is left to find out.
    pub recommendations: Vec<String>,
}

/// Evaluates an interview that was held by `plan`.
pub fn assess(plan: &Plan, report: &InterviewReport) -> Assessment {
    let phases = Phase::ALL.into_iter();
    let modules: Vec<Module> = phases
        .filter_map(|phase| module(phase, plan, report))
        .collect();
    let total: f64 = modules.iter().map(|module| module.weight).sum();
    let sum: f64 = modules
        .iter()
        .filter_map(|module| Some(module.weight * *module.points.as_ref().ok()?))
        .sum();
    let score = if total > 0.0 {
        Ok(sum / total)
    } else {
        Err(NotMeasured::new(
            "nothing_assessed",
            "no part of the interview was covered and judged far enough",
        ))
    };
    let skills = report.competencies.iter().map(|competency| {
        let mark = competency.mark.as_ref();
        let points = mark.map(|mark| POINTS * mark.score).map_err(Clone::clone);
        (competency.key.clone(), points)
    });
    let remarks = |remarks: &[candor_core::interview::Remark]| {
        let texts = remarks.iter().take(MOST_REMARKS);
        texts.map(|remark| remark.text.clone()).collect()
    };
    Assessment {
        band: score.as_ref().ok().map(|score| band(*score)),
        fairness: fairness(&modules),
        adjustments: modules.iter().filter_map(adjustment).collect(),
        recommendations: modules.iter().filter_map(open).collect(),
        skills: skills.collect(),
        strengths: remarks(&report.strengths),
        weaknesses: remarks(&report.improvements),
        score,
        modules,
    }
}

/// The part, where it was planned or something was asked in it.
fn module(phase: Phase, plan: &Plan, report: &InterviewReport) -> Option<Module> {
    let pool = plan
        .questions
        .iter()
        .filter(|question| question.phase == phase);
    let quota = Quotas::of(plan).questions(phase);
    let planned: Vec<_> = pool.clone().take(quota).collect();
    let asked: Vec<_> = report
        .questions
        .iter()
        .filter(|question| question.phase == phase)
        .collect();
    if planned.is_empty() && asked.is_empty() {
        return None;
    }
    let objectives: BTreeSet<&str> = planned
        .iter()
        .flat_map(|question| question.competencies.iter().map(String::as_str))
        .collect();
    let ids: BTreeSet<&str> = asked.iter().map(|one| one.question_id.as_str()).collect();
    let about: BTreeSet<&str> = pool
        .filter(|question| ids.contains(question.id.as_str()))
        .flat_map(|question| question.competencies.iter().map(String::as_str))
        .collect();
    let covered = Covered {
        planned: planned.len(),
        asked: asked.len(),
        objectives: objectives.len(),
        addressed: objectives.intersection(&about).count(),
    };
    let coverage = covered.share();
    let marks: Vec<f64> = asked
        .iter()
        .filter_map(|question| question.score.as_ref().ok().copied())
        .collect();
    let points = points(&covered, &coverage, &marks);
    Some(Module {
        level: points
            .as_ref()
            .map_or(Level::NotAssessed, |points| Level::of(*points)),
        weight: match (&points, &coverage) {
            (Ok(_), Ok(share)) => (share / COVERED).min(1.0),
            (Ok(_), Err(_)) => 1.0,
            (Err(_), _) => 0.0,
        },
        phase,
        covered,
        coverage,
        points,
    })
}

fn points(covered: &Covered, coverage: &Measured<f64>, marks: &[f64]) -> Measured<f64> {
    if covered.asked == 0 {
        return Err(NotMeasured::new(
            "not_asked",
            "no question of this part was asked",
        ));
    }
    if coverage.as_ref().is_ok_and(|share| *share < ASSESSED) {
        return Err(NotMeasured::new(
            "too_little_covered",
            "less than 30 % of this part was covered",
        ));
    }
    if marks.is_empty() {
        return Err(NotMeasured::new(
            "nothing_judged",
            "no answer of this part was judged",
        ));
    }
    Ok(POINTS * marks.iter().sum::<f64>() / marks.len() as f64)
}

fn fairness(modules: &[Module]) -> String {
    let full = modules.iter().filter(|module| module.weight >= 1.0).count();
    let less = modules
        .iter()
        .filter(|module| module.weight > 0.0 && module.weight < 1.0)
        .count();
    let none = modules.len() - full - less;
    format!(
        "Of {} parts {full} count in full, {less} count less because little of them was covered, and {none} are not \
         assessed.",
        modules.len()
    )
}

fn adjustment(module: &Module) -> Option<String> {
    let name = wording::phase(module.phase);
    match (&module.points, &module.coverage) {
        (Err(reason), _) => Some(format!(
            "{name}: not assessed and without weight, because {}.",
            reason.message
        )),
        (Ok(_), Ok(share)) if module.weight < 1.0 => Some(format!(
            "{name}: {:.0} % covered, so its weight is {:.2} instead of 1.",
            100.0 * share,
            module.weight
        )),
        _ => None,
    }
}

/// What somebody who decides may want to ask about.
fn open(module: &Module) -> Option<String> {
    let reason = module.points.as_ref().err()?;
    let name = wording::phase(module.phase);
    Some(format!(
        "{name} was not assessed ({}); ask about it in another talk.",
        reason.message
    ))
}

#[cfg(test)]
mod tests;
