//! Interviews, their questions and answers.

use candor_core::{
    access::{Action, Actor, Denied, Reach},
    ids::{ApplicationId, CandidateId, InterviewId, PositionId, UserId},
};
use candor_store::entities::interviews;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition};
use serde_json::Value;

use crate::{
    App, AppError,
    paging::{Page, PageRequest},
    records,
};

mod candidate;
mod questions;
mod responses;
mod write;

pub use questions::{NewQuestion, Question, create_question, list_questions};
pub use responses::{NewResponse, Response, create_response, list_responses};
pub use write::{
    InterviewChange, NewInterview, create_interview, delete_interview, update_interview,
};

/// States of an interview that was made through the native interface.
pub const STATUSES: [&str; 4] = ["open", "in_progress", "finished", "cancelled"];
/// What an interview may be for.
pub const PURPOSES: [&str; 2] = ["hiring", "practice"];

/// An interview.
#[derive(Debug, Clone, PartialEq)]
pub struct Interview {
    /// Identifier.
    pub id: InterviewId,
    /// The person it belongs to; none: the organisation.
    pub owner: Option<UserId>,
    /// Who is interviewed.
    pub candidate: Option<CandidateId>,
    /// The application it is part of.
    pub application: Option<ApplicationId>,
    /// The position it is for.
    pub position: Option<PositionId>,
    /// The client's own id.
    pub external_id: Option<String>,
    /// Through which interface it was made.
    pub origin: String,
    /// One of [`PURPOSES`].
    pub purpose: String,
    /// Title.
    pub title: Option<String>,
    /// Role that is practised or hired for.
    pub job_role: Option<String>,
    /// Field of the role.
    pub domain: Option<String>,
    /// State in the words of its origin.
    pub status: String,
    /// What the client keeps besides.
    pub details: Value,
    /// Total of the analyses, 0–100; none: not measured.
    pub overall_score: Option<f64>,
    /// Begin.
    pub started_at: Option<Timestamp>,
    /// End.
    pub finished_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i32,
}

impl From<interviews::Model> for Interview {
    fn from(row: interviews::Model) -> Self {
        Self {
            id: row.id.into(),
            owner: row.owner_id.map(Into::into),
            candidate: row.candidate_id.map(Into::into),
            application: row.application_id.map(Into::into),
            position: row.position_id.map(Into::into),
            external_id: row.external_id,
            origin: row.origin,
            purpose: row.purpose,
            title: row.title,
            job_role: row.job_role,
            domain: row.domain,
            status: row.status,
            details: row.details,
            overall_score: row.overall_score,
            started_at: row.started_at.map(Into::into),
            finished_at: row.finished_at.map(Into::into),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            version: row.version,
        }
    }
}

/// Which interviews are listed.
#[derive(Debug, Clone, Default)]
pub struct InterviewFilter {
    /// Of this candidate.
    pub candidate: Option<CandidateId>,
    /// For this position.
    pub position: Option<PositionId>,
    /// Of this application.
    pub application: Option<ApplicationId>,
    /// With this id of the client's.
    pub external_id: Option<String>,
    /// In this state.
    pub status: Option<String>,
    /// For this purpose.
    pub purpose: Option<String>,
}

/// One interview.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn get_interview(
    app: &App,
    actor: &Actor,
    id: InterviewId,
) -> Result<Interview, AppError> {
    let reach = actor.may(Action::ReadInterviews)?;
    let row = records::get::<interviews::Entity>(
        app.store.near(),
        actor.organisation,
        id.uuid(),
        reached(actor, reach)?,
    )
    .await?;
    Ok(candidate::interview(actor, row.into()))
}

/// A page of interviews, newest first.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_interviews(
    app: &App,
    actor: &Actor,
    filter: InterviewFilter,
    page: PageRequest,
) -> Result<Page<Interview>, AppError> {
    use interviews::Column;
    let reach = actor.may(Action::ReadInterviews)?;
    let condition = reached(actor, reach)?
        .add_option(filter.candidate.map(|id| Column::CandidateId.eq(id.uuid())))
        .add_option(filter.position.map(|id| Column::PositionId.eq(id.uuid())))
        .add_option(
            filter
                .application
                .map(|id| Column::ApplicationId.eq(id.uuid())),
        )
        .add_option(filter.external_id.map(|text| Column::ExternalId.eq(text)))
        .add_option(filter.status.map(|text| Column::Status.eq(text)))
        .add_option(filter.purpose.map(|text| Column::Purpose.eq(text)));
    let rows =
        records::list::<interviews::Entity>(app, actor.organisation, condition, page, |row| row.id)
            .await?;
    Ok(rows.map(|row| candidate::interview(actor, row.into())))
}

fn reached(actor: &Actor, reach: Reach) -> Result<Condition, Denied> {
    Ok(records::rows(actor, reach)?.interviews())
}
