//! The job that delivers one event to one address, again and again over a day until it is accepted.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use candor_core::ids::{DeliveryId, OrganisationId};
use candor_store::{
    Micros,
    entities::{
        jobs,
        webhook_deliveries::{self, Model as Row},
        webhooks,
    },
    records::{
        jobs::state,
        scoped,
        webhooks::{self as store, Tried},
    },
};
use http::{HeaderMap, HeaderValue, header};
use sea_orm::{Condition, DatabaseTransaction};
use serde_json::json;
use tokio::sync::OnceCell;
use url::Url;

use super::{endpoints, signature};
use crate::{
    App, AppError,
    config::given,
    jobs::{Pipeline, Pool, Step, StepContext, StepError, StepLimits, StepOutput},
    media::guard::{GuardError, GuardedClient, Policy},
};

/// Name of the pipeline.
pub(super) const PIPELINE: &str = "webhook";

/// Waits between tries: the last one is made a day after the first.
const WAITS: &[Duration] = &[
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(5 * 3600),
    Duration::from_secs(8 * 3600),
    Duration::from_secs(8 * 3600 + 25 * 60),
];

/// Delivers with the waits that receivers can rely on.
pub fn pipeline() -> Arc<dyn Pipeline> {
    pipeline_with(WAITS)
}

/// Delivers with other waits; one more try than waits is made.
pub fn pipeline_with(waits: &'static [Duration]) -> Arc<dyn Pipeline> {
    Arc::new(Webhook {
        step: Arc::new(Deliver {
            waits,
            client: OnceCell::new(),
        }),
    })
}

struct Webhook {
    step: Arc<Deliver>,
}

#[async_trait]
impl Pipeline for Webhook {
    fn name(&self) -> &'static str {
        PIPELINE
    }

    fn steps(&self) -> Vec<Arc<dyn Step>> {
        vec![Arc::clone(&self.step) as Arc<dyn Step>]
    }

    async fn ended(
        &self,
        app: &App,
        transaction: &DatabaseTransaction,
        job: &jobs::Model,
    ) -> Result<(), AppError> {
        if job.state == state::job::DONE {
            return Ok(());
        }
        if let Some(delivery) = job.subject_id {
            let organisation = OrganisationId::from(job.organisation_id);
            let now = Micros::from(app.clock.now());
            store::set_state(transaction, organisation, delivery.into(), "failed", now).await?;
        }
        Ok(())
    }
}

struct Deliver {
    waits: &'static [Duration],
    /// Made with the settings at the first delivery.
    client: OnceCell<GuardedClient>,
}

/// What one try came to.
struct Outcome {
    status: Option<u16>,
    error: Option<StepError>,
}

#[async_trait]
impl Step for Deliver {
    fn name(&self) -> &'static str {
        "delivered"
    }

    fn pool(&self) -> Pool {
        Pool::Webhook
    }

    fn needs(&self) -> &'static [&'static str] {
        &[]
    }

    fn version(&self) -> String {
        "1".to_owned()
    }

    fn limits(&self) -> StepLimits {
        StepLimits::after_waits(self.waits)
    }

    async fn run(&self, context: &StepContext) -> Result<StepOutput, StepError> {
        let app = &*context.app;
        let subject = context
            .subject
            .ok_or_else(|| StepError::permanent("no_subject", "the job names no delivery"))?;
        let row = scoped::find::<webhook_deliveries::Entity>(
            app.store.writer(),
            context.organisation,
            subject,
            Condition::all(),
        )
        .await?
        .ok_or_else(|| StepError::permanent("gone", "the delivery was deleted"))?;
        if row.state == "delivered" {
            return Ok(json!({"status": row.last_status}).into());
        }
        let headers = headers(app, context.organisation, &row).await?;
        let started_at = Micros::from(app.clock.now());
        let outcome = self.post(app, &row, headers).await;
        note(app, context.organisation, &row, started_at, &outcome).await?;
        match outcome.error {
            None => Ok(json!({"status": outcome.status}).into()),
            Some(error) => Err(error),
        }
    }
}

