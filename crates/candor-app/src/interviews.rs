//! Interviews, their questions and answers.

use candor_core::{
    access::{Action, Actor, Denied, Reach},
    ids::{ApplicationId, CandidateId, InterviewId, PositionId, UserId},
};
use candor_store::{
    Micros,
    entities::{applications, candidates, interviews, positions},
    records::scoped,
};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    App, AppError, fields,
    paging::{Page, PageRequest},
    records::{self, Change, set},
};

mod candidate;
mod questions;
mod responses;

pub use questions::{NewQuestion, Question, create_question, list_questions};
pub use responses::{NewResponse, Response, create_response, list_responses};

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

/// What a client says about an interview it makes.
#[derive(Debug, Clone, Default)]
pub struct NewInterview {
    /// Who is interviewed.
    pub candidate: Option<CandidateId>,
    /// The application it is part of.
    pub application: Option<ApplicationId>,
    /// The position it is for.
    pub position: Option<PositionId>,
    /// The client's own id.
    pub external_id: Option<String>,
    /// One of [`PURPOSES`]; `practice` for people who make their own, else `hiring`, unless given.
    pub purpose: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Role.
    pub job_role: Option<String>,
    /// Field of the role.
    pub domain: Option<String>,
    /// What the client keeps besides: an object.
    pub details: Option<Value>,
    /// Its first questions, in order.
    pub questions: Vec<NewQuestion>,
}

