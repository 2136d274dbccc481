//! Interviews are made, changed and deleted.

use candor_core::{
    access::{Action, Actor, Reach},
    ids::{ApplicationId, CandidateId, InterviewId, PositionId, UserId},
    purpose::Purpose,
};
use candor_store::{
    Micros,
    entities::{applications, candidates, interviews, positions},
    records::scoped,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde_json::Value;
use uuid::Uuid;

use super::{Interview, NewQuestion, PURPOSES, STATUSES, questions, reached};
use crate::{
    App, AppError,
    fields::{self, changed_line, optional_line},
    records::{self, Change, set},
};

/// Interface that these interviews come through.
const ORIGIN: &str = "native";

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
        None if reach == Reach::Own => Purpose::Practice.as_str().to_owned(),
        None => Purpose::Hiring.as_str().to_owned(),
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
        origin: ORIGIN.to_owned(),
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
        if before.origin != ORIGIN {
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
    let filter = reached(actor, reach)?;
    records::delete::<interviews::Entity>(app, actor.organisation, id.uuid(), expected, filter)
        .await?;
    // Its tokens end with it.
    app.identity.forget();
    Ok(())
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
