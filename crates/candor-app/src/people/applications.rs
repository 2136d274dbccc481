//! Candidates apply for positions.

use candor_core::{
    access::{Action, Actor},
    ids::{ApplicationId, CandidateId, OrganisationId, PositionId},
};
use candor_store::{
    Micros,
    entities::{applications, candidates, positions},
    records::scoped,
};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait};
use serde_json::Value;

use crate::{
    App, AppError,
    fields::{self, changed_line, optional_line},
    paging::{Page, PageRequest},
    records::{self, Change, set},
};

use super::{delete, empty_object, get, list, optional, update};

/// A candidate applies for a position.
#[derive(Debug, Clone, PartialEq)]
pub struct Application {
    /// Identifier.
    pub id: ApplicationId,
    /// The client's own id.
    pub external_id: Option<String>,
    /// Who applies.
    pub candidate: Option<CandidateId>,
    /// What for.
    pub position: Option<PositionId>,
    /// `submitted`, `rejected`, `scheduled` or another.
    pub status: String,
    /// The application as given (personality scores are stored, never used).
    pub details: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i32,
}

impl From<applications::Model> for Application {
    fn from(row: applications::Model) -> Self {
        Self {
            id: row.id.into(),
            external_id: row.external_id,
            candidate: row.candidate_id.map(Into::into),
            position: row.position_id.map(Into::into),
            status: row.status,
            details: row.details,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            version: row.version,
        }
    }
}

/// What a client says about an application it makes.
#[derive(Debug, Clone, Default)]
pub struct NewApplication {
    /// The client's own id.
    pub external_id: Option<String>,
    /// Who applies.
    pub candidate: Option<CandidateId>,
    /// What for.
    pub position: Option<PositionId>,
    /// State in the words of the client; `submitted` unless given.
    pub status: Option<String>,
    /// What the client keeps besides: an object.
    pub details: Option<Value>,
}

/// What is changed about an application.
#[derive(Debug, Clone, Default)]
pub struct ApplicationChange {
    /// The client's own id.
    pub external_id: Change<String>,
    /// Who applies.
    pub candidate: Change<CandidateId>,
    /// What for.
    pub position: Change<PositionId>,
    /// State in the words of the client.
    pub status: Option<String>,
    /// What the client keeps besides: an object.
    pub details: Option<Value>,
}

/// Which ones are listed.
#[derive(Debug, Clone, Default)]
pub struct ApplicationFilter {
    /// Of this candidate.
    pub candidate: Option<CandidateId>,
    /// For this position.
    pub position: Option<PositionId>,
    /// With this id of the client's.
    pub external_id: Option<String>,
    /// In this state.
    pub status: Option<String>,
}

/// Makes an application.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::Invalid`] for a field that can't be.
pub async fn create_application(
    app: &App,
    actor: &Actor,
    new: NewApplication,
) -> Result<Application, AppError> {
    actor.may(Action::WriteCandidates)?;
    let now = Micros::from(app.clock.now());
    let row = applications::Model {
        id: ApplicationId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        external_id: optional_line("external_id", new.external_id)?,
        candidate_id: new.candidate.map(CandidateId::uuid),
        position_id: new.position.map(PositionId::uuid),
        status: optional(new.status, |text| fields::line("status", &text, 60))?
            .unwrap_or_else(|| "submitted".to_owned()),
        details: optional(new.details, |value| fields::document("details", value))?
            .unwrap_or_else(empty_object),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    let transaction = app.store.begin().await?;
    references(
        &transaction,
        actor.organisation,
        new.candidate,
        new.position,
    )
    .await?;
    scoped::insert::<applications::Entity>(&transaction, row.clone()).await?;
    transaction.commit().await?;
    Ok(row.into())
}

/// One application.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn get_application(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
) -> Result<Application, AppError> {
    let row = get::<applications::Entity>(app, actor, id.uuid()).await?;
    Ok(row.into())
}

/// A page of applications, newest first.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_applications(
    app: &App,
    actor: &Actor,
    filter: ApplicationFilter,
    page: PageRequest,
) -> Result<Page<Application>, AppError> {
    let condition = Condition::all()
        .add_option(
            filter
                .candidate
                .map(|id| applications::Column::CandidateId.eq(id.uuid())),
        )
        .add_option(
            filter
                .position
                .map(|id| applications::Column::PositionId.eq(id.uuid())),
        )
        .add_option(
            filter
                .external_id
                .map(|text| applications::Column::ExternalId.eq(text)),
        )
        .add_option(
            filter
                .status
                .map(|text| applications::Column::Status.eq(text)),
        );
    let rows = list::<applications::Entity>(app, actor, condition, page, |row| row.id).await?;
    Ok(rows.map(Into::into))
}

/// Changes an application that still has the version `expected`.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Stale`] or [`AppError::Invalid`].
pub async fn update_application(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
    expected: Option<i32>,
    change: ApplicationChange,
) -> Result<Application, AppError> {
    let transaction = app.store.begin().await?;
    let row = update_within(&transaction, app, actor, id, expected, change).await?;
    transaction.commit().await?;
    Ok(row.into())
}

/// [`update_application`] in the caller's transaction.
pub(super) async fn update_within(
    transaction: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    id: ApplicationId,
    expected: Option<i32>,
    change: ApplicationChange,
) -> Result<applications::Model, AppError> {
    actor.may(Action::WriteCandidates)?;
    references(
        transaction,
        actor.organisation,
        change.candidate.flatten(),
        change.position.flatten(),
    )
    .await?;
    let values = applications::ActiveModel {
        external_id: set(changed_line("external_id", change.external_id)?),
        candidate_id: set(change.candidate.map(|id| id.map(CandidateId::uuid))),
        position_id: set(change.position.map(|id| id.map(PositionId::uuid))),
        status: set(optional(change.status, |text| {
            fields::line("status", &text, 60)
        })?),
        details: set(optional(change.details, |value| {
            fields::document("details", value)
        })?),
        updated_at: Set(Micros::from(app.clock.now())),
        ..Default::default()
    };
    update::<applications::Entity>(transaction, actor, id.uuid(), expected, values).await
}

/// Deletes an application; with `expected` only that version of it.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] or [`AppError::Stale`].
pub async fn delete_application(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
    expected: Option<i32>,
) -> Result<(), AppError> {
    delete::<applications::Entity>(app, actor, id.uuid(), expected).await
}

async fn references(
    connection: &impl ConnectionTrait,
    organisation: OrganisationId,
    candidate: Option<CandidateId>,
    position: Option<PositionId>,
) -> Result<(), AppError> {
    let candidate = candidate.map(CandidateId::uuid);
    records::known::<candidates::Entity>(connection, organisation, candidate, "candidate_id")
        .await?;
    let position = position.map(PositionId::uuid);
    records::known::<positions::Entity>(connection, organisation, position, "position_id").await
}
