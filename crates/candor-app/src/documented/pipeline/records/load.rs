//! Records and answers as they stand.

use candor_core::{
    access::{Action, Actor, Reach},
    ids::{AnalysisId, InterviewId, QuestionId},
    measured::NotMeasured,
    purpose::Purpose,
};
use candor_store::{
    entities::{interview_questions, interviews},
    records::{analyses as rows_of_analyses, interviews as rows_of_interviews, scoped},
};
use sea_orm::{ColumnTrait, Condition};
use serde_json::Value;

use super::{Accepted, AcceptedAnswer, ORIGIN, rows};
use crate::{
    App, AppError,
    analyses::{self, Analysis},
    documented::pipeline::{
        content::AnswerFacts,
        facts::{AnalysisFacts, AttemptFacts, QuestionFacts, RecordFacts, StepFacts},
        vocabulary::{self, pipeline_status},
    },
    jobs::{self, JobView},
    records::bound,
    steps::{AnalysisInput, AnswerContent},
};

/// One recorded answer with its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The record.
    pub record: RecordFacts,
    /// The question.
    pub question: QuestionFacts,
    /// The analysis.
    pub analysis: AnalysisFacts,
}

/// A record with its questions in order, and the newest analysis of each.
pub type Record = (RecordFacts, Vec<(QuestionFacts, Option<AnalysisFacts>)>);

/// A record with all its answers.
///
/// # Errors
/// [`AppError::NotFound`] when it is not there or out of reach.
pub async fn get_record(app: &App, actor: &Actor, id: InterviewId) -> Result<Record, AppError> {
    let row = interview(app, actor, actor.may(Action::ReadAnalyses)?, id).await?;
    let connection = app.store.fresh();
    let record = rows::record(connection, actor, &row).await?;
    let all = rows_of_analyses::list_of_interview(connection, actor.organisation, id).await?;
    let questions = rows_of_interviews::list_questions(connection, actor.organisation, id).await?;
    let mut answers = Vec::new();
    for question in &questions {
        let newest = all
            .iter()
            .rev()
            .find(|analysis| analysis.question_id == Some(question.id));
        let analysis = match newest {
            Some(row) => Some(facts(app, actor, row.clone()).await?),
            None => None,
        };
        answers.push((rows::question(question), analysis));
    }
    Ok((record, answers))
}

/// An answer by the id of its pipeline, which is that of its analysis.
///
/// # Errors
/// [`AppError::NotFound`] when it is not there or out of reach.
pub async fn get_answer(app: &App, actor: &Actor, id: AnalysisId) -> Result<Answer, AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    let row = rows_of_analyses::get(app.store.near(), bound, id).await?;
    answer(app, actor, row).await
}

/// The newest answer with the client's id of its recording.
///
/// # Errors
/// [`AppError::NotFound`] when there is none within reach.
pub async fn find_answer(
    app: &App,
    actor: &Actor,
    video_response_id: &str,
) -> Result<Answer, AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    let row =
        rows_of_analyses::find_by_external_id(app.store.fresh(), bound, ORIGIN, video_response_id)
            .await?;
    answer(app, actor, row.ok_or_else(gone)?).await
}

/// Runs a step of an answer once more, with everything that depends on it. The step may be named in any of
/// the documented vocabularies.
///
/// # Errors
/// [`AppError::Invalid`] for an unknown step, [`AppError::NotFound`], [`AppError::Conflict`] while it runs.
pub async fn retry_step(
    app: &App,
    actor: &Actor,
    id: AnalysisId,
    step: &str,
) -> Result<&'static str, AppError> {
    let bound = bound(actor, Action::RunAnalyses)?;
    let row = rows_of_analyses::get(app.store.near(), bound, id).await?;
    if row.origin != ORIGIN {
        return Err(gone());
    }
    let known: Vec<&str> = vocabulary::STEPS.iter().map(|step| step.ledger).collect();
    let step = vocabulary::find_step(step).ok_or_else(|| {
        AppError::invalid(
            "unknown_step",
            "step",
            format!("step must be one of: {}", known.join(", ")),
        )
    })?;
    jobs::retry_step(app, row.job_id.into(), step.ledger, true).await?;
    Ok(step.ledger)
}

/// What was answered when a record was accepted, with the states of now.
pub(super) async fn accepted(
    app: &App,
    actor: &Actor,
    id: InterviewId,
) -> Result<Accepted, AppError> {
    let row = interview(app, actor, actor.may(Action::WriteInterviews)?, id).await?;
    let connection = app.store.fresh();
    let all = rows_of_analyses::list_of_interview(connection, actor.organisation, id).await?;
    let questions = rows_of_interviews::list_questions(connection, actor.organisation, id).await?;
    let answers = questions
        .iter()
        .map(|row| {
            let question = rows::question(row);
            let newest = all
                .iter()
                .rev()
                .find(|analysis| analysis.question_id == Some(row.id));
            AcceptedAnswer {
                question_id: question.id,
                video_response_id: question.video_response_id,
                status: newest
                    .map_or("pending", |analysis| pipeline_status(&analysis.state))
                    .to_owned(),
                analysis: newest.map(|analysis| analysis.id.into()),
            }
        })
        .collect();
    Ok(Accepted {
        record: row.id.into(),
        answers,
    })
}

