//! People who are interviewed.

use candor_core::{
    access::{Action, Actor},
    ids::CandidateId,
};
use candor_store::{Micros, entities::candidates, records::scoped};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition};
use serde_json::Value;

use crate::{
    App, AppError,
    fields::{self, changed_line, optional_line},
    paging::{Page, PageRequest},
    records::{Change, set},
};

use super::{empty_object, get, list, optional, update};

/// A person who is interviewed.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Identifier.
    pub id: CandidateId,
    /// The client's own id.
    pub external_id: Option<String>,
    /// Full name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Education, experience, skills, documents as given.
    pub profile: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i32,
}

impl From<candidates::Model> for Candidate {
    fn from(row: candidates::Model) -> Self {
        Self {
            id: row.id.into(),
            external_id: row.external_id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            profile: row.profile,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            version: row.version,
        }
    }
}

/// What a client says about a candidate it makes.
#[derive(Debug, Clone, Default)]
pub struct NewCandidate {
    /// The client's own id.
    pub external_id: Option<String>,
    /// Full name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// What the client keeps besides: an object.
    pub profile: Option<Value>,
}

/// What is changed about a candidate.
#[derive(Debug, Clone, Default)]
pub struct CandidateChange {
    /// The client's own id.
    pub external_id: Change<String>,
    /// Full name.
    pub name: Change<String>,
    /// E-mail.
    pub email: Change<String>,
    /// Telephone number.
    pub phone: Change<String>,
    /// What the client keeps besides: an object.
    pub profile: Option<Value>,
}

/// Which ones are listed.
#[derive(Debug, Clone, Default)]
pub struct CandidateFilter {
    /// With this id of the client's.
    pub external_id: Option<String>,
    /// With this e-mail.
    pub email: Option<String>,
}

/// Makes a candidate.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::Invalid`] for a field that can't be.
pub async fn create_candidate(
    app: &App,
    actor: &Actor,
    new: NewCandidate,
) -> Result<Candidate, AppError> {
    actor.may(Action::WriteCandidates)?;
    let now = Micros::from(app.clock.now());
    let row = candidates::Model {
        id: CandidateId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        user_id: None,
        external_id: optional_line("external_id", new.external_id)?,
        name: optional_line("name", new.name)?,
        email: optional(new.email, |text| fields::email("email", &text))?,
        phone: optional(new.phone, |text| fields::line("phone", &text, 40))?,
        profile: optional(new.profile, |value| fields::document("profile", value))?
            .unwrap_or_else(empty_object),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    scoped::insert::<candidates::Entity>(app.store.writer(), row.clone()).await?;
    Ok(row.into())
}

/// One candidate.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn get_candidate(
    app: &App,
    actor: &Actor,
    id: CandidateId,
) -> Result<Candidate, AppError> {
    let row = get::<candidates::Entity>(app, actor, id.uuid()).await?;
    Ok(row.into())
}

/// A page of candidates, newest first.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_candidates(
    app: &App,
    actor: &Actor,
    filter: CandidateFilter,
    page: PageRequest,
) -> Result<Page<Candidate>, AppError> {
    let condition = Condition::all()
        .add_option(
            filter
                .external_id
                .map(|text| candidates::Column::ExternalId.eq(text)),
        )
        .add_option(filter.email.map(|text| candidates::Column::Email.eq(text)));
    let rows = list::<candidates::Entity>(app, actor, condition, page, |row| row.id).await?;
    Ok(rows.map(Into::into))
}

/// Changes a candidate that still has the version `expected`.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Stale`] or [`AppError::Invalid`].
pub async fn update_candidate(
    app: &App,
    actor: &Actor,
    id: CandidateId,
    expected: Option<i32>,
    change: CandidateChange,
) -> Result<Candidate, AppError> {
    actor.may(Action::WriteCandidates)?;
    let values = candidates::ActiveModel {
        external_id: set(changed_line("external_id", change.external_id)?),
        name: set(changed_line("name", change.name)?),
        email: set(optional(change.email, |text| {
            optional(text, |text| fields::email("email", &text))
        })?),
        phone: set(optional(change.phone, |text| {
            optional(text, |text| fields::line("phone", &text, 40))
        })?),
        profile: set(optional(change.profile, |value| {
            fields::document("profile", value)
        })?),
        updated_at: Set(Micros::from(app.clock.now())),
        ..Default::default()
    };
    let row = update::<candidates::Entity>(app.store.writer(), actor, id.uuid(), expected, values)
        .await?;
    Ok(row.into())
}
