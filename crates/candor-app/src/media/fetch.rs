//! Recordings from an address: announced when the request comes, fetched by a step.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use candor_core::{
    access::{Action, Actor},
    ids::{OrganisationId, RecordingId},
    ports::Watch,
};
use candor_store::{
    StoreError,
    entities::recordings,
    records::{self, reach::Rows},
};
use futures::StreamExt;
use sea_orm::{DatabaseTransaction, Set};
use url::Url;

use super::{
    NewRecording, Recording, RecordingState, Source, arrival, direct_address,
    guard::{GuardError, GuardedClient, Policy},
    now, receive,
    receive::Maker,
    recordings_read,
    stage::{self, Staged},
};
use crate::{App, AppError, consent, consent::Subject, jobs::StepError, readiness::Disk};

mod partial;
mod source;

use source::{Fetch, Told};

/// Announces a recording that a step will fetch. Whether the address answers shows only then.
///
/// # Errors
/// [`AppError::Invalid`] for an address that may never be asked, and those of
/// [`receive`](super::receive()).
pub async fn create_fetch(
    app: &App,
    actor: &Actor,
    address: &str,
    new: NewRecording,
) -> Result<Recording, AppError> {
    let transaction = app.store.begin().await?;
    let recording = announce(app, &transaction, actor, address, new).await?;
    transaction.commit().await?;
    Ok(recording)
}

/// [`create_fetch`] in the caller's transaction.
///
/// # Errors
/// Like [`create_fetch`].
pub async fn announce(
    app: &App,
    transaction: &DatabaseTransaction,
    actor: &Actor,
    address: &str,
    new: NewRecording,
) -> Result<Recording, AppError> {
    actor.may(Action::WriteRecordings)?;
    let url = check(app, address)?;
    Disk::of(app).require(0)?;
    let plan = receive::plan(app, transaction, actor, new).await?;
    receive::insert(app, transaction, &Maker::of(actor), plan, |row| {
        row.source = Source::Url.as_str().to_owned();
        row.source_url = Some(url.to_string());
    })
    .await
}

/// Fetches an announced recording. One that is there already stays as it is.
///
/// # Errors
/// [`StepError::Passing`] when the other side or the network may recover, [`StepError::Permanent`] when the
/// address refuses, leads to a forbidden place, or gives no recording: the recording is `failed` then.
pub async fn fetch_into(
    app: &App,
    organisation: OrganisationId,
    recording: RecordingId,
    watch: &dyn Watch,
) -> Result<Recording, StepError> {
    let client = GuardedClient::new(Policy::fetch(&app.config)).map_err(AppError::internal)?;
    fetch_with(app, organisation, recording, watch, &client).await
}

/// [`fetch_into`] through this client.
///
/// # Errors
/// Like [`fetch_into`].
pub async fn fetch_with(
    app: &App,
    organisation: OrganisationId,
    recording: RecordingId,
    watch: &dyn Watch,
    client: &GuardedClient,
) -> Result<Recording, StepError> {
    let row = recordings_read::get_row(app, organisation, Rows::All, recording).await?;
    if row.state == RecordingState::Available.as_str() {
        return Ok(Recording::read(row)?);
    }
    let fetched = fetch(app, organisation, &row, watch, client).await;
    if let Err(StepError::Permanent { message, .. }) = &fetched {
        fail(app, &row, message).await?;
        partial::clear(app, &row).await;
    }
    fetched
}