/// What is changed about an interview.
#[derive(Debug, Clone, Default)]
pub struct InterviewChange {
    /// Who is interviewed.
    pub candidate: Change<CandidateId>,
    /// The application it is part of.
    pub application: Change<ApplicationId>,
    /// The position it is for.
    pub position: Change<PositionId>,
    /// The client's own id.
    pub external_id: Change<String>,
    /// Title.
    pub title: Change<String>,
    /// Role.
    pub job_role: Change<String>,
    /// Field of the role.
    pub domain: Change<String>,
    /// One of [`STATUSES`].
    pub status: Option<String>,
    /// What the client keeps besides: an object.
    pub details: Option<Value>,
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

/// Makes an interview, with its first questions.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::Invalid`] for a field that can't be.
pub async fn create_interview(
    app: &App,
    actor: &Actor,
    new: NewInterview,
) -> Result<Interview, AppError> {
    let reach = actor.may(Action::WriteInterviews)?;
    let purpose = match new.purpose.as_deref() {
        None if reach == Reach::Own => "practice".to_owned(),
        None => "hiring".to_owned(),
        Some(purpose) => fields::one_of("purpose", purpose, &PURPOSES)?,
    };
    if reach == Reach::Own && purpose != "practice" {
        return Err(AppError::invalid(
            "invalid_value",
            "purpose",
            "interviews of your own are for practice",
        ));
    }
    let now = Micros::from(app.clock.now());
    let row = interviews::Model {
        id: InterviewId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        owner_id: actor.owner().map(UserId::uuid),
        candidate_id: new.candidate.map(CandidateId::uuid),
        application_id: new.application.map(ApplicationId::uuid),
        position_id: new.position.map(PositionId::uuid),
        external_id: optional_line("external_id", new.external_id)?,
        origin: "native".to_owned(),
        purpose,
        title: optional_line("title", new.title)?,
        job_role: optional_line("job_role", new.job_role)?,
        domain: optional_line("domain", new.domain)?,
        status: STATUSES[0].to_owned(),
        details: match new.details {
            Some(details) => fields::document("details", details)?,
            None => Value::Object(serde_json::Map::new()),
        },
        overall_score: None,
        started_at: None,
        finished_at: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    let questions = questions::rows(actor.organisation, row.id.into(), &new.questions, 0, now)?;
    let transaction = app.store.begin().await?;
    references(
        &transaction,
        actor,
        reach,
        [row.candidate_id, row.application_id, row.position_id],
    )
    .await?;
    scoped::insert::<interviews::Entity>(&transaction, row.clone()).await?;
    for question in questions {
        questions::insert(&transaction, question).await?;
    }
    transaction.commit().await?;
    Ok(row.into())
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
        app.store.reader(),
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

/// Changes an interview that still has the version `expected`.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Stale`], [`AppError::Invalid`], or
/// [`AppError::Conflict`] for the state of an interview that another interface leads.
pub async fn update_interview(
    app: &App,
    actor: &Actor,
    id: InterviewId,
    expected: Option<i32>,
    change: InterviewChange,
) -> Result<Interview, AppError> {
    let reach = actor.may(Action::WriteInterviews)?;
    let now = Micros::from(app.clock.now());
    let mut values = interviews::ActiveModel {
        candidate_id: set(change.candidate.map(|id| id.map(CandidateId::uuid))),
        application_id: set(change.application.map(|id| id.map(ApplicationId::uuid))),
        position_id: set(change.position.map(|id| id.map(PositionId::uuid))),
        external_id: set(changed_line("external_id", change.external_id)?),
        title: set(changed_line("title", change.title)?),
        job_role: set(changed_line("job_role", change.job_role)?),
        domain: set(changed_line("domain", change.domain)?),
        details: set(change
            .details
            .map(|details| fields::document("details", details))
            .transpose()?),
        updated_at: Set(now),
        ..Default::default()
    };
    let status = change
        .status
        .map(|status| fields::one_of("status", &status, &STATUSES))
        .transpose()?;
    let transaction = app.store.begin().await?;
    let filter = reached(actor, reach)?;
    let before = records::get::<interviews::Entity>(
        &transaction,
        actor.organisation,
        id.uuid(),
        filter.clone(),
    )
    .await?;
    if let Some(status) = status {
        if before.origin != "native" {
            return Err(AppError::conflict(
                "foreign_status",
                format!(
                    "the {} interface leads the state of this interview",
                    before.origin
                ),
            ));
        }
        if status == "in_progress" && before.started_at.is_none() {
            values.started_at = Set(Some(now));
        }
        if status == "finished" && before.finished_at.is_none() {
            values.finished_at = Set(Some(now));
        }
        values.status = Set(status);
    }
    references(
        &transaction,
        actor,
        reach,
        [
            change.candidate.flatten().map(CandidateId::uuid),
            change.application.flatten().map(ApplicationId::uuid),
            change.position.flatten().map(PositionId::uuid),
        ],
    )
    .await?;
    let row = records::update::<interviews::Entity>(
        &transaction,
        actor.organisation,
        id.uuid(),
        expected,
        filter,
        values,
    )
    .await?;
    transaction.commit().await?;
    Ok(row.into())
}

/// Deletes an interview; with `expected` only that version of it.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] or [`AppError::Stale`].
pub async fn delete_interview(
    app: &App,
    actor: &Actor,
    id: InterviewId,
    expected: Option<i32>,
) -> Result<(), AppError> {
    let reach = actor.may(Action::WriteInterviews)?;
    let now = Micros::from(app.clock.now());
    let values = interviews::ActiveModel {
        deleted_at: Set(Some(now)),
        updated_at: Set(now),
        ..Default::default()
    };
    records::update::<interviews::Entity>(
        app.store.writer(),
        actor.organisation,
        id.uuid(),
        expected,
        reached(actor, reach)?,
        values,
    )
    .await?;
    // Its tokens end with it.
    app.identity.forget();
    Ok(())
}

fn reached(actor: &Actor, reach: Reach) -> Result<Condition, Denied> {
    Ok(records::rows(actor, reach)?.interviews())
}

/// Candidate, application and position must be of the organisation; people who make their own interviews
/// can't name any.
async fn references(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    reach: Reach,
    [candidate, application, position]: [Option<Uuid>; 3],
) -> Result<(), AppError> {
    if reach == Reach::Own && (candidate.is_some() || application.is_some() || position.is_some()) {
        return Err(AppError::invalid(
            "unknown_reference",
            "candidate_id",
            "interviews of your own name no candidate, application or position",
        ));
    }
    let organisation = actor.organisation;
    records::known::<candidates::Entity>(connection, organisation, candidate, "candidate_id")
        .await?;
    records::known::<applications::Entity>(connection, organisation, application, "application_id")
        .await?;
    records::known::<positions::Entity>(connection, organisation, position, "position_id").await
}

fn optional_line(field: &str, text: Option<String>) -> Result<Option<String>, AppError> {
    text.map(|text| fields::line(field, &text, fields::LINE))
        .transpose()
}

fn changed_line(field: &str, change: Change<String>) -> Result<Change<String>, AppError> {
    change.map(|text| optional_line(field, text)).transpose()
}
