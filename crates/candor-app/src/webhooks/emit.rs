//! An event becomes one delivery for each address that wants it, in the transaction that made it happen.

use candor_core::ids::{DeliveryId, OrganisationId};
use candor_store::{
    Micros,
    entities::{webhook_deliveries, webhooks},
    records::{scoped, webhooks as store},
};
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};
use uuid::Uuid;

use super::deliver::PIPELINE;
use crate::{
    App, AppError,
    jobs::{self, JobInput},
};

/// As usual.
const PRIORITY: i32 = 3;

/// Everything that is told.
pub const EVENTS: [&str; 6] = [
    "analysis.done",
    "analysis.failed",
    "interview.finished",
    "interview.report_replaced",
    "recording.available",
    "webhook.test",
];

/// Tells an event to all addresses of the organisation that want it, and to `callback_url`, once the
/// transaction is committed; call [`jobs::wake`](crate::jobs) afterwards.
///
/// Registered addresses get `{type, timestamp, data}` with Standard Webhooks signatures. A `callback_url`
/// gets `data` itself, which is then the documented body, with `X-Signature`.
///
/// # Errors
/// What the database says.
pub async fn emit(
    app: &App,
    transaction: &DatabaseTransaction,
    organisation: OrganisationId,
    event_type: &str,
    data: Value,
    callback_url: Option<&str>,
) -> Result<(), AppError> {
    let now = app.clock.now();
    let event_id = new_event_id();
    let body = json!({"type": event_type, "timestamp": now.to_string(), "data": data}).to_string();
    for webhook in store::list_enabled(transaction, organisation).await? {
        if wants(&webhook, event_type) {
            let outgoing = Outgoing {
                webhook: Some(webhook.id),
                url: webhook.url,
                event_id: event_id.clone(),
                event_type: event_type.to_owned(),
                body: body.clone(),
            };
            enqueue(app, transaction, organisation, outgoing).await?;
        }
    }
    if let Some(url) = callback_url {
        let outgoing = to_callback(url, event_id, event_type, &data);
        enqueue(app, transaction, organisation, outgoing).await?;
    }
    Ok(())
}

/// Tells an event to the address that a request gave, and to nobody else.
///
/// # Errors
/// What the database says.
pub async fn call_back(
    app: &App,
    transaction: &DatabaseTransaction,
    organisation: OrganisationId,
    event_type: &str,
    data: &Value,
    url: &str,
) -> Result<(), AppError> {
    let outgoing = to_callback(url, new_event_id(), event_type, data);
    enqueue(app, transaction, organisation, outgoing).await?;
    Ok(())
}

fn to_callback(url: &str, event_id: String, event_type: &str, data: &Value) -> Outgoing {
    Outgoing {
        webhook: None,
        url: url.to_owned(),
        event_id,
        event_type: event_type.to_owned(),
        body: data.to_string(),
    }
}

/// `webhook-id` of a new event.
pub(super) fn new_event_id() -> String {
    format!("msg_{}", Uuid::now_v7().simple())
}

/// An empty list wants everything.
fn wants(webhook: &webhooks::Model, event_type: &str) -> bool {
    match webhook.events.as_array() {
        Some(events) => events.is_empty() || events.iter().any(|event| event == event_type),
        None => false,
    }
}

/// One event for one address.
pub(super) struct Outgoing {
    pub(super) webhook: Option<Uuid>,
    pub(super) url: String,
    pub(super) event_id: String,
    pub(super) event_type: String,
    pub(super) body: String,
}

/// Writes the delivery, and the job that delivers it.
pub(super) async fn enqueue(
    app: &App,
    transaction: &DatabaseTransaction,
    organisation: OrganisationId,
    outgoing: Outgoing,
) -> Result<DeliveryId, AppError> {
    let now = Micros::from(app.clock.now());
    let id = DeliveryId::generate();
    let row = webhook_deliveries::Model {
        id: id.uuid(),
        organisation_id: organisation.uuid(),
        webhook_id: outgoing.webhook,
        job_id: None,
        url: outgoing.url,
        event_id: outgoing.event_id,
        event_type: outgoing.event_type,
        body: outgoing.body,
        state: "pending".to_owned(),
        attempts: 0,
        last_status: None,
        last_error: None,
        created_at: now,
        delivered_at: None,
        updated_at: now,
    };
    scoped::insert::<webhook_deliveries::Entity>(transaction, row).await?;
    let job = JobInput {
        pipeline: PIPELINE,
        organisation,
        subject: Some(id.uuid()),
        priority: PRIORITY,
        input: json!({}),
    };
    let job = jobs::enqueue(app, transaction, job).await?;
    store::set_job(transaction, organisation, id, job).await?;
    Ok(id)
}
