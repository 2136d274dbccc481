//! Whether the answers of an interview that is over are still judged again for its report, as the ledger has it.

use candor_core::ids::{InterviewId, OrganisationId};
use candor_store::{
    entities::{job_steps, jobs},
    records::{
        conduct::list_decisions,
        jobs::{
            list_steps,
            overview::find_newest_job,
            state::job::{CANCELLED, DONE, FAILED},
        },
    },
};
use jiff::Timestamp;

use super::thorough::{ALREADY_JUDGED, DECIDED, PIPELINE};
use crate::{App, AppError};

/// How it stands with the judging after the interview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Nobody was asked to: no chat model judges this interview, or none more than once.
    NotAsked,
    /// Still to be done or under way: another report may come in the place of this one.
    Pending,
    /// Done; the report says what came of it.
    Done,
    /// Not done to the end, for a reason that no later attempt would change.
    Dropped,
    /// Not done to the end, for the model did not answer.
    Failed,
}

impl Again {
    /// Its name outside.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAsked => "not_asked",
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Dropped => "dropped",
            Self::Failed => "failed",
        }
    }
}

/// The judging after an interview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedAgain {
    /// How it stands.
    pub state: Again,
    /// Stable code: why it was dropped or failed, or why the last attempt broke off.
    pub code: Option<String>,
    /// Since when it is asked for.
    pub asked_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// How it stands with the judging after an interview.
///
/// # Errors
/// What the database says.
pub(super) async fn find_judged_again(
    app: &App,
    organisation: OrganisationId,
    interview: InterviewId,
) -> Result<JudgedAgain, AppError> {
    let fresh = app.store.fresh();
    let Some(job) = find_newest_job(fresh, organisation, PIPELINE, interview.uuid()).await? else {
        return Ok(JudgedAgain {
            state: Again::NotAsked,
            code: None,
            asked_at: None,
            ended_at: None,
        });
    };
    let steps = list_steps(fresh, job.id).await?;
    let mut found = read(&job, steps.first());
    // A decision ends it; the job finds that when it next runs.
    if found.state == Again::Pending
        && !list_decisions(fresh, organisation, interview)
            .await?
            .is_empty()
    {
        found.state = Again::Dropped;
        found.code = Some(DECIDED.to_owned());
    }
    Ok(found)
}

fn read(job: &jobs::Model, step: Option<&job_steps::Model>) -> JudgedAgain {
    let because = step
        .and_then(|step| step.output.as_ref()?["because"].as_str())
        .filter(|because| *because != ALREADY_JUDGED);
    let broke_off = step.and_then(|step| step.error_code.as_deref());
    let (state, code) = match (job.state.as_str(), because) {
        (DONE, None) => (Again::Done, None),
        (DONE, because) => (Again::Dropped, because),
        (CANCELLED, _) => (Again::Dropped, Some(CANCELLED)),
        (FAILED, _) => (Again::Failed, broke_off),
        _ => (Again::Pending, broke_off),
    };
    JudgedAgain {
        state,
        code: code.map(str::to_owned),
        asked_at: Some(job.created_at.into()),
        ended_at: job.finished_at.map(Into::into),
    }
}
