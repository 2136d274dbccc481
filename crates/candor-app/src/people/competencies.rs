//! What answers are judged by.

use candor_core::access::{Action, Actor};
use candor_store::{Micros, entities::competencies, records::scoped};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, Condition};
use uuid::Uuid;

use crate::{
    App, AppError, fields,
    paging::{Page, PageRequest},
    records::set,
};

use super::{delete, get, list, optional, update};

/// What answers are judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Competency {
    /// Identifier; it has no prefix, as people name it by its key.
    pub id: Uuid,
    /// Stable name, e.g. `communication`.
    pub key: String,
    /// Name that people see.
    pub name: String,
    /// What it means.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i32,
}

impl From<competencies::Model> for Competency {
    fn from(row: competencies::Model) -> Self {
        Self {
            id: row.id,
            key: row.key,
            name: row.name,
            description: row.description,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            version: row.version,
        }
    }
}

/// What a client says about a competency it makes.
#[derive(Debug, Clone, Default)]
pub struct NewCompetency {
    /// Stable name: small letters, digits and `_`; unique.
    pub key: String,
    /// Name that people see.
    pub name: String,
    /// What it means.
    pub description: String,
}

/// What is changed about a competency.
#[derive(Debug, Clone, Default)]
pub struct CompetencyChange {
    /// Name that people see.
    pub name: Option<String>,
    /// What it means.
    pub description: Option<String>,
}

/// Makes a competency.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::Invalid`] for a field that can't be,
/// [`AppError::Conflict`] for a key that exists already.
pub async fn create_competency(
    app: &App,
    actor: &Actor,
    new: NewCompetency,
) -> Result<Competency, AppError> {
    actor.may(Action::WriteCandidates)?;
    let now = Micros::from(app.clock.now());
    let row = competencies::Model {
        id: Uuid::now_v7(),
        organisation_id: actor.organisation.uuid(),
        key: fields::key("key", &new.key)?,
        name: fields::line("name", &new.name, fields::LINE)?,
        description: fields::prose("description", &new.description, fields::PROSE)?,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    scoped::insert::<competencies::Entity>(app.store.writer(), row.clone()).await?;
    Ok(row.into())
}

/// One competency.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn get_competency(app: &App, actor: &Actor, id: Uuid) -> Result<Competency, AppError> {
    let row = get::<competencies::Entity>(app, actor, id).await?;
    Ok(row.into())
}

/// A page of competencies, newest first.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_competencies(
    app: &App,
    actor: &Actor,
    page: PageRequest,
) -> Result<Page<Competency>, AppError> {
    let condition = Condition::all();
    let rows = list::<competencies::Entity>(app, actor, condition, page, |row| row.id).await?;
    Ok(rows.map(Into::into))
}

/// Changes a competency that still has the version `expected`.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Stale`] or [`AppError::Invalid`].
pub async fn update_competency(
    app: &App,
    actor: &Actor,
    id: Uuid,
    expected: Option<i32>,
    change: CompetencyChange,
) -> Result<Competency, AppError> {
    actor.may(Action::WriteCandidates)?;
    let values = competencies::ActiveModel {
        name: set(optional(change.name, |text| {
            fields::line("name", &text, fields::LINE)
        })?),
        description: set(optional(change.description, |text| {
            fields::prose("description", &text, fields::PROSE)
        })?),
        updated_at: Set(Micros::from(app.clock.now())),
        ..Default::default()
    };
    let row =
        update::<competencies::Entity>(app.store.writer(), actor, id, expected, values).await?;
    Ok(row.into())
}

/// Deletes a competency; with `expected` only that version of it.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] or [`AppError::Stale`].
pub async fn delete_competency(
    app: &App,
    actor: &Actor,
    id: Uuid,
    expected: Option<i32>,
) -> Result<(), AppError> {
    delete::<competencies::Entity>(app, actor, id, expected).await
}
