//! Registered addresses and their secrets.

use candor_core::{
    access::{Action, Actor},
    ids::WebhookId,
};
use candor_store::{
    Micros,
    entities::webhooks,
    records::{scoped, webhooks as store},
};
use jiff::{SignedDuration, Timestamp};
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait};
use serde_json::{Value, json};
use url::Url;

use super::{EVENTS, signature::new_secret};
use crate::{
    App, AppError, audit, fields,
    media::guard::{GuardedClient, Policy},
    paging::{Page, PageRequest},
    records::{self, Change, set},
};

/// How long the secret before the last rotation goes on signing.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);
/// Most addresses of one organisation.
const MOST: u64 = 50;

/// An address that events are told to.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// Identifier.
    pub id: WebhookId,
    /// Address.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which events it gets; empty: all.
    pub events: Vec<String>,
    /// Whether events are told.
    pub enabled: bool,
    /// Until when the secret before the last rotation signs too.
    pub previous_secret_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i32,
}

impl From<webhooks::Model> for Webhook {
    fn from(row: webhooks::Model) -> Self {
        Self {
            id: row.id.into(),
            url: row.url,
            description: row.description,
            events: serde_json::from_value(row.events).unwrap_or_default(),
            enabled: row.enabled,
            previous_secret_until: row.previous_valid_until.map(Into::into),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            version: row.version,
        }
    }
}

/// What a client says about an address it registers.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// Address.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which events it gets, of [`EVENTS`]; empty: all.
    pub events: Vec<String>,
    /// Whether events are told from the beginning.
    pub enabled: bool,
}

/// What is changed about an address.
#[derive(Debug, Clone, Default)]
pub struct WebhookChange {
    /// Address.
    pub url: Option<String>,
    /// What it is for.
    pub description: Change<String>,
    /// Which events it gets; empty: all.
    pub events: Option<Vec<String>>,
    /// Whether events are told.
    pub enabled: Option<bool>,
}

/// Registers an address. The secret is shown this once.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::Invalid`].
pub async fn create_webhook(
    app: &App,
    actor: &Actor,
    new: NewWebhook,
) -> Result<(Webhook, String), AppError> {
    actor.may(Action::ManageWebhooks)?;
    let now = Micros::from(app.clock.now());
    let secret = new_secret();
    let row = webhooks::Model {
        id: WebhookId::generate().uuid(),
        organisation_id: actor.organisation.uuid(),
        url: address(app, &new.url)?,
        description: described(new.description)?,
        events: events(&new.events)?,
        secret_sealed: app.secrets.seal(&secret),
        previous_secret_sealed: None,
        previous_valid_until: None,
        enabled: new.enabled,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    let transaction = app.store.begin().await?;
    if store::count(&transaction, actor.organisation).await? >= MOST {
        return Err(AppError::conflict(
            "too_many_webhooks",
            format!("an organisation has at most {MOST} webhooks"),
        ));
    }
    scoped::insert::<webhooks::Entity>(&transaction, row.clone()).await?;
    write_down(&transaction, app, actor, "webhook.created", row.id.into()).await?;
    transaction.commit().await?;
    Ok((row.into(), secret))
}

/// One address.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn get_webhook(app: &App, actor: &Actor, id: WebhookId) -> Result<Webhook, AppError> {
    actor.may(Action::ManageWebhooks)?;
    let row = records::get::<webhooks::Entity>(
        app.store.near(),
        actor.organisation,
        id.uuid(),
        Condition::all(),
    )
    .await?;
    Ok(row.into())
}

/// A page of addresses, newest first.
///
/// # Errors
/// [`AppError::Denied`].
pub async fn list_webhooks(
    app: &App,
    actor: &Actor,
    page: PageRequest,
) -> Result<Page<Webhook>, AppError> {
    actor.may(Action::ManageWebhooks)?;
    let rows =
        records::list::<webhooks::Entity>(app, actor.organisation, Condition::all(), page, |row| {
            row.id
        })
        .await?;
    Ok(rows.map(Into::into))
}

/// Changes an address that still has the version `expected`.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], [`AppError::Stale`] or [`AppError::Invalid`].
pub async fn update_webhook(
    app: &App,
    actor: &Actor,
    id: WebhookId,
    expected: Option<i32>,
    change: WebhookChange,
) -> Result<Webhook, AppError> {
    let values = webhooks::ActiveModel {
        url: set(change.url.map(|url| address(app, &url)).transpose()?),
        description: set(change.description.map(described).transpose()?),
        events: set(change.events.as_deref().map(events).transpose()?),
        enabled: set(change.enabled),
        ..Default::default()
    };
    write(app, actor, id, expected, "webhook.updated", values).await
}

