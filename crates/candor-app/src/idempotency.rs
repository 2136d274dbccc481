//! Requests with an `Idempotency-Key` happen once: the first is done, all others get its answer.

use std::{future::Future, sync::Arc, time::Duration};

use candor_core::access::Actor;
use candor_store::{
    Micros,
    records::idempotency::{self as store, Claim},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    App, AppError,
    patience::{WAITS, persistently},
};

/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long a repeated request waits for the end of the first.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest key, in characters.
const LONGEST_KEY: usize = 255;

/// The answer of the first request. It is kept sealed, as it may show a secret or a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The exact body.
    pub body: String,
}

/// What to do with a request.
#[derive(Debug)]
pub enum Turn {
    /// Do it; then [`keep`] its answer or [`release`] the key.
    First(Claimed),
    /// It was done: this is the answer.
    Done(Answer),
}

/// A key that is held for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed(Uuid);

/// Takes the key for a request whose method, path and body have the hash `request_hash`.
///
/// # Errors
/// [`AppError::Invalid`] (`invalid_idempotency_key`, or `idempotency_key_reused` for a key that belongs to a
/// different request); [`AppError::Conflict`] (`idempotency_in_progress` while the first request runs on,
/// `idempotency_outcome_unknown` when it never ended because the process did).
pub async fn begin(
    app: &App,
    actor: &Actor,
    key: &str,
    request_hash: String,
) -> Result<Turn, AppError> {
    let shaped =
        (1..=LONGEST_KEY).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic());
    if !shaped {
        return Err(AppError::invalid(
            "invalid_idempotency_key",
            "Idempotency-Key",
            format!("Idempotency-Key must be 1 to {LONGEST_KEY} visible ASCII characters"),
        ));
    }
    let request = store::Request {
        organisation: actor.organisation,
        principal: actor.principal.to_string(),
        key: key.to_owned(),
        hash: request_hash,
    };
    let begun = tokio::time::Instant::now();
    let mut wait = Duration::from_millis(10);
    loop {
        let now = app.clock.now();
        let claim = store::claim(
            app.store.writer(),
            &request,
            Micros::from(now),
            Micros::from(now + KEPT),
        )
        .await?;
        let other = match claim {
            Claim::First(id) => return Ok(Turn::First(Claimed(id))),
            Claim::Other(other) => other,
        };
        if other.request_hash != request.hash {
            return Err(AppError::invalid(
                "idempotency_key_reused",
                "Idempotency-Key",
                "this Idempotency-Key was sent with a different request; use a new one",
            ));
        }
        if let Some(body) = other.body {
            return unseal(app, &body).map(Turn::Done);
        }
        // A request can't run longer than its time limit; one that left no answer died with its process.
        let limit = SignedDuration::try_from_secs_f64(app.config.server.request_timeout_s)
            .unwrap_or(SignedDuration::from_secs(30))
            .saturating_mul(2);
        if now.duration_since(other.created_at.into()) > limit {
            return Err(AppError::conflict(
                "idempotency_outcome_unknown",
                "the first request with this key was interrupted; look whether it took effect, then use a new key",
            ));
        }
        if begun.elapsed() > PATIENCE {
            return Err(AppError::conflict(
                "idempotency_in_progress",
                "the first request with this key is still running; try again in a second",
            ));
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(Duration::from_millis(250));
    }
}

/// Keeps the answer for 24 hours. While the database is away this goes on in the background for about a
/// minute: the request is done, whatever becomes of its key.
pub async fn keep(app: &Arc<App>, claimed: Claimed, answer: &Answer) {
    let Ok(text) = serde_json::to_string(answer) else {
        return;
    };
    let sealed = serde_json::Value::String(app.secrets.seal(&text));
    let status = answer.status;
    write(app, move |app| {
        let sealed = sealed.clone();
        async move { Ok(store::keep(app.store.writer(), claimed.0, status, sealed).await?) }
    })
    .await;
}

/// Forgets the key of a request that changed nothing, so that it can be sent again; like [`keep`] in the
/// background while the database is away.
pub async fn release(app: &Arc<App>, claimed: Claimed) {
    write(app, move |app| async move {
        Ok(store::release(app.store.writer(), claimed.0).await?)
    })
    .await;
}

/// Writes at once, or in the background until it succeeds.
async fn write<F>(app: &Arc<App>, once: impl Fn(Arc<App>) -> F + Send + Sync + 'static)
where
    F: Future<Output = Result<(), AppError>> + Send,
{
    if once(Arc::clone(app)).await.is_ok() {
        return;
    }
    let app = Arc::clone(app);
    tokio::spawn(async move {
        if let Err(error) = persistently(&WAITS, || once(Arc::clone(&app))).await {
            tracing::error!(%error, "idempotency.not_written");
        }
    });
}

fn unseal(app: &App, body: &serde_json::Value) -> Result<Answer, AppError> {
    body.as_str()
        .and_then(|sealed| app.secrets.unseal(sealed))
        .and_then(|text| serde_json::from_str(&text).ok())
        .ok_or_else(|| AppError::internal("a kept answer can't be opened"))
}