/// An analysis with its steps and its report.
pub(super) async fn facts(
    app: &App,
    actor: &Actor,
    row: rows_of_analyses::Model,
) -> Result<AnalysisFacts, AppError> {
    let job = jobs::get_job(app, actor.organisation, row.job_id.into()).await?;
    let input: AnalysisInput =
        serde_json::from_value(row.settings.clone()).map_err(AppError::internal)?;
    let answer = answer_found(app, &job).await?;
    let analysis = Analysis::from(row);
    // The ledger tells the state: the analysis' own follows it when a step is repeated.
    let report = match job.state.as_str() {
        "done" => analyses::saved_report(app, &analysis).await?,
        _ => None,
    };
    Ok(AnalysisFacts {
        id: analysis.id,
        recording: analysis.recording,
        error: job.error.clone(),
        purpose: Purpose::from_name(&analysis.purpose),
        policy: input.score_policy(),
        is_own: analysis.is_of(actor),
        weights: input.weights.unwrap_or_default(),
        request: input.request,
        priority: job.priority,
        step_timeout_s: app.config.jobs.step_timeout_s,
        answer,
        created_at: analysis.created_at,
        started_at: job.started_at,
        finished_at: job.finished_at,
        updated_at: analysis.updated_at,
        state: job.state.clone(),
        steps: steps(job),
        report: report.map(|file| file.report),
    })
}

/// What the content step found, once it has.
async fn answer_found(app: &App, job: &JobView) -> Result<AnswerFacts, AppError> {
    let kept = job
        .steps
        .iter()
        .find(|step| step.name == "question_analyzed")
        .and_then(|step| step.output.as_ref()?["content"]["key"].as_str());
    let Some(key) = kept else {
        return Ok(AnswerFacts::nothing(&NotMeasured::new(
            "not_analysed",
            "the answer's content is not analysed",
        )));
    };
    let bytes = app.objects.get(key).await?;
    let content: AnswerContent = serde_json::from_slice(&bytes).map_err(AppError::internal)?;
    Ok(content.facts())
}

async fn answer(
    app: &App,
    actor: &Actor,
    row: rows_of_analyses::Model,
) -> Result<Answer, AppError> {
    if row.origin != ORIGIN {
        return Err(gone());
    }
    let (Some(interview_id), Some(question)) = (row.interview_id, row.question_id) else {
        return Err(gone());
    };
    let connection = app.store.fresh();
    let interview = scoped::find::<interviews::Entity>(
        connection,
        actor.organisation,
        interview_id,
        Condition::all(),
    )
    .await?
    .ok_or_else(gone)?;
    let question = scoped::find::<interview_questions::Entity>(
        connection,
        actor.organisation,
        QuestionId::from(question).uuid(),
        Condition::all(),
    )
    .await?
    .ok_or_else(gone)?;
    Ok(Answer {
        record: rows::record(connection, actor, &interview).await?,
        question: rows::question(&question),
        analysis: facts(app, actor, row).await?,
    })
}

async fn interview(
    app: &App,
    actor: &Actor,
    reach: Reach,
    id: InterviewId,
) -> Result<interviews::Model, AppError> {
    let filter = crate::records::rows(actor, reach)?
        .interviews()
        .add(interviews::Column::Origin.eq(ORIGIN));
    scoped::find::<interviews::Entity>(app.store.near(), actor.organisation, id.uuid(), filter)
        .await?
        .ok_or_else(no_record)
}

fn steps(job: JobView) -> Vec<StepFacts> {
    job.steps
        .into_iter()
        .map(|step| StepFacts {
            name: step.name,
            state: step.state,
            attempts: u32::try_from(step.history.len()).unwrap_or(u32::MAX),
            progress: step.progress,
            error: step.error,
            started_at: step.started_at,
            finished_at: step.finished_at,
            output: step.output.map(public),
            history: step
                .history
                .into_iter()
                .map(|attempt| AttemptFacts {
                    attempt: u32::try_from(attempt.attempt).unwrap_or(0),
                    state: attempt.state,
                    error: attempt.error,
                    error_code: attempt.error_code,
                    started_at: attempt.started_at,
                    finished_at: attempt.finished_at,
                })
                .collect(),
        })
        .collect()
}

/// An outcome without the keys of the media store, which are nobody's business.
fn public(output: Value) -> Value {
    match output {
        Value::Object(fields) => {
            let is_kept = fields.contains_key("artefact");
            let told = |(name, _): &(String, Value)| !(is_kept && name == "key");
            let fields = fields.into_iter().filter(told);
            Value::Object(fields.map(|(name, value)| (name, public(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(public).collect(),
        other => other,
    }
}

fn gone() -> AppError {
    AppError::NotFound("pipeline")
}

fn no_record() -> AppError {
    AppError::NotFound("interview record")
}
