//! Jobs that people are interviewed for.

use candor_core::{
    access::{Action, Actor},
    ids::PositionId,
};
use candor_store::{Micros, entities::positions, records::scoped};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition};
use serde_json::Value;

use crate::{
    App, AppError,
    fields::{self, changed_line, optional_line},
    paging::{Page, PageRequest},
    records::{Change, set},
};

use super::{Posting, delete, empty_object, get, list, optional, update};

/// States of a position.
pub const POSITION_STATUSES: [&str; 3] = ["draft", "open", "closed"];

/// A job that people are interviewed for.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// Identifier.
    pub id: PositionId,
    /// The client's own id.
    pub external_id: Option<String>,
    /// Title.
    pub title: String,
    /// Job description; may be empty.
    pub description: String,
    /// `technical`, `behavioral`, `sales`, `customer_success` or another.
    pub role_family: Option<String>,
    /// One of [`POSITION_STATUSES`].
    pub status: String,
    /// Weights, formulas and instructions of the position.
    pub settings: Value,
    /// What its public page says besides.
    pub posting: Option<Posting>,
    /// Since when it has a public page, while it is open.
    pub published_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i32,
}

impl From<positions::Model> for Position {
    fn from(row: positions::Model) -> Self {
        Self {
            id: row.id.into(),
            external_id: row.external_id,
            title: row.title,
            description: row.description,
            role_family: row.role_family,
            status: row.status,
            settings: row.settings,
            posting: row
                .posting
                .and_then(|posting| serde_json::from_value(posting).ok()),
            published_at: row.published_at.map(Into::into),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            version: row.version,
        }
    }
}

/// What a client says about a position it makes.
#[derive(Debug, Clone, Default)]
pub struct NewPosition {
    /// The client's own id.
    pub external_id: Option<String>,
    /// Title.
    pub title: String,
    /// Job description.
    pub description: Option<String>,
    /// Kind of work.
    pub role_family: Option<String>,
    /// One of [`POSITION_STATUSES`]; `open` unless given.
    pub status: Option<String>,
    /// What the client keeps besides: an object.
    pub settings: Option<Value>,
    /// What its public page says besides.
    pub posting: Option<Posting>,
    /// Whether it has a public page.
    pub is_public: Option<bool>,
}

/// What is changed about a position.
#[derive(Debug, Clone, Default)]
pub struct PositionChange {
    /// The client's own id.
    pub external_id: Change<String>,
    /// Title.
    pub title: Option<String>,
    /// Job description.
    pub description: Option<String>,
    /// Kind of work.
    pub role_family: Change<String>,
    /// One of [`POSITION_STATUSES`].
    pub status: Option<String>,
    /// What the client keeps besides: an object.
    pub settings: Option<Value>,
    /// What its public page says besides.
    pub posting: Change<Posting>,
    /// Whether it has a public page.
    pub is_public: Option<bool>,
}

/// Which ones are listed.
#[derive(Debug, Clone, Default)]
pub struct PositionFilter {
    /// With this id of the client's.
    pub external_id: Option<String>,
    /// In this state.
    pub status: Option<String>,
}

/// Makes a position.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::Invalid`] for a field that can't be.
pub async fn create_position(
    app: &App,
    actor: &Actor,
    new: NewPosition,
) -> Result<Position, AppError> {
    actor.may(Action::WriteCandidates)?;
    let now = Micros::from(app.clock.now());
    let row = positions::Model {
        id: PositionId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        external_id: optional_line("external_id", new.external_id)?,
        title: fields::line("title", &new.title, fields::LINE)?,
        description: optional(new.description, |text| description(&text))?.unwrap_or_default(),
        role_family: optional_line("role_family", new.role_family)?,
        status: optional(new.status, |text| status(&text))?.unwrap_or_else(|| "open".to_owned()),
        settings: optional(new.settings, |value| fields::document("settings", value))?
            .unwrap_or_else(empty_object),
        posting: optional(new.posting, posting)?,
        published_at: new.is_public.unwrap_or(false).then_some(now),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    scoped::insert::<positions::Entity>(app.store.writer(), row.clone()).await?;
    Ok(row.into())
}

/// One position.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn get_position(app: &App, actor: &Actor, id: PositionId) -> Result<Position, AppError> {
    let row = get::<positions::Entity>(app, actor, id.uuid()).await?;
    Ok(row.into())
}

/// A page of positions, newest first.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_positions(
    app: &App,
    actor: &Actor,
    filter: PositionFilter,
    page: PageRequest,
) -> Result<Page<Position>, AppError> {
    let condition = Condition::all()
        .add_option(
            filter
                .external_id
                .map(|text| positions::Column::ExternalId.eq(text)),
        )
        .add_option(filter.status.map(|text| positions::Column::Status.eq(text)));
    let rows = list::<positions::Entity>(app, actor, condition, page, |row| row.id).await?;
    Ok(rows.map(Into::into))
}

/// Changes a position that still has the version `expected`.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Stale`] or [`AppError::Invalid`].
pub async fn update_position(
    app: &App,
    actor: &Actor,
    id: PositionId,
    expected: Option<i32>,
    change: PositionChange,
) -> Result<Position, AppError> {
    actor.may(Action::WriteCandidates)?;
    let now = Micros::from(app.clock.now());
    let posted = optional(change.posting, |new| optional(new, posting))?;
    let values = positions::ActiveModel {
        external_id: set(changed_line("external_id", change.external_id)?),
        title: set(optional(change.title, |text| {
            fields::line("title", &text, fields::LINE)
        })?),
        description: set(optional(change.description, |text| description(&text))?),
        role_family: set(changed_line("role_family", change.role_family)?),
        status: set(optional(change.status, |text| status(&text))?),
        settings: set(optional(change.settings, |value| {
            fields::document("settings", value)
        })?),
        posting: set(posted),
        published_at: set(change.is_public.map(|public| public.then_some(now))),
        updated_at: Set(now),
        ..Default::default()
    };
    let row =
        update::<positions::Entity>(app.store.writer(), actor, id.uuid(), expected, values).await?;
    Ok(row.into())
}

/// Deletes a position; with `expected` only that version of it.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] or [`AppError::Stale`].
pub async fn delete_position(
    app: &App,
    actor: &Actor,
    id: PositionId,
    expected: Option<i32>,
) -> Result<(), AppError> {
    delete::<positions::Entity>(app, actor, id.uuid(), expected).await
}

fn status(text: &str) -> Result<String, AppError> {
    fields::one_of("status", text, &POSITION_STATUSES)
}

fn posting(posting: Posting) -> Result<Value, AppError> {
    serde_json::to_value(posting.check()?).map_err(AppError::internal)
}

/// A description may be empty.
fn description(text: &str) -> Result<String, AppError> {
    if text.is_empty() {
        return Ok(String::new());
    }
    fields::prose("description", text, fields::PROSE)
}