/// Makes a new secret. For 24 hours events are signed with both, so that receivers can be changed in peace.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn rotate_secret(
    app: &App,
    actor: &Actor,
    id: WebhookId,
) -> Result<(Webhook, String), AppError> {
    let before = get_row(app, actor, id).await?;
    let secret = new_secret();
    let values = webhooks::ActiveModel {
        secret_sealed: Set(app.secrets.seal(&secret)),
        previous_secret_sealed: Set(Some(before.secret_sealed)),
        previous_valid_until: Set(Some(Micros::from(app.clock.now() + OVERLAP))),
        ..Default::default()
    };
    // Of two rotations at once one must not hide the secret that the other made.
    let expected = Some(before.version);
    let webhook = write(app, actor, id, expected, "webhook.secret_rotated", values).await?;
    Ok((webhook, secret))
}

/// Deletes an address; with `expected` only that version of it. What is on its way to it is given up.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`] or [`AppError::Stale`].
pub async fn delete_webhook(
    app: &App,
    actor: &Actor,
    id: WebhookId,
    expected: Option<i32>,
) -> Result<(), AppError> {
    let values = webhooks::ActiveModel {
        deleted_at: Set(Some(Micros::from(app.clock.now()))),
        ..Default::default()
    };
    write(app, actor, id, expected, "webhook.deleted", values).await?;
    Ok(())
}

/// The secrets that sign now, newest first.
///
/// # Errors
/// [`AppError::Internal`] when they were sealed with another secret of the installation.
pub(super) fn secrets(app: &App, row: &webhooks::Model) -> Result<Vec<String>, AppError> {
    let now = Micros::from(app.clock.now());
    let previous = row
        .previous_secret_sealed
        .as_ref()
        .filter(|_| row.previous_valid_until.is_some_and(|until| now < until));
    [Some(&row.secret_sealed), previous]
        .into_iter()
        .flatten()
        .map(|sealed| {
            app.secrets.unseal(sealed).ok_or_else(|| {
                AppError::internal(
                    "the secret of a webhook can't be opened with this installation's secret",
                )
            })
        })
        .collect()
}

/// The row behind an address.
pub(super) async fn get_row(
    app: &App,
    actor: &Actor,
    id: WebhookId,
) -> Result<webhooks::Model, AppError> {
    actor.may(Action::ManageWebhooks)?;
    records::get::<webhooks::Entity>(
        app.store.writer(),
        actor.organisation,
        id.uuid(),
        Condition::all(),
    )
    .await
}

async fn write(
    app: &App,
    actor: &Actor,
    id: WebhookId,
    expected: Option<i32>,
    action: &'static str,
    mut values: webhooks::ActiveModel,
) -> Result<Webhook, AppError> {
    actor.may(Action::ManageWebhooks)?;
    values.updated_at = Set(Micros::from(app.clock.now()));
    let transaction = app.store.begin().await?;
    let row = records::update::<webhooks::Entity>(
        &transaction,
        actor.organisation,
        id.uuid(),
        expected,
        Condition::all(),
        values,
    )
    .await?;
    write_down(&transaction, app, actor, action, id).await?;
    transaction.commit().await?;
    Ok(row.into())
}

async fn write_down(
    transaction: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    action: &'static str,
    id: WebhookId,
) -> Result<(), AppError> {
    let entry = audit::Entry {
        organisation: Some(actor.organisation),
        actor: actor.principal,
        action,
        subject: Some(id.to_string()),
        details: json!({}),
    };
    audit::record(transaction, app, entry).await
}

fn described(text: Option<String>) -> Result<Option<String>, AppError> {
    text.map(|text| fields::line("description", &text, fields::LINE))
        .transpose()
}

fn events(wanted: &[String]) -> Result<Value, AppError> {
    if wanted.len() > EVENTS.len() {
        return Err(AppError::invalid(
            "invalid_value",
            "events",
            "events must name each type at most once",
        ));
    }
    for event in wanted {
        fields::one_of("events", event, &EVENTS)?;
    }
    Ok(json!(wanted))
}

/// The address, as far as its text tells whether it may be asked.
fn address(app: &App, text: &str) -> Result<String, AppError> {
    let text = fields::line("url", text, 2000)?;
    let url = Url::parse(&text).map_err(|_| {
        AppError::invalid(
            "invalid_url",
            "url",
            "url must be an address like https://example.org/hook",
        )
    })?;
    GuardedClient::check(&Policy::webhooks(&app.config), &url)?;
    Ok(text)
}
