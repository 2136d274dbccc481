//! What was said in interviews in words, as files.

use candor_core::{
    access::{Action, Actor},
    ids::{InterviewId, OrganisationId},
};
use candor_store::{StoreError, entities::interview_sessions, records::scoped};
use sea_orm::Condition;

use super::{held, reports::Exported};
use crate::{
    App, AppError,
    transcripts::{TranscriptFormat, write_turns},
};

/// What the row of an interview that is over says, whichever way its questions were found.
const OVER: &str = "ended";

/// What was said in an interview that is over, also in a live practice interview, with the times that turns have.
///
/// # Errors
/// [`AppError::Denied`]; [`AppError::NotFound`] also while the interview runs, and for one that was not held in words.
pub async fn export_transcript(
    app: &App,
    actor: &Actor,
    interview: InterviewId,
    format: TranscriptFormat,
) -> Result<Exported, AppError> {
    let about = held::reached(app, actor, Action::ReadAnalyses, interview).await?;
    let organisation = OrganisationId::from(about.organisation_id);
    let (near, all) = (app.store.near(), Condition::all());
    let row = scoped::find::<interview_sessions::Entity>(near, organisation, about.id, all)
        .await?
        .filter(|row| row.status == OVER)
        .ok_or(AppError::NotFound("transcript"))?;
    let turns = held::read_turns(app, organisation, &row).await?;
    let damaged = StoreError::Damaged {
        what: "interview session",
    };
    let language = row.plan["language"].as_str().ok_or(damaged)?;
    Ok(Exported {
        bytes: write_turns(&turns, language, format).into_bytes(),
        content_type: format.content_type(),
        file_name: format!(
            "interview_transcript_{}.{}",
            interview.uuid(),
            format.extension()
        ),
    })
}
