//! What was told, to whom, and how often it was tried.

use candor_core::{
    access::{Action, Actor},
    ids::{DeliveryId, WebhookId},
};
use candor_store::{
    entities::webhook_deliveries::{self, Column},
    records::webhooks as store,
};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition};
use serde_json::json;

use super::{
    emit::{Outgoing, enqueue},
    endpoints,
};
use crate::{
    App, AppError, jobs,
    paging::{Page, PageRequest},
    records,
};

/// One event for one address.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Identifier.
    pub id: DeliveryId,
    /// The registered address; none: a `callbackUrl`.
    pub webhook: Option<WebhookId>,
    /// Where it is sent.
    pub url: String,
    /// `webhook-id` of every try, also of a repetition.
    pub event_id: String,
    /// E.g. `analysis.done`.
    pub event_type: String,
    /// The exact body.
    pub body: String,
    /// `pending`, `delivered` or `failed`.
    pub state: String,
    /// Tries so far.
    pub attempts: i32,
    /// HTTP status of the last answer.
    pub last_status: Option<i32>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When the event happened.
    pub created_at: Timestamp,
    /// When it was accepted.
    pub delivered_at: Option<Timestamp>,
}

impl From<webhook_deliveries::Model> for Delivery {
    fn from(row: webhook_deliveries::Model) -> Self {
        Self {
            id: row.id.into(),
            webhook: row.webhook_id.map(Into::into),
            url: row.url,
            event_id: row.event_id,
            event_type: row.event_type,
            body: row.body,
            state: row.state,
            attempts: row.attempts,
            last_status: row.last_status,
            last_error: row.last_error,
            created_at: row.created_at.into(),
            delivered_at: row.delivered_at.map(Into::into),
        }
    }
}

/// One try.
#[derive(Debug, Clone, PartialEq)]
pub struct Try {
    /// HTTP status of the answer; none: there was none.
    pub status: Option<i32>,
    /// Why it failed; none: it was accepted.
    pub error: Option<String>,
    /// Begin.
    pub started_at: Timestamp,
    /// End.
    pub finished_at: Timestamp,
}

/// Which deliveries are listed.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// To this address.
    pub webhook: Option<WebhookId>,
    /// In this state.
    pub state: Option<String>,
    /// Of this type of event.
    pub event_type: Option<String>,
}

/// A page of deliveries, newest first.
///
/// # Errors
/// [`AppError::Denied`], or [`AppError::NotFound`] for an address that is none.
pub async fn list_deliveries(
    app: &App,
    actor: &Actor,
    filter: DeliveryFilter,
    page: PageRequest,
) -> Result<Page<Delivery>, AppError> {
    actor.may(Action::ManageWebhooks)?;
    if let Some(webhook) = filter.webhook {
        endpoints::get_webhook(app, actor, webhook).await?;
    }
    let condition = Condition::all()
        .add_option(filter.webhook.map(|id| Column::WebhookId.eq(id.uuid())))
        .add_option(filter.state.map(|text| Column::State.eq(text)))
        .add_option(filter.event_type.map(|text| Column::EventType.eq(text)));
    let rows = records::list::<webhook_deliveries::Entity>(
        app,
        actor.organisation,
        condition,
        page,
        |row| row.id,
    )
    .await?;
    Ok(rows.map(Into::into))
}

/// One delivery with every try, oldest first.
///
/// # Errors
/// [`AppError::Denied`] or [`AppError::NotFound`].
pub async fn get_delivery(
    app: &App,
    actor: &Actor,
    id: DeliveryId,
) -> Result<(Delivery, Vec<Try>), AppError> {
    let row = get_row(app, actor, id).await?;
    let tries = store::list_tries(app.store.reader(), actor.organisation, id).await?;
    let tries = tries.into_iter().map(|row| Try {
        status: row.status,
        error: row.error,
        started_at: row.started_at.into(),
        finished_at: row.finished_at.into(),
    });
    Ok((row.into(), tries.collect()))
}

/// Tells `webhook.test` to one address, whatever events it wants.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], or [`AppError::Conflict`] for one that is switched off.
pub async fn test_webhook(app: &App, actor: &Actor, id: WebhookId) -> Result<Delivery, AppError> {
    let webhook = endpoints::get_row(app, actor, id).await?;
    if !webhook.enabled {
        return Err(disabled());
    }
    let body = json!({
        "type": "webhook.test",
        "timestamp": app.clock.now().to_string(),
        "data": {"webhook_id": id},
    });
    let outgoing = Outgoing {
        webhook: Some(webhook.id),
        url: webhook.url,
        event_id: super::emit::new_event_id(),
        event_type: "webhook.test".to_owned(),
        body: body.to_string(),
    };
    send(app, actor, outgoing).await
}

/// Sends the same event to the same address once more: a new delivery with the old `webhook-id`, so that a
/// receiver that had it can tell.
///
/// # Errors
/// [`AppError::Denied`], [`AppError::NotFound`], or [`AppError::Conflict`] for an address that is switched
/// off or deleted.
pub async fn redeliver(app: &App, actor: &Actor, id: DeliveryId) -> Result<Delivery, AppError> {
    let row = get_row(app, actor, id).await?;
    let mut url = row.url;
    if let Some(webhook) = row.webhook_id {
        let webhook = match endpoints::get_row(app, actor, webhook.into()).await {
            Err(AppError::NotFound(_)) => {
                return Err(AppError::conflict(
                    "webhook_deleted",
                    "the webhook of this delivery was deleted",
                ));
            }
            found => found?,
        };
        if !webhook.enabled {
            return Err(disabled());
        }
        url = webhook.url;
    }
    let outgoing = Outgoing {
        webhook: row.webhook_id,
        url,
        event_id: row.event_id,
        event_type: row.event_type,
        body: row.body,
    };
    send(app, actor, outgoing).await
}

async fn send(app: &App, actor: &Actor, outgoing: Outgoing) -> Result<Delivery, AppError> {
    let transaction = app.store.begin().await?;
    let id = enqueue(app, &transaction, actor.organisation, outgoing).await?;
    transaction.commit().await?;
    jobs::wake(app);
    let row = records::get::<webhook_deliveries::Entity>(
        app.store.writer(),
        actor.organisation,
        id.uuid(),
        Condition::all(),
    )
    .await?;
    Ok(row.into())
}

async fn get_row(
    app: &App,
    actor: &Actor,
    id: DeliveryId,
) -> Result<webhook_deliveries::Model, AppError> {
    actor.may(Action::ManageWebhooks)?;
    records::get::<webhook_deliveries::Entity>(
        app.store.near(),
        actor.organisation,
        id.uuid(),
        Condition::all(),
    )
    .await
}

fn disabled() -> AppError {
    AppError::conflict(
        "webhook_disabled",
        "the webhook is switched off; switch it on first",
    )
}
