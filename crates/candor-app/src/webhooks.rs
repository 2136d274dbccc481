//! Events told to other systems: registered addresses, and the `callbackUrl` of one request.
//!
//! An event becomes a row for each address in the transaction that made it happen; a durable job for each
//! row delivers it, over a day where it must.

mod deliver;
mod deliveries;
mod emit;
mod endpoints;
mod signature;

pub use deliver::{pipeline, pipeline_with};
pub use deliveries::{
    Delivery, DeliveryFilter, Try, get_delivery, list_deliveries, redeliver, test_webhook,
};
pub use emit::{EVENTS, call_back, emit};
pub use endpoints::{
    NewWebhook, Webhook, WebhookChange, create_webhook, delete_webhook, get_webhook, list_webhooks,
    rotate_secret, update_webhook,
};
