//! The documented final evaluation of an interview, beside its report: how far each part was covered, and how it went.

use candor_core::{
    access::{Action, Actor},
    ids::InterviewId,
    interview::InterviewReport,
    measured::{Measured, NotMeasured},
};
use candor_interviewer::{
    modules::{self, Assessment, Module},
    strategy::Plan,
};
use candor_store::{StoreError, entities::interview_sessions, records::scoped};
use sea_orm::Condition;
use serde_json::{Map, Value, json};

use super::judged_again::{JudgedAgain, find_judged_again};
use crate::{App, AppError};

/// A report with what is known beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessed {
    /// The report.
    pub report: InterviewReport,
    /// The documented evaluation; `null` where the plan is gone.
    pub assessment: Value,
    /// Whether the answers are judged again for a better report.
    pub judged_again: JudgedAgain,
}

/// The newest report of an interview that the actor may read, with the evaluation of it.
///
/// # Errors
/// Like [`get_report`](super::get_report).
pub async fn assess_report(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
) -> Result<Assessed, AppError> {
    actor.may(Action::ReadAnalyses)?;
    // Asked before the report is read: what has ended by now stands in that report.
    let judged_again = find_judged_again(app, actor.organisation, interview).await?;
    let (row, report) = super::get_report(app, actor, interview).await?;
    let (near, all) = (app.store.near(), Condition::all());
    let held = scoped::find::<interview_sessions::Entity>(near, actor.organisation, row.id, all);
    let assessment = match held.await? {
        Some(held) => {
            let plan: Plan =
                serde_json::from_value(held.plan).map_err(|_| StoreError::Damaged {
                    what: "interview plan",
                })?;
            document(&modules::assess(&plan, &report))
        }
        None => Value::Null,
    };
    Ok(Assessed {
        report,
        assessment,
        judged_again,
    })
}

fn rounded(value: &Measured<f64>) -> Value {
    value
        .as_ref()
        .map_or(Value::Null, |value| json!((value * 10.0).round() / 10.0))
}

fn why(value: &Measured<f64>) -> Option<&NotMeasured> {
    value.as_ref().err()
}

fn document(assessment: &Assessment) -> Value {
    let skills = assessment.skills.iter();
    let skills: Map<String, Value> = skills
        .map(|(key, points)| (key.clone(), rounded(points)))
        .collect();
    let levels: Map<String, Value> = assessment
        .modules
        .iter()
        .map(|module| {
            let name = module.phase.as_str().to_owned();
            (name, json!(module.level.as_str()))
        })
        .collect();
    let job_fit = NotMeasured::new(
        "no_verdict",
        "people decide: nobody is told to fit a job or not",
    );
    json!({
        "score": rounded(&assessment.score),
        "band": assessment.band,
        "not_scored": why(&assessment.score),
        "module_performance": levels,
        "modules": assessment.modules.iter().map(module).collect::<Vec<_>>(),
        "skills_assessment": skills,
        "job_fit": null,
        "job_fit_not_told": job_fit,
        "assessment_fairness": assessment.fairness,
        "fairness_adjustments": assessment.adjustments,
        "strengths": assessment.strengths,
        "weaknesses": assessment.weaknesses,
        "recommendations": assessment.recommendations,
        "formula": modules::FORMULA,
    })
}

fn module(module: &Module) -> Value {
    let hundredths = |value: f64| (value * 100.0).round() / 100.0;
    let covered = &module.covered;
    json!({
        "module": module.phase.as_str(),
        "performance": module.level.as_str(),
        "score": rounded(&module.points),
        "not_scored": why(&module.points),
        "coverage": module.coverage.as_ref().ok().map(|share| hundredths(*share)),
        "weight": hundredths(module.weight),
        "questions_planned": covered.planned,
        "questions_asked": covered.asked,
        "objectives": covered.objectives,
        "objectives_addressed": covered.addressed,
    })
}
