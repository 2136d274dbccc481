//! Webhooks as clients write and read them.

use candor_app::webhooks::{NewWebhook, Webhook, WebhookChange};
use candor_core::ids::WebhookId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json::present;

/// A new webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhookRequest {
    /// Address; https.
    #[schema(example = "https://hooks.example.org/candor", max_length = 2000)]
    url: String,
    /// What it is for.
    #[schema(max_length = 300)]
    description: Option<String>,
    /// Which events it gets: `analysis.done`, `analysis.failed`, `interview.finished`, `interview.report_replaced`,
    /// `recording.available`, `webhook.test`; empty: all.
    #[serde(default)]
    #[schema(max_items = 6)]
    events: Vec<String>,
    /// Whether events are told from the beginning; `true` unless given.
    enabled: Option<bool>,
}

impl From<CreateWebhookRequest> for NewWebhook {
    fn from(request: CreateWebhookRequest) -> Self {
        Self {
            url: request.url,
            description: request.description,
            events: request.events,
            enabled: request.enabled.unwrap_or(true),
        }
    }
}

/// Changes of a webhook: absent fields stay, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhookRequest {
    /// Address; https.
    #[schema(max_length = 2000)]
    url: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300)]
    description: Option<Option<String>>,
    /// Which events it gets; empty: all.
    #[schema(max_items = 4)]
    events: Option<Vec<String>>,
    /// Whether events are told.
    enabled: Option<bool>,
}

impl From<UpdateWebhookRequest> for WebhookChange {
    fn from(request: UpdateWebhookRequest) -> Self {
        Self {
            url: request.url,
            description: request.description,
            events: request.events,
            enabled: request.enabled,
        }
    }
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookResponse {
    /// Identifier.
    #[schema(value_type = String)]
    id: WebhookId,
    /// Address.
    url: String,
    /// What it is for.
    description: Option<String>,
    /// Which events it gets; empty: all.
    events: Vec<String>,
    /// Whether events are told. An address that answers 410 is switched off.
    enabled: bool,
    /// Until when the secret before the last rotation signs too.
    previous_secret_until: Option<Timestamp>,
    /// When it was made.
    created_at: Timestamp,
    /// Last change.
    updated_at: Timestamp,
    /// Grows by one with every change; the `ETag`.
    version: i32,
}

impl From<Webhook> for WebhookResponse {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url,
            description: webhook.description,
            events: webhook.events,
            enabled: webhook.enabled,
            previous_secret_until: webhook.previous_secret_until,
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
            version: webhook.version,
        }
    }
}

/// A webhook and its new secret, which is not shown again.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookSecretResponse {
    #[serde(flatten)]
    webhook: WebhookResponse,
    /// Verifies `webhook-signature`: `whsec_…`.
    secret: String,
}

impl WebhookSecretResponse {
    /// What is shown after a secret was made.
    pub fn new(webhook: Webhook, secret: String) -> Self {
        Self {
            webhook: webhook.into(),
            secret,
        }
    }
}
