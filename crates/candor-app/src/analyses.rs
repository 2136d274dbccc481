//! Analyses of recordings: accepted once, run as jobs, read with their evidence.

use candor_core::{
    access::{Action, Actor},
    ids::{
        AnalysisId, ConsentId, InterviewId, JobId, OrganisationId, QuestionId, RecordingId, UserId,
    },
};
use candor_store::records::analyses::{self as rows, Bound};
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    App, AppError,
    jobs::{self, JobView},
    paging::{Page, PageRequest},
    records::bound,
};

mod accept;
mod artefacts;
mod create;
mod read;
mod reports;
mod steer;

pub use accept::Wishes;
pub(crate) use accept::{Settled, accept};
pub use artefacts::{Artefact, ArtefactFile, find_artefact, list_artefacts};
pub use create::{NewAnalysis, create};
pub use read::{ReportFile, events, report, report_page};
pub(crate) use read::{saved_report, shown_report};
pub use reports::{Report, ReportFilter, get_report, list_reports};
pub use steer::{cancel, rerun_step, run_step_as_operator};

/// An analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// Identifier.
    pub id: AnalysisId,
    /// Whose.
    pub organisation: OrganisationId,
    /// The work.
    pub job: JobId,
    /// What is analysed.
    pub recording: Option<RecordingId>,
    /// The interview.
    pub interview: Option<InterviewId>,
    /// The question that is answered.
    pub question: Option<QuestionId>,
    /// The person it belongs to.
    pub owner: Option<UserId>,
    /// Through which interface it was asked for.
    pub origin: String,
    /// The client's own id.
    pub external_id: Option<String>,
    /// `hiring` or `practice`.
    pub purpose: String,
    /// What its steps are told; see [`AnalysisInput`](crate::steps::AnalysisInput).
    pub settings: Value,
    /// Where the outcome is told.
    pub callback_url: Option<String>,
    /// `queued`, `in_progress`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// 0–100; none: not measured, or not yet.
    pub overall_score: Option<f64>,
    /// Short outcome, with the reason of each score that is missing.
    pub result: Option<Value>,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// The consent it runs under.
    pub consent: Option<ConsentId>,
    /// Accepted.
    pub created_at: Timestamp,
    /// Begun.
    pub started_at: Option<Timestamp>,
    /// Ended.
    pub finished_at: Option<Timestamp>,
    /// Last change.
    pub updated_at: Timestamp,
}

impl Analysis {
    /// Whether it belongs to this person: what was inferred about emotions is for them alone.
    pub(crate) fn is_of(&self, actor: &Actor) -> bool {
        self.owner.is_some() && self.owner == actor.user()
    }
}

impl From<rows::Model> for Analysis {
    fn from(row: rows::Model) -> Self {
        Self {
            id: row.id.into(),
            organisation: row.organisation_id.into(),
            job: row.job_id.into(),
            recording: row.recording_id.map(Into::into),
            interview: row.interview_id.map(Into::into),
            question: row.question_id.map(Into::into),
            owner: row.owner_id.map(Into::into),
            origin: row.origin,
            external_id: row.external_id,
            purpose: row.purpose,
            settings: row.settings,
            callback_url: row.callback_url,
            state: row.state,
            overall_score: row.overall_score,
            result: row.result,
            error: row.error,
            consent: row.consent_id.map(Into::into),
            created_at: row.created_at.into(),
            started_at: row.started_at.map(Into::into),
            finished_at: row.finished_at.map(Into::into),
            updated_at: row.updated_at.into(),
        }
    }
}

/// An analysis with the ledger of its steps.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalysisView {
    /// The analysis; its state is the ledger's.
    pub analysis: Analysis,
    /// Its job.
    pub job: JobView,
}

impl AnalysisView {
    /// Share of the steps that are done, 0–1.
    pub fn progress(&self) -> f64 {
        let n = self.job.steps.len().max(1) as f64;
        let done = self.job.steps.iter().map(|step| match step.state.as_str() {
            "done" | "skipped" => 1.0,
            _ => step.progress.clamp(0.0, 1.0),
        });
        done.sum::<f64>() / n
    }
}

/// Which analyses are listed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnalysisFilter {
    /// In this state.
    pub state: Option<String>,
    /// Of this interview.
    pub interview: Option<InterviewId>,
}

/// One analysis with its steps and the history of their attempts.
///
/// # Errors
/// [`AppError::NotFound`] for one out of reach.
pub async fn get(app: &App, actor: &Actor, id: AnalysisId) -> Result<AnalysisView, AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    view(app, bound, id).await
}

/// Analyses, newest first.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::Invalid`] for a state that there is not.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: AnalysisFilter,
    page: PageRequest,
) -> Result<Page<Analysis>, AppError> {
    let bound = bound(actor, Action::ReadAnalyses)?;
    let states = ["queued", "in_progress", "done", "failed", "cancelled"];
    let state = filter
        .state
        .map(|state| crate::fields::one_of("state", &state, &states))
        .transpose()?;
    let filter = rows::Filter {
        state,
        interview: filter.interview,
    };
    let found = rows::list(
        app.store.reader(),
        bound,
        &filter,
        page.after,
        page.limit + 1,
    )
    .await?;
    Ok(Page::cut(found, page, |row| row.id).map(Analysis::from))
}

async fn view(app: &App, bound: Bound, id: AnalysisId) -> Result<AnalysisView, AppError> {
    let row = rows::get(app.store.near(), bound, id).await?;
    let job = jobs::get_job(app, bound.organisation, row.job_id.into()).await?;
    let mut analysis = Analysis::from(row);
    analysis.state.clone_from(&job.state);
    analysis.error.clone_from(&job.error);
    analysis.started_at = job.started_at;
    analysis.finished_at = job.finished_at;
    Ok(AnalysisView { analysis, job })
}