async fn fetch(
    app: &App,
    organisation: OrganisationId,
    row: &recordings::Model,
    watch: &dyn Watch,
    client: &GuardedClient,
) -> Result<Recording, StepError> {
    let id = RecordingId::from(row.id);
    let subject = Subject::Recording(id);
    consent::require(app, organisation, subject, consent::Scope::Recording).await?;
    let address = row.source_url.as_deref().unwrap_or_default();
    let url = Url::parse(address)
        .map_err(|_| StepError::permanent("address_refused", "the recording has no address"))?;
    let url = direct_address(&url);
    tracing::info!(recording.id = %id, host = url.host_str(), "media.fetch");

    let limits = &app.config.limits;
    let before = partial::find(app, row).await;
    let told = Arc::new(Mutex::new(Told::default()));
    let fetch = Fetch {
        client,
        url,
        limit: limits.download_bytes,
        watch,
        before: before.map(|before| (before, app.objects.clone())),
        told: Arc::clone(&told),
    };
    let stream = fetch.stream(Duration::from_secs_f64(limits.download_s));
    // A connection may break and be made anew within it.
    let patience = Duration::from_secs_f64(limits.idle_s * 4.0);
    let mut writer = app.objects.writer(&stage::object_key(organisation, id));
    let limit = limits.download_bytes;
    let filled = stage::fill(app, &mut writer, stream.boxed(), limit, patience).await;
    let told = std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner));
    if let Err(error) = filled {
        let error = told.failure.unwrap_or_else(|| step_error_of(error));
        match told.version {
            Some(version) if may_go_on(&error) => partial::keep(app, row, writer, version).await,
            _ => writer.abort().await,
        }
        return Err(error);
    }
    let kept = writer.finish().await?;
    let staged = stage::examine(app, kept).await.map_err(step_error_of)?;
    let settled = settle(app, row, staged).await?;
    partial::clear(app, row).await;
    Ok(settled)
}

/// Whether the next attempt may go on where this one stopped.
fn may_go_on(error: &StepError) -> bool {
    match error {
        StepError::Passing { code, .. } => [
            "connection_broken",
            "source_busy",
            "too_slow",
            "unreachable",
        ]
        .contains(code),
        // The worker may be going down.
        StepError::Cancelled => true,
        StepError::Permanent { .. } => false,
    }
}

fn step_error_of(error: AppError) -> StepError {
    match error {
        error @ AppError::TooLarge { .. } => StepError::permanent("too_large", error.to_string()),
        error @ AppError::Unsupported(_) => StepError::permanent("not_media", error.to_string()),
        AppError::Invalid { message, .. } => StepError::passing("connection_broken", message),
        error => error.into(),
    }
}

/// The recording becomes available.
async fn settle(app: &App, row: &recordings::Model, staged: Staged) -> Result<Recording, AppError> {
    // Another attempt may have been faster; then its content counts.
    arrival::arrive(app, row, staged).await?;
    let (organisation, id) = (row.organisation_id.into(), row.id.into());
    Recording::read(recordings_read::get_row(app, organisation, Rows::All, id).await?)
}

async fn fail(app: &App, row: &recordings::Model, message: &str) -> Result<(), AppError> {
    let change = recordings::ActiveModel {
        state: Set(RecordingState::Failed.as_str().to_owned()),
        error: Set(Some(message.to_owned())),
        ..recordings::ActiveModel::default()
    };
    match records::recordings::update(app.store.writer(), row, change, now(app)).await {
        // It was deleted or fetched by another attempt: nothing to tell.
        Ok(()) | Err(StoreError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// An address that could be asked.
fn check(app: &App, address: &str) -> Result<Url, AppError> {
    if address.len() > 4096 {
        return Err(AppError::invalid(
            "invalid_address",
            "url",
            "the address is longer than 4096 characters",
        ));
    }
    let url = Url::parse(address.trim()).map_err(|error| {
        AppError::invalid(
            "invalid_address",
            "url",
            format!("this is no address: {error}"),
        )
    })?;
    GuardedClient::check(&Policy::fetch(&app.config), &url)?;
    Ok(url)
}

/// What a guard's refusal means for a step.
fn step_error(error: GuardError) -> StepError {
    match error {
        GuardError::Refused(reason) => StepError::permanent("address_refused", reason),
        error @ (GuardError::Network(_) | GuardError::Unresolved | GuardError::TimedOut { .. }) => {
            StepError::passing("unreachable", error.to_string())
        }
        error @ GuardError::Untrusted => {
            StepError::passing("untrusted_certificate", error.to_string())
        }
        GuardError::Internal(error) => AppError::internal(error).into(),
    }
}

/// Bytes on their way, or the sign that the reason is told elsewhere.
type Piece = std::io::Result<Bytes>;