impl Deliver {
    async fn post(&self, app: &App, row: &Row, headers: HeaderMap) -> Outcome {
        let failed = |error| Outcome {
            status: None,
            error: Some(error),
        };
        let client = self
            .client
            .get_or_try_init(|| async { GuardedClient::new(Policy::webhooks(&app.config)) })
            .await;
        let client = match client {
            Ok(client) => client,
            Err(error) => return failed(AppError::from(error).into()),
        };
        let Ok(url) = Url::parse(&row.url) else {
            return failed(StepError::permanent("invalid_url", "the address is no URL"));
        };
        // What the text alone forbids stays forbidden; a name may lead elsewhere tomorrow.
        if let Err(error) = GuardedClient::check(&Policy::webhooks(&app.config), &url) {
            return failed(StepError::permanent("address_refused", error.to_string()));
        }
        let limit = Duration::from_secs_f64(app.config.webhooks.timeout_s);
        match client
            .post(&url, headers, row.body.clone().into(), limit)
            .await
        {
            Ok(reply) => Outcome {
                status: Some(reply.status),
                error: verdict(reply.status).map(|error| error.not_before(reply.retry_after)),
            },
            Err(error @ GuardError::Internal(_)) => failed(AppError::from(error).into()),
            Err(error) => failed(StepError::passing("unreachable", error.to_string())),
        }
    }
}

/// Only 2xx is an acceptance. Redirects are not followed: an address that moved must be registered anew.
fn verdict(status: u16) -> Option<StepError> {
    match status {
        200..=299 => None,
        410 => Some(StepError::permanent(
            "gone",
            "the other side answered 410: the address is given up",
        )),
        300..=399 => Some(StepError::passing(
            "redirected",
            format!("the other side redirects ({status}), which is not followed"),
        )),
        _ => Some(StepError::passing(
            "refused",
            format!("the other side answered {status}"),
        )),
    }
}

/// The headers of one try: signed anew each time, as receivers refuse old timestamps.
async fn headers(
    app: &App,
    organisation: OrganisationId,
    row: &Row,
) -> Result<HeaderMap, StepError> {
    let mut headers = match row.webhook_id {
        None => given(&app.config.webhooks.callback_secret)
            .map(|secret| signature::callback(secret, &row.body))
            .unwrap_or_default(),
        Some(webhook) => {
            let webhook = scoped::find::<webhooks::Entity>(
                app.store.writer(),
                organisation,
                webhook,
                Condition::all(),
            )
            .await?
            .ok_or_else(|| StepError::permanent("webhook_deleted", "the webhook was deleted"))?;
            if !webhook.enabled {
                return Err(StepError::permanent(
                    "webhook_disabled",
                    "the webhook is switched off",
                ));
            }
            let secrets = endpoints::secrets(app, &webhook)?;
            let now_s = app.clock.now().as_second();
            signature::standard(&secrets, &row.event_id, now_s, &row.body)?
        }
    };
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    Ok(headers)
}

/// Writes the try down, and switches an address off that is gone.
async fn note(
    app: &App,
    organisation: OrganisationId,
    row: &Row,
    started_at: Micros,
    outcome: &Outcome,
) -> Result<(), StepError> {
    let finished_at = Micros::from(app.clock.now());
    let state = match &outcome.error {
        None => "delivered",
        Some(StepError::Permanent { .. }) => "failed",
        Some(_) => "pending",
    };
    let tried = Tried {
        state,
        status: outcome.status,
        error: outcome.error.as_ref().map(ToString::to_string),
        started_at,
        finished_at,
    };
    let transaction = app.store.begin().await?;
    store::record_try(&transaction, organisation, DeliveryId::from(row.id), tried).await?;
    if let (Some(410), Some(webhook)) = (outcome.status, row.webhook_id) {
        store::disable(&transaction, organisation, webhook.into(), finished_at).await?;
    }
    transaction.commit().await.map_err(AppError::from)?;
    Ok(())
}
